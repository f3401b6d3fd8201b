"""Contents by their SHA-256, and drafts: contents of artifacts that are not logged yet."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import shutil
import weakref
from contextlib import suppress
from pathlib import Path

from ...._native.folder_lock import locked
from .entries import Digests, digests_of

CONTENT = "content"
DRAFTS = ".drafts"
LOCK = "in-use"
READ_ONLY = 0o444
FEW = 64
"""How many files are forced to the disk one by one."""


class Contents:
    """The files of all artifacts of a project, each once: ``content/ab/abcd…``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Return where a content is."""
        return self.folder / CONTENT / sha256[:2] / sha256

    def keep(self, draft: Path, sha256: str) -> Path | None:
        """Move a content of a draft to its place; None if it is there already."""
        place = self.path(sha256)
        if place.exists():
            return None
        place.parent.mkdir(parents=True, exist_ok=True)
        draft.chmod(READ_ONLY)
        try:
            draft.replace(place)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            copied = place.with_name(f".{place.name}.{secrets.token_hex(4)}.tmp")
            shutil.copyfile(draft, copied)
            copied.chmod(READ_ONLY)
            copied.replace(place)
        return place

    def force_to_disk(self, places: list[Path]) -> None:
        """Let contents survive a power cut: each by itself, or all that the computer has to write.

        A content that the disk does not take is named when it is read.
        """
        if len(places) > FEW:
            os.sync()
            return
        for place in places:
            number = os.open(place, os.O_RDONLY)
            try:
                with suppress(OSError):
                    os.fsync(number)
            finally:
                os.close(number)

    def remove(self, sha256: str) -> int:
        """Remove a content and return how many bytes that gives."""
        place = self.path(sha256)
        try:
            size = place.stat().st_size
            place.unlink()
        except FileNotFoundError:
            return 0
        return size

    def all(self) -> list[str]:
        """Return the digests of all contents."""
        return [path.name for path in (self.folder / CONTENT).glob("??/*")]

    def __repr__(self) -> str:
        return f"<Contents in {self.folder}>"


class Draft:
    """A folder for the contents of an artifact until it is logged.

    It is gone with the artifact; what a killed process left behind goes with the next draft.
    """

    def __init__(self, folder: Path) -> None:
        drafts = folder / DRAFTS
        drafts.mkdir(parents=True, exist_ok=True)
        self.folder = drafts / secrets.token_hex(8)
        with locked(drafts):  # or else another process takes a new one for an abandoned one
            remove_abandoned(drafts)
            self.folder.mkdir()
            lock = os.open(self.folder / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            with suppress(OSError):  # not every network file system locks files
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._end = weakref.finalize(self, end_of_draft, self.folder, lock, os.getpid())

    def new_path(self) -> Path:
        """Return where a new content can be written."""
        return self.folder / secrets.token_hex(8)

    def add(self, source: Path) -> tuple[Path, Digests]:
        """Copy a file."""
        path = self.new_path()
        try:
            return path, digests_of(source, path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def end(self) -> None:
        """Remove what is still there."""
        self._end()

    def __repr__(self) -> str:
        return f"<Draft in {self.folder}>"


def end_of_draft(folder: Path, lock: int, process: int) -> None:
    """Remove a draft; a forked process leaves it to the one that made it."""
    with suppress(OSError):
        os.close(lock)
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)


def remove_abandoned(drafts: Path) -> None:
    """Remove drafts whose process is gone: nobody holds their lock."""
    for folder in drafts.iterdir():
        try:
            lock = os.open(folder / LOCK, os.O_RDWR)
        except OSError:
            continue  # it is just being made, or removed
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue
        else:
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(lock)
