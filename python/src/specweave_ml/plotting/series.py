"""The points of one metric, ready to be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from .downsampling import visible
from .smoothing import smoothed

if TYPE_CHECKING:
    from ..reading.history import History
    from ..reading.properties import Reading


@dataclass(frozen=True)
class Part:
    """What one writer logged, in its order."""

    x: Any
    raw: Any
    """The values; NaN where they are not finite, so that the line has a gap there."""
    smooth: Any
    """The smoothed values; None without smoothing."""
    spread: Any = None
    """The standard deviation around each value over the runs of a group; NaN for a single run."""


@dataclass(frozen=True)
class Series:
    """A metric of an experiment under the name that the legend gives it."""

    name: str
    parts: list[Part]
    gaps: Any
    """Where on the x axis values lie that are not finite."""
    runs: int = 1
    """Over how many runs the values are the mean."""

    @property
    def points(self) -> int:
        """How many are drawn."""
        return sum(len(part.x) for part in self.parts)


def series_of(experiment: Reading, key: str, name: str, x: str, weight: float) -> Series:
    """Read a metric; ``x`` is "step" or "time", the seconds since the experiment's start."""
    history = experiment.history(key)
    places, values = arrays_of(history, experiment, x)
    writers = np.asarray(history.writers)
    finite = np.isfinite(values)
    borders = [0, *(np.flatnonzero(np.diff(writers)) + 1).tolist(), len(values)]
    parts = [
        part_of(places[start:end], np.where(finite, values, np.nan)[start:end], weight)
        for start, end in pairwise(borders)
        if end > start
    ]
    return Series(name, parts, places[~finite])


def points_of(experiment: Reading, key: str, x: str) -> tuple[Any, Any]:
    """Return where the points of a metric lie, and their values."""
    return arrays_of(experiment.history(key), experiment, x)


def arrays_of(history: History, experiment: Reading, x: str) -> tuple[Any, Any]:
    """Return the places on the x axis, and the values."""
    values = np.asarray(history.values, dtype=np.float64)
    if x == "step":
        return np.asarray(history.steps, dtype=np.float64), values
    times = np.asarray(history.times, dtype=np.float64)
    return times - experiment.created.timestamp(), values


def part_of(places: Any, values: Any, weight: float) -> Part:
    """Return one writer's points, smoothed as a whole and then thinned."""
    shown = visible(values)
    smooth = np.array(smoothed(values.tolist(), weight))[shown] if weight else None
    return Part(places[shown], values[shown], smooth)


def averaged(runs: Sequence[Reading], key: str, name: str, x: str, weight: float) -> Series:
    """Return the runs of a group as one series: their mean and standard deviation.

    A run counts between its first and its last point; where others have a point and it has none,
    it is on the straight line between its neighbours.
    """
    curves, gaps = [], []
    for run in runs:
        places, values = points_of(run, key, x)
        finite = np.isfinite(values)
        gaps.append(places[~finite])
        curves.append(one_for_each_place(places, np.where(finite, values, np.nan)))
    grid = np.unique(np.concatenate([places for places, _ in curves]))
    count, mean, squares = np.zeros(len(grid)), np.zeros(len(grid)), np.zeros(len(grid))
    for places, values in curves:
        on_the_grid = on_grid(grid, places, values)
        is_known = np.isfinite(on_the_grid)
        count += is_known
        distance = np.where(is_known, on_the_grid - mean, 0.0)
        mean += distance / np.maximum(count, 1)
        squares += distance * np.where(is_known, on_the_grid - mean, 0.0)
    mean[count == 0] = np.nan
    spread = np.full(len(grid), np.nan)
    spread[count > 1] = np.sqrt(squares[count > 1] / (count[count > 1] - 1))
    shown = visible(mean)
    part = part_of(grid, mean, weight)
    if weight:
        spread = np.array(smoothed(spread.tolist(), weight))
    return Series(name, [replace(part, spread=spread[shown])], np.concatenate(gaps), len(runs))


def one_for_each_place(places: Any, values: Any) -> tuple[Any, Any]:
    """Return the points in the order of their places.

    Of several at one place the last one logged.
    """
    order = np.argsort(places, kind="stable")
    places, values = places[order], values[order]
    last = np.append(places[1:] != places[:-1], True) if len(places) else np.zeros(0, dtype=bool)
    return places[last], values[last]


def on_grid(grid: Any, places: Any, values: Any) -> Any:
    """Return the values at other places: NaN outside of the points, and beside one that is NaN."""
    if not len(places):
        return np.full(len(grid), np.nan)
    return np.interp(grid, places, values, left=np.nan, right=np.nan)
