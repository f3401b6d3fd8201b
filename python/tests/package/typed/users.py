"""What users write, as the type checkers see it; `assert_type` says what they must find out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from typing_extensions import assert_type

import specweave
from specweave import (
    AutoTracker,
    Comparison,
    CrossValidation,
    Experiment,
    ExperimentList,
    ExperimentMetadata,
    ExperimentPipeline,
    History,
    SweepResults,
    autolog,
    compare_experiments,
    compare_models,
    current_experiment,
    list_experiments,
    load_experiment,
    register_tracking_backend,
    track_cross_validation,
    track_experiment,
    track_grid_search,
    track_hyperparameters,
    track_model,
)


def a_training(model: Any, losses: list[float]) -> str:
    with track_experiment("xgboost-v1", increment="0042", tags=["baseline"]) as exp:
        assert_type(exp, Experiment)
        exp.log_param("n_estimators", 100)
        exp.log_params({"max_depth": 6}, learning_rate=0.1)
        for epoch, loss in enumerate(losses):
            exp.log_metric("loss", loss, step=epoch)
        exp.log_metrics({"auc": 0.87, "accuracy": 1}, step=3)
        exp.log_series("curve", losses, steps=range(len(losses)))
        exp.save_model(model, "model.pkl")
        exp.save_artifact("settings.json", {"a": 1})
        exp.save_artifact(Path("report.html"))
        exp.log_note("done")
        exp.add_tag("production", "checked")
    exp.set_status("failed")
    return assert_type(exp.status, str)


def numbers_of_other_packages(table: pd.DataFrame, tensor: torch.Tensor) -> None:
    exp = track_experiment()
    exp.log_metric("loss", tensor, step=np.int64(3))
    exp.log_metric("loss", np.float32(0.5), step=tensor)
    exp.log_metrics({"loss": tensor, "auc": np.float64(0.5)}, step=np.array([5]))
    exp.log_metrics(table.iloc[0])
    exp.log_metrics({"macro avg": {"precision": 0.5}})
    exp.log_params(table.iloc[0])
    exp.log_series("loss", table["loss"], steps=table["step"], times=table["time"])
    exp.log_series("loss", np.zeros(3), steps=np.arange(3), times=[datetime.now(), date.today()])
    exp.log_series("loss", {np.int64(3): 0.5}, times=pd.DatetimeIndex(["2026-01-02"]))
    exp.log_text("report", "good", step=np.int64(3))
    exp.add_tag(["a", "b"], "c")


def with_metadata() -> Experiment:
    metadata = ExperimentMetadata(name="v3", description="with features", tags=["a"], author="me")
    return track_experiment(metadata, increment=42)


def without_a_block() -> None:
    exp = track_experiment()
    exp.log_metric("loss", 0.5)
    exp.finish()
    assert_type(exp.path, Path)
    assert_type(exp.params, dict[str, Any])
    assert_type(exp.history("loss"), History)
    assert_type(exp.history("loss").values, "NDArray[np.float64] | NDArray[np.int64]")
    assert_type(exp.history("loss").steps, NDArray[np.int64])
    assert_type(float(exp.history("loss").values.mean()), float)
    assert_type(exp.duration, "float | None")
    assert_type(current_experiment(), "Experiment | None")


tracker = AutoTracker(increment="0042")


@tracker.track(name="auto")
def train(depth: int = 6, *, rate: float = 0.1) -> tuple[str, float]:
    return "model", depth * rate


@tracker.track
async def train_later(depth: int) -> float:
    return depth / 2


@tracker.track
def batches(count: int) -> Iterator[int]:
    yield from range(count)


async def decorated() -> None:
    assert_type(train(depth=3), tuple[str, float])
    assert_type(await train_later(2), float)
    assert_type(batches(3), Iterator[int])


def reading() -> None:
    found = list_experiments("0042")
    assert_type(found, ExperimentList)
    assert_type(found[0], Experiment)
    assert_type(list_experiments("all"), ExperimentList)
    assert_type(list_experiments(["0042", 43], limit=5), ExperimentList)
    assert_type(found[0].archive(force=True), None)
    assert_type(found[0].restore(), None)
    assert_type(found[0].delete(), None)
    assert_type([one.name for one in found], list[str])
    assert_type(load_experiment("xgboost-v1"), Experiment)
    comparison = compare_experiments(increment="0042", metrics=["auc"], sort_by="auc")
    assert_type(comparison, Comparison)
    assert_type(comparison.best, "Experiment | None")
    compare_experiments(only=found[0], notes="A sentence", metrics="auc")


def searching(model: Any, scorer: Any, X: Any, y: Any) -> None:  # noqa: N803 - as the field writes it
    best, results = track_grid_search(model, {"max_depth": [3, 6]}, X, y, increment="0042")
    assert_type(results, SweepResults)
    assert_type(results[0], Experiment)
    sampled = track_hyperparameters(type(model), {"max_depth": [3]}, X, y, n_iter=3)
    assert_type(sampled.best_params_, "dict[str, Any] | None")
    folds = track_cross_validation(model, X, y, cv=5, scoring=["accuracy", "f1_macro"])
    assert_type(folds, CrossValidation)
    assert_type(folds.summary["accuracy"].mean, float)
    assert_type(compare_models({"a": best}, X, y, X, y, increment="0042"), Comparison)
    assert_type(compare_models([best], X, y, metrics=["accuracy"]), Comparison)
    scorers = {"f1": scorer, "auc": "roc_auc"}
    assert_type(compare_models([best], X, y, metrics=scorers, pos_label="yes"), Comparison)
    track_cross_validation(model, X, y, scoring=[scorer, "accuracy"])


def stages(rows: list[int]) -> None:
    pipeline = ExperimentPipeline("recommendation-full-pipeline")
    with pipeline.stage("preprocessing") as stage:
        stage.log_metric("rows", len(rows))
    with pipeline.stage("training", depends_on="preprocessing") as stage:
        assert_type(stage.name, str)


@register_tracking_backend
class MyCustomTracker:
    def __init__(self, experiment: Experiment) -> None:
        self.name = experiment.name

    def log_metric(self, key: str, value: float) -> None: ...


def wrappers(model: Any) -> None:
    autolog(increment="0042", models=False)
    autolog(False)
    with track_model("xgboost", increment="0042") as tracked:
        tracked.save_artifact(model, "model.pkl")
    assert_type(MyCustomTracker(tracked.experiment), MyCustomTracker)
    assert_type(specweave.__version__, str)
