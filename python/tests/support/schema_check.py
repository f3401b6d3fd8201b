"""Checks the files of an experiment, and what the library says, against docs/schemas/."""

from __future__ import annotations

import json
import math
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from ruamel.yaml import YAML
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import crc32c

from support.c_header import ROOT

DIGEST = b',\n  "digest": "'
SCHEMAS = ROOT / "docs" / "schemas"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z")

checker = jsonschema.FormatChecker(formats=())


@checker.checks("date-time", raises=ValueError)
def is_moment(value: object) -> bool:
    """RFC 3339, in UTC and with microseconds, as the library writes every time."""
    if isinstance(value, str):
        if MOMENT.fullmatch(value) is None:
            raise ValueError(value)
        datetime.fromisoformat(value.removesuffix("Z") + "+00:00")
    return True


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
    return found


def closed(part: Any) -> Any:
    """The schema in which every object has only the members it names, unless it says otherwise."""
    if isinstance(part, list):
        return [closed(one) for one in part]
    if not isinstance(part, dict):
        return part
    result = {name: closed(value) for name, value in part.items()}
    if isinstance(part.get("properties"), dict) and "additionalProperties" not in part:
        result["additionalProperties"] = False
    return result


def validate(name: str, value: Any) -> None:
    validator = jsonschema.Draft202012Validator(closed(schema(name)), format_checker=checker)
    problems = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]
    assert not problems, "\n".join(problems)


def strict_json(text: str) -> Any:
    def refuse(word: str) -> Any:
        raise AssertionError(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)


def same(left: Any, right: Any) -> bool:
    """Equal in value and type; NaN equals NaN, -0.0 differs from 0.0."""
    if isinstance(left, dict):
        return (
            isinstance(right, dict)
            and list(left) == list(right)
            and all(same(value, right[key]) for key, value in left.items())
        )
    if isinstance(left, list):
        return isinstance(right, list) and len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, float) and isinstance(right, float):
        return (math.isnan(left) and math.isnan(right)) or (
            left == right and math.copysign(1, left) == math.copysign(1, right)
        )
    return type(left) is type(right) and left == right


def plain(value: Any) -> Any:
    """What ruamel gives, in the types of Python."""
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return value


def check_files(folder: Path) -> None:
    """All four files of an experiment, by every reader there is."""
    params = strict_json((folder / "params.json").read_text("utf-8"))
    validate("params", params)
    metrics = strict_json((folder / "metrics.json").read_text("utf-8"))
    validate("metrics", metrics)
    text = (folder / "metadata.yaml").read_text("utf-8")
    metadata = yaml.safe_load(text)
    validate("metadata", metadata)
    modern = YAML(typ="safe", pure=True)
    modern.version = (1, 2)
    assert same(metadata, plain(modern.load(text)))
    assert list(metadata["metrics"]) == list(metrics)[:100]
    content = (folder / ".summary.json").read_bytes()
    summary = strict_json(content.decode())
    validate("summary", summary)
    assert summary["digest"] == f"{crc32c(content.partition(DIGEST)[0]):08x}"
    columns = summary["metrics"]
    assert same(summary["params"], params)
    assert same(dict(zip(columns["key"], columns["last"], strict=True)), metrics)
    assert {len(column) for column in columns.values()} == {len(metrics)}
    for name, member in metadata.items():
        if name in ("name", "id", "status", "tags", "number", "kind"):
            assert summary[name] == member
