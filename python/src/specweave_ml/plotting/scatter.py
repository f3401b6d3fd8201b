"""Two numbers of each experiment against each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .._native.closest import closest
from ..display.text import count, label, plain
from ..errors import InvalidArgumentError
from .entries import NOT_SET, Entry, Metric, Table
from .figure import canvas, done, footnote, only_words, open_sides
from .labels import name_points
from .scales import Scale, is_number, name_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAMED = 15
BEST, OTHER = "C0", "0.6"
TIMES = ("training_time", "duration")


def draw(table: Table, metric: Metric | None, x: str | None, ax: Any = None) -> Figure:
    """Return a point for each experiment: a parameter, a metric or the time against the metric."""
    figure, axes = canvas(ax, 6.4, 4.4)
    if metric is None:
        only_words(axes, "No metric to compare these experiments by")
        return done(figure)
    across, value_of = choice(table, x)
    drawn = [
        (entry, value_of(entry), height)
        for entry in table.entries
        if (height := entry.finite(metric.key)) is not None and value_of(entry) is not NOT_SET
    ]
    if not drawn:
        only_words(axes, f"No experiment has both {across} and {metric.key}")
        return done(figure)
    numeric = all(is_number(value) for _, value, _ in drawn)
    values = sorted((value for _, value, _ in drawn), key=numbers_first)
    scale = Scale(values if numeric else [name_of(value) for value in values])
    names = []
    for entry, value, height in drawn:
        position = value if numeric else scale.place(name_of(value))
        colour, size = (BEST, 8) if entry.best else (OTHER, 6)
        face = "none" if entry.broken else colour
        axes.plot([position], [height], "o", color=colour, mfc=face, markersize=size, zorder=3)
        if len(drawn) <= NAMED or entry.best:
            names.append((position, height, entry.name, entry.best))
    axes.margins(0.14)
    if scale.log:
        axes.set_xscale("log")
    elif not numeric:
        axes.set_xticks(
            [position for _, position in scale.ticks], [name for name, _ in scale.ticks]
        )
    name_points(axes, names)
    axes.set_xlabel(f"{across} [s]" if across in TIMES else label(across))
    axes.set_ylabel(plain(str(metric)))
    axes.grid(alpha=0.25, linewidth=0.6)
    open_sides(axes)
    left = len(table.entries) - len(drawn)
    remarks = [f"{count(left, 'experiment')} without a value"] if left else []
    if any(entry.broken for entry, _, _ in drawn):
        remarks.insert(0, "hollow: not completed")
    footnote(axes, "   ".join(remarks))
    return done(figure)


def choice(table: Table, x: str | None) -> tuple[str, Callable[[Entry], Any]]:
    """Return what lies on the x axis, and how an experiment's value of it is found."""
    if x is None:
        trained = any(entry.times.get(TIMES[0]) is not None for entry in table.entries)
        x = TIMES[0] if trained else TIMES[1]
    name = x.removeprefix("params.")
    params = dict.fromkeys(key for entry in table.entries for key in entry.params)
    if name in params:
        return name, lambda entry: entry.params.get(name, NOT_SET)
    key = x.removeprefix("metrics.")
    metrics = dict.fromkeys(key for entry in table.entries for key in entry.values)
    if key in metrics or key in TIMES:
        return key, lambda entry: NOT_SET if entry.finite(key) is None else entry.finite(key)
    raise InvalidArgumentError(
        f"none of the experiments has a parameter or a metric {x!r}; there are:",
        candidates=closest(x, [*params, *metrics, *TIMES]),
    )


def numbers_first(value: Any) -> tuple[bool, float]:
    """Return a sort key that puts numbers, by size, before everything else."""
    return (False, float(value)) if is_number(value) else (True, 0.0)
