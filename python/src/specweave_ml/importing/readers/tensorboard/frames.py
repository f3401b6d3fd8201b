"""Frames of a TFRecord file, read from front to back with a few MiB in memory."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

from .crc32c import checksums, masked

PIECE = 1 << 20
HEADER = 12
FOOTER = 4
LARGEST = 1 << 31
"""No writer of TensorBoard's makes longer frames: Protocol Buffers end there."""
TOGETHER = 8192
"""So many checksums are computed at once: as much as the processor's cache holds."""
HELD = 1 << 22
"""Frames of so many bytes are handed on, however few they are."""
MOST_TOLD = 20


class FrameReader:
    """The frames of one file: where each begins, and what it holds.

    What is wrong stands in ``damage`` afterwards, as places and sentences. A frame whose content is
    damaged is left out and the next one read. After one whose length is damaged nothing more can be
    found. A last frame that was cut short is what a program that died has left.
    """

    def __init__(self, path: str, most: int | None = None) -> None:
        self.path = path
        self.damage: list[tuple[int, str]] = []
        self.left_out = 0
        """How many frames do not fit their checksums."""
        self._most = most
        self._lengths: dict[bytes, int] = {}

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        with open(self.path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            for frames, sums in self._batches(file, size):
                yield from self._intact(frames, sums)

    def _batches(
        self, file: BinaryIO, size: int
    ) -> Iterator[tuple[list[tuple[int, bytes]], list[bytes]]]:
        """Yield frames with the checksums of their contents, not compared yet."""
        frames: list[tuple[int, bytes]] = []
        sums: list[bytes] = []
        rest, start, wanted = b"", 0, PIECE if self._most is None else 4096
        held = 0
        lengths = self._lengths
        while piece := file.read(wanted):
            data, place = rest + piece, 0
            wanted, available = PIECE, len(data)
            while place + HEADER <= available:
                begin = place + HEADER
                header = data[place:begin]
                length = lengths.get(header)
                if length is None:
                    length = self._length(header, start + place)
                    if length is None:
                        yield frames, sums
                        return
                end = begin + length
                if end + FOOTER > available:
                    if start + end + FOOTER > size:
                        self._torn(start + place, size)
                        yield frames, sums
                        return
                    wanted = max(PIECE, end + FOOTER - available)
                    break
                frames.append((start + place, data[begin:end]))
                place = end + FOOTER
                sums.append(data[end:place])
                if len(frames) == self._most:
                    yield frames, sums
                    return
            held += place
            if len(frames) >= TOGETHER or held >= HELD:
                yield frames, sums
                frames, sums, held = [], [], 0
            start += place
            rest = data[place:]
        if rest:
            self._torn(start, start + len(rest))
        yield frames, sums

    def _length(self, header: bytes, offset: int) -> int | None:
        """Return the length in a header, or None if it is damaged."""
        length, stored = struct.unpack("<QI", header)
        if masked(checksums([header[:8]])[0]) != stored or length > LARGEST:
            self.damage.append(
                (
                    offset,
                    "the length of a record does not fit its checksum; nothing behind was read",
                )
            )
            return None
        self._lengths[header] = length
        return int(length)

    def _torn(self, offset: int, size: int) -> None:
        """Note that the last frame is not complete."""
        self.damage.append(
            (offset, f"the last record is cut off, {size - offset} bytes of it are there")
        )

    def _intact(
        self, frames: list[tuple[int, bytes]], sums: list[bytes]
    ) -> Iterator[tuple[int, bytes]]:
        """Yield the frames whose content fits its checksum."""
        for first in range(0, len(frames), TOGETHER):
            part = frames[first : first + TOGETHER]
            stored = struct.unpack(f"<{len(part)}I", b"".join(sums[first : first + TOGETHER]))
            found = checksums([payload for _, payload in part])
            for frame, checksum, expected in zip(part, found, stored, strict=True):
                if masked(checksum) == expected:
                    yield frame
                    continue
                self.left_out += 1
                if self.left_out <= MOST_TOLD:
                    self.damage.append(
                        (frame[0], "a record does not fit its checksum and was left out")
                    )
