"""Metrics in groups, as a classification report has them, and series by steps or times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .conversion import ConversionError
from .json_values import is_series
from .scalars import text_of_key

MAXIMUM_DEPTH = 8


def flat(entries: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return the entries with the names of groups before them: ``macro avg/precision``."""
    # Cheaper than to ask each for the kind of a mapping, of which there seldom is one.
    if not any(hasattr(value, "keys") for value in entries.values()):
        return dict(entries)
    found: dict[Any, Any] = {}
    add(found, entries, ())
    return found


def add(found: dict[Any, Any], entries: Mapping[Any, Any], around: tuple[Any, ...]) -> None:
    """Add the entries of a group and of those within."""
    for key, value in entries.items():
        names = (*around, key)
        if not isinstance(value, Mapping):
            found[joined(names)] = value
        elif len(names) < MAXIMUM_DEPTH:
            add(found, value, names)
        else:
            found[joined(names)] = type(value).__name__  # not a number, which is reported later


def joined(names: tuple[Any, ...]) -> Any:
    """Return the name of a metric with those of its groups."""
    if len(names) == 1:
        return names[0]
    try:
        return "/".join(text_of_key(name) for name in names)
    except ConversionError:
        return names


def by_steps(values: Any, steps: Any, times: Any) -> tuple[Any, Any, Any]:
    """Return values, steps, times; a dict has its steps as keys, a pandas Series as its index."""
    if isinstance(values, Mapping):
        if steps is not None:
            raise ConversionError("a dict has its steps as keys, and steps were given too")
        return list(values.values()), list(values), times
    if is_series(values):
        kind = values.index.dtype.kind if hasattr(values.index.dtype, "kind") else ""
        if kind == "M" and times is None:
            return values, steps, values.index
        if kind in ("i", "u", "f") and steps is None and not is_default(values.index):
            return values, values.index, times
    return values, steps, times


def is_default(index: Any) -> bool:
    """Return whether an index is the one that every table has, which says nothing."""
    return type(index).__name__ == "RangeIndex" and index.start == 0 and index.step == 1
