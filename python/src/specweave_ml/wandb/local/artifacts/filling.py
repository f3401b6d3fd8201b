"""Adding files, folders, references and types of data to an artifact that is not logged yet."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from ..media.json_text import plain
from ..media.value import WBValue
from .entries import ArtifactManifestEntry
from .names import checked_path
from .references import entries_of_reference
from .state import ArtifactState

POLICIES = ("mutable", "immutable")


class Filling(ArtifactState):
    """The calls that change the files of an artifact."""

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
        members = obj.for_artifact(self)  # type: ignore[arg-type]  # an Artifact is one
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
