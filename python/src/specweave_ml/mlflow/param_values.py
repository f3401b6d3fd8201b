"""Parameters: text in MLflow, values with types in the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..values.scalars import LARGEST, SMALLEST

REDACTED = "[REDACTED]"
"""What the store keeps of a value that looks like a credential."""


def value_of(text: str) -> Any:
    """Return the value whose text in Python is exactly this one; else the text."""
    if text in ("True", "False"):
        return text == "True"
    first = text[:1]
    if not (first.isdigit() or first in ("-", "n", "i")) or not text.isascii():
        return text
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        if str(number) == text and (kind is float or SMALLEST <= number <= LARGEST):
            return number
    return text


def texts_of(params: Mapping[str, Any]) -> dict[str, str]:
    """Return parameters as MLflow's client writes them; those within others have their path."""
    return {key: text if type(text) is str else str(text) for key, text in flat(params, "")}


def flat(params: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    """Yield each value that is not an object with names, and its path."""
    for key, value in params.items():
        if isinstance(value, dict) and value:
            yield from flat(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value
