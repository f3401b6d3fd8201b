"""The summary of a run: the last value of everything, unless the run says otherwise.

``define_metric(summary="max")`` keeps the largest instead, as ``{"max": 0.9}``; "best" is the one
that its goal wants; "none" keeps nothing. What the run sets itself holds until it is logged again.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from .definitions import MetricDefinitions

SECTION = "wandb.summary"
"""The section of facts for what of the summary the metrics of the experiment do not say."""

AGGREGATES = ("min", "max", "mean", "best", "first")


class Aggregate:
    """What is asked of one metric over its whole history."""

    __slots__ = ("count", "first", "largest", "last", "smallest", "total")

    def __init__(self) -> None:
        self.count = 0
        self.total = 0.0
        self.first: Any = None
        self.last: Any = None
        self.smallest: Any = None
        self.largest: Any = None

    def add(self, value: Any) -> None:
        """Count one more value; NaN is the last one, and nothing else."""
        if not self.count and self.first is None:
            self.first = value
        self.last = value
        if isinstance(value, float) and math.isnan(value):
            return
        self.count += 1
        self.total += value
        if self.smallest is None or value < self.smallest:
            self.smallest = value
        if self.largest is None or value > self.largest:
            self.largest = value

    def of(self, name: str, goal: str | None) -> Any:
        """Return what is asked for; None if there is nothing to say."""
        if name == "best":
            name = "max" if goal == "maximize" else "min"
        if name == "mean":
            return self.total / self.count if self.count else None
        return {
            "min": self.smallest,
            "max": self.largest,
            "first": self.first,
            "last": self.last,
        }.get(name)


class Summary:
    """The summary, kept up to date with every row."""

    def __init__(self, definitions: MetricDefinitions) -> None:
        self._definitions = definitions
        self._last: dict[str, Any] = {}
        self._set: dict[str, Any] = {}
        self._aggregates: dict[str, Aggregate] = {}

    def observe(self, key: str, value: Any, number: Any) -> None:
        """Take a value of a row; it ends what the run had set for this key."""
        if value is None:
            return
        self._last[key] = value if number is None else number
        if number is not None:
            aggregate = self._aggregates.get(key)
            if aggregate is None:
                aggregate = self._aggregates[key] = Aggregate()
            aggregate.add(number)
        self._set.pop(key, None)

    def set(self, key: str, value: Any) -> None:
        """Set a value as the run does itself."""
        self._set[key] = value

    def was_logged(self, key: str) -> bool:
        """Return whether a row had this key."""
        return key in self._last

    def last(self, key: str) -> Any:
        """Return the value that was logged last; None if there is none."""
        return self._last.get(key)

    def remove(self, key: str) -> None:
        """Forget a key until it is logged again."""
        self._set.pop(key, None)
        self._last.pop(key, None)

    def __getitem__(self, key: str) -> Any:
        if key in self._set:
            return self._set[key]
        kept = self.aggregated(key)
        if kept is not None:
            return kept
        if self.is_hidden(key):
            raise KeyError(key)
        return self._last[key]

    def __iter__(self) -> Iterator[str]:
        for key in dict.fromkeys((*self._last, *self._set)):
            if key in self._set or not self.is_hidden(key):
                yield key

    def is_hidden(self, key: str) -> bool:
        """Return whether the run wants nothing of it in the summary."""
        definition = self._definitions.of(key)
        return definition is not None and "none" in definition.summary

    def is_aggregate(self, key: str) -> bool:
        """Return whether the definition asks for something else than the last value."""
        definition = self._definitions.of(key)
        return definition is not None and any(name in AGGREGATES for name in definition.summary)

    def aggregated(self, key: str) -> dict[str, Any] | None:
        """Return the values that the definition asks for; None if it is the last one as usual."""
        definition = self._definitions.of(key)
        if definition is None or "none" in definition.summary:
            return None
        aggregate = self._aggregates.get(key)
        wanted = [name for name in definition.summary if name in (*AGGREGATES, "last")]
        if aggregate is None or not wanted:
            return None
        found = {name: aggregate.of(name, definition.goal) for name in wanted}
        return {name: value for name, value in found.items() if value is not None}

    def aggregates(self) -> dict[str, dict[str, Any]]:
        """Return the values that definitions ask for, by the names of the metrics."""
        found = {key: self.aggregated(key) for key in self._aggregates if key not in self._set}
        return {key: values for key, values in found.items() if values}

    def as_dict(self) -> Mapping[str, Any]:
        """Return it as it stands now."""
        return {key: self[key] for key in self}
