"""Values of a row that wandb turns into files: images, tables, plots and their kind.

They are known by what wandb has made of them, so they are recorded after wandb has logged them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..runs.rows import number_of

SIMPLE = (float, int, bool, str, type(None))


def split(row: Mapping[Any, Any]) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """Return the plain values of a row, and the others; both with the groups they are in."""
    plain: dict[Any, Any] = {}
    others: dict[Any, Any] = {}
    for key, value in row.items():
        if is_plain(value):
            plain[key] = value
        elif isinstance(value, Mapping) and value:
            inner_plain, inner_others = split(value)
            if inner_plain or not inner_others:
                plain[key] = inner_plain
            if inner_others:
                others[key] = inner_others
        else:
            others[key] = value
    return plain, others


def is_plain(value: Any) -> bool:
    """Return whether a value is a number, a text or a list of them."""
    if isinstance(value, SIMPLE):
        return True
    if isinstance(value, (list, tuple)):
        return all(isinstance(item, SIMPLE) for item in value)
    return not isinstance(value, Mapping) and number_of(value) is not None


def known_media(values: Mapping[Any, Any], run: Any) -> dict[Any, Any]:
    """Return the JSON of what wandb has logged, in the same groups; what it has not is left out."""
    found: dict[Any, Any] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            inner = known_media(value, run)
            if inner:
                found[key] = inner
            continue
        members = json_of(value, run)
        if members is not None:
            found[key] = members
    return found


def json_of(value: Any, run: Any) -> dict[str, Any] | None:
    """Return the JSON of one medium, a dict with ``_type``; None if it is not one, or not yet."""
    make = getattr(value, "to_json", None)
    if not hasattr(value, "_log_type") or make is None:
        return None
    is_bound = getattr(value, "is_bound", None)
    if is_bound is not None and not is_bound():
        return None
    members = make(run)
    return members if isinstance(members, dict) and "_type" in members else None


def files_of(value: Any) -> Iterator[str]:
    """Yield the paths, within the run, of the files that the JSON of a medium names."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key in ("path", "filenames"):
                yield from texts(item)
            else:
                yield from files_of(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            if isinstance(item, (Mapping, list, tuple)):
                yield from files_of(item)


def texts(value: Any) -> Iterator[str]:
    """Yield the text, or the texts of a list, that are paths of media."""
    for item in value if isinstance(value, (list, tuple)) else (value,):
        if isinstance(item, str) and item.startswith("media/"):
            yield item
