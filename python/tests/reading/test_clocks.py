"""Clocks that are wrong by thousands of years."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from specweave_ml.reading.properties import Note
from specweave_ml.values.times import moment


@pytest.mark.parametrize("seconds", [0.0, 1.5, -1.0, -62_135_596_800.0, 253_402_300_799.0])
def test_times_that_python_knows_are_exact(seconds: float) -> None:
    assert moment(seconds).timestamp() == seconds


@pytest.mark.parametrize(
    ("seconds", "closest"),
    [
        (253_402_300_800.0, datetime.max),
        (1e20, datetime.max),
        (1.7e308, datetime.max),
        (-62_135_596_801.0, datetime.min),
        (-1e20, datetime.min),
    ],
)
def test_of_other_times_the_closest_is_told(seconds: float, closest: datetime) -> None:
    assert moment(seconds) == closest.replace(tzinfo=timezone.utc)
    assert Note.of({"text": "n", "time": seconds}).time == moment(seconds)
