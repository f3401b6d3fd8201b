"""The combinations of a sweep as its pictures need them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ..plotting.entries import Entry, Metric, Table

if TYPE_CHECKING:
    from .results import SweepResults


def table_of(results: SweepResults) -> Table:
    """Return the combinations by rank; for scikit-learn a higher score is always better."""
    metric = Metric(results.metric, "higher")
    entries = [
        Entry(
            name=results[index].name,
            params=results.labels[index],
            values={metric.key: results.scores[index]},
            spread={metric.key: results.deviations[index]},
            status=results[index].status,
            best=index == results.best_index_,
            rank=results.ranks[index],
            opened=[partial(results.__getitem__, index)],
            times={"training_time": results.fit_times[index]},
        )
        for index in results.ordered()
    ]
    return Table(entries, {metric.key: metric}, metric)
