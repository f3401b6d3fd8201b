"""The fields of Protocol Buffers messages, as far as event files need them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


class MalformedError(ValueError):
    """Bytes that are no message."""


def varint(data: bytes, place: int) -> tuple[int, int]:
    """Return a number of variable length and the place behind it."""
    result = shift = 0
    while True:
        try:
            byte = data[place]
        except IndexError:
            raise MalformedError("a number is cut off") from None
        place += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result & 0xFFFFFFFFFFFFFFFF, place
        shift += 7
        if shift > 63:
            raise MalformedError("a number has more than ten bytes")


def signed(value: int) -> int:
    """Return a number of 64 bits with its sign."""
    return value - (1 << 64) if value >> 63 else value


def fields(data: bytes) -> Iterator[tuple[int, int, Any, int]]:
    """Yield the number, the type, the value and the place of the value of each field.

    The values are integers and bytes; numbers of fixed length are bytes, too.
    """
    place, size = 0, len(data)
    while place < size:
        key, place = varint(data, place)
        number, kind = key >> 3, key & 7
        if number == 0:
            raise MalformedError("a field without a number")
        if kind == VARINT:
            start = place
            value, place = varint(data, place)
            yield number, kind, value, start
            continue
        if kind == BYTES:
            length, place = varint(data, place)
        elif kind in (FIXED64, FIXED32):
            length = 8 if kind == FIXED64 else 4
        else:
            raise MalformedError(f"a field of the type {kind}, which does not exist")
        end = place + length
        if end > size:
            raise MalformedError("a field is cut off")
        yield number, kind, data[place:end], place
        place = end


def text(data: bytes) -> str:
    """Return text; bytes that are none are shown as escapes."""
    return data.decode("utf-8", "backslashreplace")


def double(data: Any) -> float:
    """Return a number of 64 bits.

    Raises:
        MalformedError: The field has another type.
    """
    if not isinstance(data, bytes) or len(data) != 8:
        raise MalformedError("a number does not have 64 bits")
    (value,) = struct.unpack("<d", data)
    return float(value)
