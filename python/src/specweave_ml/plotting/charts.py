"""The pictures of experiments: their curves, and what a comparison draws."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .._native.closest import closest
from ..display.text import count
from ..errors import InvalidArgumentError
from . import bars, curves, parallel, scatter
from .entries import Entry, Metric, Table
from .series import Series, averaged, series_of
from .smoothing import checked

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..reading.properties import Reading

AXES = ("step", "time")
KINDS = ("bar", "curves", "parallel", "scatter")
MOST_PANELS = 12


def curves_of(
    experiment: Reading,
    keys: Iterable[str | Iterable[str]],
    smoothing: float,
    x: str,
    logy: bool,
    ax: Any,
) -> Figure:
    """Return the metrics of one experiment: a panel for each key, one for each group of keys."""
    weight, across = checked(smoothing), axis(x)
    groups = [[key] if isinstance(key, str) else list(key) for key in keys]
    left = 0
    if not groups:
        summaries = experiment.metrics.summary
        groups = [[key] for key, facts in summaries.items() if facts["count"] > 1]
        groups = groups or [[key] for key in summaries]
        left = len(groups) - MOST_PANELS
        groups = groups[:MOST_PANELS]
    if ax is not None and len(groups) != 1:
        raise InvalidArgumentError(
            f"ax takes one panel and these are {len(groups)}: name one metric, or one list of them"
        )
    panels = [
        curves.Panel(
            group[0] if len(group) == 1 else "value",
            [series_of(experiment, key, key, across, weight) for key in group],
            f"{count(left, 'more metric')} not shown" if left > 0 and group is groups[-1] else "",
        )
        for group in groups
        if group
    ]
    return curves.draw(panels, x=across, logy=logy, ax=ax, empty="No metric was logged")


def draw(
    table: Table,
    kind: str = "bar",
    metrics: str | Iterable[str] | None = None,
    *,
    params: str | Iterable[str] | None = None,
    smoothing: float = 0.0,
    x: str | None = None,
    logy: bool = False,
    ax: Any = None,
) -> Figure:
    """Return one of the kinds of pictures of several experiments."""
    chosen = table.chosen(metrics)
    first = chosen[0] if chosen else None
    if ax is not None and len(chosen) > 1:
        raise InvalidArgumentError(f"ax takes one metric and these are {len(chosen)}")
    if kind == "bar":
        return bars.draw(table, chosen, ax)
    if kind == "curves":
        return compared_curves(table, chosen, checked(smoothing), axis(x or "step"), logy, ax)
    if kind == "parallel":
        names = table.params(first) if params is None else named(table, params)
        return parallel.draw(table, first, names, ax)
    if kind == "scatter":
        return scatter.draw(table, first, x, ax)
    raise InvalidArgumentError(f"kind is one of {', '.join(KINDS)}, not {kind!r}")


def compared_curves(
    table: Table, metrics: list[Metric], weight: float, x: str, logy: bool, ax: Any
) -> Figure:
    """Return a panel for each metric, a line for each experiment, the best rank first."""
    entries, hidden = table.shown()
    entries.sort(key=lambda entry: entry.rank or len(entries) + 1)
    panels = []
    for metric in metrics:
        lines = [
            series
            for entry in entries
            if (series := line_of(entry, metric.key, x, weight)) is not None
        ]
        without = len(entries) - len(lines)
        remarks = [f"{count(without, 'experiment')} without it"] if without else []
        remarks += [f"{count(hidden, 'experiment')} not shown"] if hidden else []
        panels.append(curves.Panel(str(metric), lines, "; ".join(remarks)))
    return curves.draw(
        panels, x=x, logy=logy, ax=ax, empty="No metric to compare these experiments by"
    )


def line_of(entry: Entry, key: str, x: str, weight: float) -> Series | None:
    """Return the line of one experiment; None if it never logged the metric."""
    if not entry.opened or key not in entry.values:
        return None
    name = f"★ {entry.name}" if entry.best else entry.name
    if entry.broken:
        name = f"{name} ({entry.status})"
    opened = (open_one() for open_one in entry.opened)
    runs = [run for run in opened if key in run.metrics]
    if len(entry.opened) > 1:  # of a group only those that its table counts
        runs = [run for run in runs if run.status == "completed"] or runs
    if len(runs) > 1:
        return averaged(runs, key, name, x, weight)
    return series_of(runs[0], key, name, x, weight) if runs else None


def named(table: Table, params: str | Iterable[str]) -> list[str]:
    """Return the parameters that were asked for; one that none has is refused."""
    wanted = [params] if isinstance(params, str) else list(params)
    all_params = dict.fromkeys(name for entry in table.entries for name in entry.params)
    names = [name.removeprefix("params.") for name in wanted]
    for name in names:
        if name not in all_params:
            raise InvalidArgumentError(
                f"none of the experiments has the parameter {name!r}; there are:",
                candidates=closest(name, all_params),
            )
    return names


def axis(x: str) -> str:
    """Return what the points lie over."""
    if x not in AXES:
        raise InvalidArgumentError(f"x is {' or '.join(map(repr, AXES))}, not {x!r}")
    return x
