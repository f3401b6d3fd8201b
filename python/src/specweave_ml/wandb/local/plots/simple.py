"""Lines, points, bars and histograms of a table's columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..media.table import Table
from .chart import CustomChart, plot_table


def line(
    table: Table,
    x: str,
    y: str,
    stroke: str | None = None,
    title: str = "",
    split_table: bool = False,
) -> CustomChart:
    """Return a line of one column over another; a line for each value of ``stroke``."""
    fields = {"x": x, "y": y, "stroke": stroke}
    return plot_table("wandb/line/v0", table, fields, {"title": title}, split_table)


def scatter(
    table: Table, x: str, y: str, title: str = "", split_table: bool = False
) -> CustomChart:
    """Return a point for each row."""
    return plot_table("wandb/scatter/v0", table, {"x": x, "y": y}, {"title": title}, split_table)


def bar(
    table: Table, label: str, value: str, title: str = "", split_table: bool = False
) -> CustomChart:
    """Return a bar for each row."""
    fields = {"label": label, "value": value}
    return plot_table("wandb/bar/v0", table, fields, {"title": title}, split_table)


def histogram(table: Table, value: str, title: str = "", split_table: bool = False) -> CustomChart:
    """Return how often the values of a column occur."""
    return plot_table("wandb/histogram/v0", table, {"value": value}, {"title": title}, split_table)


def line_series(
    xs: Sequence[Any],
    ys: Sequence[Sequence[Any]],
    keys: Sequence[str] | None = None,
    title: str = "",
    xname: str = "x",
    split_table: bool = False,
) -> CustomChart:
    """Return several lines, over the same places or over places of their own."""
    if not isinstance(xs[0], Iterable) or isinstance(xs[0], (str, bytes)):
        xs = [xs] * len(ys)
    if len(xs) != len(ys):
        raise ValueError(f"Number of x-series ({len(xs)}) must match y-series ({len(ys)}).")
    names = [f"line_{number}" for number in range(len(ys))] if keys is None else list(keys)
    if len(names) != len(ys):
        raise ValueError(f"Number of keys ({len(names)}) must match y-series ({len(ys)}).")
    rows = [
        [x, name, y]
        for name, places, values in zip(names, xs, ys, strict=True)
        for x, y in zip(places, values, strict=False)
    ]
    columns = ["step", "lineKey", "lineVal"]
    table = Table(columns=columns, data=rows, allow_mixed_types=True)
    fields = {column: column for column in columns}
    strings = {"title": title, "xname": xname}
    return plot_table("wandb/lineseries/v0", table, fields, strings, split_table)
