"""The calls of a run that log and use artifacts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from .artifacts import logging as artifacts
from .artifacts.artifact import Artifact
from .run_state import RunState

PathLike = str | os.PathLike[str]


class RunArtifacts(RunState):
    """Artifacts in and out of a run; they lie in ``.specweave/artifacts`` of the project."""

    def log_artifact(
        self,
        artifact_or_path: Artifact | PathLike,
        name: str | None = None,
        type: str | None = None,
        aliases: Iterable[str] | None = None,
        tags: Iterable[str] | None = None,
    ) -> Artifact:
        """Log an artifact, a file or a folder as output of the run; return it with its version."""
        self._require_open("log_artifact")
        if self.disabled:
            return artifacts.as_artifact(self, artifact_or_path, name, type)
        return artifacts.log_artifact(self, artifact_or_path, name, type, aliases, tags)

    def use_artifact(
        self,
        artifact_or_name: Artifact | str,
        type: str | None = None,
        aliases: Iterable[str] | None = None,
        use_as: str | None = None,
    ) -> Artifact:
        """Note that the run uses an artifact, and return it: ``use_artifact("digits:latest")``.

        Raises:
            CommError: There is none of this name.
            ValueError: It is of another type.
        """
        self._require_open("use_artifact")
        if self.disabled:
            return self._looked_up(artifact_or_name, type)
        return artifacts.use_artifact(self, artifact_or_name, type, aliases, use_as)

    def _looked_up(self, artifact_or_name: Artifact | str, type: str | None) -> Artifact:
        """Return an artifact without a note of it, as a run that stores nothing uses it."""
        from .api.api import Api

        if isinstance(artifact_or_name, Artifact):
            return artifact_or_name
        return Api().artifact(artifact_or_name, type)

    def log_model(
        self, path: PathLike, name: str | None = None, aliases: Iterable[str] | None = None
    ) -> Artifact:
        """Log a file or a folder as an artifact of the type "model"."""
        named = name or f"run-{self.id}-{Path(path).name}"
        return self.log_artifact(path, named, "model", aliases)

    def use_model(self, name: str) -> str:
        """Note that the run uses a model, and return where its file, or its folder, now is.

        Raises:
            AssertionError: It is no model.
        """
        return artifacts.downloaded_model(self.use_artifact(artifacts.with_alias(name)))

    def link_artifact(
        self, artifact: Artifact, target_path: str, aliases: Iterable[str] | None = None
    ) -> Artifact:
        """Make an artifact a version of another collection too; a draft is logged first."""
        self._require_open("link_artifact")
        return artifacts.link_artifact(self, artifact, target_path, aliases)

    def link_model(
        self,
        path: PathLike,
        registered_model_name: str,
        name: str | None = None,
        aliases: Iterable[str] | None = None,
    ) -> Artifact:
        """Log a model, and make it a version of a registered one."""
        self._require_open("link_model")
        return artifacts.link_model(self, path, registered_model_name, name, aliases)

    def upsert_artifact(
        self,
        artifact_or_path: Artifact | PathLike,
        name: str | None = None,
        type: str | None = None,
        aliases: Iterable[str] | None = None,
        distributed_id: str | None = None,
    ) -> Artifact:
        """Log a part of an artifact that the runs of a group make together."""
        self._require_open("upsert_artifact")
        shared = distributed_id or self.group
        return artifacts.upsert_artifact(self, artifact_or_path, name, type, aliases, shared)

    def finish_artifact(
        self,
        artifact_or_path: Artifact | PathLike,
        name: str | None = None,
        type: str | None = None,
        aliases: Iterable[str] | None = None,
        distributed_id: str | None = None,
    ) -> Artifact:
        """Log an artifact of all parts that were logged by `upsert_artifact`."""
        self._require_open("finish_artifact")
        shared = distributed_id or self.group
        return artifacts.finish_artifact(self, artifact_or_path, name, type, aliases, shared)

    def _log_code_files(self, name: str, top: Path, files: Sequence[Path]) -> Any:
        """Log files as an artifact of the type "code"."""
        artifact = Artifact("".join(c if c.isalnum() or c in "-_." else "-" for c in name), "code")
        for path in files:
            artifact.add_file(path, name=path.relative_to(top).as_posix())
        return self.log_artifact(artifact)
