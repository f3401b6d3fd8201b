"""Values that Sacred has written with jsonpickle, as plain values; nothing is unpickled."""

from __future__ import annotations

import base64
import binascii
import struct
import zlib
from typing import Any

OBJECT = "py/object"
FORMATS = {
    "float64": "d", "float32": "f", "float16": "e", "int64": "q", "int32": "i", "int16": "h",
    "int8": "b", "uint64": "Q", "uint32": "I", "uint16": "H", "uint8": "B", "bool": "?",
}  # fmt: skip
LARGEST = 1 << 26
"""Arrays with more bytes stay as they are."""
DEEPEST = 100


def plain(value: Any, depth: int = 0) -> Any:
    """Return a value without what jsonpickle adds; what it cannot say otherwise stays as it is."""
    if depth > DEEPEST:
        return value
    if isinstance(value, list):
        return [plain(item, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    if "py/tuple" in value and isinstance(value["py/tuple"], list):
        return [plain(item, depth + 1) for item in value["py/tuple"]]
    if "py/set" in value and isinstance(value["py/set"], list):
        return [plain(item, depth + 1) for item in value["py/set"]]
    kind = value.get(OBJECT)
    if isinstance(kind, str) and kind.startswith("numpy."):
        if "value" in value:
            return value["value"]
        if kind == "numpy.ndarray":
            return array_of(value) if "values" in value else view_of(value, depth)
    if isinstance(kind, str) and kind.rpartition(".")[2] == "ReadOnlyDict":
        value = {key: item for key, item in value.items() if key != OBJECT}
    return {key: plain(item, depth + 1) for key, item in value.items()}


def array_of(value: dict[str, Any]) -> Any:
    """Return an array as lists; a large one is compressed."""
    values = value["values"]
    if isinstance(values, list):
        return plain(values)
    shape = value.get("shape")
    letter = FORMATS.get(str(value.get("dtype")))
    if not isinstance(values, str) or letter is None or not isinstance(shape, list):
        return value
    try:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(base64.b64decode(values), LARGEST)
    except (binascii.Error, ValueError, zlib.error):
        return value
    order = ">" if value.get("byteorder") == "big" else "<"
    count = len(data) // struct.calcsize(f"<{letter}")
    if unpacker.unconsumed_tail or not all(isinstance(size, int) and size >= 0 for size in shape):
        return value
    if value.get("order", "C") != "C" or product(shape) != count:
        return value
    return shaped(list(struct.unpack(f"{order}{count}{letter}", data)), shape)


def view_of(value: dict[str, Any], depth: int) -> Any:
    """Return an array that is a view of another one, as what `reshape` returns."""
    letter = FORMATS.get(str(value.get("dtype")))
    shape, steps = value.get("shape"), value.get("strides")
    base = flat(plain(value.get("base"), depth + 1))
    if letter is None or base is None or not isinstance(shape, list):
        return value
    width = struct.calcsize(f"<{letter}")
    if not isinstance(steps, list):
        steps = [width * product(shape[place + 1 :]) for place in range(len(shape))]
    start = value.get("offset", 0)
    numbers = [*shape, *steps, start]
    if len(steps) != len(shape) or not all(isinstance(number, int) for number in numbers):
        return value
    places = [start]
    for size, step in zip(shape, steps, strict=True):
        if size < 0 or size * len(places) > LARGEST // width:
            return value
        places = [place + step * number for place in places for number in range(size)]
    if any(place % width or not 0 <= place // width < len(base) for place in places):
        return value
    return shaped([base[place // width] for place in places], shape)


def flat(value: Any) -> list[Any] | None:
    """Return the numbers in lists of lists one after the other; None if it is none."""
    if not isinstance(value, list):
        return None
    numbers: list[Any] = value
    while numbers and isinstance(numbers[0], list):
        if not all(isinstance(part, list) for part in numbers):
            return None
        numbers = [item for part in numbers for item in part]
    return numbers


def product(shape: list[int]) -> int:
    """Return how many elements an array of a shape has."""
    result = 1
    for size in shape:
        result *= size
    return result


def shaped(numbers: list[Any], shape: list[int]) -> Any:
    """Return numbers as lists in lists."""
    if not shape:
        return numbers[0] if numbers else None
    for size in reversed(shape[1:]):
        if size == 0:
            return []
        numbers = [numbers[at : at + size] for at in range(0, len(numbers), size)]
    return numbers
