"""One metric's history, read by a new process."""

from __future__ import annotations

import resource
import time
from pathlib import Path
from typing import Any

from trackbench.adapters.base import KEY, Adapter


def run(
    adapter: type[Adapter], folder: Path, options: dict[str, Any], import_seconds: float
) -> dict[str, Any]:
    """Says how many points came back; what a tool lost or thinned out shows there."""
    tool = adapter(folder)
    begin = time.perf_counter()
    tool.prepare_reading()
    prepared = time.perf_counter()
    found = len(tool.points(KEY))
    seconds = time.perf_counter() - prepared
    return {
        "seconds": seconds,
        "us_each": seconds / max(found, 1) * 1e6,
        "prepare_seconds": prepared - begin,
        "found": found,
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
