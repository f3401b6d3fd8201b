"""The few lines that this package prints, all on stderr."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from .._native.experiment_handle import ExperimentHandle
from .._native.increments import Increment
from .._native.text import shown as visible
from ..display.text import count
from .other_trackers import hints

_told_process = 0
_told_dropped: set[str] = set()


def at_start(experiment: ExperimentHandle, increment: Increment | None) -> None:
    """Print where the experiment is stored, at the first one of a process.

    If the project uses another tracker, the same line says how to connect it.
    """
    global _told_process
    if _told_process == os.getpid():
        return
    _told_process = os.getpid()
    path = shown(experiment.path)
    if not path or increment is None:
        return
    reason = increment.reason
    line = f"logging to {path}" + (f" (increment: {reason})" if reason else "")
    say("; ".join([line, *hints()]))


def at_end(experiment: ExperimentHandle) -> None:
    """Print how much could not be stored, if anything."""
    dropped = experiment.dropped
    path = shown(experiment.path)
    if dropped and path not in _told_dropped:
        _told_dropped.add(path)
        records = count(dropped, "record")
        say(f"{records} of {path} could not be stored; see the warnings above")


def note_dropped(experiment: ExperimentHandle) -> None:
    """Remember that a warning has said how much could not be stored."""
    if experiment.dropped:
        _told_dropped.add(shown(experiment.path))


def say(line: str) -> None:
    """Write one line, unless the user asked for silence or has no stderr."""
    logging = sys.modules.get("logging")
    if logging is not None:  # never imported: no handlers
        logger = logging.getLogger("specweave")
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
        logger.debug("%s", line)
    if os.environ.get("SPECWEAVE_QUIET", "") not in ("", "0"):
        return
    try:
        sys.stderr.write(f"specweave: {visible(line)}\n")
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):
        # No stderr, or a closed one: nobody would see it.
        return


def shown(path: Path) -> str:
    """Return the path, from the working directory if it is below it."""
    if str(path) in ("", "."):
        return ""
    try:
        return str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)
