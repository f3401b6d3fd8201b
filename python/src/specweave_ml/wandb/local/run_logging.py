"""``run.log`` and what else a run records while it runs."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import Enum
from types import MappingProxyType
from typing import Any

from ..._native.library import library
from ...values.scalars import LARGEST, SMALLEST
from .metrics import Metric, definition_of
from .row_values import logged_row
from .run_state import RunState

logger = logging.getLogger("specweave")


class AlertLevel(Enum):
    """How important an alert is."""

    INFO = "INFO"
    WARN = "WARN"
    ERROR = "ERROR"


NOTHING: Mapping[str, Any] = MappingProxyType({})
LEVELS = {"INFO": logging.INFO, "WARN": logging.WARNING, "ERROR": logging.ERROR}


class RunLogging(RunState):
    """The calls that record values."""

    def log(
        self,
        data: Mapping[str, Any] = NOTHING,
        step: int | None = None,
        commit: bool | None = None,
        sync: bool | None = None,
    ) -> None:
        """Record values: numbers as metrics, all else beside them.

        Args:
            data: Values by name; dicts within are groups. Without any the row is completed.
            step: The step. Calls with one step make one row; a smaller one than before is kept.
            commit: Whether the row is complete; None is yes, unless there is a step.
            sync: Ignored.
        """
        self._require_open("log")
        if not isinstance(data, Mapping):
            raise TypeError("wandb.log must be passed a dictionary")
        if any(not isinstance(key, str) for key in data):
            raise TypeError("Key values passed to `wandb.log` must be strings.")
        number = None if step is None else int(step)
        if number is not None and not SMALLEST < number < LARGEST:
            self._experiment._refuse("a row", f"its step {number} does not fit into 64 bits")
            return
        place = self._rows.step if number is None else number
        row = logged_row(data, self, place)
        self._note_paths(row)
        used = self._rows.log(row, number, commit)
        now = time.time()
        self._columns = {
            "_step": max(used, self._recorder.last_step),
            "_timestamp": now,
            "_runtime": now - self._start_time,
        }

    def define_metric(
        self,
        name: str,
        step_metric: str | Metric | None = None,
        step_sync: bool | None = None,
        hidden: bool | None = None,
        summary: str | None = None,
        goal: str | None = None,
        overwrite: bool | None = None,
    ) -> Metric:
        """Say over which metric another one is drawn, and what its summary holds.

        Args:
            name: The metric; with a star at the end all that begin so.
            step_metric: The metric whose value is the step of its points, where it is an integer.
            step_sync: False: only where the row has the step metric itself.
            hidden: Whether it is left out of plots; kept as a fact.
            summary: "min", "max", "mean", "first", "last", "best", "none", or several with commas.
            goal: "minimize" or "maximize", for "best".
            overwrite: Forget what was said before of this name.
        """
        self._require_open("define_metric")
        definition = definition_of(name, step_metric, step_sync, hidden, summary, goal)
        self._recorder.define(definition, overwrite=bool(overwrite))
        return Metric(definition)

    def alert(
        self,
        title: str,
        text: str = "",
        level: str | AlertLevel | None = None,
        wait_duration: float | timedelta | None = None,
    ) -> None:
        """Tell the user something, through logging, and keep it as a note of the experiment.

        The same title is told again only after ``wait_duration``, by default a minute.
        """
        self._require_open("alert")
        word = level.value if isinstance(level, AlertLevel) else (level or "INFO")
        if word not in LEVELS:
            raise ValueError("level must be one of 'INFO', 'WARN', or 'ERROR'")
        wait = 60.0 if wait_duration is None else wait_duration
        seconds = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
        now = time.monotonic()
        if now - self._alerts.get(title, -seconds - 1) < seconds:
            return
        self._alerts[title] = now
        if not self.disabled:
            logger.log(LEVELS[word], "%s: %s", title, text)
            self._experiment.log_note(f"{word}: {title}\n\n{text}" if text else f"{word}: {title}")

    def write_logs(self, text: str) -> None:
        """Add text to what the program prints, in ``output.log``."""
        if self._is_finished:
            return
        data = (text if text.endswith("\n") else text + "\n").encode("utf-8", "backslashreplace")
        code = library().et_experiment_log_output(self._experiment._native, data, len(data))
        self._experiment._recorded(code, "output")

    def pin_config_keys(self, keys: Iterable[str] = ()) -> None:
        """Note which parameters matter most, as a fact."""
        self._require_open("pin_config_keys")
        self._recorder.set_fact(pinned_config_keys=[str(key) for key in keys])
