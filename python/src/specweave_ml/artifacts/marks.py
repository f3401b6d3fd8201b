"""What JSON and YAML have no form for, recorded beside the file, so that the same thing comes back.

`structured.plain` turns a value into the types of JSON; `mark` says what was lost by that, and
`unmark` undoes it. A mark is JSON itself; None says that nothing was lost:

``"float"``               a word such as "NaN" is a number; numbers are themselves
``"text"``                a word such as "NaN" is text
``"int"``                 text is the whole number it shows, as the keys of ``{1: "a"}``
``["tuple", mark]``       a list was a tuple; so are "set", "frozenset"
``["array", …]``          a list was an array of numpy; ``["scalar", …]`` a single value
``["date", class]``       text was a date, a datetime or a time; ``["text of", class]`` others
``["missing", name]``     null was a missing value of pandas
``["dict", keys, marks]`` the marks of the keys and of the values that have one
``["each", mark]``        every item of a list has this mark
``["items", marks]``      single items of a list have one

Fields of dataclasses and members of enums come back as dicts and plain values.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import json
import sys
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .._native.optional_packages import is_a, need
from .._native.warn import warn

WORDS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
"""The words that stand for numbers that are not finite."""

LONGEST = 1 << 18
"""A longer record beside a file would be a second copy of the data."""

DATES = {
    "date": datetime.date.fromisoformat,
    "datetime": datetime.datetime.fromisoformat,
    "time": datetime.time.fromisoformat,
}

OTHERS: dict[str, Any] = {"decimal": decimal.Decimal, "uuid": uuid.UUID}


def is_missing(obj: Any) -> bool:
    """Return whether it is what pandas puts where there is nothing, in a column of objects."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and (obj is pandas.NA or obj is pandas.NaT)


def recorded(mark: Any, name: str) -> dict[str, Any] | None:
    """Return the details that `unmark` needs later.

    A warning if they are longer than they may be.
    """
    if mark is None:
        return None
    if len(json.dumps(mark)) > LONGEST:
        warn(
            f"{name} is exact, but load_artifact will not restore the types in it, as of tuples "
            f"or dates: the record of them would be as long as the file"
        )
        return None
    return {"restore": mark}


def mark(obj: Any, plain: Callable[[Any], Any]) -> Any:
    """Return what is lost of the object when ``plain`` turns it into the types of JSON."""
    kind = type(obj)
    if obj is None or kind is bool or kind is int:
        return None
    if kind is str:
        return "text" if obj in WORDS else None
    if kind is float:
        return "float" if obj - obj != 0 else None
    if isinstance(obj, enum.Enum):
        return mark(obj.value, plain)
    if is_a(obj, "numpy.generic"):
        return ["scalar", obj.dtype.str] if restorable(obj.dtype) else mark(obj.item(), plain)
    if is_a(obj, "numpy.ndarray"):
        return of_array(obj, plain)
    if isinstance(obj, Mapping):
        return of_mapping(obj, plain)
    for name, sequence in (("tuple", tuple), ("set", set), ("frozenset", frozenset)):
        if isinstance(obj, sequence):
            items = sorted(obj, key=repr) if name != "tuple" else list(obj)
            return [name, of_items(items, plain)]
    if isinstance(obj, list):
        return of_items(obj, plain)
    if is_missing(obj):
        return ["missing", "NA" if obj is sys.modules["pandas"].NA else "NaT"]
    for name, other in OTHERS.items():
        if isinstance(obj, other):
            return ["text of", name]
    if is_a(obj, "pandas.Timestamp"):
        return ["date", "timestamp"]
    for name in ("datetime", "date", "time"):
        if isinstance(obj, getattr(datetime, name)):
            return ["date", name]
    return None


def restorable(dtype: Any) -> bool:
    """Return whether plain values and the type make the array again."""
    return dtype.kind in "biufUmM" and (dtype.kind != "f" or dtype.itemsize <= 8)


def of_array(obj: Any, plain: Callable[[Any], Any]) -> Any:
    """Return the mark of an array; one of objects counts as a list."""
    if not restorable(obj.dtype):
        return mark(obj.tolist(), plain)
    return ["array", obj.dtype.str, list(obj.shape)]


def of_mapping(obj: Mapping[Any, Any], plain: Callable[[Any], Any]) -> Any:
    """Return the mark of a mapping: of its keys that are not text, and of its values."""
    keys: Any = {}
    marks = {}
    for key, value in obj.items():
        name = key if type(key) is str else str(key)
        if type(key) is not str:
            keys[name] = key
        found = mark(value, plain)
        if found is not None:
            marks[name] = found
    if keys and len(keys) == len(obj) and all(type(key) is int for key in keys.values()):
        keys = "int"
    else:
        keys = {name: [plain(key), mark(key, plain)] for name, key in keys.items() if simple(key)}
    return ["dict", keys, marks] if keys or marks else None


def simple(key: Any) -> bool:
    """Return whether a key comes back from JSON."""
    if isinstance(key, tuple):
        return all(simple(item) for item in key)
    return (
        key is None
        or isinstance(key, (bool, int, float, str, datetime.date, datetime.time))
        or is_a(key, "numpy.generic")
    )


def of_items(items: list[Any], plain: Callable[[Any], Any]) -> Any:
    """Return the mark of the items of a list: one for all of them if that comes to the same."""
    marks = [mark(item, plain) for item in items]
    if all(found is None for found in marks):
        return None
    whole = union(marks)
    if whole is not None and all(
        found == whole or same(plain(item), found, whole)
        for item, found in zip(items, marks, strict=True)
    ):
        return ["each", whole]
    return ["items", {str(n): found for n, found in enumerate(marks) if found is not None}]


def union(marks: Iterable[Any]) -> Any:
    """Return a mark that could be that of all; None if there is none."""
    whole: Any = None
    for found in marks:
        if found is None or found == whole:
            continue
        if whole is None:
            whole = found
        elif whole[0] == found[0] == "dict" and isinstance(whole[1], str) == isinstance(
            found[1], str
        ):
            keys = whole[1] if isinstance(whole[1], str) else {**whole[1], **found[1]}
            values = {
                key: union((whole[2].get(key), found[2].get(key)))
                for key in {**whole[2], **found[2]}
            }
            if None in values.values():
                return None
            whole = ["dict", keys, values]
        elif whole[0] == found[0] == "each":
            inner = union((whole[1], found[1]))
            if inner is None:
                return None
            whole = ["each", inner]
        else:
            return None
    return whole


def same(value: Any, first: Any, second: Any) -> bool:
    """Return whether both marks make the same of a plain value."""
    try:
        return repr(unmark(value, first)) == repr(unmark(value, second))
    except (ValueError, TypeError, LookupError, ArithmeticError):
        return False


def unmark(value: Any, mark: Any) -> Any:
    """Return the object that was turned into ``value``."""
    if mark is None or mark == "text":
        return value
    if mark == "float":
        return WORDS.get(value, value) if isinstance(value, str) else value
    if mark == "int":
        return int(value)
    match mark[0]:
        case "dict" if isinstance(value, dict):
            return unmark_mapping(value, mark[1], mark[2])
        case "each" if isinstance(value, list):
            return [unmark(item, mark[1]) for item in value]
        case "items" if isinstance(value, list):
            found = list(value)
            for index, inner in mark[1].items():
                found[int(index)] = unmark(found[int(index)], inner)
            return found
        case "tuple" | "set" | "frozenset" as kind if isinstance(value, list):
            make: Any = {"tuple": tuple, "set": set, "frozenset": frozenset}[kind]
            return make(unmark(value, mark[1]))
        case "date" if isinstance(value, str):
            if mark[1] == "timestamp":
                return need("pandas", "Loading times").Timestamp(value)
            return DATES[mark[1]](value)
        case "text of" if isinstance(value, str):
            return OTHERS[mark[1]](value)
        case "missing":
            return getattr(need("pandas", "Loading missing values"), mark[1])
        case "array" if isinstance(value, list):
            return array(value, mark[1]).reshape(mark[2])
        case "scalar":
            return array([value], mark[1])[0]
    return value


def unmark_mapping(value: dict[str, Any], keys: Any, marks: Mapping[str, Any]) -> dict[Any, Any]:
    """Return a mapping with its keys as they were."""
    found: dict[Any, Any] = {}
    for name, item in value.items():
        key: Any = name
        if keys == "int":
            key = int(name)
        elif name in keys:
            key = unmark(*keys[name])
        found[key] = unmark(item, marks.get(name))
    return found


def array(values: Any, dtype: str) -> Any:
    """Return a flat array of nested lists of plain values."""
    numpy = need("numpy", "Loading an array")
    kind = numpy.dtype(dtype)
    flat = list(flattened(values))
    if kind.kind == "m":
        return numpy.array(flat, "int64").view(kind)
    return numpy.array([WORDS.get(x, x) if kind.kind == "f" else x for x in flat], kind)


def flattened(values: Any) -> Iterable[Any]:
    """Yield the values of nested lists, in order."""
    for value in values:
        if isinstance(value, list):
            yield from flattened(value)
        else:
            yield value
