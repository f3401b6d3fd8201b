"""The files of the model registry: ``<project>/.specweave/models/``.

Each model has a folder, named as experiments' folders are: in it `model.json`, and `version-N.json`
for each version. Whoever changes something holds a lock on the folder of all models.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from .._native.projects import folder_name
from .._native.record_files import HIDDEN, RecordFileError, RecordFiles
from .registry_records import (
    DamagedRecordError,
    ModelRecord,
    VersionRecord,
    decode,
    encode,
)

MODEL = "model.json"
VERSION = re.compile(r"version-([1-9][0-9]*)\.json")

AnyRecord = TypeVar("AnyRecord", ModelRecord, VersionRecord)
Signature = tuple[int, int, int]


class RegistryFiles(RecordFiles):
    """The models of a project."""

    def __init__(self, project: Path) -> None:
        super().__init__(project, project / ".specweave" / "models")
        self._known: dict[Path, tuple[Signature, ModelRecord | VersionRecord]] = {}
        """What files held when they had this time, this number and this size."""

    def models(self) -> Iterator[ModelRecord]:
        """Yield every model, by folder."""
        for folder in self._folders():
            record = self._read(ModelRecord, folder / MODEL)
            if record is None:
                self._check_empty(folder)
                continue
            if folder_name(record.name) != folder.name:
                raise RecordFileError(
                    f"{folder / MODEL} holds the model {record.name!r}, whose folder is "
                    f"{folder_name(record.name)!r}: rename the folder, or correct the name in it"
                )
            yield record

    def model(self, name: str) -> ModelRecord | None:
        """Return a model; None if there is none of this name."""
        folder = self._folder(name)
        record = self._read(ModelRecord, folder / MODEL)
        if record is None:
            self._check_empty(folder)
        elif record.name != name:
            raise RecordFileError(
                f"{folder / MODEL} holds the model {record.name!r}, not {name!r}: rename the "
                f"folder, or correct the name in it"
            )
        return record

    def version(self, name: str, version: int) -> VersionRecord | None:
        """Return a version of a model; None if there is none of this number."""
        return self._version(self._folder(name), version)

    def versions(self, name: str) -> list[VersionRecord]:
        """Return all versions of a model, the oldest first."""
        folder = self._folder(name)
        found = (self._version(folder, number) for number in self._numbers(folder))
        return [record for record in found if record is not None]

    def add_model(self, record: ModelRecord) -> bool:
        """Write a new model; return False if there is one of this name."""
        folder = self._folder(record.name)
        self._make(folder)
        return self._claim(folder / MODEL, encode(record, self.project))

    def add_version(self, name: str, record: VersionRecord) -> bool:
        """Write a new version; return False if there is one of this number."""
        return self._claim(self._version_path(name, record.version), encode(record, self.project))

    def next_version(self, model: ModelRecord) -> int:
        """Return the number that the next version of a model gets."""
        return max([model.last_version, *self._numbers(self._folder(model.name))]) + 1

    def replace_model(self, record: ModelRecord) -> None:
        """Write a model that there is."""
        self._replace(self._folder(record.name) / MODEL, encode(record, self.project))

    def replace_version(self, name: str, record: VersionRecord) -> None:
        """Write a version that there is."""
        self._replace(self._version_path(name, record.version), encode(record, self.project))

    def remove_version(self, name: str, version: int) -> None:
        """Remove a version."""
        self._version_path(name, version).unlink(missing_ok=True)

    def remove_model(self, name: str) -> None:
        """Remove a model and its versions: all at once for readers."""
        removed = self.folder / f"{HIDDEN}removed-{secrets.token_hex(8)}"
        self._folder(name).rename(removed)
        shutil.rmtree(removed)

    def rename_model(self, name: str, record: ModelRecord, versions: list[VersionRecord]) -> None:
        """Give a model the name that the record has: first all is there, then the old one goes."""
        made = self.folder / f"{HIDDEN}renamed-{secrets.token_hex(8)}"
        made.mkdir()
        self._replace(made / MODEL, encode(record, self.project))
        for version in versions:
            path = made / f"version-{version.version}.json"
            self._replace(path, encode(version, self.project))
        made.rename(self._folder(record.name))
        self.remove_model(name)

    def _version(self, folder: Path, version: int) -> VersionRecord | None:
        path = folder / f"version-{version}.json"
        record = self._read(VersionRecord, path)
        if record is not None and record.version != version:
            raise RecordFileError(f"{path} is damaged: it holds the version {record.version}")
        return record

    def _folder(self, name: str) -> Path:
        return self.folder / folder_name(name)

    def _version_path(self, name: str, version: int) -> Path:
        return self._folder(name) / f"version-{version}.json"

    def _folders(self) -> list[Path]:
        try:
            with os.scandir(self.folder) as entries:
                names = [one.name for one in entries if one.is_dir()]
        except FileNotFoundError:
            return []
        return [self.folder / name for name in sorted(names) if not name.startswith(HIDDEN)]

    def _numbers(self, folder: Path) -> list[int]:
        try:
            found = map(VERSION.fullmatch, os.listdir(folder))
        except FileNotFoundError:
            return []
        return sorted(int(match[1]) for match in found if match)

    def _check_empty(self, folder: Path) -> None:
        """Raise where versions have lost their model."""
        if self._numbers(folder):
            raise RecordFileError(
                f"{folder / MODEL} is missing, though the model has versions: take it from your "
                f"version control, or remove the folder"
            )

    def _read(self, kind: type[AnyRecord], path: Path) -> AnyRecord | None:
        try:
            status = path.stat()
            seen = (status.st_mtime_ns, status.st_ino, status.st_size)
            known = self._known.get(path)
            if known is not None and known[0] == seen and isinstance(known[1], kind):
                return known[1].copy()
            data = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        try:
            record = decode(kind, data, self.project)
        except DamagedRecordError as error:
            raise RecordFileError(
                f"{path} is damaged: {error}. Take it from your version control, or remove it"
            ) from error
        self._known[path] = (seen, record)
        return record.copy()
