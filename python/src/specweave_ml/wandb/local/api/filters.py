"""Filters of runs as MongoDB writes them: ``{"config.lr": {"$gt": 0.1}, "state": "finished"}``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timezone
from typing import Any

NOTHING: Any = object()
"""What a run has under a name that it does not have."""

Lookup = Callable[[str], Any]


def matches(look_up: Lookup, filters: Mapping[str, Any]) -> bool:
    """Return whether a run, asked for its values by name, fulfils all of the filters.

    Raises:
        ValueError: An operator is unknown, or takes something else.
    """
    for name, wanted in filters.items():
        if name in ("$and", "$or", "$nor"):
            parts = listed(name, wanted)
            found = [matches(look_up, part) for part in parts]
            fits = all(found) if name == "$and" else any(found) == (name == "$or")
        elif name == "$not":
            fits = not matches(look_up, wanted)
        elif name.startswith("$"):
            raise unknown(name)
        else:
            fits = fulfils(look_up(name), wanted)
        if not fits:
            return False
    return True


def fulfils(value: Any, wanted: Any) -> bool:
    """Return whether one value is as it is wanted."""
    if isinstance(wanted, re.Pattern):
        return OPERATORS["$regex"](value, wanted)
    if not isinstance(wanted, Mapping) or not any(str(key).startswith("$") for key in wanted):
        return is_equal(value, wanted)
    for operator, operand in wanted.items():
        if operator == "$options":
            continue
        if operator == "$not":
            fits = not fulfils(value, operand)
        elif operator == "$regex":
            fits = has_pattern(value, operand, str(wanted.get("$options", "")))
        else:
            test = OPERATORS.get(operator)
            if test is None:
                raise unknown(operator)
            fits = test(value, operand)
        if not fits:
            return False
    return True


def unknown(operator: str) -> ValueError:
    """Return the error for an operator that there is not."""
    known = ("$and", "$or", "$nor", "$not", "$regex", *OPERATORS)
    return ValueError(f"the filter {operator!r} is none of {', '.join(dict.fromkeys(known))}")


def listed(operator: str, operand: Any) -> Sequence[Any]:
    """Return the operand of an operator that takes several."""
    if isinstance(operand, (str, Mapping)) or not isinstance(operand, (Sequence, set, frozenset)):
        raise TypeError(f"the filter {operator} takes a list, not {operand!r}")
    return list(operand)


def comparable(value: Any) -> Any:
    """Return a value that can be compared: times as text in UTC."""
    if isinstance(value, datetime):
        zoned = value.astimezone(timezone.utc) if value.tzinfo else value
        return zoned.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    item = getattr(value, "item", None)
    return item() if callable(item) and not isinstance(value, (str, bytes)) else value


def is_equal(value: Any, wanted: Any) -> bool:
    """Return whether two values are equal; of a list one element is enough."""
    wanted = comparable(wanted)
    if value is NOTHING:
        return wanted is None
    if isinstance(value, list) and not isinstance(wanted, list):
        return any(is_equal(one, wanted) for one in value)
    if isinstance(value, bool) != isinstance(wanted, bool):
        return False
    return bool(comparable(value) == wanted)


def in_order(value: Any, wanted: Any, test: Callable[[Any, Any], bool]) -> bool:
    """Return the result of a comparison; values of different kinds have no order."""
    if isinstance(value, list):
        return any(in_order(one, wanted, test) for one in value)
    wanted = comparable(wanted)
    number = isinstance(value, (int, float)) and isinstance(wanted, (int, float))
    text = isinstance(value, str) and isinstance(wanted, str)
    return (number or text) and test(value, wanted)


def has_pattern(value: Any, pattern: Any, options: str = "") -> bool:
    """Return whether a text has a pattern somewhere in it."""
    if isinstance(value, list):
        return any(has_pattern(one, pattern, options) for one in value)
    if not isinstance(value, str):
        return False
    flags = re.IGNORECASE if "i" in options else 0
    try:
        found = pattern if isinstance(pattern, re.Pattern) else re.compile(pattern, flags)
    except re.error as error:
        raise ValueError(f"the filter $regex takes a pattern, not {pattern!r}: {error}") from error
    return found.search(value) is not None


OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "$eq": is_equal,
    "$ne": lambda value, wanted: not is_equal(value, wanted),
    "$gt": lambda value, wanted: in_order(value, wanted, lambda a, b: a > b),
    "$gte": lambda value, wanted: in_order(value, wanted, lambda a, b: a >= b),
    "$lt": lambda value, wanted: in_order(value, wanted, lambda a, b: a < b),
    "$lte": lambda value, wanted: in_order(value, wanted, lambda a, b: a <= b),
    "$in": lambda value, wanted: any(is_equal(value, one) for one in listed("$in", wanted)),
    "$nin": lambda value, wanted: not any(is_equal(value, one) for one in listed("$nin", wanted)),
    "$exists": lambda value, wanted: (value is not NOTHING) == bool(wanted),
    "$regex": has_pattern,
}
