"""Values that are kept on the disk while a run is read: images may be many and large."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from ...runs import ForeignSummary

HEAD = struct.Struct("<qdI")


class Spool:
    """Values in a file, in the order in which they were added; they can be read again and again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = open(path, "wb")  # noqa: SIM115 - closed by `close`

    def add(self, step: int, time: float, data: bytes) -> None:
        """Add a value."""
        self._file.write(HEAD.pack(step, time, len(data)))
        self._file.write(data)

    def close(self) -> None:
        """Add no more."""
        self._file.close()

    def __iter__(self) -> Iterator[ForeignSummary]:
        with open(self.path, "rb") as file:
            while head := file.read(HEAD.size):
                step, time, length = HEAD.unpack(head)
                yield ForeignSummary(step, time, file.read(length))
