"""A time is the same, whichever way it is read, and however it was given."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pandas as pd

from specweave import export_experiments, list_experiments, track_experiment
from specweave_ml.values.times import moment, moments

BEGIN = 1_795_343_400
HALVES = [BEGIN + 0.0078125, BEGIN + 0.0234375, 0.0078125, -0.0078125]
"""Between two microseconds: which of them it becomes is a rule."""
AWKWARD = [*HALVES, BEGIN + 0.1, BEGIN + 0.123456, BEGIN + 0.9999999, 1e9 / 3, 0.0, -1.5]


def test_points_and_their_data_frame_have_the_same_times(project: Path) -> None:
    with track_experiment("x", capture=False) as exp:
        exp.log_series("m", [0.5] * len(AWKWARD), times=AWKWARD)
    history = exp.history("m")
    assert list(history.times) == AWKWARD
    points = [point.time for point in history]
    assert points == [moment(time) for time in AWKWARD]
    assert [time.to_pydatetime() for time in history.to_dataframe()["time"]] == points


def test_a_time_that_is_missing_or_out_of_range_is_missing(project: Path) -> None:
    column = moments(pd, [1.5, None, float("nan"), float("inf"), 1e300])
    assert list(column.isna()) == [False, True, True, True, True]


def test_an_experiment_its_listing_and_its_export_have_the_same_times(project: Path) -> None:
    for number in range(20):
        track_experiment(f"x-{number}", capture=False).finish()
    listed = list_experiments()
    frame = listed.to_dataframe()
    table = list(csv.DictReader(io.StringIO(str(export_experiments(fields="name,created,ended")))))
    for exp, created, ended, row in zip(
        listed, frame["created"], frame["ended"], table, strict=True
    ):
        assert (row["name"], created.to_pydatetime()) == (exp.name, exp.created)
        for time, name in ((created, "created"), (ended, "ended")):
            assert datetime.fromisoformat(row[name].replace("Z", "+00:00")) == time.to_pydatetime()


def test_dates_of_any_package_are_the_same_number(project: Path) -> None:
    start = datetime(2026, 11, 22, 10, 30, tzinfo=timezone.utc)
    dates = [start + timedelta(microseconds=7_654_321 * number) for number in range(500)]
    plain = [date.replace(tzinfo=None) for date in dates]
    forms = {
        "datetime": dates,
        "pandas": pd.DatetimeIndex(dates),
        "numpy": np.array(plain, dtype="datetime64[us]"),
        "nanoseconds": np.array(plain, dtype="datetime64[ns]"),
    }
    with track_experiment("x", capture=False) as exp:
        for key, times in forms.items():
            exp.log_series(key, [0.5] * len(dates), times=times)
    expected = [date.timestamp() for date in dates]
    for key in forms:
        assert list(exp.history(key).times) == expected, key
        assert [point.time for point in exp.history(key)] == dates
