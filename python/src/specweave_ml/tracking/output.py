"""``capture_output=True``: what the program prints goes to ``output.log`` too.

It records what Python code writes to the objects that were ``sys.stdout`` and ``sys.stderr`` when
the experiment was started: ``print``, tracebacks, warnings, handlers of logging, progress bars, of
every thread. What C libraries and child processes write to the descriptors themselves is not; nor
is what is written elsewhere with ``contextlib.redirect_stdout``.

The objects stay the same: only their ``write`` is another one meanwhile, which calls the real one
first. So text is recorded whichever reference to them prints it, and they behave as before.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from typing import Any
from weakref import WeakSet

from .._native.experiment_handle import ExperimentHandle
from .._native.library import library
from .._native.warn import warn
from ..display.terminal import ipython_shell

_lock = threading.RLock()
_process = 0
_listening: WeakSet[ExperimentHandle] = WeakSet()
_streams: list[RecordedStream] = []
_inside = threading.local()


class RecordedStream:
    """A stream whose text is recorded, until `release`."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.listens = True
        self.install()

    def install(self) -> None:
        """Replace ``write`` of the stream, unless it is replaced already."""
        if vars(self.stream).get("write") != self.write:
            self.real: Callable[..., Any] = self.stream.write
            self.own = "write" in vars(self.stream)
            self.stream.write = self.write

    def write(self, text: Any, *rest: Any) -> Any:
        """Write as before, and record what was written."""
        result = self.real(text, *rest)
        if self.listens:
            record(text)
        return result

    def release(self) -> None:
        """Restore the stream's own ``write``, unless other code has replaced it."""
        self.listens = False
        if vars(self.stream).get("write") != self.write:
            return
        if self.own:
            self.stream.write = self.real
        else:
            del self.stream.write


def begin(experiment: ExperimentHandle) -> None:
    """Record what is printed from now on."""
    global _lock, _process
    if _process != os.getpid():
        # In a forked child a thread that is not here may have the lock.
        _process, _lock = os.getpid(), threading.RLock()
    with _lock:
        if not _listening:
            follow_cells("register")
        _listening.add(experiment)
        for stream in {id(target): target for target in (sys.stdout, sys.stderr)}.values():
            if stream is None or any(recorded.stream is stream for recorded in _streams):
                continue
            try:
                _streams.append(RecordedStream(stream))
            except (AttributeError, TypeError):
                warn(
                    f"what is written to a {type(stream).__qualname__} cannot be recorded: "
                    f"its write() cannot be replaced"
                )


def end(experiment: ExperimentHandle) -> None:
    """Record no more for this experiment; with the last one the streams are as they were."""
    if _process != os.getpid():
        return
    with _lock:
        _listening.discard(experiment)
        if not _listening and _streams:
            follow_cells("unregister")
            while _streams:
                _streams.pop().release()


def follow_cells(action: str) -> None:
    """Register for cells: IPython replaces ``write`` itself, and restores it after each cell."""
    shell = ipython_shell()
    if shell is not None:
        getattr(shell.events, action)("pre_run_cell", before_cell)


def before_cell(_info: object) -> None:
    """Install before a cell runs."""
    for recorded in _streams:
        recorded.install()


def record(text: Any) -> None:
    """Add it to the file of every experiment that records output; never raise into the caller."""
    if not isinstance(text, str) or getattr(_inside, "recording", False):
        return
    _inside.recording = True
    try:
        data = text.encode("utf-8", "backslashreplace")
        for experiment in list(_listening):
            if not experiment.closed:
                library().et_experiment_log_output(experiment._pointer, data, len(data))
    except Exception:
        # Printing works as ever, whatever became of the record.
        return
    finally:
        _inside.recording = False
