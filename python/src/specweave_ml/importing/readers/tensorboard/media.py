"""Values of event files that are no scalars, as what the store keeps: texts, histograms, files."""

from __future__ import annotations

from array import array
from typing import Any, NamedTuple

from .events import Other
from .tensors import CONTENT, DOUBLE, FLOAT, STRING, sizes_of, tensor_of
from .wire import MalformedError, double, fields, text

IMAGE, OLD_HISTOGRAM, AUDIO, TENSOR = 4, 5, 6, 8
IMAGES = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif", b"BM": "bmp", b"RIFF": "webp"}
"""How the encodings begin."""
SOUNDS = {b"RIFF": "wav", b"fLaC": "flac", b"OggS": "ogg", b"ID3": "mp3"}
SUMS = {1: "min", 2: "max", 3: "num", 4: "sum", 5: "sum_squares"}


class Picture(NamedTuple):
    """A file within a value."""

    content: bytes
    ending: str


def part_of(other: Other, number: int) -> bytes | None:
    """Return a field of the `Summary.Value`."""
    return next(
        (value for field, _, value, _ in fields(other.data)
         if field == number and isinstance(value, bytes)),
        None,
    )  # fmt: skip


def text_of(other: Other) -> str | list[Any]:
    """Return a text, or a table of texts."""
    data = part_of(other, TENSOR)
    if data is None:
        raise MalformedError("a text without a tensor")
    tensor = tensor_of(data)
    texts = [text(part) for part in tensor.strings]
    if tensor.kind != STRING:
        raise MalformedError("a text that is no tensor of strings")
    if len(tensor.shape) == 2 and tensor.shape[1] > 0 and len(texts) > 1:
        width = tensor.shape[1]
        return [texts[at : at + width] for at in range(0, len(texts), width)]
    return texts[0] if len(texts) == 1 else list(texts)


def histogram_of(other: Other) -> dict[str, Any]:
    """Return a histogram: the edges of its bins, and what each holds."""
    old = part_of(other, OLD_HISTOGRAM)
    if old is not None:
        return old_histogram(old)
    data = part_of(other, TENSOR)
    if data is None:
        raise MalformedError("a histogram without a tensor")
    numbers, shape = doubles_of(data)
    if len(shape) != 2 or shape[1] != 3 or len(numbers) != 3 * shape[0]:
        raise MalformedError("a histogram whose tensor does not have three columns")
    lefts, rights = list(numbers[0::3]), list(numbers[1::3])
    return {
        "_type": "histogram",
        "bins": [*lefts, rights[-1]] if rights else [],
        "values": list(numbers[2::3]),
    }


def old_histogram(data: bytes) -> dict[str, Any]:
    """Return a histogram of the older form, whose bins are given by their upper edges."""
    sums: dict[str, float] = {}
    limits, counts = array("d"), array("d")
    for number, _, value, _ in fields(data):
        if number in SUMS:
            sums[SUMS[number]] = double(value)
        elif number in (6, 7) and isinstance(value, bytes):
            if len(value) % 8:
                raise MalformedError("a histogram with a number that is cut off")
            (limits if number == 6 else counts).frombytes(value)
    first = min(sums.get("min", 0.0), limits[0]) if limits else 0.0
    return {
        "_type": "histogram",
        "bins": [first, *limits] if limits else [],
        "values": list(counts),
        **sums,
    }


def doubles_of(data: bytes) -> tuple[array[float], list[int]]:
    """Return the numbers of a tensor, and its shape."""
    kind, shape, numbers = 0, list[int](), array("d")
    for number, _, value, _ in fields(data):
        if number == 1 and isinstance(value, int):
            kind = value
        elif number == 2 and isinstance(value, bytes):
            shape = sizes_of(value)
        elif number in (4, 5, 6) and isinstance(value, bytes):
            pattern = "d" if number == 6 or (number == 4 and kind == DOUBLE) else "f"
            if number == 4 and kind not in (FLOAT, DOUBLE):
                raise MalformedError(f"a histogram of the type {CONTENT.get(kind, kind)}")
            if len(value) % (8 if pattern == "d" else 4):
                raise MalformedError("a tensor with a number that is cut off")
            part = array(pattern)
            part.frombytes(value)
            numbers.extend(part)
    return numbers, shape


def images_of(other: Other) -> list[Picture]:
    """Return the images in a value, in the encoding that they have there."""
    old = part_of(other, IMAGE)
    if old is not None:
        content = next((value for number, _, value, _ in fields(old) if number == 4), None)
        if not isinstance(content, bytes):
            raise MalformedError("an image without its bytes")
        return [Picture(content, ending_of(content, IMAGES))]
    data = part_of(other, TENSOR)
    if data is None:
        raise MalformedError("an image without a tensor")
    # The first two are its width and height.
    return [Picture(part, ending_of(part, IMAGES)) for part in tensor_of(data).strings[2:]]


def sounds_of(other: Other) -> list[Picture]:
    """Return the sounds in a value."""
    old = part_of(other, AUDIO)
    if old is not None:
        content = next((value for number, _, value, _ in fields(old) if number == 4), None)
        if not isinstance(content, bytes):
            raise MalformedError("a sound without its bytes")
        return [Picture(content, ending_of(content, SOUNDS))]
    data = part_of(other, TENSOR)
    if data is None:
        raise MalformedError("a sound without a tensor")
    tensor = tensor_of(data)
    # Each has a label behind it.
    step = 2 if len(tensor.shape) == 2 and tensor.shape[1] == 2 else 1
    return [Picture(part, ending_of(part, SOUNDS)) for part in tensor.strings[::step]]


def ending_of(content: bytes, known: dict[bytes, str]) -> str:
    """Return the ending of a file's name by how it begins."""
    return next((name for start, name in known.items() if content.startswith(start)), "bin")
