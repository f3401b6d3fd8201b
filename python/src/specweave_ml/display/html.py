"""Pieces of HTML for notebooks: escaped, and readable on light and dark pages.

Colours are inherited and lines translucent, as in what the library itself renders; styles stand on
the elements, because notebooks strip style sheets.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from math import isfinite

from .._native.text import shown

FRAME = (
    "color:inherit;font-family:system-ui,-apple-system,'Segoe UI',sans-serif;font-size:13px;"
    "line-height:1.45;max-width:100%;overflow-x:auto;padding:2px 0"
)
TABLE = "border-collapse:collapse;border:0;margin:0;background:transparent;color:inherit;"
CELL = "border:0;padding:2px 12px"
DIGITS = "font-variant-numeric:tabular-nums;white-space:nowrap"
WRAPPED = "min-width:8em;max-width:32em;overflow-wrap:anywhere"
LONGEST_LINE = 40
BADGE = (
    "display:inline-block;padding:0 8px;border-radius:9px;font-size:12px;line-height:18px;"
    "font-weight:600;color:#fff;background:"
)
COLOURS = {
    "running": "#1f6feb",
    "completed": "#1a7f37",
    "failed": "#cf222e",
    "interrupted": "#9a6700",
    "crashed": "#a40e26",
}
BEST = "rgba(46,160,67,.16)"


def frame(*parts: str) -> str:
    """The frame around everything."""
    return f'<div style="{FRAME}">' + "\n".join(part for part in parts if part) + "</div>"


def title(name: str, *facts: str) -> str:
    """A name, and what is said behind it."""
    told = "".join(f' &nbsp;<span style="opacity:.7">{line(fact)}</span>' for fact in facts if fact)
    return f'<div><strong style="font-size:15px">{line(name)}</strong>{told}</div>'


def remark(text: str) -> str:
    """A remark in small type; nothing for no text."""
    style = "opacity:.7;font-size:12px;margin:4px 0"
    return f'<div style="{style}">{line(text)}</div>' if text else ""


class Html(str):
    """Finished HTML, which is not escaped again."""

    __slots__ = ()


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numeric: Sequence[bool] | None = None,
    best: int | None = None,
) -> str:
    """A table of texts; numbers stand at the right, by default in all columns but the first."""
    right = numeric or [place > 0 for place in range(len(head))]
    lines = [row(head, right, "th", "transparent")]
    lines += [
        row(cells, right, "td", BEST if place == best else "transparent")
        for place, cells in enumerate(rows)
    ]
    return f'<table style="{TABLE}font-size:13px;margin:6px 0 0">' + "\n".join(lines) + "</table>"


def row(cells: Sequence[str], numeric: Sequence[bool], tag: str, ground: str) -> str:
    """A row of a table."""
    border = "2px solid rgba(128,128,128,.45)" if tag == "th" else "1px solid rgba(128,128,128,.22)"
    weight = "font-weight:600;" if tag == "th" or ground == BEST else "font-weight:400;"
    done = ""
    for cell, is_numeric in zip(cells, numeric, strict=True):
        content = cell if isinstance(cell, Html) else line(cell)
        flow = "white-space:nowrap" if len(cell) <= LONGEST_LINE else WRAPPED
        shape = f"text-align:right;{DIGITS}" if is_numeric else f"text-align:left;{flow}"
        style = f"padding:4px 12px;border:0;border-bottom:{border};{weight}{shape}"
        done += f'<{tag} style="vertical-align:top;{style}">{content}</{tag}>'
    return f'<tr style="background:{ground};border:0">{done}</tr>'


def status(text: str) -> Html:
    """The status of an experiment as a coloured label, readable on any background."""
    colour = COLOURS.get(text, "#6e7781")
    return Html(f'<span style="{BADGE}{colour}">{line(text)}</span>')


def bars(shares: Iterable[tuple[str, float]]) -> str:
    """Names with bars of these shares, from 0 to 1."""
    lines = ""
    for name, share in shares:
        width = max(0.0, min(1.0, share)) * 160
        bar = (
            f'<span style="display:inline-block;height:9px;width:{width:.0f}px;'
            f'background:#1f77b4;border-radius:2px;margin-right:8px"></span>'
        )
        cells = f'<td style="{CELL};text-align:left">{line(name)}</td>'
        cells += f'<td style="{CELL};text-align:left;white-space:nowrap">{bar}{share:.1%}</td>'
        lines += f'<tr style="background:transparent;border:0">{cells}</tr>'
    return f'<table style="{TABLE}font-size:13px">{lines}</table>' if lines else ""


def sparkline(values: Sequence[float], width: int = 220, height: int = 36) -> str:
    """A small curve; NaN leaves a gap, and no colour is chosen."""
    known = [value for value in values if isfinite(value)]
    if not known:
        return ""
    low, high = min(known), max(known)
    across = width / max(1, len(values) - 1)
    path, drawing = "", False
    for place, value in enumerate(values):
        if not isfinite(value):
            drawing = False
            continue
        share = 0.5 if low == high else (value - low) / (high - low)
        down = height - 3 - share * (height - 6)
        path += f"{'L' if drawing else 'M'}{place * across:.1f} {down:.1f}"
        drawing = True
    if len(known) == 1:
        path += "h0.1"
    stroke = "fill:none;stroke:currentColor;stroke-width:1.4;stroke-linecap:round;opacity:.8"
    return (
        f'<svg width="{width}" height="{height}" viewBox="-2 0 {width + 4} {height}" '
        f'style="display:block;margin:4px 0"><path d="{path}" style="{stroke}"/></svg>'
    )


def line(text: str) -> str:
    """Text from a user in one line, nothing in it markup and nothing in it invisible."""
    return escape(shown(text).replace("\n", r"\n"))
