"""100 points, a fork, 100 more in the parent and 100 in the child: which of them are kept?"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from trackbench.adapters.base import KEY, Adapter

POINTS = 100
PATIENCE_SECONDS = 15


def run(
    adapter: type[Adapter], folder: Path, options: dict[str, Any], import_seconds: float
) -> dict[str, Any]:
    """The values tell who logged them: 0 to 99 before, 100 to 199 parent, 200 to 299 child.

    A call that hangs costs its process the life; one that raises is the last of its process. The
    child ends as those of multiprocessing do: by `os._exit`.
    """
    tool = adapter(folder)
    tool.start("fork", {"depth": 6})
    key = tool.key(KEY)
    for step in range(POINTS):
        tool.log(key, float(step), step)
    child = os.fork()
    signal.setitimer(signal.ITIMER_REAL, PATIENCE_SECONDS / 2 if child == 0 else PATIENCE_SECONDS)
    ended = log_from(tool, key, 2 * POINTS if child == 0 else POINTS)
    if child == 0:
        os._exit(0 if ended else 1)
    child_ended = os.waitpid(child, 0)[1] == 0
    tool.finish()
    return {"parent_ended": ended, "child_ended": child_ended}


def log_from(tool: Adapter, key: Any, first: int) -> bool:
    """Whether all the calls returned."""
    try:
        for step in range(first, first + POINTS):
            tool.log(key, float(step), step)
    except Exception as error:  # whatever a tool raises means the same here
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return False
    return True
