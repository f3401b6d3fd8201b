"""Text that stays as it is when matplotlib draws it."""

from __future__ import annotations

from .._native.text import shown

LONGEST_NAME = 40


def plain(name: str) -> str:
    """Return the text without what matplotlib would take for a formula or a line break."""
    return shown(name).replace("\n", r"\n").replace("$", r"\$")


def shortened(text: str, length: int = LONGEST_NAME) -> str:
    """Return the text with its middle left out where it is long."""
    if len(text) <= length:
        return text
    half = (length - 1) // 2
    return f"{text[:half]}…{text[-half:]}"


def label(name: str, length: int = LONGEST_NAME) -> str:
    """Return a user's name for use as a label in a plot."""
    return plain(shortened(name, length))


def sentence(text: str) -> str:
    """Return the text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def count(number: int, noun: str) -> str:
    """Return a number and its noun: "1 value", "3 values"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
