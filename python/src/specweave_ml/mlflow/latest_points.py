"""Which point of a metric is its value in MLflow: that of the greatest step, time and value.

The store shows the point that was logged last. Where that is another one, the run's facts say so in
the section ``mlflow_latest``; where another program wrote the points, the history is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .._native.text import encoded
from ..reading.history import read_history
from ..reading.properties import number
from . import fact_sections

if TYPE_CHECKING:
    from .run_handles import OpenRun

SECTION = fact_sections.LATEST

NONE: frozenset[Any] = frozenset()


class Point(NamedTuple):
    """A point, in the order in which MLflow compares them."""

    step: int
    timestamp: int
    value: float

    def follows(self, other: Point | None) -> bool:
        """Return whether MLflow takes this one rather than another; any number beats NaN."""
        if other is None:
            return True
        if self[:2] != other[:2]:
            return self[:2] > other[:2]
        return self.value > other.value or other.value != other.value


class LatestPoints:
    """The latest points of a run as far as they differ from those that were logged last."""

    def __init__(self, run: OpenRun) -> None:
        self._run = run
        self._latest: dict[str, Point] = {}
        self._last: dict[str, frozenset[Point]] = {}
        self._stored: set[str] = set()

    def without_repeated(self, key: str, points: list[Point]) -> list[Point]:
        """Return the points without those that the last call for the metric had too.

        A client repeats a request that it got no answer to; a point is logged once.
        """
        last = self._last.get(key, NONE)
        fresh = [point for point in dict.fromkeys(points) if point not in last]
        self._last[key] = frozenset(points)
        return fresh

    def logged(self, key: str, points: list[Point]) -> Point | None:
        """Take note of points before they are logged.

        Returns:
            The latest one if it is not the last of them; else None.
        """
        latest = self._latest.get(key)
        if latest is None and not self._run.owned:
            latest = latest_before(self._run, key)
        for point in points:
            if point.follows(latest):
                latest = point
        if latest is None:
            return None
        self._latest[key] = latest
        return None if same(latest, points[-1]) else latest

    def changes(self, found: dict[str, Point | None]) -> dict[str, Any]:
        """Return what the facts have to say of the latest points of these keys."""
        members: dict[str, Any] = {}
        for key, point in found.items():
            if point is not None:
                self._stored.add(key)
                members[key] = [point.step, point.timestamp, point.value]
            elif key in self._stored or not self._run.owned:
                self._stored.discard(key)
                if self._run.facts["facts"].get(SECTION, {}).get(key) is not None:
                    members[key] = None
        return members


def same(first: Point, second: Point) -> bool:
    """Return whether two points are equal; NaN is."""
    return first[:2] == second[:2] and (
        first.value == second.value or (first.value != first.value and second.value != second.value)
    )


def latest_before(run: OpenRun, key: str) -> Point | None:
    """Return the latest point that is stored."""
    facts = run.facts
    summary = facts["metrics"].get(key)
    if summary is None:
        return None
    return latest_of(key, summary, facts["facts"].get(SECTION, {}), run)


def latest_of(key: str, summary: dict[str, Any], stored: dict[str, Any], run: Any = None) -> Point:
    """Return the latest point of a metric from its summary.

    Args:
        key: The metric.
        summary: What the store knows of it.
        stored: The section of the facts.
        run: What can read the history where only that says it: it has an ``experiment``.
    """
    last = Point(
        int(summary["last_step"] or 0),
        milliseconds(summary["last_time"]),
        float(number(summary["last"])),
    )
    noted = stored.get(key)
    if noted is not None:
        point = Point(int(noted[0]), int(noted[1]), float(number(noted[2])))
        last = point if point.follows(last) else last
    if last.step >= summary["highest_step"] or run is None:
        return last
    found: Point | None = None
    for point in points_of(run.experiment._native, key):
        found = point if point.follows(found) else found
    return found or last


def points_of(experiment: Any, key: str, most: int | None = None) -> list[Point]:
    """Return the points of a metric in the order in which they were logged, or so many of them."""
    history = read_history(experiment, key, encoded(key), most)
    times = [milliseconds(time) for time in history.times.tolist()]
    values = map(float, history.values.tolist())
    return list(map(Point, history.steps.tolist(), times, values))


def milliseconds(seconds: float) -> int:
    """Return a time of the store as MLflow has it."""
    return round(seconds * 1000)
