"""The dashboard as Python gets it: the page, its file, and answers from several threads."""

from __future__ import annotations

import json
import math
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from specweave import compare_experiments, load_experiment, track_experiment
from specweave_ml._native.dashboard import Dashboard
from specweave_ml._native.increments import Increment
from specweave_ml.errors import ExperimentNotFoundError, IncrementNotFoundError
from support.schema_check import validate


def data(page: bytes) -> dict[str, Any]:
    """What is embedded in a page."""
    found = re.search(rb'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return dict(json.loads(found[1]))


@pytest.fixture
def runs(project: Path) -> Path:
    for index in range(3):
        with track_experiment(f"run-{index}", params={"lr": 0.1 * (index + 1)}, capture=False) as e:
            for step in range(50):
                e.log_metric("loss", math.exp(-step / 10) + index, step=step)
    return project


def test_the_page_of_a_server_has_a_token_and_no_data(runs: Path) -> None:
    dashboard = Dashboard.open(Increment.find())
    word = "a1b2"
    page = dashboard.html(token=word).decode()
    assert f'<meta name="token" content="{word}">' in page
    assert 'id="data"' not in page
    policy = dashboard.ask("policy")["policy"]
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/]{43}='", policy)
    assert "unsafe" not in policy
    assert policy.replace("; frame-ancestors 'self'", "") in page


def test_a_comparison_is_saved_as_a_file_with_what_was_compared(runs: Path) -> None:
    comparison = compare_experiments(where="params.lr < 0.25")
    path = comparison.save_html("page.html")
    assert path == runs / "page.html"
    answers = data(path.read_bytes())["answers"]
    assert len(answers["experiments"]["ids"]) == 2
    assert [row["name"] for row in answers["comparison"]["rows"]] == ["run-0", "run-1"]
    assert answers["comparison"]["reasons"] == comparison.reasons
    series = answers["series"][0]["series"]
    assert {one["id"] for one in series} == set(answers["experiments"]["ids"])
    assert all(one["count"] == 50 for one in series)
    assert [entry.name for entry in runs.iterdir() if entry.name.endswith(".tmp")] == []


def test_an_experiment_is_saved_with_those_inside_it(runs: Path) -> None:
    with track_experiment("outer", capture=False) as outer:
        inner = track_experiment("inner", parent=outer, capture=False)
        inner.log_metric("loss", 1)
        inner.finish()
    answers = data(load_experiment("outer").save_html("one.html").read_bytes())["answers"]
    names = next(one for one in answers["experiments"]["columns"] if one["key"] == "name")
    assert names["values"] == ["outer", "inner"]
    assert set(answers["experiment"]) == set(answers["experiments"]["ids"])


def test_a_page_that_cannot_be_written_leaves_the_earlier_one(runs: Path) -> None:
    comparison = compare_experiments()
    with pytest.raises(FileNotFoundError):
        comparison.save_html("none/page.html")
    (runs / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        comparison.save_html("folder")
    assert [entry.name for entry in runs.iterdir() if entry.name.endswith(".tmp")] == []


def test_answers_keep_their_schema(runs: Path) -> None:
    dashboard = Dashboard.open(Increment.find(), edit=True)
    ids = dashboard.ask("experiments")["ids"]
    answers = [
        dashboard.ask("experiments"),
        dashboard.ask("experiments", since=dashboard.ask("experiments")["revision"]),
        dashboard.ask("series", metrics=["loss"], time=True),
        dashboard.ask("series", metrics=["loss"], x="time", have={ids[0]: {"loss": 10}}),
        dashboard.ask("experiment", id=ids[0]),
        dashboard.ask("filter", where="metrics.loss < 1"),
        dashboard.ask("filter", where="metrics.loss <"),
        dashboard.ask("difference", ids=ids[:2]),
        dashboard.ask("comparison"),
        dashboard.ask("output", id=ids[0]),
        dashboard.ask("file", id=ids[0], path="params.json"),
        dashboard.ask("images", id=ids[0]),
        dashboard.ask("docs"),
        dashboard.ask("why", ids=ids[:2]),
        dashboard.ask("edit", id=ids[0], note="look"),
        dashboard.ask("policy"),
    ]
    for answer in answers:
        validate("dashboard", answer)
    comparison = {name: value for name, value in answers[8].items() if name != "schema_version"}
    for row in comparison["rows"]:
        del row["id"]
    validate("comparison", comparison)
    difference = {name: value for name, value in answers[7].items() if name != "schema_version"}
    validate("difference", difference)


def test_several_threads_may_ask(runs: Path) -> None:
    dashboard = Dashboard.open(Increment.find())

    def ask(index: int) -> tuple[int, int]:
        table = dashboard.ask("experiments")
        series = dashboard.ask("series", metrics=["loss"], columns=10 + index)
        return len(table["ids"]), len(series["series"])

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(40))) == {(3, 3)}


def test_what_is_wrong_is_told(runs: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    dashboard = Dashboard.open(Increment.find())
    for request in (b"", b"{", b"\0", b"\xff", b'{"ask": "none"}', b"[" * 100_000):
        assert json.loads(dashboard.answer(request))["error"]["message"]
    with pytest.raises(ExperimentNotFoundError, match="removed or archived"):
        dashboard.file(["0" * 32])
    with pytest.raises(IncrementNotFoundError):
        Dashboard.open(directory=tmp_path_factory.mktemp("elsewhere"))
    assert dashboard.ask("edit", id=dashboard.ask("experiments")["ids"][0], note="x")["error"]


def test_a_run_is_followed_while_it_is_written(runs: Path) -> None:
    dashboard = Dashboard.open(Increment.find())
    revision = dashboard.ask("experiments")["revision"]
    with track_experiment("live", capture=False) as live:
        known: dict[str, dict[str, int]] = {}
        for points in range(1, 4):
            for _ in range(100):
                live.log_metric("loss", 1.0)
            changed = dashboard.ask("experiments", since=revision)
            assert len(changed["ids"]) == 1
            revision, identifier = changed["revision"], changed["ids"][0]
            answer = dashboard.ask("series", metrics=["loss"], ids=[identifier], have=known)
            [series] = answer["series"]
            assert (series["from"], series["count"]) == (100 * (points - 1), 100 * points)
            known = {identifier: {"loss": series["count"]}}


def test_the_file_of_a_demo_is_small(project: Path) -> None:
    for index in range(12):
        with track_experiment(f"run-{index}", params={"seed": index}, capture=False) as run:
            for step in range(200):
                run.log_metrics({"loss": math.sin(step * index), "auc": step / 200}, step=step)
    page = Dashboard.open(Increment.find()).file()
    assert len(page) <= 500_000
    series = data(page)["answers"]["series"][0]
    assert series["left_out"] == []
    assert len(series["series"]) == 24


def test_the_file_of_a_large_store_is_cut_to_size(project: Path) -> None:
    for index in range(30):
        with track_experiment(f"run-{index}", capture=False) as run:
            for key in range(12):
                values = [math.sin(step * index + key) for step in range(2000)]
                run.log_series(f"metric-{key}", values)
    page = Dashboard.open(Increment.find()).file()
    series = data(page)["answers"]["series"][0]
    assert len(json.dumps(series)) <= 250_000
    assert series["left_out"] != []
    assert set(series["metrics"]).isdisjoint(series["left_out"])
    assert len(series["metrics"]) + len(series["left_out"]) == 12
