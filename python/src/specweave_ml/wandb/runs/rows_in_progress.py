"""Rows that a program logs in parts: what belongs together, and when a row is complete.

The rules are those of Weights & Biases. A call without a step completes the row at the current
step, and the next row has the next step. A call with a step, or with ``commit=False``, adds to the
row and leaves it open, until a call for a larger step, or one that commits. Two things differ on
purpose: what is logged is recorded at once, not when the row is complete; and a call for a smaller
step, which Weights & Biases drops, is recorded at its step.

Only what is drawn over a step metric waits for the rest of its row if the row does not say yet how
large that is.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from .recorder import RunRecorder
from .rows import flat


class RowsInProgress:
    """Takes the calls of ``log``, in their order; usable from several threads."""

    def __init__(self, recorder: RunRecorder, step: int = 0) -> None:
        self.recorder = recorder
        self.step = step
        """The step of the next call that gives none."""
        self._keys: set[str] = set()
        """What the open row has."""
        self._waiting: dict[str, Any] = {}
        self._lock = threading.RLock()

    def log(
        self, row: Mapping[Any, Any], step: int | None = None, commit: bool | None = None
    ) -> int:
        """Record a call; return the step it was recorded at."""
        with self._lock:
            if step is not None and step < self.step:
                self.recorder.log_row(row, step)
                return step
            if step is not None and step > self.step:
                self.flush()
                self.step = step
            place = self.step
            self._add(row)
            if commit or (commit is None and step is None):
                self.flush()
                self.step += 1
            return place

    def flush(self) -> None:
        """Record what waits for the rest of its row: it will not come."""
        with self._lock:
            if self._waiting:
                self.recorder.log_row(self._waiting, self.step)
            self._waiting = {}
            self._keys = set()

    def _add(self, row: Mapping[Any, Any]) -> None:
        """Record a part of the open row, but for what has to wait."""
        definitions = self.recorder.definitions
        if not len(definitions):
            self.recorder.log_row(row, self.step)
            return
        entries = dict(flat(row))
        self._keys |= entries.keys()
        self._waiting |= entries
        ready = {}
        for key in list(self._waiting):
            name = definitions.step_metric(key)
            if name is None or name in self._keys:
                ready[key] = self._waiting.pop(key)
        if ready:
            self.recorder.log_row(ready, self.step)
