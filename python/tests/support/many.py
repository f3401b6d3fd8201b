"""A store of thousands of experiments, made from one of them in seconds."""

from __future__ import annotations

import os
from pathlib import Path

POLYNOMIAL = 0x82F63B78
"""That of CRC-32C, reflected."""


def _table() -> list[int]:
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (POLYNOMIAL if byte & 1 else 0)
        table.append(byte)
    return table


TABLE = _table()


def checksum(data: bytes) -> int:
    """CRC-32C, with which a summary ends."""
    value = 0xFFFFFFFF
    for byte in data:
        value = TABLE[(value ^ byte) & 0xFF] ^ value >> 8
    return value ^ 0xFFFFFFFF


def multiply(experiment: Path, count: int) -> None:
    """Put copies beside an experiment until there are so many; each has a name, id and number.

    A listing reads of each the summary, which is rewritten; the event file, to which it fits by its
    size, is the same one under many names, and there are no views.
    """
    summary = (experiment / ".summary.json").read_text("utf-8")
    body, _, _ = summary.rpartition(',\n  "digest"')
    identity = body.split('"id": "')[2].split('"')[0]
    (events,) = experiment.glob("events.*")
    start, rest = body.split(f'"name": "{experiment.name}"')
    middle, end = rest.split('"number": 1,')
    metric = '"last": [0.5]'
    for number in range(2, count + 1):
        name = f"run-{number:06d}"
        copy = experiment.with_name(name)
        copy.mkdir()
        os.link(events, copy / events.name)
        own = middle.replace(identity, f"{number:032x}")
        values = end.replace(metric, f'"last": [{number / count}]')
        text = f'{start}"name": "{name}"{own}"number": {number},{values}'.encode()
        digest = f',\n  "digest": "{checksum(text):08x}"\n}}\n'.encode()
        (copy / ".summary.json").write_bytes(text + digest)
