"""Where the points of metrics go: to the experiment at once, or in series with their own times."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from typing import Any, Protocol

from ...tracking.experiment import Experiment

Number = Any
"""A float, an integer or a boolean."""
MOST_WAITING = 500_000
EXACT = 2**53


class Points(Protocol):
    """Takes points."""

    def add(self, values: Mapping[str, Number], step: int, time: float | None) -> None:
        """Take values of metrics at one step."""

    def flush(self) -> None:
        """Store what waits."""


class LivePoints:
    """Stores every point when it comes; its time is now."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment

    def add(self, values: Mapping[str, Number], step: int, time: float | None) -> None:
        """Store values of metrics at one step."""
        # Numbers are stored as doubles together, and those that are doubles already are fastest.
        doubles = {
            key: float(value) if type(value) is int and -EXACT <= value <= EXACT else value
            for key, value in values.items()
        }
        self.experiment.log_metrics(doubles, step=step)

    def flush(self) -> None:
        """Do nothing: nothing waits."""


class SeriesPoints:
    """Collects points with their own times and stores each metric as a series.

    Series hold doubles: ``inexact`` gets a value that none of them is.
    """

    def __init__(self, experiment: Experiment, inexact: Any = None) -> None:
        self.experiment = experiment
        self.inexact = inexact
        self.written = 0
        """How many points were stored."""
        self._waiting = 0
        self._columns: dict[str, tuple[array[float], array[int], array[float]]] = {}

    def add(self, values: Mapping[str, Number], step: int, time: float | None) -> None:
        """Collect values of metrics at one step."""
        moment = 0.0 if time is None else time
        for key, value in values.items():
            if type(value) is int and abs(value) > EXACT and self.inexact is not None:
                self.inexact(key, step, time, value)
            columns = self._columns.get(key)
            if columns is None:
                columns = self._columns[key] = (array("d"), array("q"), array("d"))
            columns[0].append(value)
            columns[1].append(step)
            columns[2].append(moment)
        self._waiting += len(values)
        if self._waiting >= MOST_WAITING:
            self.flush()

    def flush(self) -> None:
        """Store what was collected."""
        for key, (values, steps, times) in self._columns.items():
            known = None if not any(times) else times
            self.experiment.log_series(key, values, steps=steps, times=known)
        self.written += self._waiting
        self._waiting = 0
        self._columns.clear()
