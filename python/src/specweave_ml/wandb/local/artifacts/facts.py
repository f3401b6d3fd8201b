"""What is known of an artifact: names, sizes, times, and what can be changed of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from .entries import ArtifactManifest
from .names import checked_alias
from .records import Collection, Version
from .state import ArtifactState, ArtifactTTL, checked_metadata, moment

LOGGED = ("COMMITTED", "PENDING")


class ArtifactFacts(ArtifactState):
    """The properties of an artifact."""

    @property
    def id(self) -> str | None:
        """The id of the version; None before it is logged."""
        return None if self._record is None else self._record.id

    @property
    def name(self) -> str:
        """The name, and once it is logged the version: ``digits:v3``."""
        return self._name if self._record is None else f"{self._name}:{self.version}"

    @property
    def type(self) -> str:
        """The type."""
        return self._type

    @property
    def version(self) -> str:
        """The version: ``v3``."""
        return f"v{self._version('version').version}"

    @property
    def project(self) -> str:
        """The project."""
        return self._home().project

    @property
    def entity(self) -> str:
        """The entity, which is ``local`` for all."""
        self._version("entity")
        return "local"

    @property
    def qualified_name(self) -> str:
        """The name with project and version."""
        return f"{self.entity}/{self.project}/{self.name}"

    @property
    def collection(self) -> Any:
        """All versions of this name."""
        from .collections import ArtifactCollection

        return ArtifactCollection(self._store, self._home())

    @property
    def digest(self) -> str:
        """The digest of the files, as W&B calculates it: equal for equal files."""
        return self._manifest.digest()

    @property
    def size(self) -> int:
        """How many bytes the files have."""
        return self._manifest.size()

    @property
    def file_count(self) -> int:
        """How many files there are."""
        return len(self._manifest)

    @property
    def manifest(self) -> ArtifactManifest:
        """The files."""
        return self._manifest

    @property
    def state(self) -> str:
        """``COMMITTED``, or ``PENDING`` before it is logged."""
        return LOGGED[0] if self._record is not None else LOGGED[1]

    @property
    def incremental(self) -> bool:
        """Whether files of the version before it are kept."""
        return self._incremental

    @property
    def commit_hash(self) -> str:
        """What stands for the version with these files."""
        return self._version("commit_hash").digest

    @property
    def url(self) -> str:
        """The file of the version in the store."""
        home = self._home()
        return (self._store._place(home.project, home.name) / f"{self.version}.json").as_uri()

    @property
    def created_at(self) -> str:
        """When it was logged, in UTC."""
        return moment(self._version("created_at").created_at)

    @property
    def updated_at(self) -> str:
        """When it was changed last, in UTC."""
        return moment(self._version("updated_at").updated_at)

    @property
    def history_step(self) -> int | None:
        """The step of the run when it was logged."""
        return self._version("history_step").history_step

    @property
    def description(self) -> str | None:
        """A description; `save` stores a change."""
        return self._description

    @description.setter
    def description(self, text: str | None) -> None:
        self._description = text

    @property
    def metadata(self) -> dict[str, Any]:
        """What is known of it, as JSON; `save` stores a change."""
        return self._metadata

    @metadata.setter
    def metadata(self, metadata: Mapping[str, Any] | None) -> None:
        self._metadata = checked_metadata(metadata)

    @property
    def tags(self) -> list[str]:
        """The tags of the version; `save` stores a change."""
        self._version("tags")
        return self._tags

    @tags.setter
    def tags(self, tags: Iterable[str]) -> None:
        self._version("tags")
        self._tags = list(dict.fromkeys(tags))

    @property
    def ttl(self) -> timedelta | None:
        """How long it is to be kept; it is noted, and nothing is removed by itself."""
        return self._ttl

    @ttl.setter
    def ttl(self, ttl: timedelta | ArtifactTTL | None) -> None:
        if isinstance(ttl, timedelta) and ttl <= timedelta(0):
            raise ValueError(f"the time an artifact is kept is positive, not {ttl}")
        self._ttl = ttl if isinstance(ttl, timedelta) else None

    @property
    def aliases(self) -> list[str]:
        """The aliases that mean this version now; a list that is assigned replaces them."""
        number = self._version("aliases").version
        self._refresh()
        return [alias for alias, version in self._home().aliases.items() if version == number]

    @aliases.setter
    def aliases(self, aliases: Iterable[str]) -> None:
        number = self._version("aliases").version
        wanted = [alias if alias == "latest" else checked_alias(alias) for alias in aliases]

        def change(collection: Collection, record: Version) -> None:
            kept = {key: one for key, one in collection.aliases.items() if one != number}
            collection.aliases = kept | dict.fromkeys(wanted, number)

        self._changed(change)
