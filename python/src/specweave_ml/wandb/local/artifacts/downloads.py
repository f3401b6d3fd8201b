"""Getting files out of the store, each compared with its digest."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ....errors import FormatError
from ..media.value import WBValue
from .entries import ArtifactManifest, ArtifactManifestEntry, digests_of
from .files import ArtifactFiles

if TYPE_CHECKING:
    from .records import Version

ROOT = "WANDB_ARTIFACT_DIR"
USUAL_ROOT = "artifacts"


class Downloads:
    """The calls of an artifact that read it."""

    _manifest: ArtifactManifest
    name: Any

    if TYPE_CHECKING:

        def _version(self, what: str) -> Version: ...

    def get_entry(self, name: str | os.PathLike[str]) -> ArtifactManifestEntry:
        """Return the entry of a path.

        Raises:
            KeyError: There is none.
        """
        self._version("get_entry")
        path = str(name)
        entry = self._manifest.get_entry_by_path(path)
        if entry is None:
            value = self._entry_of_value(path)
            if value is None:
                raise KeyError(f"Path not contained in artifact: {path}")
            return value
        return entry

    def get_path(self, name: str | os.PathLike[str]) -> ArtifactManifestEntry:
        """Return the entry of a path, as `get_entry`."""
        return self.get_entry(name)

    def get(self, name: str) -> Any:
        """Return the table, image or other value that was added under a name; None if none was."""
        self._version("get")
        entry = self._entry_of_value(name)
        if entry is None:
            return None
        content = json.loads(Path(self._download_entry(entry, None)).read_text(encoding="utf-8"))
        found = WBValue.init_from_json(content, self)  # type: ignore[arg-type]  # an Artifact is one
        if found is not None:
            found._artifact_source = (self, name)
        return found

    def __getitem__(self, name: str) -> Any:
        return self.get(name)

    def _entry_of_value(self, name: str) -> ArtifactManifestEntry | None:
        """Return the file of a value, whose name has its type at the end."""
        for kind in WBValue._types.values():
            entry = self._manifest.get_entry_by_path(kind.with_suffix(name))
            if entry is not None:
                return entry
        return None

    def _default_root(self) -> Path:
        return Path(os.environ.get(ROOT) or USUAL_ROOT, self.name)

    def download(
        self,
        root: str | os.PathLike[str] | None = None,
        allow_missing_references: bool = False,
        skip_cache: bool | None = None,
        path_prefix: str | os.PathLike[str] | None = None,
        multipart: bool | None = None,
    ) -> str:
        """Copy the files to a folder, by default ``artifacts/<name>:<version>``; return the folder.

        Each is compared with its SHA-256. A file that is there already with the same content stays.

        Args:
            root: The folder.
            allow_missing_references: Leave out what a reference means and is not there.
            skip_cache: Without meaning here.
            path_prefix: Only files whose path begins so.
            multipart: Without meaning here.

        Raises:
            FormatError: A content in the store is not what was logged, or is gone.
            ValueError: A reference cannot be followed.
        """
        self._version("download")
        place = self._default_root() if root is None else Path(root)
        place.mkdir(parents=True, exist_ok=True)
        prefix = "" if path_prefix is None else str(path_prefix)
        for path, entry in self._manifest.entries.items():
            if path.startswith(prefix):
                try:
                    self._download_entry(entry, place)
                except (ValueError, FileNotFoundError):
                    if entry.ref is None or not allow_missing_references:
                        raise
        return str(place)

    def _download_entry(
        self, entry: ArtifactManifestEntry, root: str | os.PathLike[str] | None
    ) -> Path:
        """Copy one file and return where it is."""
        self._version("download")
        target = (self._default_root() if root is None else Path(root)) / entry.path
        if entry.ref is not None and entry.source_of_reference() is None:
            raise ValueError(
                f"{entry.path} is a reference to {entry.ref}, which is not downloaded; "
                f"download(allow_missing_references=True) leaves it out"
            )
        source = Path(entry.local_path or "") if entry.ref is None else entry.source_of_reference()
        as_large = target.is_file() and target.stat().st_size == (entry.size or 0)
        if as_large and digests_of(target).md5 == entry.digest:
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        written = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
        try:
            copy_checked(Path(source or ""), written, entry)
            written.replace(target)
        finally:
            written.unlink(missing_ok=True)
        return target

    def checkout(self, root: str | os.PathLike[str] | None = None) -> str:
        """Make a folder hold exactly the files of the artifact; others in it are removed."""
        place = self._default_root() if root is None else Path(root)
        for path in list(below(place)):
            if path.relative_to(place).as_posix() not in self._manifest.entries:
                path.unlink()
        return self.download(place)

    def verify(self, root: str | os.PathLike[str] | None = None) -> None:
        """Compare a folder with the artifact.

        Raises:
            ValueError: A file is missing or of another content, or belongs to no artifact.
        """
        self._version("verify")
        place = self._default_root() if root is None else Path(root)
        for path in below(place):
            name = path.relative_to(place).as_posix()
            if name not in self._manifest.entries:
                raise ValueError(f"Found file {path} which is not a member of artifact {self.name}")
        for name, entry in self._manifest.entries.items():
            if entry.ref is None:
                path = place / name
                if not path.is_file() or digests_of(path).md5 != entry.digest:
                    raise ValueError(f"Digest mismatch for file: {path}")

    def file(self, root: str | None = None) -> str:
        """Return the one file of the artifact, copied out of the store.

        Raises:
            ValueError: It has several files, or none.
        """
        self._version("file")
        if len(self._manifest) != 1:
            raise ValueError(
                "This artifact contains more than one file, call `.download()` to get all files "
                "or call .get_entry('filename').download()"
            )
        return str(self._download_entry(next(iter(self._manifest.entries.values())), root))

    def files(self, names: Sequence[str] | None = None, per_page: int = 50) -> ArtifactFiles:
        """Return the files: name, size, digest, ``download()``."""
        self._version("files")
        return ArtifactFiles(self, names)  # type: ignore[arg-type]  # an Artifact is one


def below(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder."""
    return (path for path in folder.rglob("*") if path.is_file())


def copy_checked(source: Path, target: Path, entry: ArtifactManifestEntry) -> None:
    """Copy a content and compare it with what was logged."""
    try:
        digests = digests_of(source, target)
    except FileNotFoundError as error:
        raise FormatError(
            f"the content of {entry.path} is gone: {source}; copies of the project without "
            f".specweave/artifacts/content have no contents of artifacts"
        ) from error
    wanted = entry.sha256 or digests.sha256
    if entry.ref is None and (digests.sha256 != wanted or digests.size != entry.size):
        raise FormatError(
            f"the content of {entry.path} is not what was logged: {source} has the SHA-256 "
            f"{digests.sha256}"
        )
    by_content = entry.sha256 is not None
    if entry.ref is not None and by_content and digests.md5 != entry.digest:
        raise ValueError(f"{entry.ref} has changed since {entry.path} was added as a reference")
