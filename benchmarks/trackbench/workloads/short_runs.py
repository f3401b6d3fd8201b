"""Many small runs in one process: start, one parameter, five metrics, finish."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from trackbench.adapters.base import Adapter


def run(
    adapter: type[Adapter], folder: Path, options: dict[str, Any], import_seconds: float
) -> dict[str, Any]:
    """As many as asked for, fewer when the seconds are up; `created` says how many.

    In C, `first` is the number that the names begin with, for processes that make runs together.
    """
    tool = adapter(folder)
    costs: list[float] = []
    end = time.perf_counter() + options["seconds"]
    for number in range(options["runs"]):
        begin = time.perf_counter()
        tool.start(f"run-{number:05d}", {"depth": float(number % 10)})
        for metric in range(5):
            tool.log(tool.key(f"m{metric}"), number / 1000, 0)
        tool.finish()
        costs.append(time.perf_counter() - begin)
        if begin > end:
            break
    return {
        "mean_ms": sum(costs) / len(costs) * 1e3,
        "median_ms": sorted(costs)[len(costs) // 2] * 1e3,
        "created": len(costs),
    }
