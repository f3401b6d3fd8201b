"""Experiments side by side: a bar for each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..display.text import count, label, plain
from .entries import Entry, Metric, Table
from .figure import GREY, blank, canvas, done, footnote, only_words, open_sides

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BEST, OTHER = "C0", "0.75"
LONGEST = 44


def draw(table: Table, metrics: Sequence[Metric], ax: Any = None) -> Figure:
    """Return a panel for each metric, the experiments in their order from the top."""
    entries, hidden = table.shown()
    width = 3.4 + 2.2 * max(1, len(metrics))
    height = 1.1 + 0.3 * max(2, len(entries))
    if ax is not None or len(metrics) < 2:
        figure, axes = canvas(ax, width, height)
        panels = [axes]
    else:
        figure, panels = blank(width, height, 1, len(metrics), apart=0.06)
    if not metrics:
        only_words(panels[0], "No metric to compare these experiments by")
    for axes, metric in zip(panels, metrics, strict=False):
        panel(axes, entries, metric)
    for axes in panels[1:]:
        axes.tick_params(labelleft=False)
    if metrics:
        remarks = [f"★ best by {table.primary.key}"] if best_of(entries) and table.primary else []
        drawn = (metric.key for metric in metrics)
        if any(e.broken and e.finite(key) is not None for key in drawn for e in entries):
            remarks.append("hatched: not completed")
        remarks += [f"{count(hidden, 'experiment')} not shown"] if hidden else []
        footnote(panels[-1], "   ".join(remarks))
    return done(figure)


def panel(axes: Any, entries: Sequence[Entry], metric: Metric) -> None:
    """Draw the bars of one metric, and the reason in place of a missing one."""
    places = range(len(entries))
    lengths = [entry.finite(metric.key) or 0.0 for entry in entries]
    colours = [BEST if entry.best else OTHER for entry in entries]
    bars = axes.barh(places, lengths, color=colours, height=0.72)
    for entry, bar in zip(entries, bars, strict=True):
        if entry.broken:
            bar.set(edgecolor="white", hatch="////", linewidth=0)
    spreads = [spread_of(entry, metric.key) for entry in entries]
    if any(spread > 0 for spread in spreads):
        shown = [spread or math.nan for spread in spreads]
        axes.errorbar(lengths, places, xerr=shown, fmt="none", ecolor="0.3", capsize=3)
    for position, entry in enumerate(entries):
        name_bar(axes, entry, metric.key, position, lengths[position], spreads[position])
    names = [("★ " if entry.best else "") + label(entry.name, LONGEST) for entry in entries]
    axes.set_yticks(places, names)
    axes.set_ylim(len(entries) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(plain(str(metric)))
    axes.margins(x=0.2)
    axes.locator_params(axis="x", nbins=5)
    if min(lengths, default=0) >= 0:
        axes.set_xlim(left=0)
    if not any(lengths):
        axes.set_xlim(0, 1)
        axes.set_xticks([0])
    axes.axvline(0, color=GREY, linewidth=0.8)
    open_sides(axes)
    axes.spines["left"].set_visible(False)


def name_bar(
    axes: Any, entry: Entry, key: str, position: int, length: float, spread: float
) -> None:
    """Write the value at the end of a bar, or why there is none."""
    left = length < 0
    style = {} if entry.finite(key) is not None else {"color": GREY, "style": "italic"}
    axes.annotate(
        plain(entry.text(key)),
        (length - spread if left else length + spread, position),
        xytext=(-4 if left else 4, 0),
        textcoords="offset points",
        ha="right" if left else "left",
        va="center",
        fontsize=9,
        **style,
    )


def spread_of(entry: Entry, key: str) -> float:
    """Return the standard deviation; 0 where there is none."""
    spread = entry.spread.get(key)
    if spread is None or entry.finite(key) is None or not math.isfinite(spread):
        return 0.0
    return float(spread)


def best_of(entries: Sequence[Entry]) -> Entry | None:
    """Return the best of them."""
    return next((entry for entry in entries if entry.best), None)
