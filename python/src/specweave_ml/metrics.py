"""The metrics of an experiment as a mapping."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

NOT_FINITE = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


class Metrics(Mapping[str, Any]):
    """The last value of each metric, in the order the metrics were first logged."""

    def __init__(self, told: Mapping[str, Mapping[str, Any]]) -> None:
        self._told = told

    @cached_property
    def summary(self) -> dict[str, dict[str, Any]]:
        """For each metric ``last``, ``min``, ``max``, ``mean``, ``count`` and their steps."""
        return {
            key: {name: number(value) for name, value in facts.items()}
            for key, facts in self._told.items()
        }

    def __getitem__(self, key: str) -> Any:
        return number(self._told[key]["last"])

    def __iter__(self) -> Iterator[str]:
        return iter(self._told)

    def __len__(self) -> int:
        return len(self._told)

    def __repr__(self) -> str:
        return repr(dict(self))


def number(value: Any) -> Any:
    """The number; strict JSON has words for those that are not finite."""
    return NOT_FINITE.get(value, value) if isinstance(value, str) else value
