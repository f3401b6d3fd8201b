"""Names beside points, where there is room for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..display.text import label

LONGEST = 28
WIDE, HIGH = 0.0135, 0.05
"""A rough share of the panel that a letter and a line of small type take."""
SIDES = (
    (0, 7, "center", "bottom"),
    (0, -7, "center", "top"),
    (8, 0, "left", "center"),
    (-8, 0, "right", "center"),
)

Box = tuple[float, float, float, float]


def name_points(axes: Any, points: Sequence[tuple[float, float, str, bool]]) -> None:
    """Name points (x, y, name, important) above, below or beside, the important ones first.

    A name that would lie on another, on a point or outside is left out.
    """
    axes.autoscale_view()
    to_panel = axes.transData + axes.transAxes.inverted()
    centres = [to_panel.transform((x, y)) for x, y, _, _ in points]
    taken = [box_around(x, y, 0.02, 0.03) for x, y in centres]
    order = sorted(range(len(points)), key=lambda index: not points[index][3])
    for index in order:
        x, y, name, important = points[index]
        text = label(name, LONGEST)
        others = taken[:index] + taken[index + 1 :]
        for right, up, across, along in SIDES:
            box = box_beside(centres[index], len(text) * WIDE, right, up)
            if is_inside(box) and not any(overlap(box, other) for other in others):
                axes.annotate(
                    text,
                    (x, y),
                    xytext=(right, up),
                    textcoords="offset points",
                    ha=across,
                    va=along,
                    fontsize=8,
                    fontweight="bold" if important else "normal",
                )
                taken.append(box)
                break


def box_around(x: float, y: float, width: float, height: float) -> Box:
    """Return left, bottom, right and top of a box by its centre."""
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def box_beside(centre: Any, width: float, right: int, up: int) -> Box:
    """Return where a text would lie."""
    x = centre[0] + (0 if right == 0 else (width / 2 + 0.02) * (1 if right > 0 else -1))
    y = centre[1] + (0 if up == 0 else 0.045 * (1 if up > 0 else -1))
    return box_around(x, y, width, HIGH)


def overlap(first: Box, second: Box) -> bool:
    """Return whether two boxes share more than a border."""
    return (
        first[0] < second[2]
        and second[0] < first[2]
        and first[1] < second[3]
        and second[1] < first[3]
    )


def is_inside(box: Box) -> bool:
    """Return whether a box lies within the panel, or nearly."""
    return box[0] > -0.03 and box[2] < 1.05 and box[1] > 0 and box[3] < 1.03
