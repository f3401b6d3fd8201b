"""Logs until it is killed, and counts each acknowledged point in a file that outlives it."""

from __future__ import annotations

import mmap
import os
import struct
from pathlib import Path
from typing import Any

from trackbench.adapters.base import KEY, Adapter


def run(
    adapter: type[Adapter], folder: Path, options: dict[str, Any], import_seconds: float
) -> dict[str, Any]:
    """Point number n has the value n; the counter is raised after the call returned."""
    file = os.open(options["counter"], os.O_RDWR)
    acknowledged = mmap.mmap(file, 8)
    tool = adapter(folder)
    tool.start("victim", {"depth": 6})
    key, step = tool.key(KEY), 0
    while True:
        tool.log(key, float(step), step)
        step += 1
        struct.pack_into("<q", acknowledged, 0, step)
