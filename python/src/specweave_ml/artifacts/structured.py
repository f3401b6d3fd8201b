"""Dictionaries, lists and numbers, as JSON and YAML.

What is written is strict JSON: a number that is not finite is the text "NaN", "Infinity" or
"-Infinity", as everywhere in the store. Keys become text; two keys that become the same text are
refused. An object that JSON has no form for is refused, never turned into its ``repr``.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import json
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import SerialisationError
from .encoding import Encoding, Encodings, as_text
from .packages import is_a, need, optional, type_name

DEEPEST = 200
"""Nesting beyond this is taken for an object that contains itself."""


def encodings(obj: object) -> Encodings:
    """JSON and YAML for what they have a form for; a list also as JSON Lines."""
    if not structured(obj):
        return {}
    as_json = Encoding("data", "json", as_text(lambda: json_text(obj)))
    as_yaml = Encoding("data", "yaml", as_text(lambda: yaml_text(obj)), packages=("yaml",))
    found = {".json": as_json, ".yaml": as_yaml, ".yml": as_yaml}
    if isinstance(obj, (list, tuple)):
        found[".jsonl"] = Encoding("data", "json", as_text(lambda: json_lines(obj)))
    return found


def structured(obj: object) -> bool:
    """Whether the outermost object is one; what is inside is looked at when it is written."""
    simple = (Mapping, list, tuple, set, frozenset, bool, int, float, enum.Enum, type(None))
    is_record = dataclasses.is_dataclass(obj) and not isinstance(obj, type)
    return isinstance(obj, simple) or is_record or is_a(obj, "numpy.ndarray", "numpy.generic")


def json_text(obj: object) -> str:
    """Strict JSON, indented for reading and for line-by-line diffs."""
    return json.dumps(plain(obj), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def json_lines(items: Sequence[object]) -> str:
    """Strict JSON, one item in each line."""
    found = [plain(item, f"line {number}") for number, item in enumerate(items, 1)]
    return "".join(json.dumps(item, ensure_ascii=False, allow_nan=False) + "\n" for item in found)


def yaml_text(obj: object) -> str:
    """YAML of plain values only; JSON, which is YAML as well, where PyYAML is not installed."""
    yaml = optional("yaml")
    if yaml is None:
        return json_text(obj)
    text: str = yaml.safe_dump(plain(obj), sort_keys=False, allow_unicode=True)
    return text


def plain(obj: object, where: str = "the object", depth: int = 0) -> Any:
    """The object in the types of JSON."""
    if depth > DEEPEST:
        raise SerialisationError(f"{where} is nested more than {DEEPEST} levels deep, or in itself")
    if isinstance(obj, enum.Enum):
        return plain(obj.value, where, depth + 1)
    if obj is None or isinstance(obj, (bool, str)):
        return obj
    if isinstance(obj, int):
        return int(obj)
    if isinstance(obj, float):
        return finite(float(obj))
    if isinstance(obj, Mapping):
        return members(obj, where, depth)
    if isinstance(obj, (set, frozenset)):
        return [plain(item, where, depth + 1) for item in sorted(obj, key=repr)]
    if isinstance(obj, (list, tuple)):
        return [plain(x, f"{where}[{i}]", depth + 1) for i, x in enumerate(obj)]
    if dataclasses.is_dataclass(obj) and not isinstance(obj, type):
        fields = {field.name: getattr(obj, field.name) for field in dataclasses.fields(obj)}
        return members(fields, where, depth)
    return foreign(obj, where, depth)


def foreign(obj: Any, where: str, depth: int) -> Any:
    """Values of other types that have an obvious plain form."""
    if is_a(obj, "numpy.ndarray", "numpy.generic"):
        return plain(obj.tolist(), where, depth + 1)
    if isinstance(obj, (datetime.datetime, datetime.date, datetime.time)):
        return obj.isoformat()
    if isinstance(obj, os.PathLike):
        return os.fsdecode(obj)
    raise SerialisationError(
        f"{where} is a {type_name(obj)}, which JSON and YAML have no form for. "
        f"Convert it first, or save the whole as .pkl"
    )


def members(obj: Mapping[Any, Any], where: str, depth: int) -> dict[str, Any]:
    """A mapping with text for keys."""
    result: dict[str, Any] = {}
    for key, value in obj.items():
        name = key if isinstance(key, str) else str(key)
        if name in result:
            raise SerialisationError(f"{where} has two keys that are both {name!r} as text")
        result[name] = plain(value, f"{where}[{key!r}]", depth + 1)
    return result


def finite(number: float) -> float | str:
    """The number, or the text that stands for one that is not finite."""
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else ("Infinity" if number > 0 else "-Infinity")


def load_json(path: Path) -> Any:
    """The values of a JSON file."""
    try:
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise SerialisationError(f"{path} is not JSON: {error}") from error


def load_yaml(path: Path) -> Any:
    """The plain values of a YAML file; tags that would make objects are refused."""
    yaml = optional("yaml")
    try:
        if yaml is not None:
            return yaml.safe_load(path.read_bytes())
        return json.loads(path.read_bytes())
    except Exception as error:
        if yaml is None:
            need("yaml", f"Reading {path.name}")
        raise SerialisationError(f"{path} is not plain YAML: {error}") from error
