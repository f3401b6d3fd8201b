"""Where several are asked for, one may stand alone: a text is never taken for its letters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from specweave import (
    AutoTracker,
    ExperimentMetadata,
    InvalidArgumentError,
    ModelExperiment,
    TrackingWarning,
    compare_experiments,
    compare_models,
    load_experiment,
    register_tracking_backend,
    run_experiments,
    track_experiment,
)
from specweave_ml.tracking import backends

X, y = load_iris(return_X_y=True)


def two() -> list[Any]:
    found = []
    for name, auc in (("dummy", 0.5), ("deep", 0.9)):
        with track_experiment(name, "0042", capture=False) as exp:
            exp.log_metrics({"auc": auc, "loss": 1 - auc})
        found.append(exp)
    return found


def test_a_comparison_takes_one_experiment_metric_or_note() -> None:
    dummy, _ = two()
    comparison = compare_experiments(
        "0042", metrics="auc", only="dummy", notes="The split is by user."
    )
    assert [row["name"] for row in comparison.rows] == ["dummy"]
    assert [one["key"] for one in comparison.columns if one["kind"] == "metric"] == ["auc"]
    assert "- The split is by user.\n" in comparison.markdown
    assert [row["name"] for row in compare_experiments("0042", only=dummy).rows] == ["dummy"]
    assert len(compare_experiments("0042", experiments="deep")) == 1


def test_directions_are_by_metric() -> None:
    two()
    with pytest.raises(InvalidArgumentError, match=r"as \{'loss': 'lower'\}"):
        compare_experiments("0042", directions="lower")  # type: ignore[arg-type]


@pytest.mark.parametrize("tags", ["baseline", ["baseline"], ("baseline",), {"baseline"}])
def test_tags_are_one_or_several_everywhere(tags: Any) -> None:
    tracker = AutoTracker(tags=tags)

    @tracker.track(name="auto")
    def train() -> float:
        return 0.5

    train()
    track_experiment("plain", tags=tags, capture=False).finish()
    track_experiment(ExperimentMetadata("about", tags=tags), capture=False).finish()
    with track_experiment("later", capture=False) as exp:
        exp.add_tag(tags)
        exp.add_tag("another", ["third"])
        exp.remove_tag(["another"], "third")
    for name in ("auto", "plain", "about", "later"):
        assert load_experiment(name).tags == ["baseline"]


def test_a_dict_of_tags_is_refused_for_its_values_would_be_lost() -> None:
    with pytest.raises(InvalidArgumentError, match="tags takes one or a list of them, not a dict"):
        track_experiment("a", tags={"team": "vision"}, capture=False)
    with track_experiment("b", capture=False) as exp:
        for wrong in ({"team": "vision"}, 5):
            with pytest.warns(TrackingWarning, match="was not recorded: add_tag"):
                exp.add_tag(wrong, "kept")  # type: ignore[arg-type]
    assert load_experiment("b").tags == ["kept"]


def test_trackers_are_told_each_tag_of_a_list() -> None:
    added: list[str] = []

    class Mine:
        def add_tag(self, tag: str) -> None:
            added.append(tag)

    register_tracking_backend(Mine)
    try:
        with track_experiment("mine", tags="first", capture=False) as exp:
            exp.add_tag(["second", "third"], "fourth")
    finally:
        backends._registered.clear()
    assert added == ["first", "second", "third", "fourth"]


def test_a_rationale_is_one_or_several() -> None:
    with track_experiment("a", capture=False) as exp:
        exp.select("It is fast.")
        assert exp.selection is not None
        assert exp.selection["rationale"] == ["It is fast."]
        exp.select(["It is fast.", "It is small."])
        with pytest.warns(TrackingWarning, match="rationale takes one or a list"):
            exp.select(5)  # type: ignore[arg-type]
    selection = load_experiment("a").selection
    assert selection is not None
    assert selection["rationale"] == ["It is fast.", "It is small."]


def test_the_columns_of_a_table_are_one_or_several() -> None:
    with track_experiment("a", capture=False) as exp:
        path = exp.log_table("losses", [[0.5], [0.25]], columns="loss")
    assert (exp.path / str(path)).read_text("utf-8") == "loss\n0.5\n0.25\n"


def test_a_pipeline_is_one_model_and_not_its_steps(experiments: Path) -> None:
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
    comparison = compare_models(model, X, y, metrics="accuracy", increment="0042", capture=False)
    assert [row["name"] for row in comparison.rows] == ["logistic-regression"]
    assert comparison.rows[0]["values"]["accuracy"] == model.score(X, y)
    lone = ModelExperiment("lone", LogisticRegression, {"max_iter": 500})
    compared = run_experiments(lone, X, y, X, y, increment="0042", capture=False)
    assert [row["name"] for row in compared.rows] == ["lone"]
    with pytest.raises(InvalidArgumentError, match="models takes one or a list"):
        compare_models(5, X, y, increment="0042")  # type: ignore[call-overload]
