"""Times as Python's datetime."""

from __future__ import annotations

from datetime import datetime, timezone


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
