"""Writes files ``run-<id>.wandb`` as Weights & Biases does, also damaged ones."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zlib import crc32

HEADER = struct.pack("<4sHB", b":W&B", 0xBEE1, 0)
BLOCK = 32 * 1024


def varint(number: int) -> bytes:
    """Return the bytes of a number."""
    number &= 2**64 - 1
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def number_field(field: int, value: int) -> bytes:
    """Return a field that is a number."""
    return varint(field << 3) + varint(value)


def field(number: int, content: bytes | str) -> bytes:
    """Return a field that is a text or a message."""
    data = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | 2) + varint(len(data)) + data


def item(keys: str | Iterable[str], value: Any) -> bytes:
    """Return an item: with one key, or several that lead into groups."""
    named = field(1, keys) if isinstance(keys, str) else b"".join(field(2, key) for key in keys)
    return named + field(16, json.dumps(value))


def record(kind: int, content: bytes) -> bytes:
    """Return a record of a kind, which is the field's number in W&B's description."""
    return number_field(1, 7) + field(kind, content) + field(200, field(1, "stream"))


def row(step: int, **values: Any) -> bytes:
    """Return a record of the history."""
    items = (field(1, item((key,), value)) for key, value in values.items())
    return record(2, b"".join(items) + field(2, number_field(1, step)))


def chunk(kind: int, payload: bytes) -> bytes:
    """Return a chunk of the log."""
    body = bytes([kind]) + payload
    return struct.pack("<IH", crc32(body), len(payload)) + body


def framed(records: Iterable[bytes], start: int = len(HEADER)) -> bytes:
    """Return the log of records, which begins at this byte of the file."""
    out = bytearray()
    for data in records:
        first = True
        rest = data
        while first or rest:
            left = BLOCK - (start + len(out)) % BLOCK
            if left < 7:
                out += bytes(left)
                continue
            part, rest = rest[: left - 7], rest[left - 7 :]
            kind = (1 if not rest else 2) if first else (4 if not rest else 3)
            out += chunk(kind, part)
            first = False
    return bytes(out)


def write(path: Path, records: Iterable[bytes]) -> Path:
    """Write a file of records."""
    path.write_bytes(HEADER + framed(records))
    return path


def only_run_file(project: Path) -> Path:
    """Return the only file of a run below a folder."""
    (path,) = project.rglob("run-*.wandb")
    return path
