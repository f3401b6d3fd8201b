"""MLflow's artifacts as those of an experiment.

What is saved goes through the library: hashed, versioned, whole or not at all, and never over a
file of the store. What is read is the file itself, where it lies.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from mlflow.entities import FileInfo
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import (
    INTERNAL_ERROR,
    INVALID_PARAMETER_VALUE,
    NOT_IMPLEMENTED,
    RESOURCE_DOES_NOT_EXIST,
)
from mlflow.store.artifact.artifact_repo import ArtifactRepository, verify_artifact_path
from mlflow.utils.uri import validate_path_is_safe

from ..artifacts.writer import save_file
from ..errors import InvalidArgumentError, InvalidNameError, TrackingError
from .artifact_place import ArtifactPlace

MODELS = "models/"
"""The folder of an experiment that has MLflow's logged models."""


class SpecweaveArtifactRepository(ArtifactRepository):  # type: ignore[misc]
    """The artifacts of an experiment, or of a folder in it."""

    @cached_property
    def _place(self) -> ArtifactPlace:
        return ArtifactPlace.of(self.artifact_uri)

    # Saving

    def log_artifact(self, local_file: Any, artifact_path: str | None = None) -> None:
        """Copy a file into the experiment."""
        verify_artifact_path(artifact_path)
        self._save(os.fspath(local_file), artifact_path or "")

    def log_artifacts(self, local_dir: Any, artifact_path: str | None = None) -> None:
        """Copy the files of a folder into the experiment, each an artifact of its own."""
        verify_artifact_path(artifact_path)
        top = os.fspath(local_dir)
        for folder, names in files_below(top):
            inner = os.path.relpath(folder, top).removeprefix(".")
            for name in names:
                self._save(os.path.join(folder, name), os.path.join(artifact_path or "", inner))
            if self._place.folder and not os.listdir(folder):
                empty = self._place.inner(os.path.join(artifact_path or "", inner))
                os.makedirs(os.path.join(self._place.root, empty), exist_ok=True)

    def _save(self, source: str, folder: str) -> None:
        target = self._place.inner(os.path.join(folder, os.path.basename(source)))
        kind = "model" if target.startswith(MODELS) else "file"
        if is_same_file(source, os.path.join(self._place.root, target)):
            return
        with as_mlflow_exceptions():
            save_file(self._place.experiment, source, target, kind)

    # Reading

    def list_artifacts(self, path: str | None = None) -> list[FileInfo]:
        """Return what is directly in a folder: artifacts, what was captured, and the output."""
        files = list(self._files())
        folder = self._inner(path or "", files)
        start = f"{folder}/" if folder else ""
        found: dict[str, FileInfo] = {}
        for known, size in files:
            if known.startswith(start):
                name, slash, _ = known[len(start) :].partition("/")
                shown = os.path.relpath(start + name, self._place.folder or ".")
                found[name] = FileInfo(shown, bool(slash), None if slash else size)
        return [found[name] for name in sorted(found)]

    def get_local_path(self, artifact_path: str) -> str:
        """Return the file or the folder of artifacts itself."""
        files = list(self._files())
        inner = self._inner(artifact_path, files)
        path = os.path.join(self._place.root, inner)
        if not holds(files, inner):
            raise MlflowException(
                f"No such artifact: '{artifact_path}'", error_code=RESOURCE_DOES_NOT_EXIST
            )
        if not os.path.exists(path):
            raise MlflowException(
                f"No such artifact: '{artifact_path}' is recorded, but its file is not here; large "
                f"files are not in git, copy it from where it was saved",
                error_code=RESOURCE_DOES_NOT_EXIST,
            )
        if not os.path.realpath(path).startswith(os.path.realpath(self._place.root) + os.sep):
            raise MlflowException(
                f"'{artifact_path}' is a link out of the experiment and is not followed",
                error_code=INVALID_PARAMETER_VALUE,
            )
        return path

    def download_artifacts(self, artifact_path: str, dst_path: str | None = None) -> str:
        """Return the file or folder itself, without a copy, unless another place is given.

        Of all artifacts of an experiment there is a copy, since its folder has more than those.
        """
        if dst_path or not self._place.inner(artifact_path):
            return str(super().download_artifacts(artifact_path, dst_path))
        return self.get_local_path(artifact_path)

    def _download_file(self, remote_file_path: str, local_path: str) -> None:
        shutil.copy2(self.get_local_path(remote_file_path), local_path)

    def delete_artifacts(self, artifact_path: str | None = None) -> None:
        """Refuse to delete one: what was recorded stays until the experiment is deleted.

        All of them are no call of a user, but the first step of deleting a run or a model for good.
        """
        if artifact_path:
            raise MlflowException(
                f"'{artifact_path}' is not deleted: artifacts stay until the experiment is "
                f"deleted; save it again under its name, which keeps the older as a version",
                error_code=NOT_IMPLEMENTED,
            )

    def _inner(self, path: str, files: list[tuple[str, int]]) -> str:
        """Return the path within the experiment of a path that may come from the network.

        MLflow's check also takes escapes out of it. What is an artifact's name as it is, as those
        of `log_image` with a `%`, is taken as it is.

        Raises:
            MlflowException: It leads elsewhere.
        """
        inner = self._place.inner(path)
        if not path or (holds(files, inner) and ".." not in path.split("/")):
            return inner
        return self._place.inner(validate_path_is_safe(path))

    def _files(self) -> Iterator[tuple[str, int]]:
        """Yield every file that MLflow may see, as a path within the experiment, and its size."""
        with as_mlflow_exceptions():
            artifacts = self._place.experiment._facts()["artifacts"]
        for artifact in artifacts:
            if artifact["kept_as"] or artifact["removed"]:
                continue
            path = os.path.join(self._place.root, artifact["path"])
            if "files" not in artifact["details"] or not os.path.isdir(path):
                yield artifact["path"], artifact["size"]
                continue
            for folder, names in files_below(path):
                for name in names:
                    file = os.path.join(folder, name)
                    yield os.path.relpath(file, self._place.root), os.path.getsize(file)
        for entry in os.scandir(self._place.root):
            if is_output(entry.name) and entry.is_file():
                yield entry.name, entry.stat().st_size


def holds(files: list[tuple[str, int]], path: str) -> bool:
    """Return whether a path is one of the files, or a folder of some."""
    return any(known == path or known.startswith(f"{path}/") for known, _ in files)


def is_output(name: str) -> bool:
    """Return whether a file has what the program, or another process of it, printed."""
    return name.startswith("output") and name.endswith(".log")


def files_below(top: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the folders below one, links followed, each once, and the names of their files."""
    seen: set[tuple[int, int]] = set()
    for folder, folders, names in os.walk(top, followlinks=True):
        status = os.stat(folder)
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders.sort()
        yield folder, sorted(name for name in names if os.path.isfile(os.path.join(folder, name)))


def is_same_file(left: str, right: str) -> bool:
    """Return whether two paths are one file that is there."""
    try:
        return os.path.samefile(left, right)
    except OSError:
        return False


@contextmanager
def as_mlflow_exceptions() -> Iterator[None]:
    """Turn an error of the library that leaves the block into MLflow's exception."""
    try:
        yield
    except (InvalidArgumentError, InvalidNameError) as error:
        raise MlflowException(str(error), INVALID_PARAMETER_VALUE) from error
    except TrackingError as error:
        raise MlflowException(str(error), INTERNAL_ERROR) from error
