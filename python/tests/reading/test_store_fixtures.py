"""Python and C read the committed store and find what was written, whoever wrote it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from specweave import TrackingWarning, list_experiments, load_experiment
from specweave_ml._native.increments import Increment
from support import polyglot
from support.fixture_store import EXPECTED, FIXTURES, INCREMENT, STORE, tree

READABLE = [name for name, facts in EXPECTED.items() if "status" in facts]
CURVES = [
    (name, metric, points)
    for name, facts in EXPECTED.items()
    for metric, points in facts.get("points", {}).items()
]


@pytest.fixture
def store(project: Path) -> Path:
    """A copy of the fixture store, which is the working directory."""
    shutil.copytree(STORE, project, dirs_exist_ok=True)
    return project


@pytest.fixture
def listing(store: Path) -> dict[str, dict[str, Any]]:
    """What a listing says, by folder."""
    entries = Increment.find("0042").listing(children=True, archived=True)["experiments"]
    return {entry["folder"]: entry for entry in entries}


def agrees(entry: dict[str, Any], expected: dict[str, Any]) -> None:
    """An experiment as JSON says what is expected of it."""
    for name in ("name", "params", "tags", "history"):
        if name in expected:
            assert repr(entry[name]) == repr(expected[name]), name
    assert entry["status"] in expected.get("status", [entry["status"]])
    if "metrics" in expected:
        last = {key: metric["last"] for key, metric in entry["metrics"].items()}
        assert repr(last) == repr(expected["metrics"])
    if "notes" in expected:
        assert [note["text"] for note in entry["notes"]] == expected["notes"]
    if "artifacts" in expected:
        assert [one["path"] for one in entry["artifacts"]] == expected["artifacts"]
    if "failure" in expected:
        assert entry["failure"]["message"] == expected["failure"]
    for metric, count in expected.get("counts", {}).items():
        assert entry["metrics"][metric]["count"] == count
    if "problem" in expected:
        assert any(expected["problem"] in problem for problem in entry["problems"]), entry
    else:
        assert entry["problems"] == []


def test_all_experiments_are_listed_and_nothing_else(listing: dict[str, dict[str, Any]]) -> None:
    assert sorted(listing) == sorted(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_python_finds_what_was_written(name: str, listing: dict[str, dict[str, Any]]) -> None:
    agrees(listing[name], EXPECTED[name])


@pytest.mark.filterwarnings("ignore:'flipped-byte' is damaged")
@pytest.mark.parametrize("name", READABLE)
def test_an_experiment_is_loaded_by_its_path(name: str, store: Path) -> None:
    path = store / ".specweave/increments" / INCREMENT / "experiments" / name
    agrees(load_experiment(path)._facts(), EXPECTED[name])


@pytest.mark.filterwarnings("ignore:the history of .* is not whole")
@pytest.mark.filterwarnings("ignore:'flipped-byte' is damaged")
@pytest.mark.parametrize(("name", "metric", "points"), CURVES)
def test_python_finds_every_point(
    name: str, metric: str, points: list[list[Any]], store: Path
) -> None:
    history = load_experiment(name, "0042").history(metric)

    assert repr([[point.step, point.value] for point in history]) == repr(points)


def test_a_damaged_experiment_is_warned_of_when_it_is_loaded_or_listed(store: Path) -> None:
    with pytest.warns(TrackingWarning) as caught:
        load_experiment("flipped-byte", "0042")
    ((message, category),) = [(str(one.message), one.category) for one in caught]
    assert message.startswith("'flipped-byte' is damaged: 'events.out.tfevents.")
    assert category is TrackingWarning
    with pytest.warns(TrackingWarning) as caught:
        list_experiments("0042", children=True, archived=True)
    assert message in [str(one.message) for one in caught]


def test_a_damaged_event_file_is_named_with_the_offset(listing: dict[str, dict[str, Any]]) -> None:
    (problem,) = listing["flipped-byte"]["problems"]

    assert "events.out.tfevents" in problem
    assert any(word.strip(".,;:").isdigit() for word in problem.split())


@pytest.mark.filterwarnings("ignore:the history of .* is not whole")
@pytest.mark.filterwarnings("ignore:.* is damaged")
def test_reading_everything_changes_nothing(store: Path) -> None:
    before = tree(store)
    for experiment in list_experiments("0042", children=True, archived=True):
        loaded = load_experiment(experiment.path)
        for key in loaded.metrics:
            loaded._repr_html_()
            if loaded._facts()["history"] != "missing":
                loaded.history(key)
    assert tree(store) == before


@pytest.fixture
def reader(tmp_path: Path) -> str:
    """The C program that reads a store."""
    return polyglot.compile_c(FIXTURES / "read.c", tmp_path / "read")


def test_c_finds_what_was_written(reader: str, store: Path) -> None:
    asked = [word for name, metric, _ in CURVES for word in (name, metric)]
    head, *lines = polyglot.run([reader, str(store), "0042", *asked], store).splitlines()

    listing = {entry["folder"]: entry for entry in json.loads(head)}
    assert sorted(listing) == sorted(EXPECTED)
    for name, expected in EXPECTED.items():
        agrees(listing[name], expected)
    found = [(*line.split("\t")[:2], *numbers(line)) for line in lines]
    written = [
        (name, metric, step, repr(float(value)))
        for name, metric, points in CURVES
        for step, value in points
    ]
    assert found == written


def numbers(line: str) -> tuple[int, str]:
    step, value = line.split("\t")[2:]
    return int(step), repr(float(value))
