"""Values as the packages of the field give them: reports, rows of tables, dicts by steps, dates."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import classification_report

from specweave import Experiment, track_experiment
from specweave_ml.errors import TrackingWarning

NOON = datetime(2026, 1, 2, 12, tzinfo=timezone.utc)


@pytest.fixture
def exp() -> Iterator[Experiment]:
    with track_experiment("forms", "0042", capture=False) as experiment:
        yield experiment


def test_a_classification_report_is_groups_of_metrics(exp: Experiment) -> None:
    report = classification_report([0, 1, 1], [0, 1, 0], output_dict=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exp.log_metrics(report, step=3)

    assert exp.metrics["accuracy"] == report["accuracy"]
    assert exp.metrics["macro avg/precision"] == report["macro avg"]["precision"]
    assert exp.metrics["1/recall"] == 0.5
    assert list(exp.history("1/f1-score").steps) == [3]


def test_groups_within_groups_and_what_holds_itself(exp: Experiment) -> None:
    exp.log_metrics({"a": {"b": {"c": 1.0}}, "d": 2}, e=3)
    assert dict(exp.metrics) == {"a/b/c": 1.0, "d": 2.0, "e": 3.0}

    endless: dict[str, Any] = {"x": 1.0}
    endless["again"] = endless
    with pytest.warns(TrackingWarning, match="not a number"):
        exp.log_metrics(endless)
    assert exp.metrics["x"] == 1.0


def test_a_value_in_a_group_that_is_no_number_is_named_in_full(exp: Experiment) -> None:
    with pytest.warns(TrackingWarning, match="metric 'test/name' was not recorded: 'abc' is str"):
        exp.log_metrics({"test": {"name": "abc", "loss": 0.5}})
    assert dict(exp.metrics) == {"test/loss": 0.5}


def test_a_row_of_a_table_is_its_values_by_column(exp: Experiment) -> None:
    table = pd.DataFrame({"loss": [0.5, 0.25], "epoch": [1, 2]})
    exp.log_metrics(table.iloc[1])
    exp.log_params(pd.Series({"depth": 6, "kind": "tree"}))

    assert dict(exp.metrics) == {"loss": 0.25, "epoch": 2.0}
    assert exp.params == {"depth": 6, "kind": "tree"}


def test_a_dict_is_a_series_by_its_steps(exp: Experiment) -> None:
    exp.log_series("loss", {10: 0.5, 20: 0.25})
    with pytest.warns(TrackingWarning, match="a dict has its steps as keys"):
        exp.log_series("other", {10: 0.5}, steps=[1])

    assert list(exp.history("loss").steps) == [10, 20]
    assert list(exp.history("loss").values) == [0.5, 0.25]


@pytest.mark.parametrize(
    "times",
    [
        [NOON, NOON],
        [NOON.timestamp()] * 2,
        pd.Series([NOON, NOON]),
        pd.DatetimeIndex([NOON, NOON]),
        pd.to_datetime(["2026-01-02T12:00", "2026-01-02T12:00"]),
        np.array(["2026-01-02T12:00"] * 2, dtype="datetime64[s]"),
        pd.Series(["2026-01-02T12:00"] * 2, dtype="datetime64[us]"),
        np.array([NOON.timestamp()] * 2),
    ],
    ids=lambda value: type(value).__name__,
)
def test_times_may_be_dates(exp: Experiment, times: Any) -> None:
    exp.log_series("loss", [1.0, 2.0], times=times)
    assert list(exp.history("loss").times) == [NOON.timestamp()] * 2


@pytest.mark.parametrize(
    "duration", [timedelta(seconds=3), pd.Timedelta("3s")], ids=["datetime", "pandas"]
)
def test_a_duration_is_refused_with_advice(exp: Experiment, duration: Any) -> None:
    with pytest.warns(TrackingWarning, match=r"is a duration; give its total_seconds\(\)"):
        exp.log_metric("took", duration)


def test_a_missing_date_is_refused(exp: Experiment) -> None:
    with pytest.warns(TrackingWarning, match="some times are missing"):
        exp.log_series("loss", [1.0, 2.0], times=pd.to_datetime(["2026-01-02", "NaT"]))
