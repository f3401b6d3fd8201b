"""`register_tracking_backend`: what is logged is forwarded to a tracker of the user's own."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

import specweave
from specweave import (
    Experiment,
    ExperimentPipeline,
    load_experiment,
    register_tracking_backend,
    track_experiment,
)
from specweave_ml.errors import InvalidArgumentError, TrackingWarning
from specweave_ml.tracking import backends

forwarded: list[tuple[Any, ...]] = []


@pytest.fixture(autouse=True)
def nobody_registered() -> Iterator[None]:
    forwarded.clear()
    yield
    backends._registered.clear()


class MyCustomTracker:
    def __init__(self, experiment: Experiment) -> None:
        self.name = experiment.name

    def log_param(self, key: str, value: Any) -> None:
        forwarded.append((self.name, "param", key, value))

    def log_metric(self, key: str, value: float, step: int | None) -> None:
        forwarded.append((self.name, "metric", key, value, step))

    def log_note(self, text: str) -> None:
        forwarded.append((self.name, "note", text))

    def add_tag(self, tag: str) -> None:
        forwarded.append((self.name, "tag", tag))

    def log_artifact(self, path: str) -> None:
        forwarded.append((self.name, "artifact", Path(path).read_text("utf-8")))

    def finish(self, status: str) -> None:
        forwarded.append((self.name, "finish", status))


def test_everything_that_is_logged_is_told_and_stored() -> None:
    register_tracking_backend(MyCustomTracker)
    with track_experiment("mine", "0042", params={"depth": 6}, tags=["first"]) as exp:
        exp.log_param("rate", 0.1)
        exp.log_param("layers", [1, 2])
        exp.log_params({"a": 1}, b=2)
        exp.log_metric("loss", 0.5)
        exp.log_metric("loss", 0.25, step=7)
        exp.log_metrics({"auc": 0.9}, step=1, f1=0.8)
        exp.log_series("curve", np.array([1.0, 2.0]), steps=[3, 4])
        exp.log_note("so far")
        exp.add_tag("second", "third")
        exp.save_artifact("notes.txt", "text")

    assert forwarded == [
        ("mine", "param", "depth", 6),
        ("mine", "tag", "first"),
        ("mine", "param", "rate", 0.1),
        ("mine", "param", "layers", [1, 2]),
        ("mine", "param", "a", 1),
        ("mine", "param", "b", 2),
        ("mine", "metric", "loss", 0.5, None),
        ("mine", "metric", "loss", 0.25, 7),
        ("mine", "metric", "auc", 0.9, 1),
        ("mine", "metric", "f1", 0.8, 1),
        ("mine", "metric", "curve", 1.0, 3),
        ("mine", "metric", "curve", 2.0, 4),
        ("mine", "note", "so far"),
        ("mine", "tag", "second"),
        ("mine", "tag", "third"),
        ("mine", "artifact", "text"),
        ("mine", "finish", "completed"),
    ]
    found = load_experiment("mine")
    assert found.params["layers"] == [1, 2]
    assert list(found.history("loss").steps) == [0, 7]
    assert list(found.history("curve").steps) == [3, 4]
    assert found.artifact_path("notes.txt").read_text("utf-8") == "text"


@pytest.mark.parametrize(
    ("values", "steps", "expected"),
    [
        ({10: 0.5, 20: 0.25}, None, [(0.5, 10), (0.25, 20)]),
        (pd.Series([0.5, 0.25], index=[10, 20]), None, [(0.5, 10), (0.25, 20)]),
        (pd.Series([0.5, 0.25]), None, [(0.5, None), (0.25, None)]),
        (iter([0.5, 0.25]), iter([1, 2]), [(0.5, 1), (0.25, 2)]),
        (torch.tensor([0.5, 0.25]), None, [(0.5, None), (0.25, None)]),
    ],
    ids=["dict", "Series", "default index", "iterators", "tensor"],
)
def test_a_series_is_told_as_it_is_stored(values: Any, steps: Any, expected: Any) -> None:
    register_tracking_backend(MyCustomTracker)
    with track_experiment("mine", "0042", capture=False) as exp:
        exp.log_series("loss", values, steps)
    assert [
        (value, step) for _, what, _, value, step in forwarded[:-1] if what == "metric"
    ] == expected
    history = load_experiment("mine").history("loss")
    assert list(history.values) == [0.5, 0.25]
    counted = [place if step is None else step for place, (_, step) in enumerate(expected)]
    assert list(history.steps) == counted


def test_what_is_no_series_is_a_warning_and_nothing_is_told() -> None:
    register_tracking_backend(MyCustomTracker)
    with track_experiment("mine", "0042", capture=False) as exp:
        with pytest.warns(TrackingWarning, match="int is not a series"):
            exp.log_series("loss", 5)  # type: ignore[arg-type]
        exp.log_metrics({"macro avg": {"precision": 0.5}})
    assert forwarded[:-1] == [("mine", "metric", "macro avg/precision", 0.5, None)]


def test_a_tracker_may_take_less_and_several_values_at_once() -> None:
    @register_tracking_backend
    class Small:
        def log_params(self, params: dict[str, Any]) -> None:
            forwarded.append(("params", params))

        def log_metrics(self, metrics: dict[str, float]) -> None:
            forwarded.append(("metrics", metrics))

    with track_experiment("mine", "0042") as exp:
        exp.log_param("a", 1)
        exp.log_metrics({"x": 1.0, "y": 2.0}, step=3)

    assert forwarded == [("params", {"a": 1}), ("metrics", {"x": 1.0, "y": 2.0})]
    assert Small.__name__ == "Small"


def test_an_object_is_told_of_all_experiments_and_stages() -> None:
    class One:
        def log_metric(self, key: str, value: float) -> None:
            forwarded.append((key, value))

    register_tracking_backend(One())
    with track_experiment("a", "0042") as exp:
        exp.log_metric("in", 1.0)
    pipeline = ExperimentPipeline("pipeline", "0042")
    with pipeline.stage("load") as stage:
        stage.log_metric("rows", 10)

    assert forwarded == [("in", 1.0), ("rows", 10)]
    assert type(stage).__name__ == "Stage"


def test_what_a_tracker_raises_is_one_warning() -> None:
    @register_tracking_backend
    class Broken:
        def log_metric(self, key: str, value: float) -> None:
            raise OSError("no network")

    exp = track_experiment("mine", "0042")
    with pytest.warns(TrackingWarning, match="log_metric failed: OSError: no network") as raised:
        exp.log_metric("loss", 1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(4):
            exp.log_metric("loss", 1.0)
    exp.finish()

    assert raised[0].filename == __file__
    assert len(load_experiment("mine").history("loss").values) == 5


def test_a_tracker_that_does_not_start_is_left_out() -> None:
    @register_tracking_backend
    class Offline:
        def __init__(self) -> None:
            raise ConnectionError("nobody there")

        def log_metric(self, key: str, value: float) -> None: ...

    with pytest.warns(TrackingWarning, match="was not started: ConnectionError: nobody there"):
        exp = track_experiment("mine", "0042")
    exp.log_metric("loss", 1.0)
    exp.finish()
    assert load_experiment("mine").metrics["loss"] == 1.0


def test_taken_back_and_registered_twice() -> None:
    register_tracking_backend(MyCustomTracker)
    register_tracking_backend(MyCustomTracker)
    with track_experiment("a", "0042", capture=False) as exp:
        exp.log_metric("loss", 1.0)
    register_tracking_backend(MyCustomTracker, enabled=False)
    with track_experiment("b", "0042", capture=False) as other:
        other.log_metric("loss", 1.0)

    assert forwarded == [("a", "metric", "loss", 1.0, None), ("a", "finish", "completed")]
    assert type(other) is Experiment
    assert isinstance(exp, Experiment)


def test_what_is_no_tracker_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="has none of the methods log_param"):
        register_tracking_backend(object())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        track_experiment("a", "0042").finish()
    assert specweave.register_tracking_backend is register_tracking_backend
