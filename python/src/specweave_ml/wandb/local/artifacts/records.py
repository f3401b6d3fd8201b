"""What the store keeps of a collection and of a version, and how that is written as JSON."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from .names import checked_path

FORMAT = 1
SHA256 = re.compile(r"[0-9a-f]{64}")


class DamagedArtifactError(ValueError):
    """A file of the store of artifacts is not what is written there."""


@dataclass
class Collection:
    """All versions of one name in one project: ``collection.json``."""

    name: str
    project: str
    type: str
    created_at: float = field(default_factory=time.time)
    description: str | None = None
    tags: list[str] = field(default_factory=list)
    aliases: dict[str, int] = field(default_factory=dict)
    """The version that each alias means."""
    last_version: int = -1
    """The highest version there ever was; the number of a deleted one is not given again."""


@dataclass
class Version:
    """One version: ``v3.json``."""

    version: int
    id: str
    digest: str
    size: int
    created_at: float
    updated_at: float
    manifest: dict[str, dict[str, Any]]
    """The files by their paths, as manifests of Weights & Biases have them, with their SHA-256."""
    description: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    ttl: float | None = None
    """How many days it is to be kept, as the user said; nothing is removed by itself."""
    logged_by: dict[str, Any] | None = None
    """The experiment that made it: ``experiment``, ``increment``, ``folder``, ``run_id``."""
    used_by: list[dict[str, Any]] = field(default_factory=list)
    source: dict[str, Any] | None = None
    """The version that this one is a link to."""
    history_step: int | None = None


AnyRecord = TypeVar("AnyRecord", Collection, Version)


def encode(record: Collection | Version) -> bytes:
    """Return a record as JSON: sorted, without what is not known."""
    members: dict[str, Any] = {"format": FORMAT}
    for part in fields(record):
        value = getattr(record, part.name)
        if value is not None and value != [] and (value != {} or part.name == "manifest"):
            members[part.name] = value
    text = json.dumps(members, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode("utf-8", "surrogatepass")


def decode(kind: type[AnyRecord], data: bytes) -> AnyRecord:
    """Return the record that a file holds.

    Raises:
        DamagedArtifactError: The file is not what `encode` writes.
    """
    try:
        members = json.loads(data.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise DamagedArtifactError(f"it is not JSON: {error}") from error
    if not isinstance(members, Mapping) or not isinstance(members.get("format"), int):
        raise DamagedArtifactError("it is no record with a number as 'format'")
    if members["format"] > FORMAT:
        raise DamagedArtifactError(
            f"it has format {members['format']}, which is newer than {FORMAT}, the newest that "
            f"this version of specweave-ml reads; upgrade it"
        )
    values = {part.name: members[part.name] for part in fields(kind) if part.name in members}
    for name, wanted in KINDS.items():
        if name in values and (
            not isinstance(values[name], wanted) or isinstance(values[name], bool)
        ):
            raise DamagedArtifactError(f"its {name!r} is {json.dumps(values[name])[:80]}")
    try:
        found = kind(**values)
    except TypeError as error:
        raise DamagedArtifactError(f"something is missing: {error}") from error
    if isinstance(found, Version):
        for path, entry in found.manifest.items():
            check_entry(path, entry)
    return found


def check_entry(path: str, entry: Any) -> None:
    """Raise unless an entry lies within the artifact, and its content within the store."""
    if not isinstance(entry, Mapping) or not isinstance(entry.get("digest"), str):
        raise DamagedArtifactError(f"the entry {path!r} of its manifest has no digest")
    digest = entry.get("sha256")
    if digest is not None and not (isinstance(digest, str) and SHA256.fullmatch(digest)):
        raise DamagedArtifactError(f"the SHA-256 of {path!r} is {digest!r}")
    try:
        checked_path(path)
    except ValueError as error:
        raise DamagedArtifactError(str(error)) from error


KINDS: Mapping[str, Any] = {
    "name": str,
    "project": str,
    "type": str,
    "aliases": dict,
    "last_version": int,
    "version": int,
    "digest": str,
    "manifest": dict,
    "metadata": dict,
    "tags": list,
    "used_by": list,
    "created_at": (int, float),
    "updated_at": (int, float),
}
"""Of which type members are, those that are there."""
