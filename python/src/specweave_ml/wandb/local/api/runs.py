"""Several runs: filtered, ordered, taken from a sequence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, overload

from ...._native.optional_packages import need
from ....tracking.experiment import Experiment
from .filters import NOTHING, matches
from .history import Row
from .run import Run

ORDER = "+created_at"
CREATED = ("created_at", "createdAt")


class Runs(Sequence[Run]):
    """The runs of a project."""

    def __init__(
        self,
        experiments: Sequence[Experiment],
        filters: Mapping[str, Any] | None = None,
        order: str | None = ORDER,
    ) -> None:
        runs = [Run(experiment) for experiment in experiments]
        if filters:
            runs = [run for run in runs if matches(run.value_of, filters)]
        self.objects = ordered(runs, order or ORDER)

    @overload
    def __getitem__(self, index: int) -> Run: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Run]: ...
    def __getitem__(self, index: int | slice) -> Run | Sequence[Run]:
        return self.objects[index]

    def __len__(self) -> int:
        return len(self.objects)

    @property
    def more(self) -> bool:
        """Whether there are runs that are not loaded yet: all are."""
        return False

    def histories(
        self,
        samples: int | None = None,
        keys: Sequence[str] | None = None,
        x_axis: str = "_step",
        format: str = "default",
        stream: str = "default",
    ) -> Any:
        """Return the histories of all runs one below the other, with a column ``run_id``."""
        rows: list[Row] = [
            {**row, "run_id": run.id}
            for run in self
            for row in run.history(samples, keys, x_axis, pandas=False, stream=stream)
        ]
        if format == "default":
            return rows
        frames = need(format, "Runs.histories()")
        return frames.DataFrame(rows)

    def __repr__(self) -> str:
        return f"<Runs ({len(self)})>"


def ordered(runs: list[Run], order: str) -> list[Run]:
    """Return runs by a value: ``"+created_at"``, ``"-summary_metrics.loss"``, ``"config.lr"``."""
    descending, name = order.startswith("-"), order.lstrip("+-")

    def key(run: Run) -> tuple[int, Any]:
        value = run.value_of(name)
        if name in CREATED:
            value = run.experiment.created.timestamp()
        if isinstance(value, (int, float)) and value == value:
            return (0, value)
        return (1, value) if isinstance(value, str) else (2, 0)

    known = [run for run in runs if run.value_of(name) is not NOTHING and key(run)[0] < 2]
    others = [run for run in runs if run not in known]
    return [*sorted(known, key=key, reverse=descending), *others]
