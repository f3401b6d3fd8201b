"""CRC-32C of many messages at once, by nothing but the standard library.

A loop over bytes takes as long for a file as everything else that is done with it. The checksum is
linear: that of a message is the exclusive or of what each byte contributes at its place. So the
bytes at one place of thousands of messages are looked up together (`bytes.translate`) and combined
together (as one large integer), about eight times as fast.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

POLYNOMIAL = 0x82F63B78
BLOCK = 256
GRAIN = 32
"""Messages are filled up to a multiple of this, so that more of them have the same length."""
ONES = 0xFFFFFFFF
MASK_DELTA = 0xA282EAD8


def _first() -> list[int]:
    """Return what a last byte contributes, for each of its values."""
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (POLYNOMIAL if value & 1 else 0)
        table.append(value)
    return table


class _Tables:
    """What a byte contributes, by the number of bytes behind it."""

    def __init__(self) -> None:
        first = _first()
        self.numbers = [first]
        for _ in range(BLOCK - 1):
            before = self.numbers[-1]
            self.numbers.append([first[value & 0xFF] ^ (value >> 8) for value in before])
        self.planes = [
            [array("I", numbers).tobytes()[plane::4] for plane in range(4)]
            for numbers in self.numbers
        ]
        """The same by bytes of the result, as tables of `bytes.translate`."""
        self.starts = [self._start(length) for length in range(BLOCK + 1)]

    def _start(self, length: int) -> int:
        """Return what the initial value of the checksum contributes to so many bytes."""
        state, first = ONES, self.numbers[0]
        for _ in range(length):
            state = first[state & 0xFF] ^ (state >> 8)
        return state


_tables: list[_Tables] = []


def tables() -> _Tables:
    """Return the tables, made when they are first needed."""
    if not _tables:
        _tables.append(_Tables())
    return _tables[0]


def contributions(data: bytes, length: int) -> array[int]:
    """Return what the bytes of each message contribute; ``data`` is messages of one length."""
    planes = tables().planes
    first = second = third = fourth = 0
    number = len(data) // length
    for place in range(length):
        column = data[place::length]
        one, two, three, four = planes[length - 1 - place]
        first ^= int.from_bytes(column.translate(one), "little")
        second ^= int.from_bytes(column.translate(two), "little")
        third ^= int.from_bytes(column.translate(three), "little")
        fourth ^= int.from_bytes(column.translate(four), "little")
    result = bytearray(4 * number)
    for plane, value in enumerate((first, second, third, fourth)):
        result[plane::4] = value.to_bytes(number, "little")
    numbers = array("I")
    numbers.frombytes(bytes(result))
    return numbers


def checksums(messages: Sequence[bytes]) -> list[int]:
    """Return the CRC-32C of each message."""
    found = [0] * len(messages)
    groups: dict[int, list[int]] = {}
    for place, message in enumerate(messages):
        size = len(message)
        groups.setdefault(-1 if size > BLOCK else -(-size // GRAIN) * GRAIN, []).append(place)
    starts = tables().starts
    for length, places in groups.items():
        if length == -1:
            for place, value in zip(places, long([messages[at] for at in places]), strict=True):
                found[place] = value
        elif length:
            joined = b"".join([messages[place].rjust(length, b"\0") for place in places])
            for place, value in zip(places, contributions(joined, length), strict=True):
                found[place] = value ^ starts[len(messages[place])] ^ ONES
    return found


def long(messages: Sequence[bytes]) -> list[int]:
    """Return the CRC-32C of messages longer than a block."""
    known = tables()
    filled = [message.rjust(-(-len(message) // BLOCK) * BLOCK, b"\0") for message in messages]
    parts = contributions(b"".join(filled), BLOCK)
    one, two, three, four = (known.numbers[BLOCK - 1 - place] for place in range(4))
    found, place = [], 0
    for message, whole in zip(messages, filled, strict=True):
        state = known.starts[(len(message) - 1) % BLOCK + 1] ^ parts[place]
        for part in parts[place + 1 : place + len(whole) // BLOCK]:
            state = (
                one[state & 0xFF]
                ^ two[state >> 8 & 0xFF]
                ^ three[state >> 16 & 0xFF]
                ^ four[state >> 24]
                ^ part
            )
        place += len(whole) // BLOCK
        found.append(state ^ ONES)
    return found


def masked(checksum: int) -> int:
    """Return a checksum as TFRecord files store it."""
    return ((checksum >> 15 | checksum << 17 & ONES) + MASK_DELTA) & ONES
