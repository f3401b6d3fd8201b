"""Rows of the history: their names, and which of their values are metrics.

Dicts within a row are groups: their entries are called ``group.name``. Numbers, also those of
numpy and torch with one element, are metrics; all else is kept as JSON.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from ...values.conversion import ConversionError, brief
from ...values.json_values import json_value
from ...values.scalars import NEVER_NUMBERS, metric_value

OWN_COLUMNS = frozenset({"_step", "_runtime", "_timestamp", "_wandb"})
"""Columns that Weights & Biases adds itself."""
TYPE = "_type"
"""The member that says what a dict of a medium or a histogram is."""
WORDS = {math.inf: "Infinity", -math.inf: "-Infinity"}
MAXIMUM_DEPTH = 32


def flat(row: Mapping[Any, Any], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield the values of a row by their names, those within dicts too."""
    for key, value in row.items():
        name = f"{prefix}{key}"
        if not depth and name in OWN_COLUMNS:
            continue
        if isinstance(value, Mapping) and value and TYPE not in value and depth < MAXIMUM_DEPTH:
            yield from flat(value, f"{name}.", depth + 1)
        else:
            yield name, value


def number_of(value: Any) -> float | int | bool | None:
    """Return the number that a value is; None if it is none."""
    kind = type(value)
    if kind is float or kind is bool:
        return value  # type: ignore[no-any-return]
    if isinstance(value, (*NEVER_NUMBERS, Mapping, list, tuple)):
        return None
    try:
        return metric_value(value)
    except ConversionError:
        return None


def stored(value: Any) -> Any:
    """Return a value that is no number as strict JSON; what has no form is described."""
    try:
        return strict(json_value(value))
    except ConversionError as reason:
        return {"python": brief(value), "left_out": str(reason)}


def strict(value: Any) -> Any:
    """Return JSON without numbers that JSON does not know: they become words."""
    if isinstance(value, float) and not math.isfinite(value):
        return WORDS.get(value, "NaN")
    if isinstance(value, dict):
        return {key: strict(item) for key, item in value.items()}
    if isinstance(value, list):
        return [strict(item) for item in value]
    return value
