"""100 points, a fork, 100 more in the parent and 100 in the child: which of them are kept?"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from trackbench.adapters.base import KEY, Adapter

POINTS = 100
PATIENCE_SECONDS = 20


def run(
    adapter: type[Adapter], folder: Path, options: dict[str, Any], import_seconds: float
) -> dict[str, Any]:
    """The values tell who logged them: 0 to 99 before, 100 to 199 parent, 200 to 299 child."""
    tool = adapter(folder)
    tool.start("fork", {"depth": 6})
    key = tool.key(KEY)
    for step in range(POINTS):
        tool.log(key, float(step), step)
    child = os.fork()
    first = 2 * POINTS if child == 0 else POINTS
    for step in range(first, first + POINTS):
        tool.log(key, float(step), step)
    if child == 0:
        os._exit(0)
    ended = wait(child)
    tool.finish()
    return {"child_ended": ended}


def wait(child: int) -> bool:
    """Whether the child ended by itself; one that hangs is killed."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if os.waitpid(child, os.WNOHANG)[0]:
            return True
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False
