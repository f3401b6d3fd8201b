"""Runs compared as groups, and two experiments compared in everything, from Python."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pandas as pd
import pytest
from scipy import stats

from conftest import Run
from specweave import (
    ExperimentDifference,
    InvalidArgumentError,
    NotFoundError,
    compare_experiments,
    list_experiments,
    load_experiment,
    track_experiment,
)
from support.c_header import ROOT
from support.schema_check import validate

PAGE = ROOT / "docs" / "comparing.md"
SCORES = {
    3: [0.85, 0.86, 0.84, 0.86, 0.85],
    6: [0.87, 0.88, 0.86, 0.89, 0.87],
    9: [0.88, 0.85, 0.87],
}


@pytest.fixture
def runs() -> None:
    for depth, scores in SCORES.items():
        for seed, score in enumerate(scores):
            params = {"depth": depth, "seed": seed, "lr": 0.1}
            with track_experiment(f"depth-{depth}", capture=False, params=params) as exp:
                exp.log_metric("accuracy", score)
                exp.log_metric("training_time", depth)


@pytest.mark.usefixtures("runs")
def test_runs_that_differ_in_the_seed_are_one_row(experiments: Path) -> None:
    comparison = compare_experiments(group_by="-seed")
    validate("comparison", comparison._facts)
    assert repr(comparison).startswith("Group  ")
    assert [row["name"] for row in comparison.rows] == ["depth-3", "depth-6", "depth-9"]
    assert [row["rank"] for row in comparison.rows] == [3, 1, 1]
    group = comparison.rows[0]["group"]
    assert (group["runs"], group["completed"], group["tied"]) == (5, 5, False)
    expected = pd.Series(SCORES[3])
    statistics = group["metrics"]["accuracy"]
    assert statistics["n"] == 5
    assert statistics["mean"] == pytest.approx(expected.mean(), rel=1e-14)
    assert statistics["std"] == pytest.approx(expected.std(), rel=1e-12)
    assert (statistics["min"], statistics["max"]) == (0.84, 0.86)
    assert comparison.best is not None
    assert comparison.best.metrics["accuracy"] == 0.89
    text = (experiments / "comparison.md").read_text("utf-8")
    assert "| depth-6 | 0.874 ± 0.011 | 0.860 \u2013 0.890 | 5 | 6s |" in text
    assert "tied within noise with depth-9" in text
    assert "<table" in comparison._repr_html_()
    assert comparison.plot() is not None


@pytest.mark.usefixtures("runs")
def test_ties_are_those_of_welchs_test() -> None:
    rows = {row["params"]["depth"]: row for row in compare_experiments(group_by="depth").rows}
    for depth in (3, 9):
        expected = stats.ttest_ind(SCORES[6], SCORES[depth], equal_var=False).pvalue
        assert rows[depth]["group"]["p_value"] == pytest.approx(expected, rel=1e-9)
        assert rows[depth]["group"]["tied"] == (expected >= 0.05)


@pytest.mark.usefixtures("runs")
def test_groups_as_dataframe() -> None:
    frame = compare_experiments(group_by=["depth", "lr"], write=False).to_dataframe()
    assert list(frame["params.depth"]) == [3, 6, 9]
    assert list(frame["runs"]) == [5, 5, 3]
    assert list(frame["metrics.accuracy.n"]) == [5, 5, 3]
    assert frame["metrics.accuracy"].iloc[2] == pytest.approx(sum(SCORES[9]) / 3)
    assert frame["metrics.accuracy.std"].iloc[0] == pytest.approx(pd.Series(SCORES[3]).std())


@pytest.mark.usefixtures("runs")
def test_groups_are_chosen_and_counted_as_asked() -> None:
    chosen = compare_experiments(group_by="-seed", where="params.depth > 3 and params.seed < 2")
    assert [row["group"]["runs"] for row in chosen.rows] == [2, 2]
    newest = compare_experiments(group_by="depth", reruns="newest", write=False)
    assert [row["group"]["runs"] for row in newest.rows] == [1, 1, 1]
    assert any("whose noise is unknown" in note for note in newest._facts["notes"])
    with pytest.raises(NotFoundError, match="sed") as caught:
        compare_experiments(group_by="-sed")
    assert caught.value.candidates == ("seed",)
    with pytest.raises(InvalidArgumentError):
        compare_experiments(group_by=["lr", "-seed"])


def test_single_runs_have_no_deviation() -> None:
    with track_experiment("alone", capture=False, params={"seed": 1}) as exp:
        exp.log_metric("accuracy", 0.5)
    comparison = compare_experiments(group_by="-seed", write=False)
    validate("comparison", comparison._facts)
    assert comparison.rows[0]["group"]["metrics"]["accuracy"]["std"] is None


@pytest.fixture
def versions() -> None:
    with track_experiment(
        "v1",
        capture=False,
        tags=["draft"],
        params={"depth": 3, "model": {"act": "relu"}, "alpha": 1},
    ) as exp:
        exp.log_metrics({"auc": 0.81, "loss": 0.5, "same": 1})
        exp.log_data("train", b"123")
        exp.save_artifact("notes.txt", "one")
    with track_experiment(
        "v2", capture=False, tags=["<b>"], params={"depth": 6, "model": {"act": "gelu"}}
    ) as exp:
        exp.log_metrics({"auc": 0.87, "loss": math.nan, "same": 1.0})
        exp.log_data("train", b"124")
        exp.save_artifact("notes.txt", "two")


@pytest.mark.usefixtures("versions")
@pytest.mark.parametrize("other", ["v1", 1, "exp-001", "object", "listed"])
def test_difference_of_two_experiments(other: str | int) -> None:
    seen = {"object": load_experiment("v1"), "listed": list_experiments()[0]}.get(str(other), other)
    difference = load_experiment("v2").diff(seen)
    assert isinstance(difference, ExperimentDifference)
    assert difference
    assert (difference.before["name"], difference.after["name"]) == ("v1", "v2")
    assert difference.params == {
        "depth": ("depth", 3, 6),
        "model.act": ("model.act", "relu", "gelu"),
        "alpha": ("alpha", 1, None),
    }
    assert list(difference.metrics) == ["auc", "loss"]
    assert difference.metrics["auc"].difference == pytest.approx(0.06)
    assert difference.metrics["auc"].better
    loss = difference.metrics["loss"].after
    assert loss is not None
    assert math.isnan(loss)
    assert difference.metrics["loss"].difference is None
    assert (difference.added_tags, difference.removed_tags) == (["<b>"], ["draft"])
    assert list(difference.facts) == ["data.train.sha256"]
    assert list(difference.artifacts) == ["notes.txt"]
    assert difference.same["metrics"] == 1


@pytest.mark.usefixtures("versions")
def test_difference_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "90")
    difference = load_experiment("v2").diff("v1")
    lines = repr(difference).splitlines()
    assert lines[0] == "v2, compared with v1"
    assert "auc      0.81  0.87  +0.06 (+7.4%) better" in lines
    assert max(map(len, lines)) <= 90
    html = difference._repr_html_()
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
    frame = difference.to_dataframe()
    assert list(frame.columns) == ["part", "key", "before", "after", "difference", "better"]
    assert list(frame[frame["part"] == "params"]["key"]) == ["depth", "model.act", "alpha"]
    assert len(frame) == 9


@pytest.mark.usefixtures("versions")
def test_an_experiment_does_not_differ_from_itself() -> None:
    exp = load_experiment("v1")
    difference = exp.diff(exp)
    assert not difference
    assert "Nothing differs." in repr(difference)


def test_code_of_the_page_runs(run: Run, experiments: Path) -> None:
    for name, depth in (("xgb-v1", 3), ("xgb-v2", 6)):
        params = {"max_depth": depth, "lr": 0.1, "depth": depth, "seed": 1}
        with track_experiment(name, capture=False, params=params) as exp:
            exp.log_metric("auc", 0.8 + depth / 100)
            exp.log_param("model", {"depth": depth})
    (experiments.parent.parent / "0041-baselines").mkdir()
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 5
    checks = """
assert comparison.best.name == "xgb-v2"
assert difference.metrics["auc"].better
"""
    result = run("".join(blocks) + checks, SPECWEAVE_INCREMENT_ID="0042")
    assert result.returncode == 0, result.stderr
