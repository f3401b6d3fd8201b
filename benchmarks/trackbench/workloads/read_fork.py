"""What of `fork`'s points a new process finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trackbench.adapters.base import KEY, Adapter
from trackbench.workloads.fork import POINTS


def run(
    adapter: type[Adapter], folder: Path, options: dict[str, Any], import_seconds: float
) -> dict[str, Any]:
    """Points of before, parent and child, of 100 each."""
    tool = adapter(folder)
    tool.prepare_reading()
    values = {round(float(value)) for value in tool.points(KEY)}
    names = ("before", "parent", "child")
    return {
        name: len(values & set(range(POINTS * index, POINTS * (index + 1))))
        for index, name in enumerate(names)
    }
