"""``define_metric``."""

from __future__ import annotations

from typing import Any

from ..runs.definitions import GOALS, SUMMARIES, MetricDefinition
from .errors import Error


class Metric:
    """What ``define_metric`` returns: the definition, readable; it can be a step metric."""

    def __init__(self, definition: MetricDefinition) -> None:
        self._definition = definition

    @property
    def name(self) -> str:
        """The name it was defined for."""
        return self._definition.name

    @property
    def step_metric(self) -> str | None:
        """The metric over which it is drawn."""
        return self._definition.step_metric

    @property
    def step_sync(self) -> bool | None:
        """Whether the step metric's last value counts where a row has none."""
        return self._definition.step_sync

    @property
    def summary(self) -> tuple[str, ...] | None:
        """What its summary holds."""
        return self._definition.summary or None

    @property
    def hidden(self) -> bool | None:
        """Whether it is left out of plots."""
        return self._definition.hidden

    @property
    def goal(self) -> str | None:
        """Which way it gets better."""
        return self._definition.goal

    def __repr__(self) -> str:
        return f"Metric({self._definition!r})"


def definition_of(
    name: Any,
    step_metric: Any,
    step_sync: Any,
    hidden: Any,
    summary: Any,
    goal: Any,
) -> MetricDefinition:
    """Return what the arguments of ``define_metric`` say.

    Raises:
        Error: One of them is of the wrong type, or is a word that means nothing.
    """
    if not name:
        raise Error("define_metric() requires non-empty name argument")
    if isinstance(step_metric, Metric):
        step_metric = step_metric.name
    for label, value, kind in (
        ("name", name, str),
        ("step_metric", step_metric, str),
        ("step_sync", step_sync, bool),
        ("hidden", hidden, bool),
        ("summary", summary, str),
        ("goal", goal, str),
    ):
        if value is not None and not isinstance(value, kind):
            raise Error(f"Unhandled define_metric() arg: {label} type: {type(value).__name__}")
    if "*" in name[:-1]:
        raise Error(f"Unhandled define_metric() arg: name (glob suffixes only): {name}")
    wanted = tuple(word.strip().lower() for word in (summary or "").split(",") if word.strip())
    for word in wanted:
        if word not in SUMMARIES:
            raise Error(f"Unhandled define_metric() arg: summary op: {word}")
    goals = {goal[:3].lower(): goal for goal in GOALS}
    if goal is not None and goal[:3].lower() not in goals:
        raise Error(f"Unhandled define_metric() arg: goal: {goal}")
    return MetricDefinition(
        name,
        step_metric=step_metric or None,
        step_sync=step_sync,
        hidden=hidden,
        summary=wanted,
        goal=None if goal is None else goals[goal[:3].lower()],
    )
