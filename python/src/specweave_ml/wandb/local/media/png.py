"""Images without PIL: PNG files made of numbers, and the size of an image from its first bytes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
"""The PNG colour type by the number of channels: grey, with alpha, RGB, with alpha."""


def png(pixels: bytes, width: int, height: int, channels: int) -> bytes:
    """Return a PNG file of 8 bits a channel; ``pixels`` are the rows from top to bottom."""
    line = width * channels
    raw = b"".join(b"\0" + pixels[start : start + line] for start in range(0, line * height, line))
    header = struct.pack(">IIBBBBB", width, height, 8, COLOUR_TYPES[channels], 0, 0, 0)
    return b"".join(
        (SIGNATURE, chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(raw)), chunk(b"IEND", b""))
    )


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return one part of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def size_of(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG, GIF, BMP or JPEG image; None if they are unknown."""
    if data.startswith(SIGNATURE) and len(data) >= 24:
        return integers(">II", data[16:24])
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        return integers("<HH", data[6:10])
    if data[:2] == b"BM" and len(data) >= 26:
        width, height = integers("<ii", data[18:26])
        return width, abs(height)
    if data[:2] == b"\xff\xd8":
        return size_of_jpeg(data)
    return None


def integers(layout: str, data: bytes) -> tuple[int, int]:
    """Return two integers."""
    first, second = struct.unpack(layout, data)
    return int(first), int(second)


def size_of_jpeg(data: bytes) -> tuple[int, int] | None:
    """Return the size that the frame header of a JPEG file says."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = integers(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None


def flat_bytes(rows: Sequence[object]) -> tuple[bytes, tuple[int, ...]]:
    """Return nested lists of numbers as bytes, each modulo 256, and their shape."""
    shape: list[int] = []
    level: object = rows
    while isinstance(level, (list, tuple)):
        shape.append(len(level))
        level = level[0] if level else None
    flat: list[object] = [rows]
    for _ in shape:
        flat = [item for part in flat for item in part]  # type: ignore[attr-defined]
    return bytes(int(value) % 256 for value in flat), tuple(shape)  # type: ignore[call-overload]
