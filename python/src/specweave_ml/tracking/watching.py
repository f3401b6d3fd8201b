"""Watching experiments as they run: what goes wrong, and how they end."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from ctypes import byref
from typing import Any, NamedTuple

from .._native.increments import Increment, IncrementName
from .._native.library import library
from .._native.pointers import WatchPointer
from .._native.status import check
from .._native.text import encoded_json, owned_json
from ..errors import InvalidArgumentError
from ..values.several import several


class WatchEvent(NamedTuple):
    """Something that happened to an experiment: an alert, or a change of how it stands."""

    kind: str
    """An alert is ``"not-finite"``, ``"stalled"``, ``"crashed"`` or ``"failed"``; else it is
    ``"started"``, ``"resumed"``, ``"completed"``, ``"interrupted"``, ``"recovered"`` (from an
    alert) or ``"gone"``."""
    alert: bool
    """Whether it is one that somebody should look at."""
    experiment: str
    """The experiment's name."""
    folder: str
    """Its folder, relative to the increment's ``experiments/``."""
    increment: str
    metric: str | None
    """The metric that it is about; None if it is about the whole experiment."""
    value: float | int | bool | None
    """The last value of the metric."""
    step: int | None
    """The step of that value."""
    since: float
    """Since when it is so, in seconds since 1970: the time of the value that is no number, of the
    last point of one that stalls, of the last write of one that crashed, of the end."""
    time: float
    """When it was noticed, in seconds since 1970."""
    message: str
    """One sentence."""


def experiment_alerts(
    increment: IncrementName | None = None,
    *,
    where: str | None = None,
    metrics: str | Iterable[str] | None = None,
    stall: str | float | None = "10m",
    children: bool = False,
) -> list[WatchEvent]:
    """Return what is wrong with experiments at the moment.

    A metric whose last value is NaN or infinite, a running experiment that has logged no point for
    a while, a process that is gone, an error.

    Args:
        increment: The increment; None finds it.
        where: Only experiments that fulfil this condition (docs/expressions.md).
        metrics: The metrics that are looked at; None is all of them.
        stall: After how long without a point a running experiment stalls: ``"90s"``, ``"10m"``,
            ``"2h"`` or a number of seconds; None is never.
        children: Experiments inside others too.

    Example:
        >>> for alert in experiment_alerts("0042", where="status == 'running'"):
        ...     print(alert.kind, alert.message)
    """
    options = _options(where, metrics, stall, children)
    facts = _Watch(increment, {**options, "old": True}).look()
    return [event for event in facts[0] if event.alert]


def watch_experiments(
    increment: IncrementName | None = None,
    *,
    where: str | None = None,
    metrics: str | Iterable[str] | None = None,
    stall: str | float | None = "10m",
    children: bool = False,
    every: float = 2.0,
    until_finished: bool = False,
) -> Iterator[WatchEvent]:
    """Watch experiments as they run: an iterator that gives each event when it is noticed.

    Begins with the alerts of what runs. Each alert comes once, and again only after what it was
    about was over (``"recovered"``). Only what has changed is read, and nothing is written.

    Args:
        increment: The increment; None finds it.
        where: Only experiments that fulfil this condition (docs/expressions.md), or have fulfilled
            it once.
        metrics: The metrics that are looked at; None is all of them.
        stall: After how long without a point a running experiment stalls: ``"90s"``, ``"10m"``,
            ``"2h"`` or a number of seconds; None is never.
        children: Experiments inside others too.
        every: Look every so many seconds, 1 at least.
        until_finished: End when nothing runs any more; else it never ends by itself.

    Example:
        >>> for event in watch_experiments("0042", until_finished=True):
        ...     if event.alert:
        ...         print(event.message)
    """
    if not every >= 1:
        raise InvalidArgumentError(f"every is a number of seconds, 1 at least, not {every!r}")
    return _events(
        _Watch(increment, _options(where, metrics, stall, children)), every, until_finished
    )


def _options(
    where: str | None, metrics: str | Iterable[str] | None, stall: Any, children: bool
) -> dict[str, Any]:
    return {
        "where": where,
        "metrics": [str(metric) for metric in several("metrics", metrics)],
        "stall": False if stall is None else stall,
        "children": children,
    }


class _Watch:
    """Experiments that are watched."""

    def __init__(self, increment: IncrementName | None, options: dict[str, Any]) -> None:
        core, self._pointer = library(), WatchPointer()
        found = Increment.find(increment)
        check(core.et_watch_open(found._native, encoded_json(options), byref(self._pointer)))
        self._pointer.own(core.et_watch_free)

    def look(self) -> tuple[list[WatchEvent], int]:
        """Tell what has happened since the last look, and how many experiments run."""
        facts = owned_json(library().et_watch_look, self._pointer)
        return [_event(event) for event in facts["events"]], facts["running"]


def _event(facts: dict[str, Any]) -> WatchEvent:
    value = facts["value"]
    return WatchEvent(**{**facts, "value": float(value) if isinstance(value, str) else value})


def _events(watch: _Watch, every: float, until_finished: bool) -> Iterator[WatchEvent]:
    while True:
        events, running = watch.look()
        yield from events
        if until_finished and not running:
            return
        time.sleep(every)
