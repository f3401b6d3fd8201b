"""Values as the packages of the field give them: reports, rows of tables, dicts by steps, dates."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.metrics import classification_report

from specweave import Experiment, ExperimentPipeline, track_experiment
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
    ("index", "steps"),
    [
        ([10, 20], [10, 20]),
        (pd.RangeIndex(4, 6), [4, 5]),
        (np.array([7, 3], np.uint8), [7, 3]),
        ([1.0, 2.0], [1, 2]),
        (None, [2, 3]),  # the default index says nothing: the count continues
        (["a", "b"], [2, 3]),
    ],
    ids=str,
)
def test_an_index_of_numbers_is_the_steps(exp: Experiment, index: Any, steps: list[int]) -> None:
    exp.log_series("loss", [9.0, 9.0])
    exp.log_series("loss", pd.Series([0.5, 0.25], index=index))
    exp.log_series("other", pd.Series([0.5, 0.25], index=index), steps=[1, 2])

    assert list(exp.history("loss").steps) == [0, 1, *steps]
    assert list(exp.history("loss").values) == [9.0, 9.0, 0.5, 0.25]
    assert list(exp.history("other").steps) == [1, 2]


def test_an_index_of_dates_is_the_times(exp: Experiment) -> None:
    index = pd.DatetimeIndex(["2026-01-02T12:00", "2026-01-02T12:00:00.25"])
    exp.log_series("loss", pd.Series([0.5, 0.25], index=index))
    exp.log_series("zoned", pd.Series([0.5, 0.25], index=index.tz_localize("Asia/Tokyo")))
    noon = NOON.timestamp()
    assert list(exp.history("loss").times) == [noon, noon + 0.25]
    assert list(exp.history("zoned").times) == [noon - 9 * 3600, noon - 9 * 3600 + 0.25]
    assert list(exp.history("loss").steps) == [0, 1]


def test_an_index_that_is_no_step_is_refused(exp: Experiment) -> None:
    with pytest.warns(TrackingWarning, match=r"the step 0\.5 is not an integer"):
        exp.log_series("loss", pd.Series([1.0, 2.0], index=[0.5, 1.0]))


NAIVE = NOON.replace(tzinfo=None)
ZONED = NOON.astimezone(timezone(timedelta(hours=9)))


@pytest.mark.parametrize(
    "times",
    [
        [NAIVE, NAIVE],
        (NAIVE, ZONED),
        np.array([NAIVE, ZONED], object),
        pd.Series([NAIVE, NAIVE]),
        pd.DatetimeIndex([NAIVE, NAIVE]),
        [pd.Timestamp(NAIVE), pd.Timestamp(NOON)],
        [np.datetime64("2026-01-02T12:00", unit) for unit in ("s", "ns")],
        np.array([NAIVE, NAIVE], "datetime64[h]"),
        pl.Series([NAIVE, NAIVE]),
        pl.Series([ZONED, NOON]),
        iter([ZONED, NOON]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_times_without_a_zone_are_of_utc_wherever_they_come_from(
    exp: Experiment, times: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            exp.log_series("loss", [1.0, 2.0], times=times)
        assert list(exp.history("loss").times) == [NOON.timestamp()] * 2
        # Python alone would take its own as local.
        plain = isinstance(times, (list, tuple, np.ndarray)) and type(times[0]) is datetime
        assert ["taken as UTC" in str(one.message) for one in said] == [True] * plain
    finally:
        monkeypatch.undo()
        time.tzset()


def test_days_are_their_first_moment_and_far_ones_stay_where_they_are(exp: Experiment) -> None:
    exp.log_series("day", [1.0, 2.0], times=[NOON.date(), NOON.date()])
    assert list(exp.history("day").times) == [NOON.timestamp() - 12 * 3600] * 2
    exp.log_series("far", [1.0], times=np.array(["2400-01-01"], "datetime64[D]"))
    far = datetime(2400, 1, 1, tzinfo=timezone.utc)
    assert list(exp.history("far").times) == [far.timestamp()]


@pytest.mark.parametrize(
    "times",
    [[pd.NaT, NOON], [np.datetime64("NaT")] * 2, [float("nan"), 1.0], [pd.Timestamp("NaT")] * 2],
    ids=str,
)
def test_missing_times_are_refused(exp: Experiment, times: Any) -> None:
    with pytest.warns(TrackingWarning, match="some times are missing"):
        exp.log_series("loss", [1.0, 2.0], times=times)


@pytest.mark.parametrize("times", [5, [NOON, "2026-01-02"]], ids=str)
def test_what_are_no_times_are_refused(exp: Experiment, times: Any) -> None:
    with pytest.warns(TrackingWarning, match="series 'loss' was not recorded"):
        exp.log_series("loss", [1.0, 2.0], times=times)


@pytest.mark.parametrize("unit", ["ns", "s"])
def test_durations_and_dates_of_numpy_are_no_numbers(exp: Experiment, unit: str) -> None:
    took = np.array([1, 2], f"timedelta64[{unit}]")
    days = np.array(["2026-01-02"] * 2, f"datetime64[{unit}]")
    for number, values in enumerate((took, list(took), pd.Series(took), days, list(days))):
        with pytest.warns(TrackingWarning, match="is not a number"):
            exp.log_series(f"series {number}", values)
    for value in (took[0], days[0], took[:1]):
        with pytest.warns(TrackingWarning, match="is not a number"):
            exp.log_metric(f"value {value!r}", value)
        with pytest.warns(TrackingWarning, match="is not a step"):
            exp.log_metric(f"step {value!r}", 1.0, step=value)
    assert dict(exp.metrics) == {}


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


def test_one_is_not_told_in_the_plural(exp: Experiment) -> None:
    with pytest.warns(TrackingWarning, match="1 value but 2 of steps"):
        exp.log_series("loss", [1.0], steps=[1, 2])
    with pytest.warns(TrackingWarning, match="2 values but 1 of times"):
        exp.log_series("loss", [1.0, 2.0], times=[1.0])
    exp.log_metric("loss", 1.0)
    assert repr(exp.history("loss")) == "<History of 'loss': 1 point>"
    pipeline = ExperimentPipeline("full", capture=False)
    pipeline.stage("a").finish()
    assert "of 1 stage in" in repr(pipeline)
