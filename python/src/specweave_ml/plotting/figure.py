"""The figure that everything is drawn on."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from .._native.optional_packages import need
from ..display.text import plain
from ..errors import InvalidArgumentError

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine
else:  # imported only when something is drawn
    Figure = need("matplotlib.figure", "A plot", extra="plots").Figure
    ConstrainedLayoutEngine = need(
        "matplotlib.layout_engine", "A plot", extra="plots"
    ).ConstrainedLayoutEngine

RESOLUTION = 120
GREY = "0.55"
ROOM_FOR_WORDS = 1.6


class Picture(Figure):
    """A figure of matplotlib that a notebook shows by itself.

    It belongs to no window, no backend and no list of open figures, so that nothing needs closing.
    """

    def _repr_png_(self) -> bytes:
        """Return the figure in a notebook."""
        content = io.BytesIO()
        self.savefig(content, format="png", dpi=RESOLUTION, bbox_inches="tight")
        return content.getvalue()


def blank(
    width: float, height: float, rows: int = 1, columns: int = 1, *, apart: float = 0.02
) -> tuple[Figure, list[Any]]:
    """Return a figure of this size in inches, and its panels row by row."""
    layout = ConstrainedLayoutEngine(wspace=apart)
    figure = Picture(figsize=(width, height), layout=layout)
    return figure, list(figure.subplots(rows, columns, squeeze=False).flat)


def canvas(axes: Any, width: float, height: float) -> tuple[Figure, Any]:
    """Return the figure and the panel to draw on: the caller's, or new ones."""
    if axes is None:
        figure, panels = blank(width, height)
        return figure, panels[0]
    if not hasattr(axes, "get_figure"):
        raise InvalidArgumentError(
            f"ax is an Axes of matplotlib to draw on, or None, not {type(axes).__name__}"
        )
    return axes.get_figure(), axes


def only_words(axes: Any, text: str) -> None:
    """Show the reason why nothing is drawn."""
    figure = axes.get_figure()
    if isinstance(figure, Picture):
        figure.set_figheight(min(figure.get_figheight(), ROOM_FOR_WORDS))
    axes.set_axis_off()
    axes.text(0.5, 0.5, plain(text), ha="center", va="center", wrap=True, transform=axes.transAxes)


def footnote(axes: Any, text: str) -> None:
    """Draw small type above the right end of a panel."""
    axes.set_title(plain(text), loc="right", fontsize=8, color=GREY)


def open_sides(axes: Any) -> None:
    """Leave only the axes that are read."""
    axes.spines[["top", "right"]].set_visible(False)


def done(figure: Figure) -> Figure:
    """Return the figure, with letters for every text on it."""
    from . import fonts  # needs matplotlib, which is asked for by name above

    fonts.complete(figure)
    return figure
