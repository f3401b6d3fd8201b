"""The frames of the log: from the bytes of the file to whole records.

After a header of seven bytes the file consists of blocks of 32 KiB, counted from its first byte. A
block holds chunks: CRC-32 of kind and payload, length, kind, payload. A record is one chunk, or
several where it reaches into the next block. Fewer than seven bytes at a block's end are unused.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO
from zlib import crc32

from ...errors import FormatError

HEADER = struct.Struct("<4sHB")
IDENT = b":W&B"
MAGIC = 0xBEE1
VERSION = 0

BLOCK = 32 * 1024
CHUNK = struct.Struct("<IHB")
WHOLE, FIRST, MIDDLE, LAST = 1, 2, 3, 4
LARGEST_RECORD = 256 * 1024 * 1024
"""Larger ones are damage: W&B itself refuses them, and they need not fit into memory."""
TORN = "the file ends within a chunk"
SEARCHED = 4 * 1024 * 1024
"""How many bytes are looked through, at most, for the next good chunk of a damaged block."""


@dataclass(frozen=True)
class Damage:
    """A part of the file that cannot be read."""

    offset: int
    """Its first byte in the file."""
    length: int
    reason: str
    at_end: bool = False
    """Whether nothing follows: a program that was killed leaves such an end."""

    def __str__(self) -> str:
        return f"byte {self.offset}, {self.length} bytes: {self.reason}"


def check_header(path: str | os.PathLike[str], data: bytes) -> None:
    """Refuse a file that is none of these, or one of a later version.

    Raises:
        FormatError: It is; the message says what stands there instead.
    """
    if not data:
        raise FormatError(f"{path}: the file is empty, so W&B wrote nothing of this run")
    if len(data) < HEADER.size:
        raise FormatError(f"{path}: cut off at byte {len(data)}, within the header of 7 bytes")
    ident, magic, version = HEADER.unpack(data)
    if ident != IDENT or magic != MAGIC:
        raise FormatError(f"{path}: byte 0: begins with {data!r}, which no .wandb file does")
    if version != VERSION:
        raise FormatError(
            f"{path}: byte 6: version {version} of the format, which is newer than this reader;"
            f" it knows version {VERSION}"
        )


class Frames:
    """Reads the records of a file whose header has been read."""

    def __init__(self, file: BinaryIO, damage: list[Damage]) -> None:
        self._file = file
        self._damage = damage
        self._parts: list[bytes] = []
        self._begun = 0
        self._collected = 0
        self._to_search = 0

    def records(self) -> Iterator[tuple[int, bytes]]:
        """Yield each record that is whole, with the offset at which it begins."""
        start = 0
        position = HEADER.size
        while True:
            block = self._file.read(BLOCK)
            last = len(block) < BLOCK
            yield from self._records_of(block, start, position, last=last)
            if last:
                break
            start += BLOCK
            position = 0
        if self._parts:
            end = start + len(block)
            self._drop("the file ends within a record", end, at_end=True)

    def _records_of(
        self, block: bytes, start: int, position: int, *, last: bool
    ) -> Iterator[tuple[int, bytes]]:
        size = len(block)
        view = memoryview(block)
        self._to_search = SEARCHED
        while position + CHUNK.size <= size:
            crc, length, kind = CHUNK.unpack_from(block, position)
            payload = position + CHUNK.size
            end = payload + length
            if end > size or not WHOLE <= kind <= LAST or crc32(view[position + 6 : end]) != crc:
                reason = self._reason(block, position, end, kind, last=last)
                following = self._next_chunk(block, position)
                if self._parts:
                    self._drop(reason, start + position)
                at_end = last and following == size
                self._lose(start + position, following - position, reason, at_end)
                position = following
                continue
            if kind == WHOLE:
                if self._parts:
                    self._drop("a record without its end", start + position)
                yield start + position, block[payload:end]
            elif kind == FIRST:
                if self._parts:
                    self._drop("a record without its end", start + position)
                self._begun = start + position
                self._collected = length
                self._parts.append(block[payload:end])
            elif not self._parts:
                self._lose(start + position, end - position, "a record without its beginning")
            else:
                self._collected += length
                if self._collected > LARGEST_RECORD:
                    self._drop(f"a record of more than {LARGEST_RECORD} bytes", start + end)
                else:
                    self._parts.append(block[payload:end])
                    if kind == LAST:
                        yield self._begun, b"".join(self._parts)
                        self._parts.clear()
            position = end
        if last and any(view[position:]) and not self._parts:
            self._lose(start + position, size - position, TORN, True)

    def _reason(self, block: bytes, position: int, end: int, kind: int, *, last: bool) -> str:
        if not any(memoryview(block)[position:]):
            return "zeros, which a failing machine leaves where nothing was written yet"
        if not WHOLE <= kind <= LAST:
            return f"kind {kind} of a chunk, which does not exist"
        if end > len(block):
            return TORN if last else "a chunk that is longer than its block"
        return "the bytes do not fit their checksum"

    def _drop(self, reason: str, end: int, *, at_end: bool = False) -> None:
        """Give up the record that was begun."""
        self._parts.clear()
        self._lose(self._begun, end - self._begun, reason, at_end)

    def _lose(self, offset: int, length: int, reason: str, at_end: bool = False) -> None:
        """Note damage; what follows other damage without a gap is the same."""
        before = self._damage[-1] if self._damage else None
        if before is not None and before.offset <= offset <= before.offset + before.length:
            length = max(offset + length, before.offset + before.length) - before.offset
            self._damage[-1] = Damage(before.offset, length, before.reason, at_end)
        else:
            self._damage.append(Damage(offset, length, reason, at_end))

    def _next_chunk(self, block: bytes, damaged: int) -> int:
        """Return where the next good chunk of a block begins, behind a damaged one; else its end.

        A chunk is good if its checksum is; of 4,000,000,000 others one would be, too.
        """
        size = len(block)
        view = memoryview(block)
        for position in range(damaged + 1, size - CHUNK.size + 1):
            if not WHOLE <= block[position + 6] <= LAST:
                continue
            crc, length, _ = CHUNK.unpack_from(block, position)
            end = position + CHUNK.size + length
            if end > size:
                continue
            self._to_search -= length + 1
            if self._to_search < 0:
                break
            if crc32(view[position + 6 : end]) == crc:
                return position
        return size
