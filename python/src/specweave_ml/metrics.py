"""The metrics of an experiment as a mapping."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

NOT_FINITE = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


class Metrics(Mapping[str, Any]):
    """The last value of each metric, in the order the metrics were first logged."""

    def __init__(self, summary: Mapping[str, Mapping[str, Any]]) -> None:
        self.summary: dict[str, dict[str, Any]] = {
            key: {name: number(value) for name, value in facts.items()}
            for key, facts in summary.items()
        }
        """For each metric ``last``, ``min``, ``max``, ``mean``, ``count`` and their steps."""

    def __getitem__(self, key: str) -> Any:
        return self.summary[key]["last"]

    def __iter__(self) -> Iterator[str]:
        return iter(self.summary)

    def __len__(self) -> int:
        return len(self.summary)

    def __repr__(self) -> str:
        return repr(dict(self))


def number(value: Any) -> Any:
    """The number; strict JSON has words for those that are not finite."""
    return NOT_FINITE.get(value, value) if isinstance(value, str) else value
