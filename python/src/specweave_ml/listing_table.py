"""A list of experiments as a table, for a terminal and for a notebook."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from . import notebook
from .metrics import Metrics

if TYPE_CHECKING:
    from .experiment import Experiment

MAXIMUM_SHOWN = 50
MAXIMUM_PARAMS = 6
MAXIMUM_METRICS = 8
MAXIMUM_TEXT = 40
STATUS = 2


class Column:
    """A heading and, for each experiment, a text."""

    def __init__(
        self, heading: str, rows: Sequence[Mapping[str, Any]], cell: Callable[[Any], Any]
    ) -> None:
        values = [cell(row) for row in rows]
        self.heading = heading
        known = [one for one in values if one is not None]
        self.is_numeric = bool(known) and all(isinstance(one, (int, float)) for one in known)
        self.texts = [shown(one) for one in values]


def text(experiments: Sequence[Experiment]) -> str:
    """The table, as wide as the terminal at most: columns that do not fit are counted."""
    rows = [one._facts() for one in experiments[:MAXIMUM_SHOWN]]
    table = columns(rows)
    width = shutil.get_terminal_size((100, 24)).columns
    lines = [""] * (len(rows) + 1)
    used = hidden = 0
    for number, column in enumerate(table):
        cells = [column.heading, *column.texts]
        wide = max(map(len, cells))
        if number > 2 and (hidden or used + wide > width):
            hidden += 1
            continue
        used += wide + 2
        turn = str.rjust if column.is_numeric else str.ljust
        lines = [line + turn(cell, wide) + "  " for line, cell in zip(lines, cells, strict=True)]
    if not rows:
        return title(0)
    foot = [f"({hidden} more column{'' if hidden == 1 else 's'})"] if hidden else []
    return "\n".join([title(len(experiments)), *map(str.rstrip, lines), *foot, *more(experiments)])


def html(experiments: Sequence[Experiment]) -> str:
    """The table for a notebook, right in light and in dark; everything in it is escaped."""
    rows = [one._facts() for one in experiments[:MAXIMUM_SHOWN]]
    table = columns(rows) if rows else []
    body = [[column.texts[place] for column in table] for place in range(len(rows))]
    for cells, facts in zip(body, rows, strict=True):
        cells[STATUS] = notebook.status(str(facts["status"]))
    headings = [column.heading for column in table]
    return notebook.frame(
        notebook.title(title(len(experiments))),
        notebook.table(headings, body, numeric=[column.is_numeric for column in table])
        if rows
        else "",
        *map(notebook.remark, more(experiments)),
    )


def columns(rows: Sequence[dict[str, Any]]) -> list[Column]:
    """Who each is and how it stands, the parameters that differ, the metrics that most have."""
    metrics = [Metrics(row["metrics"]) for row in rows]
    params = [row["params"] for row in rows]
    table = [
        Column("", rows, lambda row: row["label"]),
        Column("name", rows, lambda row: row["name"]),
        Column("status", rows, lambda row: row["status"]),
    ]
    for key in differing(params)[:MAXIMUM_PARAMS]:
        table.append(Column(key, params, member(key)))
    for key in common(metrics)[:MAXIMUM_METRICS]:
        table.append(Column(key, metrics, member(key)))
    if any(row["tags"] for row in rows):
        table.append(Column("tags", rows, lambda row: ", ".join(row["tags"])))
    return table


def member(key: str) -> Callable[[Mapping[str, Any]], Any]:
    """What takes one value out of a mapping; None where there is none."""
    return lambda mapping: mapping.get(key)


def differing(params: Sequence[dict[str, Any]]) -> list[str]:
    """The parameters that are not the same everywhere, in the order they were logged."""
    names = dict.fromkeys(name for one in params for name in one)
    return [name for name in names if any(one.get(name) != params[0].get(name) for one in params)]


def common(metrics: Sequence[Metrics]) -> list[str]:
    """The metrics, those first that most experiments have."""
    uses: dict[str, int] = {}
    for one in metrics:
        for key in one:
            uses[key] = uses.get(key, 0) + 1
    return sorted(uses, key=lambda key: -uses[key])


def shown(value: Any) -> str:
    """A value on one line."""
    if value is None:
        return ""
    plain = f"{value:.5g}" if isinstance(value, float) else str(value)
    line = "".join(one if one.isprintable() else " " for one in plain)
    return line if len(line) <= MAXIMUM_TEXT else line[: MAXIMUM_TEXT - 1] + "…"


def title(count: int) -> str:
    """How many there are."""
    return f"{count} experiment{'' if count == 1 else 's'}"


def more(experiments: Sequence[Experiment]) -> list[str]:
    """What to say of those that are not shown."""
    hidden = len(experiments) - MAXIMUM_SHOWN
    return [f"… and {hidden} more"] if hidden > 0 else []
