"""``wandb.Api()``: runs found by filters, in order, with exact histories; and changed."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import specweave.wandb as wandb
from specweave_ml import public
from specweave_ml.errors import ExperimentBusyError, ExperimentNotFoundError, TrackingWarning
from specweave_ml.wandb.local.api.filters import NOTHING, matches

load_experiment = public.load("load_experiment")
track_experiment = public.load("track_experiment")


@pytest.fixture
def three(project: Path) -> list[str]:
    """Three runs of the project ``cats``: their ids."""
    ids = []
    for number, (rate, tag) in enumerate([(0.1, "a"), (0.3, "b"), (0.2, "b")]):
        config = {"lr": rate, "model": {"depth": number}}
        with wandb.init(project="cats", name=f"run-{number}", config=config, tags=[tag]) as run:
            for step in range(5):
                run.log({"loss": rate / (step + 1)})
            run.log({"note": f"text {number}"})
            ids.append(run.id)
    return ids


def names(runs: Any) -> list[str]:
    return [run.name for run in runs]


def test_runs_of_a_project_the_oldest_first(three: list[str]) -> None:
    runs = wandb.Api().runs("cats")
    assert names(runs) == ["run-0", "run-1", "run-2"]
    assert [run.id for run in runs] == three
    assert len(runs) == 3
    assert names(wandb.Api().runs("anybody/cats")) == names(runs)
    assert names(runs[1:]) == ["run-1", "run-2"]
    # The increment has them too, whatever project they were given.
    assert names(wandb.Api().runs("0042")) == names(runs)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"config.lr": {"$gt": 0.1}}, ["run-1", "run-2"]),
        ({"config.lr": 0.1}, ["run-0"]),
        ({"config.lr.value": {"$lte": 0.1}}, ["run-0"]),
        ({"config.model.depth": {"$gte": 1}, "tags": "b"}, ["run-1", "run-2"]),
        ({"tags": {"$in": ["a", "z"]}}, ["run-0"]),
        ({"tags": {"$nin": ["a"]}}, ["run-1", "run-2"]),
        ({"$or": [{"tags": "a"}, {"config.lr": 0.3}]}, ["run-0", "run-1"]),
        ({"$and": [{"tags": "b"}, {"config.lr": {"$lt": 0.3}}]}, ["run-2"]),
        ({"summary_metrics.loss": {"$lt": 0.05}}, ["run-0", "run-2"]),
        ({"summary_metrics.note": "text 1"}, ["run-1"]),
        ({"display_name": {"$regex": "^RUN-[02]$", "$options": "i"}}, ["run-0", "run-2"]),
        ({"displayName": {"$ne": "run-1"}}, ["run-0", "run-2"]),
        ({"config.other": {"$exists": False}, "state": "finished"}, ["run-0", "run-1", "run-2"]),
        ({"created_at": {"$lt": "2020-01-01"}}, []),
        ({"created_at": {"$gt": "2020-01-01"}, "config.lr": {"$not": {"$gt": 0.15}}}, ["run-0"]),
    ],
)
def test_filters(three: list[str], filters: dict[str, Any], found: list[str]) -> None:
    assert names(wandb.Api().runs("cats", filters=filters)) == found


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("-created_at", ["run-2", "run-1", "run-0"]),
        ("+summary_metrics.loss", ["run-0", "run-2", "run-1"]),
        ("-config.lr", ["run-1", "run-2", "run-0"]),
        ("display_name", ["run-0", "run-1", "run-2"]),
        ("summary_metrics.nothing", ["run-0", "run-1", "run-2"]),
    ],
)
def test_order(three: list[str], order: str, found: list[str]) -> None:
    assert names(wandb.Api().runs("cats", order=order)) == found


def test_what_a_run_is(three: list[str]) -> None:
    run = wandb.Api().run(f"cats/{three[1]}")
    assert (run.name, run.state, run.project, run.entity) == ("run-1", "finished", "cats", "local")
    assert run.config == {"lr": 0.3, "model": {"depth": 1}}
    assert run.config["model"]["depth"] == 1
    assert run.summary["loss"] == 0.3 / 5
    assert run.summary.loss == 0.3 / 5
    assert run.summary["note"] == "text 1"
    assert run.tags == ["b"]
    assert run.path == ["local", "cats", three[1]]
    assert run.lastHistoryStep == 5
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", run.created_at)
    for path in (f"anybody/cats/{three[1]}", f"cats/runs/{three[1]}", three[1], "run-1"):
        assert wandb.Api().run(path).id == three[1]
    assert wandb.Api().from_path(f"anybody/cats/{three[1]}").id == three[1]


def test_the_history_is_exact(project: Path) -> None:
    values = np.random.default_rng(0).normal(size=2000)
    with wandb.init(project="long", name="long") as run:
        for value in values:
            run.log({"loss": value})
    frame = wandb.Api().run("long/long").history()
    assert frame["_step"].tolist() == list(range(2000))
    assert frame["loss"].tolist() == values.tolist()
    few = wandb.Api().run("long/long").history(samples=50, pandas=False)
    assert len(few) == 50
    assert (few[0]["_step"], few[-1]["_step"]) == (0, 1999)
    assert all(row["loss"] == values[row["_step"]] for row in few)


def test_without_pandas_a_history_is_a_list(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with wandb.init(name="short") as run:
        run.log({"loss": 1.5})
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.warns(TrackingWarning, match="pandas is not installed"):
        rows = wandb.Api().run("short").history(keys=["loss"])
    assert rows == [{"_step": 0, "loss": 1.5}]


def test_rows_with_keys_of_several_kinds(project: Path) -> None:
    with wandb.init(project="rows") as run:
        run.log({"a": 1, "b": 2.5, "text": "x"})
        run.log({"a": 2})
        run.log({"b": math.inf, "a": 3}, step=7)
    found = wandb.Api().runs("rows")[0]
    rows = found.history(pandas=False)
    assert [{key: row.get(key) for key in ("_step", "a", "b", "text")} for row in rows] == [
        {"_step": 0, "a": 1, "b": 2.5, "text": "x"},
        {"_step": 1, "a": 2, "b": None, "text": None},
        {"_step": 7, "a": 3, "b": math.inf, "text": None},
    ]
    assert all(row["_runtime"] >= 0 for row in rows)
    assert found.history(keys=["a", "b"], pandas=False) == [
        {"_step": 0, "a": 1, "b": 2.5},
        {"_step": 7, "a": 3, "b": math.inf},
    ]
    assert list(found.scan_history(keys=["a"], min_step=1, max_step=7)) == [{"a": 2}]
    assert [row["_step"] for row in found.scan_history()] == [0, 1, 7]
    assert found.history(keys=["b"], x_axis="a", pandas=False) == [
        {"a": 1, "b": 2.5},
        {"a": 3, "b": math.inf},
    ]


def test_a_metric_logged_twice_at_a_step_has_two_rows(project: Path) -> None:
    with track_experiment("direct") as experiment:
        experiment.log_metric("loss", 1.0, step=3)
        experiment.log_metric("loss", 2.0, step=3)
    rows = wandb.Api().run("direct").history(pandas=False)
    assert [(row["_step"], row["loss"]) for row in rows] == [(3, 1.0), (3, 2.0)]


def test_experiments_that_are_no_runs_are_there_by_their_increment(project: Path) -> None:
    with track_experiment("plain", params={"depth": 3}) as experiment:
        experiment.log_metric("auc", 0.9)
    (run,) = wandb.Api().runs("0042-recommendation-model", {"summary_metrics.auc": {"$gt": 0.5}})
    assert (run.name, run.config, run.summary["auc"]) == ("plain", {"depth": 3}, 0.9)
    assert run.project == "0042-recommendation-model"


def test_states(project: Path) -> None:
    wandb.init(name="failed").finish(exit_code=1)
    with pytest.raises(ValueError, match="x"), wandb.init(name="raised"):
        raise ValueError("x")
    running = wandb.init(name="running")
    api = wandb.Api()
    states = {run.name: run.state for run in api.runs("0042")}
    assert states == {"failed": "failed", "raised": "failed", "running": "running"}
    running.finish()
    assert {run.state for run in api.runs("0042", {"display_name": "running"})} == {"finished"}


def test_update_stores_what_was_changed(three: list[str]) -> None:
    run = wandb.Api().run(f"cats/{three[0]}")
    run.config["note"] = "later"
    run.config["lr"] = 0.5
    run.summary["score"] = 0.75
    run.summary["loss"] = 9.0
    run.tags.append("seen")
    run.notes = "what I found"
    run.name = "renamed"
    run.update()
    again = wandb.Api().run(f"cats/{three[0]}")
    assert again.config["note"] == "later"
    assert again.config["lr"] == 0.5
    assert again.summary["score"] == 0.75
    assert again.summary["loss"] == 9.0
    assert again.tags == ["a", "seen"]
    assert (again.notes, again.name) == ("what I found", "renamed")
    assert len(again.history(keys=["loss"], pandas=False)) == 5
    again.summary.update({"score": 1})
    assert load_experiment("run-0").metrics["score"] == 1


def test_files_of_a_run(project: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with wandb.init(project="files") as run:
        run.log({"im": wandb.Image(np.zeros((2, 2), np.uint8))})
        run.experiment.log_artifact(tmp_path / "notes.txt")
    found = wandb.Api().runs("files")[0]
    names_of_files = [file.name for file in found.files()]
    assert "notes.txt" in names_of_files
    assert len(found.files(pattern="media/images/%")) == 1
    file = found.file("notes.txt")
    assert (file.size, file.mimetype) == (5, "text/plain")
    with file.download(root=tmp_path / "copy") as copied:
        assert copied.read() == "hello"
    with pytest.raises(ValueError, match="exists already"):
        file.download(root=tmp_path / "copy")
    with pytest.raises(ValueError, match="no file 'other'"):
        found.file("other")


def test_delete(three: list[str]) -> None:
    running = wandb.init(project="cats", name="running")
    with pytest.raises(ExperimentBusyError):
        wandb.Api().run(f"cats/{running.id}").delete()
    running.finish()
    wandb.Api().run(f"cats/{three[0]}").delete()
    assert names(wandb.Api().runs("cats")) == ["run-1", "run-2", "running"]
    with pytest.raises(ExperimentNotFoundError):
        load_experiment("run-0")


def test_projects_and_artifacts(three: list[str]) -> None:
    with wandb.init(project="dogs") as run:
        artifact = wandb.Artifact("set", "dataset")
        artifact.add_bytes(b"x", "x")
        run.log_artifact(artifact, tags=["raw"])
        artifact = wandb.Artifact("set", "dataset")
        artifact.add_bytes(b"y", "y")
        run.log_artifact(artifact)
    api = wandb.Api()
    assert [project.name for project in api.projects()] == ["cats", "dogs"]
    assert names(api.project("cats").runs) == ["run-0", "run-1", "run-2"]
    assert [one.version for one in api.artifacts("dataset", "dogs/set")] == ["v1", "v0"]
    assert [one.version for one in api.artifacts("dataset", "dogs/set", tags="raw")] == ["v0"]
    assert [one.name for one in api.artifact_types("dogs")] == ["dataset"]
    assert [one.name for one in api.artifact_collections("dogs", "dataset")] == ["set"]
    assert api.artifact("set").version == "v1"
    assert api.artifact_exists("dogs/set:v0")
    assert not api.artifact_exists("dogs/set:v5")
    run_of_dogs = api.runs("dogs")[0]
    assert [one.name for one in run_of_dogs.logged_artifacts()] == ["set:v0", "set:v1"]
    assert run_of_dogs.used_artifacts() == []


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda api: api.runs("mice"), wandb.CommError, "Could not find project mice; there are"),
        (lambda api: api.run("cats/nothing"), wandb.CommError, "Could not find run cats/nothing"),
        (lambda api: api.run("a/b/c/d/e"), ValueError, "entity/project/id"),
        (lambda api: api.runs("cats", {"a": {"$near": 1}}), ValueError, r"'\$near' is none of"),
        (lambda api: api.runs("cats", {"tags": {"$in": "a"}}), TypeError, "takes a list"),
        (lambda api: api.runs("cats", {"name": {"$regex": "("}}), ValueError, "takes a pattern"),
        (lambda api: api.runs("cats")[0].history(keys="loss"), TypeError, "in a list"),
        (lambda api: api.artifact("set"), wandb.CommError, "not found in project"),
        (lambda api: api.sweep("nothing"), wandb.CommError, "Could not find sweep"),
        (lambda api: api.reports("cats"), wandb.Error, "asks a server"),
        (lambda api: api.nothing, AttributeError, "no attribute"),
    ],
)
def test_what_is_not_there_is_told(
    three: list[str], call: Callable[[Any], Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        call(wandb.Api())


def test_an_empty_project_has_no_runs(project: Path) -> None:
    assert len(wandb.Api().runs()) == 0
    assert len(wandb.Api().runs("0042")) == 0


@pytest.mark.parametrize(
    ("value", "wanted", "fits"),
    [
        (True, 1, False),
        (1, 1.0, True),
        (NOTHING, None, True),
        (NOTHING, {"$gt": 1}, False),
        ("b", {"$gt": "a"}, True),
        ("b", {"$gt": 1}, False),
        ([1, 5], {"$gt": 4}, True),
        ({"x": 1}, {"x": 1}, True),
        (math.nan, {"$gt": 0}, False),
        (3, {"$gt": 1, "$lt": 3}, False),
        ("abc", re.compile("B", re.IGNORECASE), True),
    ],
)
def test_comparisons(value: Any, wanted: Any, fits: bool) -> None:
    assert matches(lambda name: value, {"x": wanted}) is fits
