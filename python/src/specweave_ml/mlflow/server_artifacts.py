"""The artifacts of a project's runs by the paths that MLflow's server has for them.

A server whose ``--artifacts-destination`` is a URI of this scheme takes and gives artifacts at
``<experiment>/<run>/artifacts/…`` and ``<experiment>/models/<model>/artifacts/…``.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterable, Callable
from typing import Any, BinaryIO, NamedTuple

from mlflow.entities import FileInfo
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from mlflow.store.artifact.artifact_repo import ArtifactRepository

from .artifact_repository import SpecweaveArtifactRepository, StreamUpload

RUN = re.compile(r"(?:.*/)?[^/]+/(?P<id>[0-9a-f]{32})/artifacts(?:/(?P<rest>.*))?")
MODEL = re.compile(r"(?:.*/)?[^/]+/models/(?P<id>m-[0-9a-f]{32})/artifacts(?:/(?P<rest>.*))?")

Locate = Callable[[str], str]
"""Returns the local URI of the artifacts of a run, or of a model, by its id."""


class ServedPath(NamedTuple):
    """A path below the server's destination."""

    artifacts: SpecweaveArtifactRepository
    """The artifacts that it is in."""
    start: str
    """What of the path says which those are."""
    rest: str
    """The path in them."""


class ServerArtifactRepository(ArtifactRepository, StreamUpload):  # type: ignore[misc]
    """The artifacts of all runs and logged models of a project, by MLflow's paths for them."""

    def __init__(self, artifact_uri: str, run_uri: Locate, model_uri: Locate) -> None:
        super().__init__(artifact_uri)
        self._run_uri = run_uri
        self._model_uri = model_uri

    def log_artifact(self, local_file: Any, artifact_path: str | None = None) -> None:
        """Copy a file into the experiment."""
        served = self._served(artifact_path)
        served.artifacts.log_artifact(local_file, served.rest)

    def log_artifacts(self, local_dir: Any, artifact_path: str | None = None) -> None:
        """Copy the files of a folder into the experiment."""
        served = self._served(artifact_path)
        served.artifacts.log_artifacts(local_dir, served.rest)

    def log_artifact_from_stream(
        self, stream: BinaryIO, artifact_file_name: str, artifact_path: str | None = None
    ) -> None:
        """Save what a stream has."""
        served = self._served(artifact_path)
        served.artifacts.log_artifact_from_stream(stream, artifact_file_name, served.rest)

    async def log_artifact_from_async_stream(
        self,
        chunks: AsyncIterable[bytes],
        artifact_file_name: str,
        artifact_path: str | None = None,
    ) -> None:
        """Save what a stream gives part by part."""
        served = self._served(artifact_path)
        await served.artifacts.log_artifact_from_async_stream(
            chunks, artifact_file_name, served.rest
        )

    def list_artifacts(self, path: str | None = None) -> list[FileInfo]:
        """Return what is directly in a folder."""
        served = self._served(path)
        return [
            FileInfo(f"{served.start}/{one.path}", one.is_dir, one.file_size)
            for one in served.artifacts.list_artifacts(served.rest)
        ]

    def get_local_path(self, artifact_path: str) -> str:
        """Return the file or the folder of artifacts itself."""
        served = self._served(artifact_path)
        return served.artifacts.get_local_path(served.rest)

    def download_artifacts(self, artifact_path: str, dst_path: str | None = None) -> str:
        """Return the file or folder itself, or a copy at another place."""
        served = self._served(artifact_path)
        return served.artifacts.download_artifacts(served.rest, dst_path)

    def _download_file(self, remote_file_path: str, local_path: str) -> None:
        served = self._served(remote_file_path)
        served.artifacts._download_file(served.rest, local_path)

    def delete_artifacts(self, artifact_path: str | None = None) -> None:
        """Refuse to delete one."""
        served = self._served(artifact_path)
        served.artifacts.delete_artifacts(served.rest)

    def local_uri(self, path: str) -> str:
        """Return the URI on this machine of a file or a folder of artifacts."""
        served = self._served(path)
        uri = served.artifacts.artifact_uri
        return f"{uri}/{served.rest}" if served.rest else str(uri)

    def _served(self, path: str | None) -> ServedPath:
        """Return which artifacts a path means.

        Raises:
            MlflowException: None, or those of a run that is not there.
        """
        for pattern, locate in ((MODEL, self._model_uri), (RUN, self._run_uri)):
            found = pattern.fullmatch((path or "").strip("/"))
            if found is not None:
                artifacts = SpecweaveArtifactRepository(locate(found["id"]))
                rest = found["rest"] or ""
                return ServedPath(artifacts, found.string.removesuffix(rest).rstrip("/"), rest)
        raise MlflowException(
            f"'{path}' is no path of artifacts: <experiment>/<run>/artifacts, or "
            f"<experiment>/models/<model>/artifacts",
            INVALID_PARAMETER_VALUE,
        )
