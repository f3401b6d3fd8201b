"""Histograms: counts between edges."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from ...._native.optional_packages import is_a, optional
from .run_files import RunFiles
from .value import WBValue

if TYPE_CHECKING:
    from ..artifacts.artifact import Artifact


class Histogram(WBValue):
    """How often values lie between edges; from values, or from what ``numpy.histogram`` returns."""

    MAX_LENGTH = 512
    """The most bins."""
    _log_type: ClassVar[str] = "histogram"

    def __init__(
        self,
        sequence: Any = None,
        np_histogram: Sequence[Any] | None = None,
        num_bins: int = 64,
    ) -> None:
        if np_histogram is not None:
            if len(np_histogram) != 2:
                raise ValueError("np_histogram is a pair: the counts, and the edges around them")
            counts, edges = (as_list(part) for part in np_histogram)
        else:
            counts, edges = counted(sequence, num_bins)
        self.histogram: list[Any] = counts
        self.bins: list[Any] = edges
        if len(counts) > self.MAX_LENGTH:
            raise ValueError(f"a histogram has at most {self.MAX_LENGTH} bins, not {len(counts)}")
        if len(counts) + 1 != len(edges):
            raise ValueError(
                f"a histogram has one edge more than counts, not {len(edges)} edges around "
                f"{len(counts)} counts"
            )

    def for_run(self, files: RunFiles, key: str, step: int | str) -> dict[str, Any]:
        """Return its JSON."""
        return self.to_json()

    def for_artifact(self, artifact: Artifact) -> dict[str, Any]:
        """Return its JSON."""
        return self.to_json()

    def to_json(self, artifact: Any = None) -> dict[str, Any]:
        """Return its JSON."""
        return {"_type": self._log_type, "values": self.histogram, "bins": self.bins}

    @classmethod
    def from_json(cls, json_obj: dict[str, Any], source_artifact: Artifact) -> Histogram:
        """Return the histogram of this JSON."""
        return cls(np_histogram=(json_obj["values"], json_obj["bins"]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Histogram) and self.to_json() == other.to_json()

    __hash__ = WBValue.__hash__

    def __repr__(self) -> str:
        return f"<Histogram of {sum(self.histogram)} values in {len(self.histogram)} bins>"


def as_list(values: Any) -> list[Any]:
    """Return counts or edges as a list of Python's numbers."""
    return list(values.tolist() if hasattr(values, "tolist") else values)


def counted(values: Any, bins: int) -> tuple[list[int], list[float]]:
    """Return counts and edges of values, as numpy counts them."""
    if is_a(values, "torch.Tensor"):
        values = values.detach().cpu().float().numpy()
    numpy = optional("numpy")
    if numpy is not None:
        counts, edges = numpy.histogram(values, bins=bins)
        return counts.tolist(), edges.tolist()
    return counted_plainly(list(flat(values)), bins)


def counted_plainly(values: Sequence[float], bins: int) -> tuple[list[int], list[float]]:
    """Return counts and edges without numpy: equal bins, the last one with its end."""
    if bins < 1:
        raise ValueError(f"a histogram has at least one bin, not {bins}")
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError(f"the values of a histogram are finite, not from {low} to {high}")
    if low == high:
        low, high = low - 0.5, high + 0.5
    edges = [low + (high - low) * index / bins for index in range(bins)] + [float(high)]
    counts = [0] * bins
    for value in values:
        counts[min(bisect_right(edges, value) - 1, bins - 1)] += 1
    return counts, edges


def flat(values: Any) -> Iterable[float]:
    """Yield the numbers of nested lists."""
    if hasattr(values, "tolist"):
        values = values.tolist()
    if isinstance(values, Iterable):
        for value in values:
            yield from flat(value)
    elif values is not None:
        yield float(values)
