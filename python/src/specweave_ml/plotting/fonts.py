"""Letters that the usual font lacks: Chinese, Japanese, Korean, signs."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from matplotlib import font_manager
from matplotlib.text import Text

LIKELY = ("CJK", "Han Sans", "Noto Sans", "Gothic", "YaHei", "PingFang", "Hei", "Symbol")


def complete(figure: Any) -> None:
    """Give each text further fonts of this machine for what its own has no letters for."""
    for axes in figure.axes:
        axes.get_xticklabels()  # makes the labels of ticks that have not been drawn yet
        axes.get_yticklabels()
    for text in figure.findobj(Text):
        if not text.get_text().isascii():
            usual = font_manager.findfont(text.get_fontproperties())
            missing = "".join(sorted({mark for mark in text.get_text() if not has(usual, mark)}))
            others = substitutes(missing)
            if others:
                text.set_fontfamily([*text.get_fontfamily(), *others])


@lru_cache(maxsize=256)
def substitutes(marks: str) -> tuple[str, ...]:
    """Return the families that together have these letters, as far as any has them."""
    found: list[str] = []
    left = set(marks)
    for font in sorted(font_manager.fontManager.ttflist, key=likelihood):
        if not left:
            break
        there = {mark for mark in left if has(font.fname, mark)}
        if there:
            found.append(font.name)
            left -= there
    return tuple(found)


def likelihood(font: Any) -> tuple[Any, ...]:
    """Return a sort key that puts plain upright fonts made for many languages first."""
    fits = any(part in font.name for part in LIKELY) and "Last Resort" not in font.name
    upright = font.style == "normal" and font.weight in (400, "normal", "regular")
    return not fits, "Sans" not in font.name, not upright, font.name


def has(path: str, mark: str) -> bool:
    """Return whether a font file has a letter."""
    try:
        return bool(font_manager.get_font(path).get_char_index(ord(mark)))
    except (OSError, RuntimeError):
        return False
