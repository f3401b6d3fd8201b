"""Times that other trackers write in UTC without saying so."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any


def utc(text: Any) -> float | None:
    """Return seconds since 1970; None for what is not a time of ISO 8601."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()
