"""What of the values that are no metrics TensorBoard shows too: histograms, and texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...tracking.experiment import Experiment
from .rows import TYPE

HISTOGRAM = "histogram"


def show(experiment: Any, key: str, step: int, time: float | None, value: Any) -> None:
    """Show a value in TensorBoard, if it is one that TensorBoard knows.

    A text with a time of its own is not shown: TensorBoard would say that it is of now.
    """
    if not isinstance(experiment, Experiment):
        return  # an import, which gathers the run before it writes it
    if isinstance(value, str):
        if time is None and value:
            experiment._show_text(key, "", value, step, None)
    elif isinstance(value, Mapping) and value.get(TYPE) == HISTOGRAM:
        counts, edges = value.get("values"), edges_of(value)
        if counts and edges is not None and len(edges) == len(counts) + 1:
            experiment.log_histogram(key, counts=counts, edges=edges, step=step, time=time)


def edges_of(histogram: Mapping[str, Any]) -> list[float] | None:
    """Return where the bins begin and end; equal bins are stored by their width."""
    packed = histogram.get("packedBins")
    if isinstance(packed, Mapping):
        try:
            low, size, count = float(packed["min"]), float(packed["size"]), int(packed["count"])
        except (KeyError, TypeError, ValueError):
            return None
        return [low + size * index for index in range(count + 1)]
    bins = histogram.get("bins")
    return bins if isinstance(bins, list) else None
