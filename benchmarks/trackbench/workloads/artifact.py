"""One large file saved with a run."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from trackbench.adapters.base import Adapter


def run(
    adapter: type[Adapter], folder: Path, options: dict[str, Any], import_seconds: float
) -> dict[str, Any]:
    """The call, and the end of the run, where some tools do the copying."""
    tool = adapter(folder)
    tool.start("artifact", {"depth": 6})
    begin = time.perf_counter()
    tool.save(Path(options["file"]))
    saved = time.perf_counter()
    tool.finish()
    end = time.perf_counter()
    return {
        "seconds": end - begin,
        "call_seconds": saved - begin,
        "finish_seconds": end - saved,
    }
