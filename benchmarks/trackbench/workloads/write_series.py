"""Writes one long series, for `read_series` to read."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from trackbench.adapters.base import KEY, Adapter


def run(
    adapter: type[Adapter], folder: Path, options: dict[str, Any], import_seconds: float
) -> dict[str, Any]:
    """By the tool's call for a whole series where it has one."""
    tool = adapter(folder)
    tool.start("series", {"depth": 6})
    values = [step / 7 for step in range(options["points"])]
    begin = time.perf_counter()
    tool.log_series(tool.key(KEY), values)
    tool.finish()
    return {"seconds": time.perf_counter() - begin}
