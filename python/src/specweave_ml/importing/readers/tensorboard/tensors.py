"""Tensors of TensorFlow in event files, as far as one number is wanted of them."""

from __future__ import annotations

import struct
from typing import NamedTuple

from .wire import BYTES, MalformedError, fields, signed, varint

FLOAT, DOUBLE, STRING, HALF, BFLOAT16 = 1, 2, 7, 19, 14
CONTENT = {1: "<f", 2: "<d", 3: "<i", 4: "<B", 5: "<h", 6: "<b", 9: "<q", 10: "<?", 17: "<H",
           19: "<e", 22: "<I", 23: "<Q"}  # fmt: skip
"""How the bytes of a number of each type are unpacked."""
PACKED = {5: ("<f", 4), 6: ("<d", 8)}
"""The fields that hold numbers of fixed length."""
VARINTS = frozenset((7, 10, 11, 16, 17))
HALVES = 13
TENSOR_CONTENT = 4


class Number(NamedTuple):
    """The one number in a tensor."""

    value: float
    place: int
    """Where in the message its bytes are; -1 if it has no fixed length."""
    width: int


class Tensor(NamedTuple):
    """What is known of a tensor."""

    kind: int
    shape: tuple[int, ...]
    number: Number | None
    """Its only element, if it is a number."""
    strings: list[bytes]


def tensor_of(data: bytes) -> Tensor:
    """Return what is in a message `TensorProto`.

    Raises:
        MalformedError: It is none.
    """
    kind, strings = 0, list[bytes]()
    dimensions: list[int] = []
    parts: list[tuple[int, int, bytes | int, int]] = []
    for number, form, value, place in fields(data):
        if number == 1 and isinstance(value, int):
            kind = value
        elif number == 2 and isinstance(value, bytes):
            dimensions = sizes_of(value)
        elif number == 8 and isinstance(value, bytes):
            strings.append(value)
        elif number in PACKED or number in VARINTS or number in (HALVES, TENSOR_CONTENT):
            parts.append((number, form, value, place))
    shape = tuple(dimensions)
    return Tensor(kind, shape, only_number(kind, shape, parts), strings)


def sizes_of(data: bytes) -> list[int]:
    """Return the sizes in a message `TensorShapeProto`."""
    sizes = []
    for number, _, value, _ in fields(data):
        if number == 2 and isinstance(value, bytes):
            size = 0
            for inner, _, length, _ in fields(value):
                if inner == 1 and isinstance(length, int):
                    size = signed(length)
            sizes.append(size)
    return sizes


def only_number(
    kind: int, shape: tuple[int, ...], parts: list[tuple[int, int, bytes | int, int]]
) -> Number | None:
    """Return the only element of a tensor; None if it has several, or no number."""
    if kind == STRING or any(size != 1 for size in shape):
        return None
    if not parts:  # zero is not written
        return Number(0.0, -1, 0) if kind in CONTENT or kind == BFLOAT16 else None
    if len(parts) > 1:
        return None
    number, form, value, place = parts[0]
    if number == TENSOR_CONTENT and isinstance(value, bytes):
        return from_content(kind, value, place)
    if number in PACKED and isinstance(value, bytes):
        pattern, width = PACKED[number]
        if len(value) != width:
            return None
        return Number(float(struct.unpack(pattern, value)[0]), place, width)
    if form == BYTES and isinstance(value, bytes):
        if not value:
            return None
        bits, end = varint(value, 0)
        if end != len(value):
            return None
    elif isinstance(value, int):
        bits = value
    else:
        raise MalformedError("a tensor with a number of a wrong type")
    if number == HALVES:
        return Number(half(kind, bits & 0xFFFF), -1, 0)
    return Number(float(bits if number == 17 else signed(bits)), -1, 0)


def from_content(kind: int, data: bytes, place: int) -> Number | None:
    """Return the number whose bytes in memory are given."""
    if kind == BFLOAT16 and len(data) == 2:
        return Number(half(kind, int.from_bytes(data, "little")), -1, 0)
    pattern = CONTENT.get(kind)
    if pattern is None or struct.calcsize(pattern) != len(data):
        return None
    value = float(struct.unpack(pattern, data)[0])
    return Number(value, place if kind in (FLOAT, DOUBLE) else -1, len(data))


def half(kind: int, bits: int) -> float:
    """Return a number of 16 bits."""
    if kind == BFLOAT16:
        return float(struct.unpack("<f", struct.pack("<I", bits << 16))[0])
    return float(struct.unpack("<e", struct.pack("<H", bits))[0])
