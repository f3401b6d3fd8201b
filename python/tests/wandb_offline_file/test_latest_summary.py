"""The last summary is what all its changes, one after the other, make of it."""

from __future__ import annotations

import json
import random
from typing import Any

from specweave_ml.wandb.offline_file.items import RowReader
from specweave_ml.wandb.offline_file.latest_summary import LatestSummary

KEYS = [("a",), ("b",), ("a", "b"), ("a", "c"), ("ключ",), ("x" * 200,), ("",), ("b", "d", "e")]


def field(number: int, content: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(content)) + content


def varint(number: int) -> bytes:
    parts = []
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def item(path: tuple[str, ...], value: Any) -> bytes:
    keys = [field(1, path[0].encode())] if len(path) == 1 else [
        field(2, part.encode()) for part in path
    ]  # fmt: skip
    return b"".join([*keys, field(16, json.dumps(value).encode())])


def test_random_changes() -> None:
    chance = random.Random(7)  # noqa: S311 - the same cases each time
    for _ in range(300):
        latest, tree = LatestSummary(), dict[str, Any]()
        for _ in range(chance.randrange(12)):
            values = [0.5, chance.random(), "text" * chance.randrange(60), {"k": 1}, None, [1, 2]]
            parts = [
                field(1, item(chance.choice(KEYS), chance.choice(values)))
                for _ in range(chance.randrange(5))
            ]
            if chance.random() < 0.2:
                parts.append(field(2, item(chance.choice(KEYS), None)))
            chance.shuffle(parts)
            message = b"".join(parts)
            RowReader().changes(message).apply(tree)
            latest.add(message)
        assert latest.tree() == tree
        assert latest.damaged == 0


def test_a_value_that_is_no_json_is_counted() -> None:
    latest = LatestSummary()
    latest.add(field(1, field(1, b"good") + field(16, b"1")))
    latest.add(field(1, field(1, b"bad") + field(16, b"{")))
    assert latest.tree() == {"good": 1}
    assert latest.damaged == 1
