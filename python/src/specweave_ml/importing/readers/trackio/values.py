"""What Trackio's records hold: numbers, values that are no numbers, and files."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

from ...runs import ForeignFile, ForeignRun, ForeignValue

WORDS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
"""How numbers without a JSON form are written."""
DEEPEST = 50
TRACES = "trackio.trace"


class UnusableError(ValueError):
    """What is no record of Trackio."""


def record_of(data: bytes | str | None) -> dict[str, Any]:
    """Return the JSON of a record; it is bytes in a column of text, or text.

    Raises:
        UnusableError: It is none.
    """
    if data is None:
        return {}
    try:
        found = json.loads(data)
    except (ValueError, RecursionError, TypeError) as error:
        raise UnusableError(f"no JSON: {error}") from error
    if not isinstance(found, dict):
        raise UnusableError(f"JSON of a {type(found).__name__} where an object was expected")
    return found


def time_of(text: Any) -> float | None:
    """Return seconds since 1970; a time without a zone is one of this computer's, as it was."""
    if isinstance(text, (int, float)) and not isinstance(text, bool):
        return float(text)
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return (moment if moment.tzinfo is not None else moment.astimezone()).timestamp()


def as_text(time: float) -> str:
    """Return a time for people."""
    return datetime.fromtimestamp(time, timezone.utc).isoformat()


def leaves(record: dict[str, Any], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield the values of a record by name; groups have theirs before, with a dot."""
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and "_type" not in value and value and depth < DEEPEST:
            yield from leaves(value, f"{name}.", depth + 1)
        else:
            yield name, value


def take(
    run: ForeignRun, record: dict[str, Any], step: int, time: float, media: str, prefix: str = ""
) -> None:
    """Take what was logged together at one step."""
    for key, value in leaves(record, prefix):
        if isinstance(value, str):
            value = WORDS.get(value, value)
        if isinstance(value, (bool, int, float)):
            try:
                run.series_of(key).add(step, float(value), time)
            except OverflowError:
                run.left_out.append(f"{key!r} at step {step}: {value} is too large for a number")
            continue
        if isinstance(value, dict) and value.get("_type") == TRACES:
            run.left_out.append(
                f"the trace {key!r} at step {step}: traces are no part of the store"
            )
            continue
        if isinstance(value, dict) and value.get("_type") == "trackio.histogram":
            value = {**value, "_type": "histogram"}
        for path in files_in(value):
            add_file(run, path, key, step, media)
        run.values.append(ForeignValue(key, step, time, value))


def files_in(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield the paths of the files that a value names: of an image, or of those in a table."""
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        path = value.get("file_path")
        if isinstance(path, str) and str(value.get("_type", "")).startswith("trackio."):
            yield path
            return
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from files_in(part, depth + 1)


def add_file(run: ForeignRun, path: str, key: str, step: int, media: str) -> None:
    """Add a file of the folder ``media``, unless it leads elsewhere or is not there."""
    source = os.path.normpath(os.path.join(media, path))
    inside = os.path.normpath(media) + os.sep
    if not source.startswith(inside):
        run.problems.append(f"{key!r} at step {step} names a file outside of {media}: {path!r}")
        return
    if not os.path.isfile(source):
        run.problems.append(f"{source}: the file of {key!r} at step {step} is missing")
        return
    name = f"media/{safe(key)}/step-{step:06d}-{os.path.basename(source)}"
    details = {"tag": key, "step": step, "original_path": path}
    if all(file.name != name for file in run.files[-8:]):
        run.files.append(ForeignFile(name, source=source, details=details))


def safe(key: str) -> str:
    """Return a key as folders: no part of it leads anywhere else."""
    parts = [part for part in key.split("/") if part not in ("", ".", "..")]
    return "/".join(parts) or "value"
