"""Metrics over steps or time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..display.text import count, label
from .figure import blank, canvas, done, footnote, only_words, open_sides
from .series import Series

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEGEND_INSIDE = 6
NAMED = 10
MARKED = 30
UNITS = ((120, 1, "s"), (7200, 60, "min"), (345_600, 3600, "h"), (float("inf"), 86_400, "days"))
OTHERS = "0.75"


@dataclass(frozen=True)
class Panel:
    """The series that share one pair of axes, the most important first."""

    title: str
    series: Sequence[Series]
    remark: str = ""


def draw(
    panels: Sequence[Panel], *, x: str, logy: bool = False, ax: Any = None, empty: str = ""
) -> Figure:
    """Return a figure with the panels, or the panel on the caller's axes."""
    if ax is not None or len(panels) <= 1:
        figure, axes = canvas(ax, 7, 4)
        places = [axes]
    else:
        columns = 2 if len(panels) <= 4 else 3
        rows = -(-len(panels) // columns)
        figure, places = blank(4.4 * columns, 2.9 * rows, rows, columns)
    unit = unit_of(panels) if x == "time" else (1, "")
    if not panels:
        only_words(places[0], empty)
    for panel, axes in zip(panels, places, strict=False):
        draw_panel(axes, panel, unit, logy)
    for axes in places[max(1, len(panels)) :]:
        axes.remove()
    add_legends(figure, list(zip(panels, places, strict=False)), ax is not None)
    return done(figure)


def draw_panel(axes: Any, panel: Panel, unit: tuple[int, str], logy: bool) -> None:
    """Draw the lines of one panel: the first ones coloured and named, further ones grey."""
    missing = 0
    for index, series in reversed(list(enumerate(panel.series))):
        named = index < NAMED
        draw_series(axes, series, f"C{index}" if named else OTHERS, named, unit[0])
        missing += len(series.gaps)
    axes.set_ylabel(label(panel.title))
    axes.set_xlabel(f"time since the start [{unit[1]}]" if unit[1] else "step")
    if logy:
        axes.set_yscale("log")
    if not unit[1]:
        whole_steps(axes)
    axes.grid(alpha=0.25, linewidth=0.6)
    axes.margins(x=0.02)
    open_sides(axes)
    remarks = [panel.remark] if panel.remark else []
    if any(series.runs > 1 for series in panel.series):
        remarks.append("mean ± std of the runs")
    if missing:
        remarks.append(f"x: {count(missing, 'value')} NaN or infinite")
    if remarks:
        footnote(axes, "; ".join(remarks))


def whole_steps(axes: Any) -> None:
    """Show whole steps on the axis, with room on both sides of a single one."""
    axes.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
    low, high = axes.dataLim.intervalx
    if not high > low:
        middle = low if low == high else 0.0
        axes.set_xlim(middle - 1, middle + 1)


def draw_series(axes: Any, series: Series, colour: str, named: bool, unit: int) -> None:
    """Draw one metric: raw values, faint where there is a smoothed line."""
    order = 3 if named else 2
    name = label(series.name) if named else "_"
    marker = "o" if series.points == 1 or (named and series.points <= MARKED) else ""
    for part in series.parts:
        x = part.x / unit
        smooth = part.smooth is not None and len(x) > 1
        faint: dict[str, Any] = {"alpha": 0.3, "linewidth": 0.9, "markersize": 2.5}
        clear: dict[str, Any] = {
            "alpha": 1.0,
            "linewidth": 1.6 if named else 1.0,
            "markersize": 3.5,
        }
        style = faint if smooth else clear
        if part.spread is not None:
            draw_band(axes, x, part.smooth if smooth else part.raw, part.spread, colour, order)
        shown = "_" if smooth else name
        axes.plot(x, part.raw, color=colour, marker=marker, label=shown, zorder=order, **style)
        if smooth:
            axes.plot(
                x,
                part.smooth,
                color=colour,
                label=name,
                zorder=order,
                linewidth=1.8 if named else 1.0,
            )
        name = "_"
    if len(series.gaps):
        across = axes.get_xaxis_transform()
        bottom = [0.02] * len(series.gaps)
        axes.plot(series.gaps / unit, bottom, "x", color=colour, transform=across, markersize=6)


def draw_band(axes: Any, x: Any, middle: Any, spread: Any, colour: str, order: int) -> None:
    """Draw one standard deviation to both sides."""
    axes.fill_between(
        x, middle - spread, middle + spread, color=colour, alpha=0.2, linewidth=0, zorder=order - 1
    )


def add_legends(figure: Any, drawn: list[tuple[Panel, Any]], on_callers_axes: bool) -> None:
    """Add one legend beside the panels where they show the same names, else one in each."""
    panel_names = [[series.name for series in panel.series] for panel, _ in drawn]
    if not panel_names or max(map(len, panel_names)) < 2:
        return
    longest = max(range(len(panel_names)), key=lambda index: len(panel_names[index]))
    shared = len(drawn) > 1 and all(
        names == panel_names[longest][: len(names)] for names in panel_names
    )
    beside = len(panel_names[longest]) > LEGEND_INSIDE or shared
    several = [drawn[longest]] if shared else [pair for pair in drawn if len(pair[0].series) > 1]
    for panel, axes in several:
        handles, names = axes.get_legend_handles_labels()
        handles, names = handles[::-1], names[::-1]
        more = len(panel.series) - NAMED
        title = f"grey: {more} more" if more > 0 else None
        style: dict[str, Any] = {"fontsize": 8, "title": title, "title_fontsize": 8}
        if beside and not on_callers_axes and (shared or len(drawn) == 1):
            figure.legend(handles, names, loc="outside right upper", frameon=False, **style)
        elif beside:
            axes.legend(
                handles, names, loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False, **style
            )
        else:
            axes.legend(handles, names, **style)


def unit_of(panels: Sequence[Panel]) -> tuple[int, str]:
    """Return the unit in which the longest time is read best: its seconds and its name."""
    ends = [
        float(part.x.max())
        for panel in panels
        for series in panel.series
        for part in series.parts
        if len(part.x)
    ]
    longest = max(ends, default=0.0)
    return next((seconds, name) for end, seconds, name in UNITS if longest <= end)
