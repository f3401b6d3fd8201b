"""The rows of a run's history, put together again from the points of its metrics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from ....reading.properties import number
from ....tracking.experiment import Experiment
from ...runs.history_file import read_lines

Row = dict[str, Any]
SYSTEM = "system/"


def rows_of(
    experiment: Experiment, keys: Sequence[str] | None = None, *, system: bool = False
) -> list[Row]:
    """Return all rows by step, with ``_step``, ``_timestamp`` and ``_runtime``.

    Points of several metrics at one step are one row. A metric that was logged twice at a step, as
    after a resume, has a second row there: nothing is left out.
    """
    rows: dict[tuple[int, int], Row] = {}
    begun = experiment.created.timestamp()

    def put(key: str, step: int, time: float, value: Any, nth: dict[int, int]) -> None:
        place = (step, nth.get(step, 0))
        nth[step] = place[1] + 1
        row = rows.setdefault(place, {"_step": step, "_timestamp": time})
        row[key] = value
        row["_timestamp"] = max(row["_timestamp"], time)

    wanted = None if keys is None else set(keys)
    for key in experiment.metrics:
        if key.startswith(SYSTEM) == system and (wanted is None or key in wanted):
            counts: dict[int, int] = {}
            for point in experiment.history(key):
                put(key, point.step, point.time.timestamp(), point.value, counts)
    others: dict[str, dict[int, int]] = {}
    for line in () if system else read_lines(experiment.path):
        name = line.get("key")
        if isinstance(name, str) and is_placed(line) and (wanted is None or name in wanted):
            nth = others.setdefault(name, {})
            value = number(line.get("value"))
            put(name, int(line["step"]), float(line["time"]), value, nth)
    for row in rows.values():
        row["_runtime"] = row["_timestamp"] - begun
    return [rows[place] for place in sorted(rows)]


def is_placed(line: Row) -> bool:
    """Return whether a line says where it belongs."""
    return isinstance(line.get("step"), int) and isinstance(line.get("time"), (int, float))


def with_all(rows: Iterable[Row], keys: Sequence[str] | None, x_axis: str = "_step") -> list[Row]:
    """Return the rows that have all keys, with these and the x axis alone."""
    if keys is None:
        return list(rows)
    columns = list(dict.fromkeys([x_axis, *keys]))
    return [
        {column: row[column] for column in columns if column in row}
        for row in rows
        if all(key in row for key in keys)
    ]


def sampled(rows: list[Row], most: int) -> list[Row]:
    """Return as many rows as are wanted, evenly over all, the first and the last among them."""
    if most < 1:
        raise ValueError(f"samples is a number of rows of at least 1, not {most}")
    if len(rows) <= most:
        return rows
    if most == 1:
        return rows[-1:]
    last = len(rows) - 1
    return [rows[round(index * last / (most - 1))] for index in range(most)]


class HistoryScan(Iterator[Row]):
    """Goes through the rows of a history."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = iter(rows)

    def __iter__(self) -> HistoryScan:
        return self

    def __next__(self) -> Row:
        return next(self._rows)

    def pages(self, size: int) -> Iterator[list[Row]]:
        """Yield the rows in lists of this size."""
        while page := list(islice(self._rows, size)):
            yield page
