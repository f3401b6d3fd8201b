"""What the registry keeps of a model and of a version, and how that is written as JSON.

A location inside the project is written relative to it, so that the project can be moved, cloned
and mounted elsewhere; any other stays as it was given.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

FORMAT = 1

PREFIXES = ("specweave:", "file://", "")
"""What may stand before an absolute path in a location; the longest first."""


class DamagedRecordError(ValueError):
    """A file of the registry is not what the registry writes; the message says in what."""


@dataclass
class ModelRecord:
    """A registered model: ``model.json``."""

    name: str
    creation_timestamp: int
    last_updated_timestamp: int
    description: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, int] = field(default_factory=dict)
    last_version: int = 0
    """The highest version there ever was; the number of a deleted one is not given again."""

    def copy(self) -> ModelRecord:
        """Return a record that can be changed without this one."""
        return replace(self, tags=dict(self.tags), aliases=dict(self.aliases))


@dataclass
class VersionRecord:
    """A version of a registered model: ``version-N.json``."""

    version: int
    creation_timestamp: int
    last_updated_timestamp: int
    source: str | None
    current_stage: str
    status: str
    description: str | None = None
    model_id: str | None = None
    run_id: str | None = None
    run_link: str | None = None
    status_message: str | None = None
    storage_location: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    user_id: str | None = None

    def copy(self) -> VersionRecord:
        """Return a record that can be changed without this one."""
        return replace(self, tags=dict(self.tags))


LOCATIONS = ("source", "storage_location")
NUMBERS = ("creation_timestamp", "last_updated_timestamp", "version", "last_version")
REQUIRED = {
    ModelRecord: ("name", "creation_timestamp", "last_updated_timestamp"),
    VersionRecord: ("version", "creation_timestamp", "last_updated_timestamp", "current_stage"),
}

AnyRecord = TypeVar("AnyRecord", ModelRecord, VersionRecord)


def encode(record: ModelRecord | VersionRecord, project: Path) -> bytes:
    """Return a record as JSON: sorted, one member a line, nothing that is not known."""
    members: dict[str, Any] = {"format": FORMAT}
    for part in fields(record):
        value = getattr(record, part.name)
        if value is None or value == {}:
            continue
        members[part.name] = _inside(value, project) if part.name in LOCATIONS and value else value
    text = json.dumps(members, indent=2, sort_keys=True, ensure_ascii=False)
    return (text + "\n").encode("utf-8", "surrogatepass")


def decode(kind: type[AnyRecord], data: bytes, project: Path) -> AnyRecord:
    """Return the record that a file holds.

    Raises:
        DamagedRecordError: The file is not what `encode` writes.
    """
    try:
        members = json.loads(data.decode("utf-8", "surrogatepass"))
    except ValueError as error:
        raise DamagedRecordError(f"it is not JSON: {error}") from error
    if not isinstance(members, dict):
        raise DamagedRecordError("it is not a JSON object")
    written = members.get("format")
    if not isinstance(written, int) or isinstance(written, bool) or written < 1:
        raise DamagedRecordError("it has no number as 'format'")
    if written > FORMAT:
        raise DamagedRecordError(
            f"it has format {written}, which is newer than {FORMAT}, the newest that this version "
            f"of specweave-ml reads; upgrade it"
        )
    values: dict[str, Any] = {}
    for part in fields(kind):
        if part.name in members:
            values[part.name] = _checked(part.name, members[part.name], project)
        elif part.name in REQUIRED[kind]:
            raise DamagedRecordError(f"it has no '{part.name}'")
    if kind is VersionRecord:
        values = {"source": None, "status": "READY", **values}
    return kind(**values)


def _checked(name: str, value: Any, project: Path) -> Any:
    """Return a member's value, which must be of the kind that the member has."""
    if name in NUMBERS:
        fits = _is_count(value)
    elif name == "aliases":
        fits = isinstance(value, dict) and all(map(_is_count, value.values()))
    elif name == "tags":
        fits = isinstance(value, dict) and all(isinstance(one, str) for one in value.values())
    elif name in LOCATIONS and isinstance(value, dict):
        return _outside(name, value, project)
    else:
        fits = isinstance(value, str)
    if not fits:
        raise DamagedRecordError(f"its '{name}' is {json.dumps(value)[:80]}")
    return value


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _inside(location: str, project: Path) -> str | dict[str, str]:
    """Return a location as it is written: relative to the project if it is inside."""
    for prefix in PREFIXES:
        start = prefix + _path_in(prefix, project) + "/"
        if location.startswith(start) and ".." not in location.split("/"):
            return {"prefix": prefix, "path_in_project": location[len(start) :]}
    return location


def _outside(name: str, value: dict[str, Any], project: Path) -> str:
    """Return the location that `_inside` wrote."""
    prefix, path = value.get("prefix"), value.get("path_in_project")
    if prefix not in PREFIXES or not isinstance(path, str) or ".." in path.split("/"):
        raise DamagedRecordError(f"its '{name}' is {json.dumps(value)[:80]}")
    return f"{prefix}{_path_in(prefix, project)}/{path}"


def _path_in(prefix: str, project: Path) -> str:
    """Return the project's path as it stands in a location of this prefix."""
    path = "" if project == Path("/") else str(project)
    return quote(path) if prefix == "file://" else path
