"""All versions of an artifact, and all artifacts of a type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .artifact import Artifact
from .records import Collection
from .state import moment
from .store import ArtifactStore


class ArtifactCollection:
    """All versions of one name in a project."""

    def __init__(self, store: ArtifactStore, record: Collection) -> None:
        self._store = store
        self._record = record
        self.entity = "local"
        self.name = record.name
        self.description = record.description
        self.tags = list(record.tags)

    @property
    def project(self) -> str:
        """The project."""
        return self._record.project

    @property
    def type(self) -> str:
        """The type of all versions."""
        return self._record.type

    @property
    def id(self) -> str:
        """What stands for it."""
        return f"{self._record.project}/{self._record.name}"

    @property
    def aliases(self) -> list[str]:
        """The aliases of all versions."""
        return list(self._record.aliases)

    @property
    def created_at(self) -> str:
        """When its first version was logged, in UTC."""
        return moment(self._record.created_at)

    def artifacts(self, per_page: int = 50) -> list[Artifact]:
        """Return the versions, the newest first."""
        found = self._store.versions(self._record.project, self._record.name)
        return [Artifact._logged(self._store, self._record, version) for version in found]

    versions = artifacts

    def is_sequence(self) -> bool:
        """Return whether its versions were logged here, and not linked."""
        return not any(artifact.is_link for artifact in self.artifacts())

    def change_type(self, new_type: str) -> None:
        """Give all versions another type."""

        def change(record: Collection) -> None:
            record.type = new_type

        self._change(change)

    def save(self) -> None:
        """Store a changed description and changed tags."""

        def change(record: Collection) -> None:
            record.description, record.tags = self.description, list(self.tags)

        self._change(change)

    def _change(self, change: Any) -> None:
        record = self._record
        self._record = self._store.change_collection(record.project, record.name, change)

    def delete(self) -> None:
        """Remove all versions."""
        self._store.delete_collection(self._record.project, self._record.name)

    def __iter__(self) -> Iterator[Artifact]:
        return iter(self.artifacts())

    def __repr__(self) -> str:
        return f"<ArtifactCollection {self.name} ({self.type})>"


class ArtifactType:
    """All artifacts of one type in a project."""

    def __init__(self, store: ArtifactStore, project: str, name: str) -> None:
        self._store = store
        self.project = project
        self.entity = "local"
        self.name = name

    def collections(self, per_page: int = 50) -> Sequence[ArtifactCollection]:
        """Return the collections of this type."""
        found = self._store.collections(self.project)
        return [ArtifactCollection(self._store, one) for one in found if one.type == self.name]

    def collection(self, name: str) -> ArtifactCollection:
        """Return one of them by its name.

        Raises:
            ValueError: There is none.
        """
        for one in self.collections():
            if one.name == name:
                return one
        raise ValueError(f"there is no artifact {name!r} of the type {self.name!r}")

    def __repr__(self) -> str:
        return f"<ArtifactType {self.name}>"
