"""Reads a `.wandb` file, which Weights & Biases writes offline and offers no reader for.

It is a LevelDB log (https://github.com/google/leveldb/blob/main/doc/log_format.md) of protobuf
records behind seven bytes of its own.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

BLOCK = 32_768
HEADER = struct.Struct("<IHB")  # checksum, length, kind
FULL, FIRST, LAST = 1, 2, 4


def records(file: Path) -> Iterator[bytes]:
    """The records, as far as they are whole; what follows a cut is not there."""
    content = file.read_bytes()
    position, parts = HEADER.size, b""
    while position + HEADER.size <= len(content):
        room = BLOCK - position % BLOCK
        if room < HEADER.size:
            position += room
            continue
        _, length, kind = HEADER.unpack_from(content, position)
        position += HEADER.size
        part = content[position : position + length]
        if kind == 0 or len(part) < length:
            return
        position += length
        parts = part if kind in (FULL, FIRST) else parts + part
        if kind in (FULL, LAST):
            yield parts


def histories(file: Path) -> list[dict[str, str]]:
    """What `run.log` was given, values as JSON."""
    from wandb.proto import wandb_internal_pb2

    found = []
    for data in records(file):
        record = wandb_internal_pb2.Record()
        record.ParseFromString(data)
        if record.WhichOneof("record_type") == "history":
            items = record.history.item
            found.append({(i.key or i.nested_key[0]): i.value_json for i in items})
    return found
