"""An artifact: made, filled and logged, or taken from the store and used."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from enum import Enum
from pathlib import Path
from typing import IO, Any

from ...runs.rows import strict
from ..media.json_text import plain
from ..media.value import WBValue
from .contents import Draft
from .downloads import Downloads
from .entries import ArtifactManifest, ArtifactManifestEntry
from .errors import ArtifactFinalizedError, ArtifactNotLoggedError
from .names import USUAL_PROJECT, checked_alias, checked_name, checked_path, parsed
from .records import Collection, Version
from .references import entries_of_reference
from .store import ArtifactStore

POLICIES = ("mutable", "immutable")
SECONDS_PER_DAY = 86_400.0
LOGGED = ("COMMITTED", "PENDING")


class ArtifactTTL(Enum):
    """That an artifact is kept as long as others of its project are."""

    INHERIT = 0


class Artifact(Downloads):
    """Files under a name, with a type; every change of the files is a new version.

        artifact = Artifact("digits", type="dataset")
        artifact.add_file("digits.csv")
        run.log_artifact(artifact, aliases=["clean"])

    Contents are kept once, by their SHA-256, in ``.specweave/artifacts`` of the project.
    """

    TMP_DIR = None

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

    @classmethod
    def _logged(
        cls, store: ArtifactStore, collection: Collection, record: Version, asked: str | None = None
    ) -> Artifact:
        """Return a version of the store."""
        artifact = cls.__new__(cls)
        cls.__init__(artifact, collection.name, collection.type)
        artifact._store = store
        artifact._take(collection, record)
        artifact._asked = asked
        return artifact

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

    # Adding

    def add_file(
        self,
        local_path: str | os.PathLike[str],
        name: str | None = None,
        is_tmp: bool | None = False,
        skip_cache: bool | None = False,
        policy: str | None = "mutable",
        overwrite: bool = False,
    ) -> ArtifactManifestEntry:
        """Add a file, by default under its own name; it is copied now.

        Raises:
            ValueError: There is no such file, or another content under this name.
        """
        self._check_draft("add_file")
        if policy not in POLICIES:
            raise ValueError(
                f"Invalid policy {policy!r}. Policy may only be `mutable` or `immutable`."
            )
        source = Path(local_path)
        if not source.is_file():
            raise ValueError(f"Path is not a file: {str(local_path)!r}")
        entry = self._add_content(source, name or source.name, overwrite)
        self._sources[os.path.abspath(source)] = entry.path
        return entry

    def add_dir(
        self,
        local_path: str | os.PathLike[str],
        name: str | None = None,
        skip_cache: bool | None = False,
        policy: str | None = "mutable",
        merge: bool = False,
    ) -> None:
        """Add all files below a folder, by their paths in it; ``name`` stands before them.

        Raises:
            ValueError: There is no such folder.
        """
        self._check_draft("add_dir")
        root = Path(local_path)
        if not root.is_dir():
            raise ValueError(f"Path is not a directory: {str(local_path)!r}")
        for folder, folders, files in os.walk(root):
            folders.sort()
            for file in sorted(files):
                path = Path(folder, file)
                inside = path.relative_to(root).as_posix()
                if path.is_file():  # no pipe, and no link that leads nowhere
                    entry = self._add_content(path, f"{name}/{inside}" if name else inside, merge)
                    self._sources[os.path.abspath(path)] = entry.path

    def add_bytes(self, data: bytes, name: str, overwrite: bool = False) -> ArtifactManifestEntry:
        """Add a file with this content."""
        self._check_draft("add_bytes")
        source = self._own_draft().new_path()
        source.write_bytes(data)
        try:
            return self._add_content(source, name, overwrite)
        finally:
            source.unlink(missing_ok=True)

    def _add_content(self, source: Path, name: str, overwrite: bool) -> ArtifactManifestEntry:
        """Copy a file into the draft."""
        path = checked_path(name)
        copy, digests = self._own_draft().add(source)
        entry = ArtifactManifestEntry(
            path, digests.md5, digests.size, sha256=digests.sha256, local_path=str(copy)
        )
        entry.artifact = self
        try:
            self._manifest.add_entry(entry, overwrite)
        except ValueError:
            copy.unlink(missing_ok=True)
            raise
        return entry

    @contextmanager
    def new_file(
        self, name: str, mode: str = "x", encoding: str | None = None
    ) -> Iterator[IO[Any]]:
        """Open a new file of the artifact for writing.

        Example:
            >>> with artifact.new_file("labels.txt") as file:
            ...     file.write("cat")
        """
        self._check_draft("new_file")
        overwrite = "x" not in mode
        if not overwrite and checked_path(name) in self._manifest.entries:
            raise ValueError(f"File with name {name!r} already exists at {name!r}")
        source = self._own_draft().new_path()
        try:
            with source.open(mode.replace("x", "w"), encoding=encoding) as file:
                yield file
            self._add_content(source, name, overwrite)
        finally:
            source.unlink(missing_ok=True)

    def add(self, obj: WBValue, name: str, overwrite: bool = False) -> ArtifactManifestEntry:
        """Add a table, an image or another type of data; `get` gives it back.

        Raises:
            TypeError: It is none.
        """
        self._check_draft("add")
        if not isinstance(obj, WBValue) or not obj._log_type:
            raise TypeError(
                f"an artifact takes tables, images and other types of data by add(), not a "
                f"{type(obj).__name__}; add_file() and new_file() take everything else"
            )
        known = self._added.get(id(obj))
        if known is not None and type(obj)._log_type == "classes":
            return known[1]
        path = obj.with_suffix(str(name))
        members = obj.for_artifact(self)
        text = json.dumps(plain(members), sort_keys=True)
        entry = self.add_bytes(text.encode(), path, overwrite or known is not None)
        self._added[id(obj)] = (obj, entry)
        return entry

    def __setitem__(self, name: str, item: WBValue) -> None:
        self.add(item, name)

    def add_reference(
        self,
        uri: str | ArtifactManifestEntry,
        name: str | None = None,
        checksum: bool = True,
        max_objects: int | None = None,
    ) -> Sequence[ArtifactManifestEntry]:
        """Add what lies elsewhere, by its URL; of ``file://`` the contents are identified.

        Nothing is asked of a server: an object behind any other URL is identified by the URL.
        """
        self._check_draft("add_reference")
        url = uri.ref_url() if isinstance(uri, ArtifactManifestEntry) else str(uri)
        path = None if name is None else checked_path(name)
        found = entries_of_reference(url, path, checksum, max_objects)
        for entry in found:
            entry.artifact = self
            self._manifest.add_entry(entry)
        return found

    def remove(self, item: str | os.PathLike[str] | ArtifactManifestEntry) -> None:
        """Remove a file, or all files below a folder.

        Raises:
            FileNotFoundError: There is none of this path.
        """
        self._check_draft("remove")
        if isinstance(item, ArtifactManifestEntry):
            self._manifest.remove_entry(item)
            return
        path = str(item).rstrip("/")
        entry = self._manifest.get_entry_by_path(path)
        found = [entry] if entry else self._manifest.get_entries_in_directory(path)
        if not found:
            raise FileNotFoundError(f"No such file or directory: {path}")
        for one in found:
            self._manifest.remove_entry(one)

    def get_added_local_path_name(self, local_path: str) -> str | None:
        """Return under which path a file of this machine was added; None if it was not."""
        return self._sources.get(os.path.abspath(local_path))

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

    # Logging

    def _log(
        self, project: str | None, aliases: Iterable[str], tags: Iterable[str], details: Any
    ) -> Artifact:
        """Make it a version of a project."""
        if self._record is not None:
            self._give_aliases(aliases)
            return self
        given = [checked_alias(alias) for alias in aliases if alias != "latest"]
        ttl = None if self._ttl is None else self._ttl.total_seconds() / SECONDS_PER_DAY
        collection, record = self._store.log(
            project or USUAL_PROJECT,
            self._name,
            self._type,
            self._manifest.entries.values(),
            self.digest,
            given,
            {
                "description": self._description,
                "metadata": self._metadata,
                "tags": list(dict.fromkeys([*self._tags, *tags])),
                "ttl": ttl,
                **details,
            },
        )
        self._take(collection, record)
        return self

    def _give_aliases(self, aliases: Iterable[str]) -> None:
        given = [checked_alias(alias) for alias in aliases if alias != "latest"]
        if given:
            self.aliases = [*self.aliases, *given]

    def save(self, project: str | None = None, settings: Any = None) -> None:
        """Save what was changed; a draft is logged, by the run that is active if there is one."""
        if self._record is not None:
            self._store_changes()
            return
        from .logging import log_artifact_without_run

        log_artifact_without_run(self, project)

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

    def finalize(self) -> None:
        """Do nothing: an artifact is final when it is logged."""

    def wait(self, timeout: float | None = None) -> Artifact:
        """Return the artifact, which is logged at once."""
        self._version("wait")
        return self

    def is_draft(self) -> bool:
        """Return whether it is not logged yet."""
        return self._record is None

    def new_draft(self) -> Artifact:
        """Return an artifact of the same name with the same files, to be changed and logged."""
        self._version("new_draft")
        draft = Artifact(self._name, self._type, self._description, self._metadata)
        draft._store = self._store
        for path, entry in self._manifest.entries.items():
            members = {**entry.members()}
            copied = ArtifactManifestEntry.of(path, members)
            copied.artifact, copied.local_path = draft, entry.local_path
            draft._manifest.add_entry(copied)
        return draft

    # What is known

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

    # Links and lineage

    @property
    def is_link(self) -> bool:
        """Whether it is a link to a version of another collection."""
        return self._version("is_link").source is not None

    @property
    def source_artifact(self) -> Artifact:
        """The version that this one is a link to; itself if it is none."""
        source = self._version("source_artifact").source
        if source is None:
            return self
        wanted = parsed(f"{source['name']}:v{source['version']}")
        return Artifact._logged(self._store, *self._store.find(wanted, source["project"]))

    @property
    def source_name(self) -> str:
        """The name of the version that this one is a link to."""
        return self.source_artifact.name

    @property
    def source_project(self) -> str:
        """The project of the version that this one is a link to."""
        return self.source_artifact.project

    @property
    def source_entity(self) -> str:
        """The entity of the version that this one is a link to."""
        return self.source_artifact.entity

    @property
    def source_version(self) -> str:
        """The version that this one is a link to."""
        return self.source_artifact.version

    @property
    def source_qualified_name(self) -> str:
        """The whole name of the version that this one is a link to."""
        return self.source_artifact.qualified_name

    @property
    def linked_artifacts(self) -> list[Artifact]:
        """The links to this version."""
        mine: dict[str, Any] = {"project": self.project, "name": self._name}
        mine["version"] = self._version("linked_artifacts").version
        return [
            Artifact._logged(self._store, collection, record)
            for collection in self._store.collections()
            for record in self._store.versions(collection.project, collection.name)
            if record.source == mine
        ]

    def link(self, target_path: str, aliases: Iterable[str] | None = None) -> Artifact:
        """Make this version one of another collection too: ``[entity/]project/name``."""
        source = self.source_artifact
        target = parsed(target_path)
        record = source._version("link")
        details = {
            "description": source._description,
            "metadata": source._metadata,
            "source": {
                "project": source.project, "name": source._name, "version": record.version
            },
            "logged_by": record.logged_by,
        }  # fmt: skip
        given = [checked_alias(alias) for alias in aliases or () if alias != "latest"]
        entries = source._manifest.entries.values()
        found = self._store.log(
            target.project or source.project, target.name, source._type, entries,
            source.digest, given, details,
        )  # fmt: skip
        return Artifact._logged(self._store, *found)

    def unlink(self) -> None:
        """Remove this link; the version that it means stays."""
        if not self.is_link:
            raise ValueError(f"{self.name} is not a link; delete() removes a version")
        self.delete(delete_aliases=True)

    def delete(self, delete_aliases: bool = False) -> None:
        """Remove the version, and the contents that no other one has.

        Raises:
            ValueError: It has aliases, and ``delete_aliases`` is False.
        """
        self._version("delete")
        named = [alias for alias in self.aliases if alias != "latest"]
        if named and not delete_aliases:
            raise ValueError(
                f"{self.name} has the aliases {', '.join(named)}; delete(delete_aliases=True) "
                f"removes it with them"
            )
        number = self._version("delete").version
        self._store.delete(self.project, self._name, number)

    def logged_by(self) -> Any:
        """Return the run that logged it, as `Api.run` does; None if it is unknown."""
        return self._run_of(self._version("logged_by").logged_by)

    def used_by(self) -> list[Any]:
        """Return the runs that use it."""
        self._version("used_by")
        self._refresh()
        found = map(self._run_of, self._version("used_by").used_by)
        return [run for run in found if run is not None]

    def _run_of(self, facts: Mapping[str, Any] | None) -> Any:
        from ..api.lookup import run_of_facts

        return None if facts is None else run_of_facts(facts)

    def json_encode(self) -> dict[str, Any]:
        """Return what stands for it in JSON, as in a configuration."""
        record = self._version("json_encode")
        return {
            "_type": "artifactVersion",
            "_version": "v0",
            "id": record.id,
            "version": self.version,
            "sequenceName": self._name,
            "usedAs": self.use_as,
        }

    def __repr__(self) -> str:
        return f"<Artifact {self.qualified_name if self._record is not None else self._name}>"


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
