"""MLflow's artifacts as those of an experiment.

What is saved goes through the library: hashed, versioned, whole or not at all. What is read is the
file itself, where it lies.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import shutil
from collections.abc import AsyncIterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from mlflow.entities import FileInfo
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import (
    INVALID_PARAMETER_VALUE,
    NOT_IMPLEMENTED,
    RESOURCE_DOES_NOT_EXIST,
)
from mlflow.store.artifact import artifact_repo
from mlflow.store.artifact.artifact_repo import ArtifactRepository, verify_artifact_path
from mlflow.utils.uri import validate_path_is_safe

from ..artifacts.writer import save_file, written
from .artifact_index import ArtifactIndex, files_below
from .artifact_place import ArtifactPlace, normal
from .tracking_errors import as_mlflow_exceptions

MODELS = "models/"
"""The folder of an experiment that has MLflow's logged models."""

STREAM_PART = 1 << 20

StreamUpload: Any = getattr(artifact_repo, "StreamUploadMixin", object)
"""Says to MLflow's server that a repository takes streams; MLflow has it since 3.12."""


ARGUMENTS = frozenset(inspect.signature(ArtifactRepository.__init__).parameters)
"""What MLflow's own repositories are made with: before version 3 the URI alone."""


class SpecweaveArtifactRepository(ArtifactRepository, StreamUpload):  # type: ignore[misc]
    """The artifacts of a run, or of a logged model."""

    def __init__(
        self, artifact_uri: str, tracking_uri: str | None = None, registry_uri: str | None = None
    ) -> None:
        uris = {"tracking_uri": tracking_uri, "registry_uri": registry_uri}
        super().__init__(artifact_uri, **{k: uri for k, uri in uris.items() if k in ARGUMENTS})

    @cached_property
    def _place(self) -> ArtifactPlace:
        with as_mlflow_exceptions():
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
            inner = os.path.join(artifact_path or "", os.path.relpath(folder, top))
            for name in names:
                self._save(os.path.join(folder, name), inner)
            if not os.listdir(folder):
                Path(self._place.root, self._target(inner)).mkdir(parents=True, exist_ok=True)

    def log_artifact_from_stream(
        self, stream: BinaryIO, artifact_file_name: str, artifact_path: str | None = None
    ) -> None:
        """Save what a stream has."""
        with self._writing(artifact_file_name, artifact_path) as file:
            shutil.copyfileobj(stream, file, length=STREAM_PART)

    async def log_artifact_from_async_stream(
        self,
        chunks: AsyncIterable[bytes],
        artifact_file_name: str,
        artifact_path: str | None = None,
    ) -> None:
        """Save what a stream gives part by part."""
        with self._writing(artifact_file_name, artifact_path) as file:
            async for chunk in chunks:
                await asyncio.to_thread(file.write, chunk)

    def _save(self, source: str, folder: str) -> None:
        target = self._target(folder, os.path.basename(source))
        if is_same_file(source, os.path.join(self._place.root, target)):
            return
        with as_mlflow_exceptions():
            save_file(self._place.experiment, source, target, kind_of(target))

    def _writing(self, name: str, folder: str | None) -> AbstractContextManager[BinaryIO]:
        verify_artifact_path(folder)
        target = self._target(folder or "", os.path.basename(name))

        @contextmanager
        def writing() -> Iterator[BinaryIO]:
            with (
                as_mlflow_exceptions(),
                written(self._place.experiment, target, kind_of(target), {}) as path,
                path.open("wb") as file,
            ):
                yield file

        return writing()

    def _target(self, *parts: str) -> str:
        """Return the path within the experiment of one to save at."""
        return os.path.normpath(os.path.join(self._place.folder, *parts))

    # Reading

    def list_artifacts(self, path: str | None = None) -> list[FileInfo]:
        """Return what is directly in a folder."""
        index = self._index()
        return [FileInfo(*entry) for entry in index.below(safe_path(path or "", index))]

    def get_local_path(self, artifact_path: str) -> str:
        """Return the file or the folder of artifacts itself."""
        path = self._local_path(artifact_path)
        if path is None:
            raise MlflowException(
                f"'{artifact_path}' is a folder of artifacts in several places; download it",
                error_code=INVALID_PARAMETER_VALUE,
            )
        return path

    def download_artifacts(self, artifact_path: str, dst_path: str | None = None) -> str:
        """Return the file or folder itself, without a copy, unless another place is given.

        What lies in several places, as all that MLflow sees of an experiment may, is copied.
        """
        path = None if dst_path else self._local_path(artifact_path or "")
        return path or str(super().download_artifacts(artifact_path, dst_path))

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

    def _index(self) -> ArtifactIndex:
        with as_mlflow_exceptions():
            return ArtifactIndex(self._place)

    def _local_path(self, artifact_path: str) -> str | None:
        """Return the path of a file or a folder; None for a folder in several places."""
        index = self._index()
        inner = safe_path(artifact_path, index)
        if inner and inner not in index:
            raise MlflowException(
                f"No such artifact: '{artifact_path}'", error_code=RESOURCE_DOES_NOT_EXIST
            )
        real = index.real_path(inner)
        if not real:
            return None
        path = os.path.join(self._place.root, real)
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


def kind_of(target: str) -> str:
    """Return the kind of an artifact at a path."""
    return "model" if target.startswith(MODELS) else "file"


def safe_path(path: str, index: ArtifactIndex) -> str:
    """Return a path that may come from the network, checked as MLflow checks it.

    The check also takes escapes out of it. What is an artifact's name as it is, as those of
    `log_image` with a `#`, is taken as it is.

    Raises:
        MlflowException: It leads elsewhere.
    """
    plain = normal(path)
    if not plain or (".." not in path.split("/") and plain in index):
        return plain
    return normal(validate_path_is_safe(path))


def is_same_file(left: str, right: str) -> bool:
    """Return whether two paths are one file that is there."""
    try:
        return os.path.samefile(left, right)
    except OSError:
        return False
