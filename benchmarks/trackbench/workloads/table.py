"""Parameters and last metrics of all runs that `short_runs` made, read by a new process."""

from __future__ import annotations

import resource
import time
from pathlib import Path
from typing import Any

from trackbench.adapters.base import Adapter


def run(
    adapter: type[Adapter], folder: Path, options: dict[str, Any], import_seconds: float
) -> dict[str, Any]:
    """Fails when not every run is found."""
    tool = adapter(folder)
    begin = time.perf_counter()
    tool.prepare_reading()
    prepared = time.perf_counter()
    found = tool.table()
    end = time.perf_counter()
    if found != options["expected"]:
        raise SystemExit(f"{found} of {options['expected']} runs were found")
    return {
        "seconds": end - prepared,
        "us_each": (end - prepared) / found * 1e6,
        "prepare_seconds": prepared - begin,
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
