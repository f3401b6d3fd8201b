"""The points of one metric, ready to be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from .smoothing import smoothed
from .thinning import visible

if TYPE_CHECKING:
    from ..reading import Reading


@dataclass(frozen=True)
class Part:
    """What one writer logged, in its order."""

    x: Any
    raw: Any
    """The values; NaN where they are not finite, so that the line has a gap there."""
    smooth: Any
    """The smoothed values; None without smoothing."""


@dataclass(frozen=True)
class Series:
    """A metric of an experiment under the name that the legend gives it."""

    name: str
    parts: list[Part]
    gaps: Any
    """Where on the x axis values lie that are not finite."""

    @property
    def points(self) -> int:
        """How many are drawn."""
        return sum(len(part.x) for part in self.parts)


def series_of(experiment: Reading, key: str, name: str, x: str, weight: float) -> Series:
    """Read a metric; ``x`` is "step" or "time", the seconds since the experiment's start."""
    history = experiment.history(key)
    values = np.asarray(history.values, dtype=np.float64)
    if x == "step":
        places = np.asarray(history.steps, dtype=np.float64)
    else:
        places = np.asarray(history.times, dtype=np.float64) - experiment.created.timestamp()
    writers = np.asarray(history.writers)
    finite = np.isfinite(values)
    borders = [0, *(np.flatnonzero(np.diff(writers)) + 1).tolist(), len(values)]
    parts = [
        part_of(places[start:end], np.where(finite, values, np.nan)[start:end], weight)
        for start, end in pairwise(borders)
        if end > start
    ]
    return Series(name, parts, places[~finite])


def part_of(places: Any, values: Any, weight: float) -> Part:
    """One writer's points, smoothed as a whole and then thinned."""
    shown = visible(values)
    smooth = np.array(smoothed(values.tolist(), weight))[shown] if weight else None
    return Part(places[shown], values[shown], smooth)


def merged(runs: Sequence[Series]) -> Series:
    """The runs of a group as one series, a line for each."""
    parts = [part for run in runs for part in run.parts]
    return Series(runs[0].name, parts, np.concatenate([run.gaps for run in runs]))
