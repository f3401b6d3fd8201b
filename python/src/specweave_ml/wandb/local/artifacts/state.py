"""What an artifact consists of, as a draft and as a version of the store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Any

from ...runs.rows import strict
from ..media.json_text import plain
from ..media.value import WBValue
from .contents import Draft
from .entries import ArtifactManifest, ArtifactManifestEntry
from .errors import ArtifactFinalizedError, ArtifactNotLoggedError
from .names import checked_name, parsed
from .records import Collection, Version
from .store import ArtifactStore

SECONDS_PER_DAY = 86_400.0


class ArtifactTTL(Enum):
    """That an artifact is kept as long as others of its project are."""

    INHERIT = 0


class ArtifactState:
    """The state of an artifact; its calls are in the classes derived from it."""

    def __init__(
        self,
        name: str,
        type: str,
        description: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        incremental: bool = False,
        use_as: str | None = None,
        storage_region: str | None = None,
    ) -> None:
        self._name = checked_name(name)
        if not isinstance(type, str) or not type:
            raise ValueError(f"the type of an artifact is text such as 'dataset', not {type!r}")
        self._type = type
        self._description = description
        self._metadata = checked_metadata(metadata)
        self._incremental = incremental
        self.use_as = use_as
        self.distributed_id: str | None = None
        self._tags: list[str] = []
        self._ttl: timedelta | None = None
        self._manifest = ArtifactManifest()
        self._draft: Draft | None = None
        self._store = ArtifactStore.here()
        self._collection: Collection | None = None
        self._record: Version | None = None
        self._added: dict[int, tuple[WBValue, ArtifactManifestEntry]] = {}
        self._sources: dict[str, str] = {}
        self._asked: str | None = None
        """The name under which it was taken from the store."""

    def _take(self, collection: Collection, record: Version) -> None:
        """Become a version of the store."""
        self._collection, self._record = collection, record
        self._description, self._metadata = record.description, dict(record.metadata)
        self._tags = list(record.tags)
        self._ttl = None if record.ttl is None else timedelta(days=record.ttl)
        self._manifest = ArtifactManifest()
        for path, members in record.manifest.items():
            entry = ArtifactManifestEntry.of(path, members)
            entry.artifact = self
            if entry.ref is None and entry.sha256 is not None:
                entry.local_path = str(self._store.contents.path(entry.sha256))
            self._manifest.add_entry(entry)
        if self._draft is not None:
            self._draft.end()
            self._draft = None

    def _own_draft(self) -> Draft:
        if self._draft is None:
            self._store.prepare()
            self._draft = Draft(self._store.folder)
        return self._draft

    def _check_draft(self, what: str) -> None:
        if self._record is not None:
            raise ArtifactFinalizedError(
                f"'Artifact.{what}' used on logged artifact. Can't modify finalized artifact."
            )

    def _version(self, what: str) -> Version:
        """Return the record, which there is once it is logged."""
        if self._record is None:
            raise ArtifactNotLoggedError(
                f"'Artifact.{what}' used prior to logging artifact: log it first, by "
                f"run.log_artifact(artifact)"
            )
        return self._record

    def _home(self) -> Collection:
        self._version("collection")
        assert self._collection is not None  # noqa: S101 - set together with the record
        return self._collection

    def _store_changes(self) -> None:
        """Write description, metadata, tags and ttl."""
        ttl = None if self._ttl is None else self._ttl.total_seconds() / SECONDS_PER_DAY

        def change(collection: Collection, record: Version) -> None:
            record.description, record.metadata = self._description, self._metadata
            record.tags, record.ttl = list(self._tags), ttl

        self._changed(change)

    def _changed(self, change: Any) -> None:
        home, record = self._home(), self._version("save")
        found = self._store.change(home.project, home.name, record.version, change)
        self._collection, self._record = found

    def _refresh(self) -> None:
        """Read anew what others may have changed."""
        home, record = self._home(), self._version("version")
        found = self._store.find(parsed(f"{home.name}:v{record.version}"), home.project)
        self._collection, self._record = found


def checked_metadata(metadata: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return metadata as JSON has it."""
    if metadata is None:
        return {}
    if not isinstance(metadata, Mapping):
        raise TypeError(f"metadata is a dict, not a {type(metadata).__name__}")
    found = strict(plain(metadata))
    return {str(key): value for key, value in found.items()}


def moment(seconds: float) -> str:
    """Return a time in UTC as text."""
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
