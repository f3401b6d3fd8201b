"""Finding experiments again, and comparing them."""

from __future__ import annotations

import builtins
import math
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest

from specweave import (
    Experiment,
    ExperimentList,
    ExperimentNotFoundError,
    InvalidArgumentError,
    MissingExtraError,
    TrackingError,
    TrackingWarning,
    compare_experiments,
    list_experiments,
    load_experiment,
    track_experiment,
)

mpl.use("Agg")

MODELS = {
    "exp-001-baseline": {"accuracy": 0.65, "precision": 0.60, "recall": 0.55},
    "exp-002-xgboost": {"accuracy": 0.87, "precision": 0.85, "recall": 0.83},
    "exp-003-lightgbm": {"accuracy": 0.86, "precision": 0.84, "recall": 0.82},
}


@pytest.fixture(autouse=True)
def models(project: Path) -> None:
    for name, metrics in MODELS.items():
        with track_experiment(name, capture=False, tags=["t"]) as exp:
            exp.log_param("name", name)
            exp.log_metrics(metrics)


@pytest.mark.parametrize(
    "query", ["exp-002-xgboost", "exp-002", 2, "exp-002-x", Path("exp-002-xgboost")]
)
def test_experiment_is_found(query: Any) -> None:
    assert load_experiment(query).name == "exp-002-xgboost"


def test_ambiguous_beginning_lists_all() -> None:
    with pytest.raises(ExperimentNotFoundError) as caught:
        load_experiment("exp-00")
    assert len(caught.value.candidates) == 3


def test_loaded_experiment_can_be_added_to() -> None:
    loaded = load_experiment("exp-002")
    loaded.add_tag("production")
    loaded.log_note("deployed")
    loaded.log_metric("latency", 0.05)
    again = load_experiment("exp-002")
    assert again.tags == ["t", "production"]
    assert again.notes == ["deployed"]
    assert again.notes[0].time.tzinfo is not None
    assert again.status == "completed"
    assert again.metrics["latency"] == 0.05


def test_listing_is_by_number_and_each_is_an_experiment() -> None:
    listed = list_experiments()
    assert [exp.name for exp in listed] == list(MODELS)
    assert [exp.number for exp in listed] == [1, 2, 3]
    assert all(isinstance(exp, Experiment) for exp in listed)
    listed[1].add_tag("chosen")
    assert listed[1].tags == ["t", "chosen"]
    assert listed[2].history("accuracy").values.tolist() == [0.86]
    assert [exp.name for exp in listed[1:]] == list(MODELS)[1:]
    assert "exp-002-xgboost" in repr(listed)


def test_listing_filters_and_sorts() -> None:
    track_experiment("running", capture=False)
    assert [exp.name for exp in list_experiments(status="running")] == ["running"]
    assert len(list_experiments(status=["running", "completed"])) == 4
    best = list_experiments().sorted("accuracy", reverse=True)
    assert best[0].name == "exp-002-xgboost"
    assert best[-1].name == "running"


def test_listing_as_dataframe() -> None:
    frame = list_experiments().to_dataframe()
    assert list(frame["name"]) == list(MODELS)
    assert list(frame["metrics.accuracy"]) == [0.65, 0.87, 0.86]
    assert list(frame["params.name"]) == list(MODELS)
    assert str(frame["created"].dt.tz) == "UTC"
    assert abs(frame["created"].iloc[0] - pd.Timestamp.now("UTC")) < pd.Timedelta("1h")


def test_a_list_is_sorted_by_every_column_of_its_table() -> None:
    for name, (depth, kernel) in {"a": (10, "rbf"), "b": (9, "linear")}.items():
        with track_experiment(name, capture=False, params={"C": depth, "kernel": kernel}) as exp:
            exp.log_metric("params.C", 1 / depth)
    found = list_experiments()
    baseline = list(MODELS)
    expected = found.to_dataframe().sort_values("params.kernel", kind="stable")["name"]
    assert [exp.name for exp in found.sorted("params.kernel")] == list(expected)
    assert [exp.name for exp in found.sorted("created", reverse=True)][:2] == ["b", "a"]
    assert [exp.name for exp in found.sorted("name", reverse=True)] == [*baseline[::-1], "b", "a"]
    # A metric of that very name comes first.
    assert [exp.name for exp in found.sorted("params.C")] == ["a", "b", *baseline]


def test_an_unknown_name_to_sort_by_is_said_with_the_closest() -> None:
    for name in ("acuracy", "params.nam"):
        with pytest.warns(TrackingWarning, match=r"did you mean (metrics\.accuracy|params\.name)"):
            found = list_experiments().sorted(name)
        assert [exp.name for exp in found] == list(MODELS)
    assert len(ExperimentList([]).sorted("accuracy")) == 0


def test_values_without_an_order_are_refused_with_advice() -> None:
    track_experiment("text", capture=False, params={"name": 5}).finish()
    with pytest.raises(InvalidArgumentError, match=r"have no order .* sort by a function"):
        list_experiments().sorted("params.name")


def test_listing_of_nothing(project: Path) -> None:
    (project / ".specweave" / "increments" / "0043-empty").mkdir()
    listed = list_experiments("0043")
    assert len(listed) == 0
    assert listed.to_dataframe().empty


def test_comparison_is_written_as_in_the_document(experiments: Path) -> None:
    comparison = compare_experiments(increment="0042")

    text = (experiments / "comparison.md").read_text("utf-8")
    assert comparison.path == experiments / "comparison.md"
    assert "| Experiment | Accuracy | Precision | Recall | Training Time |" in text
    assert "| exp-002-xgboost | 0.87 | 0.85 | 0.83 |" in text
    assert "Best Model**: exp-002-xgboost" in text
    assert text.endswith(comparison.markdown)
    best = comparison.best
    assert best is not None
    assert best.name == "exp-002-xgboost"
    assert best.params["name"] == "exp-002-xgboost"
    assert any("accuracy" in reason for reason in comparison.reasons)
    assert comparison.primary_metric == "accuracy"
    assert [row["name"] for row in comparison.rows] == list(MODELS)
    assert [row["rank"] for row in comparison.rows] == [3, 1, 2]
    assert comparison.columns[0]["heading"] == "Accuracy"


def test_comparison_may_leave_the_file_alone(experiments: Path) -> None:
    path = experiments / "comparison.md"
    path.unlink(missing_ok=True)
    comparison = compare_experiments(metrics=["recall"], sort_by="recall", write=False)
    assert not path.exists()
    assert [column["key"] for column in comparison.columns if column["key"]] == ["recall"]


def test_comparison_of_a_series_keeps_its_order() -> None:
    names = ["exp-003-lightgbm", "exp-001-baseline"]
    comparison = compare_experiments(experiments=names, write=False)
    assert [row["name"] for row in comparison.rows] == names


def test_direction_can_be_given() -> None:
    comparison = compare_experiments(
        sort_by="accuracy", directions={"accuracy": "lower"}, write=False
    )
    assert comparison.best is not None
    assert comparison.best.name == "exp-001-baseline"


def test_nan_is_never_the_best() -> None:
    with track_experiment("diverged", capture=False) as exp:
        exp.log_metric("accuracy", math.nan)
    best = compare_experiments(write=False).best
    assert best is not None
    assert best.name == "exp-002-xgboost"


def test_comparison_for_people() -> None:
    comparison = compare_experiments(write=False)
    assert "exp-002-xgboost" in str(comparison)
    assert "<table" in comparison._repr_html_()
    assert len(comparison) == 3
    frame = comparison.to_dataframe()
    assert frame.loc[frame["best"], "name"].tolist() == ["exp-002-xgboost"]
    (axes,) = comparison.plot().axes
    assert axes.get_xlabel() == "accuracy (higher is better)"
    assert len(axes.patches) == 3


def test_comparison_of_nothing(project: Path) -> None:
    (project / ".specweave" / "increments" / "0043-empty").mkdir()
    comparison = compare_experiments("0043", write=False)
    assert comparison.best is None
    assert comparison.rows == []


def test_wrong_option_is_an_error() -> None:
    with pytest.raises(TrackingError):
        compare_experiments(directions={"accuracy": "sideways"}, write=False)


def test_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *arguments: Any, **named: Any) -> Any:
        if name.partition(".")[0] == "pandas":
            raise ImportError(name)
        return real(name, *arguments, **named)

    monkeypatch.setattr("importlib.import_module", without)
    with pytest.raises(MissingExtraError, match=r"pip install 'specweave-ml\[pandas\]'"):
        list_experiments().to_dataframe()


def test_html_escapes_everything() -> None:
    with track_experiment("<script>alert(1)</script>", capture=False) as exp:
        exp.log_param("<b>", "<i>")
        exp.log_note("<script>")
    for text in (exp._repr_html_(), list_experiments()._repr_html_()):
        assert "<script>" not in text
        assert "<i>" not in text


def test_history_as_dataframe() -> None:
    exp = load_experiment("exp-001")
    frame = exp.to_dataframe()
    assert list(frame.columns) == ["key", "step", "value", "time", "writer"]
    assert set(frame["key"]) == {"accuracy", "precision", "recall"}
    assert str(frame["time"].dt.tz) == "UTC"
