"""Python values as JSON: what is stored for a parameter or a fact.

==============================================  =================================================
value                                           stored as
==============================================  =================================================
None, bool, int, float, str                     themselves
list, tuple, range, deque, array                list; so do other sequences, and views of a dict
set, frozenset                                  list, sorted
dict and other mappings                         object; keys become text, none is merged
dataclass, named tuple, Namespace, attrs,       object of its fields
pydantic, OmegaConf
estimator with ``get_params``                   object of ``class`` and ``params``
distribution of ``scipy.stats``                 object of ``class`` and ``params``
Enum                                            its value if that is a plain one, else its name
Path, UUID, Decimal, Fraction, complex          text
date, time, datetime; timedelta                 ISO 8601 text; seconds; so are those of numpy
bytes                                           object: size, SHA-256, base64 up to 4 KiB
numpy, torch and other scalars                  the number
arrays, tables                                  nested lists up to 1,000 values, else shape and type
function, class, method, module                 its qualified name; of one made inside a function
                                                also what it closes over, of a method its object
callable object without a text of its own       its class and attributes: ``First(n=1)``
anything else                                   its repr, memory addresses taken out, at most 10,000
                                                characters; generators and files are not touched
==============================================  =================================================

The value is copied when it is logged. Text beyond 1 MiB and lists beyond 100,000 elements are cut
and marked with their size and SHA-256; what is deeper than 100 levels or holds itself is refused.
"""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Collection, Mapping
from itertools import islice
from typing import Any

from .conversion import ConversionError
from .objects import of_class, of_other

MAXIMUM_DEPTH = 100
MAXIMUM_TEXT = 1 << 20
MAXIMUM_ITEMS = 100_000
MAXIMUM_DIGITS = 4_000


def json_value(value: Any) -> Any:
    """Return the value as what `json.dumps` takes; raises `ConversionError` with the reason."""
    try:
        return Converter().convert(value)
    except ConversionError:
        raise
    except RecursionError as error:
        raise ConversionError("it is nested too deep") from error
    except Exception as error:
        raise ConversionError(
            f"{type(value).__name__} raised {type(error).__name__}: {error}"
        ) from error


def mapping_of(source: Any) -> dict[Any, Any]:
    """Return the named values of a mapping or of an object that has some, not yet converted."""
    if isinstance(source, Mapping):
        return dict(source)
    try:
        named = source.to_dict() if is_series(source) else of_class(source)
    except Exception as error:
        raise ConversionError(
            f"{type(source).__name__} raised {type(error).__name__}: {error}"
        ) from error
    if not isinstance(named, dict):
        raise ConversionError(f"{type(source).__name__} has no named values; pass a dict")
    params = named.get("params")
    return params if named.keys() == {"class", "params"} and isinstance(params, dict) else named


def is_series(source: Any) -> bool:
    """Return whether it is a row or a column of pandas, which has a name for each value."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(source, pandas.Series)


class Converter:
    """One walk through one value."""

    def __init__(self) -> None:
        self.around: set[int] = set()

    def convert(self, value: Any) -> Any:
        """Return the value, converted."""
        kind = type(value)
        if value is None or kind is bool or kind is float:
            return value
        if kind is int:
            return integer(value)
        if kind is str:
            return text(value)
        if len(self.around) >= MAXIMUM_DEPTH:
            raise ConversionError(f"it is nested deeper than {MAXIMUM_DEPTH} levels")
        if id(value) in self.around:
            raise ConversionError("it holds itself")
        self.around.add(id(value))
        try:
            return self.composed(value)
        finally:
            self.around.discard(id(value))

    def composed(self, value: Any) -> Any:
        """Return a value that is not a plain scalar."""
        named = of_class(value)
        if named is not None:
            return self.convert(named) if not isinstance(named, dict) else self.named(named)
        if isinstance(value, Mapping):
            return self.named(dict(value))
        if isinstance(value, (list, tuple, range, deque)):
            return self.listed(value)
        if isinstance(value, (set, frozenset)):
            return sorted(self.listed(value), key=lambda item: json.dumps(item))
        if isinstance(value, int):
            return integer(int.__int__(value))
        if isinstance(value, float):
            return float.__float__(value)
        if isinstance(value, str):
            return text(str.__str__(value))
        return self.convert(of_other(value))

    def named(self, entries: dict[Any, Any]) -> dict[str, Any]:
        """Return an object whose names are text; two that become equal keep apart."""
        result: dict[str, Any] = {}
        for key, value in entries.items():
            name = key if type(key) is str else self.name(key)
            if name in result:
                name = f"{name} ({type(key).__name__})"
            result[name] = self.convert(value)
        return result

    def name(self, key: Any) -> str:
        """Return the text of a name that is not a text."""
        converted = self.convert(key)
        return converted if isinstance(converted, str) else json.dumps(converted)

    def listed(self, items: Collection[Any]) -> Any:
        """Return a list; a huge one is cut and marked."""
        if len(items) <= MAXIMUM_ITEMS:
            return [self.convert(item) for item in items]
        return {
            "length": len(items),
            "sha256": sha256(repr(items)),
            "first": [self.convert(item) for item in islice(items, 100)],
        }


def integer(value: int) -> int:
    """Return an integer, unless it is longer than any reader takes."""
    if value.bit_length() > MAXIMUM_DIGITS * 3:
        raise ConversionError(f"an integer of {value.bit_length()} bits is too long")
    return value


def text(value: str) -> Any:
    """Return text; a huge one is cut and marked."""
    if len(value) <= MAXIMUM_TEXT:
        return value
    return {"length": len(value), "sha256": sha256(value), "first": value[: 1 << 16]}


def sha256(content: str) -> str:
    """Return the digest of text."""
    import hashlib

    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
