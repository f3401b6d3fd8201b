"""From the start of the process to the first stored point."""

from __future__ import annotations

import resource
import time
from pathlib import Path
from typing import Any

from trackbench.adapters.base import KEY, Adapter


def run(
    adapter: type[Adapter], folder: Path, options: dict[str, Any], import_seconds: float
) -> dict[str, Any]:
    """`spawned` is the monotonic time at which the parent started this process."""
    begin = time.monotonic()
    tool = adapter(folder)
    tool.start("cold", {"depth": 6})
    opened = time.monotonic()
    tool.log(tool.key(KEY), 0.5, 0)
    logged = time.monotonic()
    tool.finish()
    return {
        "total_ms": (logged - options["spawned"]) * 1e3,
        "import_ms": import_seconds * 1e3,
        "open_ms": (opened - begin) * 1e3,
        "first_log_ms": (logged - opened) * 1e3,
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
