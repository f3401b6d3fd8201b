"""The folders in which TensorBoard finds runs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import NamedTuple

from .crc32c import checksums, masked
from .events import Events
from .frames import FrameReader

WORD = "tfevents"
PART_OF_RUN = re.compile(r"\d{9,}(\.\d+)?")
"""What `add_hparams` of PyTorch calls the folder that it makes inside that of the run."""
DEEPEST = 4
LONGEST_START = 4096


class RunFolder(NamedTuple):
    """A folder that is a run, and its event files in the order of their names."""

    path: str
    name: str
    """As TensorBoard shows it: the path below the log folder."""
    parent: str | None
    """The name of the run in whose folder it lies."""
    files: tuple[str, ...]


def is_log(path: str) -> bool:
    """Return whether a file or folder is what TensorBoard reads, seen from names and first bytes.

    A folder is, if it holds an event file, or nothing but folders of which each is.
    """
    if os.path.isfile(path):
        return WORD in os.path.basename(path) and begins_with_event(path)
    return is_log_folder(path, 0)


def is_log_folder(path: str, depth: int) -> bool:
    """Return whether a folder is what TensorBoard reads."""
    try:
        entries = [entry for entry in os.scandir(path) if not entry.name.startswith(".")]
    except OSError:
        return False
    files = [entry for entry in entries if entry.is_file()]
    if any(WORD in entry.name and begins_with_event(entry.path) for entry in files):
        return True
    folders = [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
    if files or not folders or depth >= DEEPEST:
        return False
    return all(is_log_folder(entry.path, depth + 1) for entry in folders)


def begins_with_event(path: str) -> bool:
    """Return whether a file begins with an event of another writer than this package.

    An empty one does not: it says nothing of what it is.
    """
    try:
        with open(path, "rb") as file:
            head = file.read(12)
            length = int.from_bytes(head[:8], "little")
            if len(head) < 12 or length > LONGEST_START:
                return False
            if masked(checksums([head[:8]])[0]) != int.from_bytes(head[8:], "little"):
                return False
            payload = file.read(length)
    except OSError:
        return False
    events = first_event(payload)
    return bool(events.versions) and not events.is_ours and not events.malformed


def begins(payload: bytes) -> bool:
    """Return whether a record is the one that every event file begins with."""
    events = first_event(payload)
    return bool(events.versions) or events.is_ours


def first_event(payload: bytes) -> Events:
    """Return what an event holds."""
    events = Events()
    for _ in events.read([(0, payload)]):
        break
    return events


def runs_in(top: str) -> Iterator[RunFolder]:
    """Yield the runs below a folder, one before those in its folders."""
    if os.path.isfile(top):
        folder = os.path.dirname(os.path.abspath(top))
        yield RunFolder(folder, os.path.basename(folder), None, (top,))
        return
    name = os.path.basename(os.path.abspath(top))
    yield from below(top, "", None, name)


def below(folder: str, name: str, parent: str | None, top: str) -> Iterator[RunFolder]:
    """Yield the runs in a folder and below it."""
    entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    files = [entry.path for entry in entries if is_event_file(entry)]
    inside = [
        entry
        for entry in entries
        if entry.is_dir(follow_symlinks=False) and not entry.name.startswith(".")
    ]
    if files:
        parts = [entry for entry in inside if PART_OF_RUN.fullmatch(entry.name)]
        for part in parts:
            within = sorted(os.scandir(part.path), key=lambda entry: entry.name)
            files += [entry.path for entry in within if is_event_file(entry)]
        inside = [entry for entry in inside if entry not in parts]
        shown = name or top
        yield RunFolder(folder, shown, parent, tuple(files))
        parent = shown
    for entry in inside:
        yield from below(entry.path, f"{name}/{entry.name}" if name else entry.name, parent, top)


def is_event_file(entry: os.DirEntry[str]) -> bool:
    """Return whether an entry is a file that TensorBoard would read."""
    return WORD in entry.name and entry.is_file()


def first_time(path: str) -> float:
    """Return the time of a file's first event; 0 if it has none."""
    events = Events()
    for _, payload in FrameReader(path, most=1):
        for _ in events.read([(0, payload)]):
            break
        return events.first_time if events.first_time != float("inf") else 0.0
    return 0.0
