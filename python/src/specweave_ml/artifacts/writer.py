"""How an artifact gets to its place: whole or not at all, hashed and recorded."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ctypes import byref, c_void_p, string_at
from pathlib import Path
from typing import Any

from .._native.experiment_handle import ExperimentHandle
from .._native.library import library
from .._native.pointers import ArtifactPointer
from .._native.status import check
from .._native.text import encoded, encoded_json, encoded_path, owned_bytes, owned_json
from ..errors import SerialisationError, StorageError, TrackingError


def save_file(
    experiment: ExperimentHandle,
    source: str,
    name: str | None,
    kind: str,
    *,
    follow_links: bool = False,
) -> str:
    """Copy a file or folder into the experiment, by default under its own name.

    What of a folder is not copied is warned about.
    """
    path = os.path.basename(os.path.abspath(source)) if name is None else name
    options = encoded_json({"kind": kind, "follow_links": follow_links})
    check(
        library().et_experiment_save_file(
            experiment._native, encoded_path(source), encoded(path), options
        )
    )
    experiment._warn_of_notices()
    return path


@contextmanager
def written(
    experiment: ExperimentHandle, name: str, kind: str, details: Mapping[str, Any]
) -> Iterator[Path]:
    """Yield a path to write to; what is there afterwards becomes the artifact.

    When the block raises, or the file cannot be kept, nothing of it is left.
    """
    artifact = ArtifactPointer()
    out = c_void_p()
    check(
        library().et_artifact_begin(experiment._native, encoded(name), byref(artifact), byref(out))
    )
    path = Path(os.fsdecode(string_at(out.value or b"")))
    library().et_string_free(out)
    try:
        yield path
    except BaseException as error:
        explained = explain(error, name, path)
        library().et_artifact_abort(artifact)
        if explained is error:
            raise
        raise explained from error
    check(library().et_artifact_commit(artifact, encoded_json({"kind": kind, "details": details})))
    experiment._warn_of_notices()


def explain(error: BaseException, name: str, path: Path) -> BaseException:
    """Return the error to raise: the disk's, the object's, or this one as it is."""
    if isinstance(error, (TrackingError, MemoryError, Warning)):
        return error
    # Where it is written says nothing to the caller: a folder that is gone by then.
    said = str(error).replace(f"{path.parent}/", "")
    if isinstance(error, OSError):
        refused = StorageError(f"saving {name} failed: {said}")
        refused.errno = error.errno
        return refused
    if not isinstance(error, Exception):
        return error
    if hides_disk_error(error) or is_full(path.parent):
        return StorageError(f"saving {name} failed: {said}")
    return SerialisationError(f"saving {name} failed: {type(error).__name__}: {said}")


def hides_disk_error(error: BaseException) -> bool:
    """Return whether an error of the disk is behind this one.

    Some packages have words of their own.
    """
    behind = error.__cause__ or error.__context__
    while behind is not None:
        if isinstance(behind, OSError):
            return True
        behind = behind.__cause__ or behind.__context__
    return False


def is_full(folder: Path) -> bool:
    """Return whether nothing more can be written there."""
    try:
        return os.statvfs(folder).f_bavail == 0
    except OSError:
        return False


def path_of(experiment: ExperimentHandle, name: str) -> Path:
    """Return the file or folder of an artifact."""
    return Path(
        os.fsdecode(owned_bytes(library().et_artifact_path, experiment._native, encoded(name)))
    )


def details_of(experiment: ExperimentHandle, name: str) -> Mapping[str, Any]:
    """Return what was recorded when the artifact was saved; empty if nothing is known."""
    for artifact in owned_json(library().et_experiment_read, experiment._native).get(
        "artifacts", []
    ):
        if artifact.get("path") == name and not artifact.get("kept_as"):
            details = artifact.get("details")
            return details if isinstance(details, dict) else {}
    return {}
