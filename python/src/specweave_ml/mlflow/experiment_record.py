"""The files that are the record of an experiment, as ``specweave/record.zip`` of its run.

They hold what MLflow has no place for: types, exact times, notes, facts, earlier values and
versions. With them an experiment comes back from another MLflow as it was, byte for byte. One
archive, because a server takes longer for a file than for its bytes.
"""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Collection, Iterator
from typing import Any

from ..errors import InvalidNameError

FOLDER = "specweave"
FILE = "record.zip"
NOT_RECORD = frozenset((".numbers", "__pycache__"))


def files_of(path: str, artifacts: Collection[str], inside: Collection[str]) -> Iterator[str]:
    """Yield the files of the record, relative to the experiment's folder.

    Args:
        path: The experiment's folder.
        artifacts: The paths of its artifacts, relative to it.
        inside: The folders of the experiments inside it, relative to it.
    """
    known, others = set(artifacts), set(inside)
    for folder, folders, files in os.walk(path):
        below = os.path.relpath(folder, path)
        place = "" if below == "." else below + "/"
        folders[:] = sorted(
            name
            for name in folders
            if place + name not in others
            and place + name not in known
            and name not in NOT_RECORD
            and not os.path.islink(os.path.join(folder, name))
        )
        if place and not folders and not files:
            yield place
        for name in sorted(files):
            relative = place + name
            if relative not in known and not name.endswith(".tmp"):
                yield relative


def artifacts_of(facts: dict[str, Any]) -> dict[str, str]:
    """Return the SHA-256 of each artifact by its path, of the newest versions."""
    return {artifact["path"]: artifact["sha256"] for artifact in current_artifacts(facts)}


def current_artifacts(facts: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the newest version of each artifact."""
    for artifact in facts["artifacts"]:
        if not artifact["removed"] and not artifact["kept_as"]:
            yield artifact


def pack(path: str, files: Collection[str], archive: str) -> None:
    """Write files of an experiment's folder into an archive."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for name in files:
            target.write(os.path.join(path, name), name)


def unpack(archive: str, path: str) -> None:
    """Write the files of an archive into a folder.

    Raises:
        InvalidNameError: One of them would lie outside of it.
    """
    with zipfile.ZipFile(archive) as source:
        for entry in source.infolist():
            place = os.path.join(path, contained(entry.filename.removesuffix("/")))
            if entry.is_dir():
                os.makedirs(place, exist_ok=True)
                continue
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with source.open(entry) as packed, open(place, "xb") as file:
                shutil.copyfileobj(packed, file, 1 << 20)


def contained(path: str) -> str:
    """Return a relative path that stays where it is put.

    Raises:
        InvalidNameError: It leads elsewhere.
    """
    parts = path.split("/")
    if os.path.isabs(path) or ".." in parts or "" in parts:
        raise InvalidNameError(f"the file {path!r} has a path that leads elsewhere")
    return path
