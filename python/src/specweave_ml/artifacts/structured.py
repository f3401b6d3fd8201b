"""Dictionaries, lists and numbers, as JSON and YAML.

What is written is strict JSON: a number that is not finite is the text "NaN", "Infinity" or
"-Infinity", as everywhere in the store. Keys become text; two keys that become the same text are
refused. An object that JSON has no form for is refused, never turned into its ``repr``. What the
file itself cannot say, such as that a list was a tuple, is recorded beside it (see `marks`).
"""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import json
import math
import os
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .._native.optional_packages import is_a, need, optional, type_name
from ..errors import SerialisationError
from . import marks
from .encoding import Details, Encoding, Encodings, as_text

DEEPEST = 200
"""Nesting beyond this is taken for an object that contains itself."""


def encodings(obj: object) -> Encodings:
    """Return JSON and YAML for what they can represent; a list also as JSON Lines."""
    if not structured(obj):
        return {}
    as_json = written("json", obj, json_text)
    as_yaml = written("yaml", obj, yaml_text)
    found = {".json": as_json, ".yaml": as_yaml, ".yml": as_yaml}
    if isinstance(obj, (list, tuple)):
        found[".jsonl"] = written("json", obj, json_lines)
    return found


def written(serialiser: str, obj: Any, render: Callable[[Any], str]) -> Encoding:
    """Return the text, and what it leaves out."""

    def write(path: Path) -> Details | None:
        as_text(lambda: render(obj))(path)
        return marks.recorded(marks.mark(obj, plain), path.name)

    return Encoding("data", serialiser, write, packages=("yaml",) if serialiser == "yaml" else ())


def structured(obj: object) -> bool:
    """Return whether the outermost object is one.

    What is inside is looked at when it is written.
    """
    simple = (Mapping, list, tuple, set, frozenset, bool, int, float, enum.Enum, type(None))
    is_record = dataclasses.is_dataclass(obj) and not isinstance(obj, type)
    return isinstance(obj, simple) or is_record or is_a(obj, "numpy.ndarray", "numpy.generic")


def json_text(obj: object) -> str:
    """Return strict JSON, indented for reading and for line-by-line diffs."""
    return json.dumps(plain(obj), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def json_lines(items: Sequence[object]) -> str:
    """Return strict JSON, one item in each line."""
    found = [plain(item, f"line {number}") for number, item in enumerate(items, 1)]
    return "".join(json.dumps(item, ensure_ascii=False, allow_nan=False) + "\n" for item in found)


def yaml_text(obj: object) -> str:
    """Return YAML of plain values only; JSON, which is YAML too, where PyYAML is not installed."""
    yaml = optional("yaml")
    if yaml is None:
        return json_text(obj)
    text: str = yaml.safe_dump(plain(obj), sort_keys=False, allow_unicode=True)
    return text


def plain(obj: object, where: str = "the object", depth: int = 0, *, strict: bool = True) -> Any:
    """Return the object in the types of JSON.

    One that has no such form is refused, or becomes text.
    """
    if depth > DEEPEST:
        raise SerialisationError(f"{where} is nested more than {DEEPEST} levels deep, or in itself")
    if isinstance(obj, enum.Enum):
        return plain(obj.value, where, depth + 1, strict=strict)
    if obj is None or isinstance(obj, (bool, str)):
        return obj
    if isinstance(obj, int):
        return int(obj)
    if isinstance(obj, float):
        return finite(float(obj))
    if isinstance(obj, Mapping):
        return members(obj, where, depth, strict)
    if isinstance(obj, (set, frozenset)):
        return [plain(item, where, depth + 1, strict=strict) for item in sorted(obj, key=repr)]
    if isinstance(obj, (list, tuple)):
        return [plain(x, f"{where}[{i}]", depth + 1, strict=strict) for i, x in enumerate(obj)]
    if dataclasses.is_dataclass(obj) and not isinstance(obj, type):
        fields = {field.name: getattr(obj, field.name) for field in dataclasses.fields(obj)}
        return members(fields, where, depth, strict)
    return foreign(obj, where, depth, strict)


def foreign(obj: Any, where: str, depth: int, strict: bool) -> Any:
    """Return the obvious plain form of values of other types."""
    if is_a(obj, "numpy.ndarray", "numpy.generic"):
        if obj.dtype.kind == "M":  # of nanoseconds `tolist` would make whole numbers
            obj = need("numpy", "Saving times").datetime_as_string(obj)
        elif obj.dtype.kind == "m":
            obj = obj.astype("int64")
        return plain(obj.tolist(), where, depth + 1, strict=strict)
    if isinstance(obj, (datetime.datetime, datetime.date, datetime.time)):
        return obj.isoformat()
    if isinstance(obj, os.PathLike):
        return os.fsdecode(obj)
    if isinstance(obj, (decimal.Decimal, uuid.UUID)):
        return str(obj)
    if marks.is_missing(obj):
        return None
    if not strict:
        return str(obj)
    raise SerialisationError(
        f"{where} is a {type_name(obj)}, which JSON and YAML have no form for. "
        f"Convert it first, or save the whole as .pkl"
    )


def members(obj: Mapping[Any, Any], where: str, depth: int, strict: bool) -> dict[str, Any]:
    """Return a mapping with text for keys."""
    result: dict[str, Any] = {}
    for key, value in obj.items():
        name = key if isinstance(key, str) else str(key)
        if name in result:
            raise SerialisationError(f"{where} has two keys that are both {name!r} as text")
        result[name] = plain(value, f"{where}[{key!r}]", depth + 1, strict=strict)
    return result


def finite(number: float) -> float | str:
    """Return the number, or the text that stands for one that is not finite."""
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else ("Infinity" if number > 0 else "-Infinity")


def load_json(path: Path, details: Details) -> Any:
    """Return the values of a JSON file."""
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise SerialisationError(f"{path} is not JSON: {error}") from error
    return marks.unmark(found, details.get("restore"))


def load_lines(path: Path, details: Details) -> Any:
    """Return the values of the lines of a file of JSON Lines."""
    found = []
    for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
        if line.strip():
            try:
                found.append(json.loads(line))
            except (ValueError, RecursionError) as error:
                raise SerialisationError(f"{path}: line {number} is not JSON: {error}") from error
    return marks.unmark(found, details.get("restore"))


def load_yaml(path: Path, details: Details) -> Any:
    """Return the plain values of a YAML file; tags that would make objects are refused."""
    yaml = optional("yaml")
    try:
        found = json.loads(path.read_bytes()) if yaml is None else yaml.safe_load(path.read_bytes())
    except Exception as error:
        if yaml is None:
            need("yaml", f"Reading {path.name}")
        raise SerialisationError(f"{path} is not plain YAML: {error}") from error
    return marks.unmark(found, details.get("restore"))
