"""The store of artifacts: ``<project>/.specweave/artifacts/``.

``collections/<project>/<name>/collection.json`` has the type and the aliases; ``v0.json``,
``v1.json`` … are the versions. What is in the files lies in ``content/``, by SHA-256, and git
ignores it.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from ...._native.projects import folder_name, project_path
from ...._native.record_files import HIDDEN, RecordFileError, RecordFiles
from ....errors import NotFoundError
from .contents import Contents
from .entries import ArtifactManifestEntry
from .names import LATEST, ArtifactName
from .records import AnyRecord, Collection, DamagedArtifactError, Version, decode, encode

COLLECTION = "collection.json"
VERSION_FILE = re.compile(r"v(0|[1-9][0-9]*)\.json")
IGNORED = "content/\n.drafts/\n"
PENDING = "pending-"


class ArtifactStore(RecordFiles):
    """The artifacts of a project."""

    def __init__(self, project: Path) -> None:
        super().__init__(project, project / ".specweave" / "artifacts")
        self.contents = Contents(self.folder)

    @classmethod
    def here(cls, directory: str | os.PathLike[str] | None = None) -> ArtifactStore:
        """Return the store of the project around a directory, by default the working directory."""
        return cls(project_path(directory))

    def prepare(self) -> None:
        """Make the folder, if it is missing."""
        self._make(self.folder)
        ignore = self.folder / ".gitignore"
        if not ignore.exists():
            self._claim(ignore, IGNORED.encode())

    def projects(self) -> list[str]:
        """Return the projects that have artifacts."""
        return sorted({one.project for one in self.collections()})

    def collections(self, project: str | None = None) -> Iterator[Collection]:
        """Yield the collections of a project, or of all."""
        for path in sorted(self.folder.glob(f"collections/*/*/{COLLECTION}")):
            if not any(part.startswith(HIDDEN) for part in path.parts[-3:-1]):
                record = self._read(Collection, path)
                if record is not None and project in (None, record.project):
                    yield record

    def collection(self, project: str, name: str) -> Collection | None:
        """Return a collection; None if there is none of this name."""
        return self._read(Collection, self._place(project, name) / COLLECTION)

    def versions(self, project: str, name: str) -> list[Version]:
        """Return all versions of a name, the newest first."""
        place = self._place(project, name)
        found = (self._read(Version, place / f"v{n}.json") for n in self._numbers(place))
        return [record for record in found if record is not None]

    def version(self, project: str, name: str, number: int) -> Version | None:
        """Return a version; None if there is none of this number."""
        return self._read(Version, self._place(project, name) / f"v{number}.json")

    def find(self, wanted: ArtifactName, project: str) -> tuple[Collection, Version]:
        """Return the version that a name means.

        Raises:
            NotFoundError: There is none; ``candidates`` lists what there is.
        """
        project = wanted.project or project
        collection = self.collection(project, wanted.name)
        if collection is None:
            raise NotFoundError(
                f"artifact {wanted.name!r} not found in project {project!r}; there are:",
                candidates=[f"{one.project}/{one.name}" for one in self.collections()],
            )
        number = wanted.version
        if number is None:
            number = collection.aliases.get(wanted.alias)
        record = None if number is None else self.version(project, wanted.name, number)
        if record is None:
            versions = [
                f"{wanted.name}:v{one.version}" for one in self.versions(project, wanted.name)
            ]
            aliases = [f"{wanted.name}:{alias}" for alias in collection.aliases]
            raise NotFoundError(
                f"artifact {project}/{wanted.name} has no version or alias {wanted.alias!r}; "
                f"there are:",
                candidates=[*aliases, *versions],
            )
        return collection, record

    def log(
        self,
        project: str,
        name: str,
        kind: str,
        entries: Iterable[ArtifactManifestEntry],
        digest: str,
        aliases: Iterable[str],
        details: dict[str, Any],
    ) -> tuple[Collection, Version]:
        """Add a version; the same content again is the version that there is.

        Args:
            project: The project.
            name: The name.
            kind: The type, which is the same for all versions of a name.
            entries: The files; contents that are in a draft are moved.
            digest: The digest of the whole.
            aliases: The names that mean this version from now on, beside ``latest``.
            details: Further members of the record.

        Raises:
            ValueError: The name has another type.
        """
        files = list(entries)
        self.prepare()
        with self.locked():
            place = self._place(project, name)
            collection = self.collection(project, name)
            if collection is None:
                collection = Collection(name=name, project=project, type=kind)
            elif collection.type != kind:
                raise ValueError(
                    f"Artifact {name} already exists with type {collection.type!r}; cannot create "
                    f"another with type {kind!r}"
                )
            kept = [
                self.contents.keep(Path(entry.local_path), entry.sha256)
                for entry in files
                if entry.ref is None and entry.local_path is not None and entry.sha256 is not None
            ]
            self.contents.force_to_disk([place for place in kept if place is not None])
            record = self._same(project, name, digest)
            if record is None:
                record = self._new(collection, place, files, digest, details)
            else:
                record = self._renewed(record, details)
            self._make(place)
            self._replace(place / f"v{record.version}.json", encode(record))
            collection.last_version = max(collection.last_version, record.version)
            for alias in (LATEST, *aliases):
                collection.aliases[alias] = record.version
            self._replace(place / COLLECTION, encode(collection))
        return collection, record

    def _same(self, project: str, name: str, digest: str) -> Version | None:
        return next((one for one in self.versions(project, name) if one.digest == digest), None)

    def _new(
        self,
        collection: Collection,
        place: Path,
        files: list[ArtifactManifestEntry],
        digest: str,
        details: dict[str, Any],
    ) -> Version:
        number = max([collection.last_version, *self._numbers(place)], default=-1) + 1
        now = time.time()
        return Version(
            version=number,
            id=secrets.token_hex(16),
            digest=digest,
            size=sum(entry.size or 0 for entry in files),
            created_at=now,
            updated_at=now,
            manifest={entry.path: entry.members() for entry in files},
            **details,
        )

    def _renewed(self, record: Version, details: dict[str, Any]) -> Version:
        """Return a version with what was said of the same content this time."""
        for key in ("description", "metadata", "ttl"):
            if details.get(key):
                setattr(record, key, details[key])
        record.tags = list(dict.fromkeys([*record.tags, *details.get("tags", ())]))
        record.updated_at = time.time()
        return record

    def change(
        self, project: str, name: str, number: int, change: Callable[[Collection, Version], None]
    ) -> tuple[Collection, Version]:
        """Change a version and its collection."""
        with self.locked():
            collection, record = self.find(ArtifactName(name, f"v{number}"), project)
            change(collection, record)
            record.updated_at = time.time()
            place = self._place(project, name)
            self._replace(place / f"v{number}.json", encode(record))
            self._replace(place / COLLECTION, encode(collection))
        return collection, record

    def change_collection(
        self, project: str, name: str, change: Callable[[Collection], None]
    ) -> Collection:
        """Change a collection."""
        with self.locked():
            collection = self.collection(project, name)
            if collection is None:
                raise NotFoundError(f"artifact {name!r} not found in project {project!r}")
            change(collection)
            self._replace(self._place(project, name) / COLLECTION, encode(collection))
        return collection

    def delete(self, project: str, name: str, number: int) -> None:
        """Remove a version, and the contents that no other one has."""
        with self.locked():
            collection, _ = self.find(ArtifactName(name, f"v{number}"), project)
            aliases = collection.aliases
            collection.aliases = {key: value for key, value in aliases.items() if value != number}
            place = self._place(project, name)
            self._replace(place / COLLECTION, encode(collection))
            (place / f"v{number}.json").unlink(missing_ok=True)
            left = self._numbers(place)
            if left and LATEST not in collection.aliases:
                collection.aliases[LATEST] = left[0]
                self._replace(place / COLLECTION, encode(collection))
            self._remove_unused()

    def delete_collection(self, project: str, name: str) -> None:
        """Remove a name with all its versions: all at once for readers."""
        with self.locked():
            place = self._place(project, name)
            removed = place.with_name(f"{HIDDEN}removed-{secrets.token_hex(8)}")
            try:
                place.rename(removed)
            except FileNotFoundError:
                return
            shutil.rmtree(removed)
            self._remove_unused()

    def remove_unused(self) -> int:
        """Remove contents that are in no version, and return how many bytes that gives."""
        with self.locked():
            return self._remove_unused()

    def _remove_unused(self) -> int:
        used = {
            str(entry.get("sha256"))
            for collection in self.collections()
            for version in self.versions(collection.project, collection.name)
            for entry in version.manifest.values()
        }
        return sum(self.contents.remove(one) for one in self.contents.all() if one not in used)

    def _place(self, project: str, name: str) -> Path:
        return self.folder / "collections" / folder_name(project) / folder_name(name)

    def _numbers(self, place: Path) -> list[int]:
        """Return the numbers of the versions, the newest first."""
        try:
            found = map(VERSION_FILE.fullmatch, os.listdir(place))
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted((int(match[1]) for match in found if match), reverse=True)

    def _read(self, kind: type[AnyRecord], path: Path) -> AnyRecord | None:
        try:
            data = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        try:
            return decode(kind, data)
        except DamagedArtifactError as error:
            raise RecordFileError(
                f"{path} is damaged: {error}. Take it from your version control, or remove it"
            ) from error

    def __repr__(self) -> str:
        return f"<ArtifactStore in {self.folder}>"
