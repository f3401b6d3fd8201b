"""What the pictures of several experiments are made from."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .._native.closest import closest
from ..errors import InvalidArgumentError
from ..values.differing import differing

if TYPE_CHECKING:
    from ..reading.properties import Reading

MOST = 40
"""No picture is readable with more names."""
BROKEN = ("failed", "interrupted", "crashed")
"""How an experiment ends that did not come to a good end."""
NOT_SET = object()
"""In place of a parameter or a metric that an experiment has not."""


@dataclass(frozen=True)
class Metric:
    """A metric, and what is known of its direction."""

    key: str
    direction: str | None = None
    """"higher" or "lower"; None where it is unknown which is better."""
    assumed: bool = False

    def __str__(self) -> str:
        if self.direction is None:
            return self.key
        return f"{self.key} ({self.direction} is better{', assumed' if self.assumed else ''})"


@dataclass(frozen=True)
class Entry:
    """One experiment, or one group of runs."""

    name: str
    params: Mapping[str, Any]
    values: Mapping[str, Any]
    """The last value of each metric; the mean over a group."""
    spread: Mapping[str, Any] = field(default_factory=dict)
    """The standard deviation of each metric over a group."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """How the comparison writes some of them."""
    status: str = "completed"
    best: bool = False
    rank: int | None = None
    """1 for the best; None where there is nothing to rank it by."""
    opened: Sequence[Callable[[], Reading]] = ()
    """Open the experiment, or each of the group."""
    times: Mapping[str, float | None] = field(default_factory=dict)
    """``training_time`` and ``duration``, in seconds."""

    @property
    def broken(self) -> bool:
        """Whether it did not come to a good end, so that its values are those of a part."""
        return self.status in BROKEN

    def value(self, key: str) -> float | None:
        """Return the metric as a float, perhaps NaN or infinite; None if it has none."""
        found = self.values.get(key, self.times.get(key))
        return None if found is None else float(found)

    def finite(self, key: str) -> float | None:
        """Return the metric if it is a finite number."""
        value = self.value(key)
        return value if value is not None and math.isfinite(value) else None

    def text(self, key: str) -> str:
        """Return the metric as people read it, or why there is none."""
        value = self.value(key)
        if (value is None or math.isnan(value)) and self.status != "completed":
            return self.status
        if value is None:
            return "no value"
        text = self.texts.get(key) or ("NaN" if math.isnan(value) else f"{value:.4g}")
        return f"{text} ({self.status})" if self.broken else text


@dataclass(frozen=True)
class Table:
    """Several experiments in the order of their comparison."""

    entries: Sequence[Entry]
    metrics: Mapping[str, Metric]
    """Those of which a direction is known, by key."""
    primary: Metric | None
    hidden: int = 0
    """How many experiments the comparison left out."""

    def metric(self, key: str | None) -> Metric | None:
        """Return the metric of this key; without one that which decided, None if there is none."""
        if key is None:
            return self.primary
        key = key.removeprefix("metrics.")
        if not any(entry.value(key) is not None for entry in self.entries):
            keys = dict.fromkeys(name for entry in self.entries for name in entry.values)
            raise InvalidArgumentError(
                f"none of the experiments has the metric {key!r}; there are:",
                candidates=closest(key, keys),
            )
        return self.metrics.get(key, Metric(key))

    def chosen(self, metrics: str | Iterable[str] | None) -> list[Metric]:
        """Return the metrics that were asked for; without a wish the one that decided."""
        asked = [metrics] if metrics is None or isinstance(metrics, str) else list(metrics)
        return [metric for metric in map(self.metric, asked) if metric is not None]

    def shown(self) -> tuple[list[Entry], int]:
        """Return the first entries, the best among them in any case, and how many are left out."""
        shown = list(self.entries[:MOST])
        best = next((entry for entry in self.entries if entry.best), None)
        if best is not None and best not in shown:
            shown[-1] = best
        return shown, len(self.entries) - len(shown) + self.hidden

    def params(self, metric: Metric | None) -> list[str]:
        """Return the parameters that differ between experiments with a score, in order."""
        rated = [e for e in self.entries if metric and e.finite(metric.key) is not None]
        return list(differing(entry.params for entry in rated))
