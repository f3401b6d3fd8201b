"""Pictures of charts, drawn by matplotlib."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ....display.text import label, plain
from ....plotting.figure import Picture, blank, done, only_words, open_sides
from ..media.table import Table

if TYPE_CHECKING:
    from .chart import CustomChart

NAMED = 12
"""How many lines get a name."""
KINDS = ("line", "lineseries", "area-under-curve", "scatter", "bar", "histogram")


def figure_of_chart(chart: CustomChart) -> Picture:
    """Return a figure of a chart."""
    fields, strings = chart.spec.fields, chart.spec.string_fields
    kind = chart.spec.spec_name.partition("/")[2].partition("/")[0]
    figure, (axes,) = blank(6.4, 4.2)
    table = chart.table
    if not table.data:
        only_words(axes, "The table of this chart has no rows")
    elif kind == "confusion_matrix":
        matrix(axes, table)
    elif kind in ("bar", "histogram"):
        (bars if kind == "bar" else frequencies)(axes, table, fields)
    else:
        curves(axes, table, fields, points=kind not in KINDS or kind == "scatter")
    for name, side in (("x-axis-title", axes.set_xlabel), ("y-axis-title", axes.set_ylabel)):
        if name in strings:
            side(plain(str(strings[name])))
    if strings.get("xname"):
        axes.set_xlabel(plain(str(strings["xname"])))
    if strings.get("title"):
        axes.set_title(plain(str(strings["title"])))
    found = done(figure)
    if not isinstance(found, Picture):
        raise TypeError("a figure of this package is a Picture")
    return found


def curves(axes: Any, table: Table, fields: Mapping[str, Any], *, points: bool) -> None:
    """Draw one column over another, a line for each value of a third."""
    columns = [column for column in fields.values() if column in table.columns]
    x = first(fields, ("x", "step"), columns, 0)
    y = first(fields, ("y", "lineVal", "value"), columns, -1)
    group = next(
        (fields[name] for name in ("stroke", "lineKey", "class", "groupKeys") if fields.get(name)),
        None,
    )
    keys = table.get_column(group) if group in table.columns else [""] * len(table.data)
    lines: dict[str, tuple[list[Any], list[Any]]] = {}
    for key, place, value in zip(keys, table.get_column(x), table.get_column(y), strict=True):
        xs, ys = lines.setdefault(str(key), ([], []))
        xs.append(place)
        ys.append(value)
    for number, (name, (xs, ys)) in enumerate(lines.items()):
        named = label(name) if name and number < NAMED else None
        axes.plot(xs, ys, "o" if points else "-", label=named, markersize=4)
    axes.set_xlabel(label(str(x)))
    axes.set_ylabel(label(str(y)))
    axes.grid(alpha=0.25, linewidth=0.6)
    open_sides(axes)
    if group in table.columns:
        axes.legend(fontsize=8)


def first(fields: Mapping[str, Any], names: tuple[str, ...], columns: list[Any], place: int) -> Any:
    """Return the column that a field names, else one of those that are drawn."""
    named = next((fields[name] for name in names if fields.get(name)), None)
    if named is not None:
        return named
    if not columns:
        raise ValueError(f"none of its fields {dict(fields)} is a column of the table")
    return columns[place]


def bars(axes: Any, table: Table, fields: Mapping[str, Any]) -> None:
    """Draw a bar for each row."""
    names = [label(str(name)) for name in table.get_column(fields["label"])]
    axes.bar(range(len(names)), table.get_column(fields["value"]))
    axes.set_xticks(range(len(names)), names, rotation=30 if len(names) > 6 else 0)
    axes.set_ylabel(label(str(fields["value"])))
    open_sides(axes)


def frequencies(axes: Any, table: Table, fields: Mapping[str, Any]) -> None:
    """Draw how often values occur."""
    values = [value for value in table.get_column(fields["value"]) if value is not None]
    axes.hist(values, bins=min(50, max(10, len(values) // 10)))
    axes.set_xlabel(label(str(fields["value"])))
    open_sides(axes)


def matrix(axes: Any, table: Table) -> None:
    """Draw how often each class was answered for each."""
    names = list(dict.fromkeys(str(name) for name in table.get_column("Actual")))
    counts = [[0.0] * len(names) for _ in names]
    for actual, predicted, count in table.data:
        counts[names.index(str(actual))][names.index(str(predicted))] = float(count)
    axes.imshow(counts, cmap="Blues")
    most = max(max(row) for row in counts)
    for row, values in enumerate(counts):
        for column, value in enumerate(values):
            colour = "white" if value > most / 2 else "black"
            axes.text(column, row, f"{value:g}", ha="center", va="center", color=colour)
    axes.set_xticks(range(len(names)), [label(name) for name in names], rotation=30)
    axes.set_yticks(range(len(names)), [label(name) for name in names])
    axes.set_xlabel("Predicted")
    axes.set_ylabel("Actual")
