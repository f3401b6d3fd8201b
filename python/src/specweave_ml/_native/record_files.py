"""Small files that hold records, changed by several processes at once.

A file is replaced by a rename, so that a reader sees the old one or the new one, never a part.
Whoever changes something holds a lock on a folder; readers need none. A lock that the file system
does not know is done without: files that are new are then still claimed by one writer only.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .folder_lock import locked

HIDDEN = "."
"""How folders and files begin that are being written or removed."""


class RecordFileError(Exception):
    """A file or folder of records is damaged, or lies outside of the project."""


class RecordFiles:
    """A folder of records within a project."""

    def __init__(self, project: Path, folder: Path) -> None:
        self.project = project
        self.folder = folder

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep all other writers out."""
        self._make(self.folder)
        with locked(self.folder):
            yield

    def _make(self, folder: Path) -> None:
        """Make a folder if it is missing."""
        self._check_inside(folder)
        folder.mkdir(parents=True, exist_ok=True)

    def _check_inside(self, folder: Path) -> None:
        """Raise where a link leads out of the project."""
        real, project = os.path.realpath(folder), os.path.realpath(self.project)
        if os.path.commonpath([real, project]) != project:
            raise RecordFileError(
                f"{folder} is a link out of the project, to {real}, and is not followed"
            )

    def _claim(self, path: Path, data: bytes) -> bool:
        """Write a file that must not be there yet."""
        written = self._write(path, data)
        try:
            os.link(written, path)
        except FileExistsError:
            return False
        except OSError:  # a file system without links
            if path.exists():
                return False
            written.rename(path)
            return True
        finally:
            written.unlink(missing_ok=True)
        return True

    def _replace(self, path: Path, data: bytes) -> None:
        """Write a file in place of the one that may be there."""
        written = self._write(path, data)
        try:
            written.replace(path)
        finally:
            written.unlink(missing_ok=True)

    def _write(self, path: Path, data: bytes) -> Path:
        """Write a file beside its place, forced to the disk."""
        self._check_inside(path.parent)
        written = path.with_name(f"{HIDDEN}{path.name}.{secrets.token_hex(8)}.tmp")
        try:
            with written.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            written.unlink(missing_ok=True)
            raise
        return written
