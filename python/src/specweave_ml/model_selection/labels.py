"""What the values of a grid are called where people read them, no two of them the same."""

from __future__ import annotations

import numbers
from typing import Any

from ..values.callables import ROUTINES, described, has_address, shown
from ..values.identity import UnidentifiableError, of_template

PLAIN = (str, numbers.Number, type(None))


def labelled(params: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the parameters of each combination; a value that is not plain as a text of its own."""
    rows = [dict(combination) for combination in params]
    for name in dict.fromkeys(name for combination in params for name in combination):
        texts = Texts()
        for row in rows:
            if name in row and not isinstance(row[name], PLAIN):
                row[name] = texts.of(row[name])
    return rows


class Texts:
    """The texts of the values of one parameter."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}
        self.counts: dict[str, int] = {}

    def of(self, value: Any) -> str:
        """Return the text of a value; another value that looks the same gets a number."""
        key = identity_of(value)
        if key not in self.known:
            text = readable(value)
            self.counts[text] = self.counts.get(text, 0) + 1
            number = self.counts[text]
            self.known[key] = text if number == 1 else f"{text} #{number}"
        return self.known[key]


def readable(value: Any) -> str:
    """Return the text of one value."""
    if isinstance(value, (type, *ROUTINES)):
        return described(value)
    text = str(value)
    return shown(value) if has_address(text) else text


def identity_of(value: Any) -> str:
    """Return the text that distinguishes one value from another."""
    try:
        return of_template(value)
    except UnidentifiableError:
        return f"object {id(value)}"
