"""A list of experiments as a table, for a terminal and for a notebook."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from .metrics import Metrics

if TYPE_CHECKING:
    from .experiment import Experiment

MAXIMUM_SHOWN = 50
MAXIMUM_PARAMS = 6
MAXIMUM_METRICS = 8
MAXIMUM_TEXT = 40
COLOURS = {
    "running": "#1f6feb",
    "completed": "#1a7f37",
    "failed": "#cf222e",
    "interrupted": "#9a6700",
    "crashed": "#a40e26",
}
FRAME = (
    "color:inherit;font-family:system-ui,-apple-system,'Segoe UI',sans-serif;"
    "font-size:13px;line-height:1.45;max-width:100%;overflow-x:auto;padding:2px 0"
)
CELL = "vertical-align:top;padding:4px 12px;border:0;border-bottom:"
BADGE = (
    "display:inline-block;padding:0 8px;border-radius:9px;font-size:12px;line-height:18px;"
    "font-weight:600;color:#fff;background:"
)


class Column:
    """A heading and, for each experiment, a text."""

    def __init__(
        self, heading: str, rows: Sequence[Mapping[str, Any]], cell: Callable[[Any], Any]
    ) -> None:
        values = [cell(row) for row in rows]
        self.heading = heading
        self.is_numeric = all(isinstance(one, (int, float)) for one in values if one is not None)
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
    foot = [f"({hidden} more columns)"] if hidden else []
    return "\n".join([title(len(experiments)), *map(str.rstrip, lines), *foot, *more(experiments)])


def html(experiments: Sequence[Experiment]) -> str:
    """The table for a notebook, right in light and in dark; everything in it is escaped."""
    rows = [one._facts() for one in experiments[:MAXIMUM_SHOWN]]
    table = columns(rows) if rows else []
    head = "".join(cell("th", column.heading, column.is_numeric) for column in table)
    body = []
    for place, row in enumerate(rows):
        cells = [cell("td", column.texts[place], column.is_numeric) for column in table]
        cells[2] = cell("td", badge(str(row["status"])), False, is_html=True)
        body.append(f"<tr style='background:transparent;border:0'>{''.join(cells)}</tr>")
    remarks = "".join(f"<div style='opacity:.7'>{escape(one)}</div>" for one in more(experiments))
    return (
        f"<div style=\"{FRAME}\"><div style='font-weight:600'>{title(len(experiments))}</div>"
        "<table style='border-collapse:collapse;border:0;margin:0;color:inherit;font-size:13px'>"
        f"<tr style='border:0'>{head}</tr>{''.join(body)}</table>{remarks}</div>"
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


def cell(tag: str, content: str, is_numeric: bool, *, is_html: bool = False) -> str:
    """One cell of the HTML table."""
    line = "2px solid rgba(128,128,128,.45)" if tag == "th" else "1px solid rgba(128,128,128,.22)"
    side = "right" if is_numeric else "left"
    numbers = "font-variant-numeric:tabular-nums;" if is_numeric else ""
    inner = content if is_html else escape(content)
    flow = "white-space:nowrap;" if len(content) <= MAXIMUM_TEXT or is_html else ""
    return f"<{tag} style='text-align:{side};{numbers}{flow}{CELL}{line}'>{inner}</{tag}>"


def badge(status: str) -> str:
    """The status as a coloured label."""
    return f"<span style='{BADGE}{COLOURS.get(status, '#6e7781')}'>{escape(status)}</span>"


def title(count: int) -> str:
    """How many there are."""
    return f"{count} experiment{'' if count == 1 else 's'}"


def more(experiments: Sequence[Experiment]) -> list[str]:
    """What to say of those that are not shown."""
    hidden = len(experiments) - MAXIMUM_SHOWN
    return [f"… and {hidden} more"] if hidden > 0 else []
