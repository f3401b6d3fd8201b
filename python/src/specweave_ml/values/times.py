"""Times as Python's datetime."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any

LATEST = 9.2e12
"""Seconds, of which 64 bits hold the microseconds."""
MISSING = -(2**63)
"""What numpy and pandas take for a time that is missing."""


def moment(seconds: float) -> datetime:
    """Return the time in UTC, so many seconds after 1970.

    A clock may be wrong by any amount, and Python knows the years from 1 to 9999: of others the
    closest time is given.
    """
    try:
        return datetime.fromtimestamp(seconds, timezone.utc)
    except (OverflowError, OSError, ValueError):
        closest = datetime.max if seconds > 0 else datetime.min
        return closest.replace(tzinfo=timezone.utc)


def moments(frames: Any, seconds: Iterable[float | None]) -> Any:
    """Return times as a column of pandas, each the one that `moment` returns.

    What is no time, and what pandas does not hold, is missing.
    """
    import numpy

    times = numpy.asarray(seconds, dtype="float64")
    known = numpy.abs(times) < LATEST
    rest, whole = numpy.modf(numpy.where(known, times, 0.0))
    microseconds = whole.astype("int64") * 1_000_000 + numpy.rint(rest * 1e6).astype("int64")
    microseconds[~known] = MISSING
    column = frames.Series(microseconds)
    return frames.to_datetime(column, unit="us", utc=True, errors="coerce")
