"""Parallel coordinates: each experiment a line through its parameters to its score."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from .._native.optional_packages import need
from ..display.text import count, label
from .entries import NOT_SET, Entry, Metric, Table
from .figure import GREY, canvas, done, only_words
from .scales import STEP, Scale

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_AXES = 12
ENOUGH = 6
MOST_LINES = 1000
MOST_DASHED = 200
LETTERS = 12
STRIP = 0.14
NAME = 36
UPRIGHT = 14


def draw(table: Table, metric: Metric | None, params: Sequence[str], ax: Any = None) -> Figure:
    """Return an axis for each parameter, and at the right the metric with its colours."""
    shown = list(params)[:MOST_AXES]
    figure, axes = canvas(ax, 2.6 + 1.25 * max(3, len(shown)), 4.6)
    rated = [] if metric is None else [e for e in table.entries if e.finite(metric.key) is not None]
    problem = too_little(metric, params, rated)
    if problem or metric is None:
        only_words(axes, problem)
        return done(figure)
    scales = [Scale([e.params.get(name, NOT_SET) for e in table.entries]) for name in shown]
    score = Scale([e.finite(metric.key) for e in rated])
    colours = ColourOf(metric)
    others = [entry for entry in table.entries if entry.finite(metric.key) is None]
    dashed = evenly(others, MOST_DASHED)
    draw_lines(axes, [path_of(e, shown, scales) for e in dashed], GREY, 0.6, True)
    # From the worst to the best in even steps, so that the picture has the shape of all of them.
    ordered = evenly(sorted(rated, key=lambda e: goodness(e, metric, score)), MOST_LINES)
    draw_lines(
        axes,
        [[*path_of(e, shown, scales), score.place(e.finite(metric.key))] for e in ordered],
        [colours(score.place(e.finite(metric.key))) for e in ordered],
        clearness(len(ordered)),
    )
    best = next((entry for entry in ordered if entry.best), None)
    if best is not None:
        height = score.place(best.finite(metric.key))
        line = [*path_of(best, shown, scales), height]
        draw_lines(axes, [line], [colours(height)], 1.0, width=3)
    for height, (name, scale) in enumerate(zip(shown, scales, strict=True)):
        draw_axis(axes, height, label(name, NAME), scale)
    draw_score(axes, len(shown), metric, score, colours)
    lowest = min(tick for scale in scales for _, tick in scale.ticks)
    axes.set_xlim(-0.35, len(shown) + 0.75)
    axes.set_ylim(min(-0.06, lowest - STEP / 2), 1.06)
    axes.set_axis_off()
    remarks_shown = [
        *remarks(best, metric, rated, others, len(params) - len(shown), table.hidden),
        *left_out(ordered, rated, dashed, others),
    ]
    axes.annotate(
        "\n".join(filled(remarks_shown, int(LETTERS * figure.get_figwidth()))),
        (0, 0),
        xycoords="axes fraction",
        xytext=(0, -4),
        textcoords="offset points",
        va="top",
        fontsize=8,
        color=GREY,
    )
    return done(figure)


def too_little(metric: Metric | None, params: Sequence[str], rated: Sequence[Entry]) -> str:
    """Return why there is nothing to see."""
    if metric is None:
        return "No metric to compare these experiments by"
    if len(rated) < 2:
        return f"Too few experiments to tell: {len(rated)} with a value of {metric.key}"
    return "" if params else "No parameter differs between these experiments"


def evenly(entries: Sequence[Entry], most: int) -> list[Entry]:
    """Return at most that many items in even steps, both ends among them."""
    if len(entries) <= most:
        return list(entries)
    places = np.linspace(0, len(entries) - 1, most).round().astype(int)
    return [entries[index] for index in places]


def filled(remarks: Sequence[str], width: int) -> list[str]:
    """Return the remarks in lines of about so many letters.

    A wider line would make the axes narrow.
    """
    lines: list[str] = []
    for remark in remarks:
        if lines and len(lines[-1]) + len(remark) + 3 <= width:
            lines[-1] += "   " + remark
        else:
            lines.append(remark)
    return lines


def left_out(
    drawn: Sequence[Entry],
    rated: Sequence[Entry],
    dashed: Sequence[Entry],
    others: Sequence[Entry],
) -> list[str]:
    """Return the remarks where there are more lines than can be distinguished."""
    sentences = []
    if len(drawn) < len(rated):
        sentences.append(f"{len(drawn)} of {len(rated)} drawn, in even steps from worst to best")
    if len(dashed) < len(others):
        sentences.append(f"{len(dashed)} of {len(others)} dashed ones drawn")
    return sentences


def path_of(entry: Entry, names: Sequence[str], scales: Sequence[Scale]) -> list[float]:
    """Return the places of one experiment on the axes."""
    return [
        scale.place(entry.params.get(name, NOT_SET))
        for name, scale in zip(names, scales, strict=True)
    ]


def goodness(entry: Entry, metric: Metric, score: Scale) -> tuple[bool, float]:
    """Return a sort key that puts the better lines last, so that they lie above the others."""
    height = score.place(entry.finite(metric.key))
    return entry.best, -height if metric.direction == "lower" else height


def clearness(lines: int) -> float:
    """Return how opaque a line is among so many."""
    return max(0.25, min(0.9, 25 / max(1, lines)))


class ColourOf:
    """The colour of a score: dark is better, and nothing is too pale for white paper."""

    def __init__(self, metric: Metric) -> None:
        maps = need("matplotlib", "A plot", extra="plots").colormaps
        self._from, self._to = (0.0, 0.92) if metric.direction == "lower" else (0.92, 0.0)
        self._map = maps["viridis"]

    def __call__(self, place: Any) -> Any:
        """Return the colour of one place on the axis, or of several."""
        return self._map(self._from + (self._to - self._from) * np.asarray(place))


def draw_lines(
    axes: Any,
    lines: Sequence[Sequence[float]],
    colours: Any,
    clear: float,
    dashed: bool = False,
    width: float = 1.4,
) -> None:
    """Draw lines that leave and reach each axis horizontally, so that the eye can follow them."""
    collections = need("matplotlib.collections", "A plot", extra="plots")
    if lines:
        axes.add_collection(
            collections.PathCollection(
                [curve(line) for line in lines],
                facecolors="none",
                edgecolors=colours,
                linewidths=width,
                linestyles="dashed" if dashed else "solid",
                alpha=clear,
                zorder=1 if dashed else 2,
            )
        )


def curve(line: Sequence[float]) -> Any:
    """Return a path through the places of a line on the axes 0, 1, 2 …."""
    path = need("matplotlib.path", "A plot", extra="plots").Path
    points, codes = [(0.0, line[0])], [path.MOVETO]
    for index, (left, right) in enumerate(pairwise(line)):
        points += [(index + 0.4, left), (index + 0.6, right), (index + 1.0, right)]
        codes += [path.CURVE4] * 3
    return path(points, codes)


def draw_axis(axes: Any, x: float, name: str, scale: Scale) -> None:
    """Draw an upright axis with its name above and its marks at the left."""
    axes.plot([x, x], [0, 1], color=GREY, linewidth=1, zorder=3)
    heading(axes, x, name, scale)
    marks(axes, x, scale, -4, "right")


def draw_score(axes: Any, x: int, metric: Metric, score: Scale, colours: ColourOf) -> None:
    """Draw the last axis: the metric, with its colours."""
    strip = STRIP * min(1, (x + 1) / 4)
    shades = colours(np.linspace(0, 1, 256)).reshape(256, 1, 4)
    axes.imshow(shades, extent=(x, x + strip, 0, 1), origin="lower", aspect="auto", zorder=3)
    heading(axes, x, label(metric.key, NAME), score, fontweight="bold")
    marks(axes, x + strip, score, 4, "left")


def heading(axes: Any, x: float, name: str, scale: Scale, **style: Any) -> None:
    """Write the name above an axis, turned where it is long."""
    title = f"{name} (log)" if scale.log else name
    turned = len(title) > UPRIGHT
    axes.annotate(
        title,
        (x, 1),
        xytext=(0, 10),
        textcoords="offset points",
        ha="left" if turned else "center",
        va="bottom",
        rotation=25 if turned else 0,
        rotation_mode="anchor",
        fontsize=9,
        **style,
    )


def marks(axes: Any, x: float, scale: Scale, shift: float, side: str) -> None:
    """Write the values along an axis, legible on the lines behind them."""
    effects = need("matplotlib.patheffects", "A plot", extra="plots")
    ground = axes.get_figure().get_facecolor()
    for text, height in scale.ticks:
        axes.annotate(
            text,
            (x, height),
            xytext=(shift, 0),
            textcoords="offset points",
            ha=side,
            va="center",
            fontsize=8,
            zorder=5,
            path_effects=[effects.withStroke(linewidth=2.5, foreground=ground)],
        )


def remarks(
    best: Entry | None,
    metric: Metric,
    rated: Sequence[Entry],
    others: Sequence[Entry],
    params: int,
    hidden: int,
) -> list[str]:
    """Return what the picture does not say by itself."""
    sentences = [f"{metric.direction} is better"] if metric.direction else []
    if best is not None:
        sentences.append(f"thick: {label(best.name)}")
    if others:
        sentences.append(f"dashed: {len(others)} without a value")
    if params > 0:
        sentences.append(f"{count(params, 'more parameter')} not shown")
    if hidden:
        sentences.append(f"{count(hidden, 'experiment')} not shown")
    if len(rated) < ENOUGH:
        sentences.append(f"{len(rated)} experiments are too few to tell which parameter matters")
    return sentences
