"""What the values of a table's column are: found from the values, or said by ``dtype``."""

from __future__ import annotations

import datetime
import numbers
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...._native.optional_packages import is_a
from .value import WBValue

TypeJson = dict[str, Any]
NUMBER: TypeJson = {"wb_type": "number"}
STRING: TypeJson = {"wb_type": "string"}
BOOLEAN: TypeJson = {"wb_type": "boolean"}
NONE: TypeJson = {"wb_type": "none"}
UNKNOWN: TypeJson = {"wb_type": "unknown"}
ANY: TypeJson = {"wb_type": "any"}
TIMESTAMP: TypeJson = {"wb_type": "timestamp"}
BY_CLASS: Mapping[Any, TypeJson] = {
    int: NUMBER,
    float: NUMBER,
    str: STRING,
    bool: BOOLEAN,
    datetime.datetime: TIMESTAMP,
    datetime.date: TIMESTAMP,
    list: {"wb_type": "list", "params": {"element_type": UNKNOWN, "length": None}},
    dict: {"wb_type": "typedDict", "params": {"type_map": {}}},
}
IMAGE_PARAMS = (
    *("box_class_maps", "box_layers", "box_score_keys"),
    *("class_map", "mask_class_maps", "mask_layers"),
)


@dataclass(frozen=True)
class ColumnType:
    """The type of one column."""

    kind: TypeJson | None = None
    """The type of its values; None as long as there are none."""
    optional: bool = True
    """Whether None is a value."""
    mixed: bool = False
    """Whether values of all types are welcome."""

    def with_value(self, value: Any) -> ColumnType | None:
        """Return the type of the column with one more value; None if it does not fit."""
        if self.mixed:
            return self
        if value is None:
            return self if self.optional else None
        found = type_of(value)
        if self.kind is None:
            return replace(self, kind=found)
        merged = common(self.kind, found)
        return None if merged is None else replace(self, kind=merged)

    def json(self) -> TypeJson:
        """Return the type as tables in artifacts say it."""
        if self.mixed:
            return ANY
        kind = UNKNOWN if self.kind is None else self.kind
        if not self.optional:
            return kind
        allowed = [kind, NONE] if name_of(kind) < "None" else [NONE, kind]
        return {"wb_type": "union", "params": {"allowed_types": allowed}}

    def __str__(self) -> str:
        if self.mixed:
            return "any type"
        name = "unknown" if self.kind is None else str(self.kind["wb_type"])
        return f"None or {name}" if self.optional else name


def name_of(kind: TypeJson) -> str:
    """Return the name of a type, by which W&B sorts the types that a column allows."""
    if kind["wb_type"] == "list":
        return f"{name_of(kind['params']['element_type'])}[]"
    return "{" if kind["wb_type"] == "typedDict" else str(kind["wb_type"]).capitalize()


def of_dtype(dtype: Any, optional: bool) -> ColumnType:
    """Return the type that ``dtype`` says: a class, a type of media, or an example."""
    if dtype is None:
        return ColumnType(optional=optional)
    if dtype is Any:
        return ColumnType(mixed=True)
    if isinstance(dtype, type):
        if issubclass(dtype, WBValue):
            return ColumnType({"wb_type": dtype._log_type}, optional)
        known = BY_CLASS.get(dtype)
        return ColumnType(mixed=True) if known is None else ColumnType(known, optional)
    return ColumnType(type_of(dtype), optional)


def type_of(value: Any) -> TypeJson:
    """Return the type of a value."""
    if isinstance(value, bool) or is_a(value, "numpy.bool_", "numpy.bool"):
        return BOOLEAN
    if isinstance(value, numbers.Number) or is_a(value, "numpy.number"):
        return NUMBER
    if isinstance(value, str):
        return STRING
    if isinstance(value, (datetime.datetime, datetime.date)) or is_a(value, "numpy.datetime64"):
        return TIMESTAMP
    if is_a(value, "numpy.ndarray"):
        return {"wb_type": "ndarray", "params": {"shape": list(value.shape)}}
    if isinstance(value, (list, tuple, set, frozenset)):
        return type_of_list(value)
    if isinstance(value, Mapping):
        members = {str(key): type_of(item) for key, item in value.items()}
        return {"wb_type": "typedDict", "params": {"type_map": members}}
    if isinstance(value, WBValue):
        if value._log_type == "image-file":
            return {"wb_type": "image-file", "params": image_params()}
        return {"wb_type": value._log_type}
    return NONE if value is None else {
        "wb_type": "pythonObject", "params": {"class_name": type(value).__name__}
    }  # fmt: skip


def image_params() -> dict[str, Any]:
    """Return what a column of images says of boxes and masks: nothing."""
    return {
        name: {
            "wb_type": "const",
            "params": {
                "val": [] if name == "box_score_keys" else {}, "is_set": name == "box_score_keys"
            },
        }
        for name in IMAGE_PARAMS
    }  # fmt: skip


def type_of_list(values: Any) -> TypeJson:
    """Return the type of a list: that of its elements, and how many there are."""
    element: TypeJson | None = UNKNOWN
    for value in values:
        found = type_of(value)
        element = found if element == UNKNOWN else common(element or ANY, found)
        if element is None:
            element = ANY
            break
    return {"wb_type": "list", "params": {"element_type": element, "length": len(values)}}


def common(first: TypeJson, second: TypeJson) -> TypeJson | None:
    """Return the type of values of both types; None if a column cannot hold both."""
    if first == second or second == UNKNOWN:
        return first
    if first == UNKNOWN:
        return second
    if ANY in (first, second):
        return ANY
    kind = first["wb_type"]
    if kind != second["wb_type"]:
        return None
    one, other = first.get("params", {}), second.get("params", {})
    if kind == "list":
        element = common(one["element_type"], other["element_type"])
        length = one["length"] if one["length"] == other["length"] else None
        return None if element is None else {
            "wb_type": kind, "params": {"element_type": element, "length": length}
        }  # fmt: skip
    if kind == "typedDict":
        members: dict[str, TypeJson] = {}
        for key in (*one["type_map"], *other["type_map"]):
            found = common(one["type_map"].get(key, UNKNOWN), other["type_map"].get(key, UNKNOWN))
            if found is None:
                return None
            members[key] = found
        return {"wb_type": kind, "params": {"type_map": members}}
    return {"wb_type": kind} if kind == "ndarray" else first
