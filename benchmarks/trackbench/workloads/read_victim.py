"""How many of the points that `victim` saw acknowledged a new process finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trackbench.adapters.base import KEY, Adapter


def run(
    adapter: type[Adapter], folder: Path, options: dict[str, Any], import_seconds: float
) -> dict[str, Any]:
    """A store that cannot be read at all has lost everything."""
    tool = adapter(folder)
    try:
        tool.prepare_reading()
        values = {round(float(value)) for value in tool.points(KEY)}
    except Exception as error:  # any failure of any peer's reader means the same here
        return {"lost": options["acknowledged"], "error": f"{type(error).__name__}: {error}"[:200]}
    found = len(values & set(range(options["acknowledged"])))
    return {"lost": options["acknowledged"] - found}
