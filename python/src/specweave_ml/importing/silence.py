"""Whether a run has ended, where its tool does not say so."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable

ENOUGH = 3600.0
"""A run of which nothing was heard for so many seconds counts as ended."""


def status_after(last: float | None) -> str:
    """Return "completed", or "running" where something was heard in the last hour."""
    return "running" if last is not None and time.time() - last < ENOUGH else "completed"


def last_written(paths: Iterable[str]) -> float | None:
    """Return when the latest of some files was written to; None if none is there."""
    times = []
    for path in paths:
        try:
            times.append(os.stat(path).st_mtime)
        except OSError:
            continue
    return max(times, default=None)
