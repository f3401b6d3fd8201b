"""The files of a logged artifact, as a list."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, overload

from .entries import ArtifactManifestEntry

if TYPE_CHECKING:
    from .artifact import Artifact


class ArtifactFile:
    """A file of an artifact."""

    def __init__(self, artifact: Artifact, entry: ArtifactManifestEntry) -> None:
        self._artifact = artifact
        self._entry = entry
        self.name = entry.path
        self.size = entry.size or 0
        self.digest = entry.digest
        self.url = entry.ref or ""

    def download(self, root: str | os.PathLike[str] | None = None, replace: bool = False) -> str:
        """Copy the file out of the store and return where it is."""
        return str(self._artifact._download_entry(self._entry, root))

    def __repr__(self) -> str:
        return f"<File {self.name} ({self.size} bytes)>"


class ArtifactFiles(Sequence[ArtifactFile]):
    """The files of an artifact."""

    def __init__(self, artifact: Artifact, names: Sequence[str] | None) -> None:
        entries = artifact.manifest.entries.values()
        wanted = None if names is None else set(names)
        self._files = [
            ArtifactFile(artifact, entry)
            for entry in entries
            if wanted is None or entry.path in wanted
        ]

    @overload
    def __getitem__(self, index: int) -> ArtifactFile: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[ArtifactFile]: ...
    def __getitem__(self, index: int | slice) -> ArtifactFile | Sequence[ArtifactFile]:
        return self._files[index]

    def __len__(self) -> int:
        return len(self._files)

    def __iter__(self) -> Iterator[ArtifactFile]:
        return iter(self._files)

    def __repr__(self) -> str:
        return f"<ArtifactFiles ({len(self)})>"
