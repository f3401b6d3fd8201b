"""The encoding of Protocol Buffers: fields with numbers, each a number or bytes.

Whatever the bytes are, reading ends: nothing is longer than what is there, and messages are read
only as deep as the caller asks.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

VARINT, EIGHT_BYTES, BYTES, FOUR_BYTES = 0, 1, 2, 5
LONGEST_VARINT = 10

_DOUBLE = struct.Struct("<d")


class WireError(ValueError):
    """The bytes are no message."""


def varint(data: bytes, position: int) -> tuple[int, int]:
    """Return the number that begins at a position, and where it ends."""
    value = shift = 0
    for at in range(position, min(position + LONGEST_VARINT, len(data))):
        byte = data[at]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, at + 1
        shift += 7
    raise WireError("a number without its end")


def fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield number and content of each field; of four or eight fixed bytes these are the content.

    Raises:
        WireError: The bytes are no message.
    """
    position = 0
    size = len(data)
    while position < size:
        key = data[position]
        if key < 0x80:
            position += 1
        else:
            key, position = varint(data, position)
        number, kind = key >> 3, key & 7
        if not number:
            raise WireError("a field with the number 0")
        if kind == VARINT:
            value, position = varint(data, position)
            yield number, value
            continue
        if kind == BYTES:
            if position < size and data[position] < 0x80:
                length = data[position]
                position += 1
            else:
                length, position = varint(data, position)
        elif kind in (EIGHT_BYTES, FOUR_BYTES):
            length = 8 if kind == EIGHT_BYTES else 4
        else:
            raise WireError(f"a field of the kind {kind}")
        end = position + length
        if end > size:
            raise WireError("a field that is longer than its message")
        yield number, data[position:end]
        position = end


def content(value: int | bytes) -> bytes:
    """Return the bytes of a field that holds bytes."""
    if isinstance(value, int):
        raise WireError("a number where bytes belong")
    return value


def text(value: int | bytes) -> str:
    """Return the text of a field; bytes that are none are shown as escapes."""
    return content(value).decode("utf-8", "backslashreplace")


def unsigned(value: int | bytes) -> int:
    """Return the number of a field."""
    if isinstance(value, int):
        return value
    raise WireError("bytes where a number belongs")


def signed(value: int | bytes) -> int:
    """Return the number of a field that may be negative."""
    number = unsigned(value)
    return number - (1 << 64) if number >> 63 else number


def zigzag(value: int | bytes) -> int:
    """Return the number of a field whose lowest bit is the sign."""
    number = unsigned(value)
    return (number >> 1) ^ -(number & 1)


def double(value: int | bytes) -> float:
    """Return the number of a field of eight bytes."""
    data = content(value)
    if len(data) != _DOUBLE.size:
        raise WireError("a number that has not eight bytes")
    found: float = _DOUBLE.unpack(data)[0]
    return found
