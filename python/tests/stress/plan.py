"""The calls that the programs make, by number, and what must be found after them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np

METRICS = ("loss", "a", "b", "series")
SERIES = 10
RECORDS = {13: "p", 21: "n", 29: "t", 37: "f", 45: "r", 53: "s", 61: "F"}
PERIOD = 64


def letter(number: int) -> str:
    """What a program says when the call of this number has returned."""
    return RECORDS.get(number % PERIOD) or ("g" if number % 3 == 0 else "l")


def numbers(rest: int, count: int) -> list[int]:
    """The calls among the first `count` whose number has this rest."""
    return list(range(rest, count, PERIOD))


@dataclass
class Found:
    """What a reader finds; of a metric the number of points and the sum of its columns."""

    status: str
    params: dict[str, int]
    notes: list[str]
    tags: list[str]
    metrics: dict[str, tuple[int, int]]
    problems: list[str] = field(default_factory=list)


@dataclass
class Story:
    """What was logged so far, over all the programs that took part in it."""

    count: int = 0
    """How many calls were made."""
    parts: dict[int, int] = field(default_factory=dict)
    """Of a series that was cut off, how many points there are."""
    session: int = 0
    """The first call of the program that wrote last."""

    def died_as(self) -> str:
        """The status of an experiment whose program was killed now."""
        said = [
            number
            for rest in (37, 45)
            for number in numbers(rest, self.count)
            if number >= self.session
        ]
        return "failed" if said and max(said) % PERIOD == 37 else "crashed"

    def columns(self) -> dict[str, tuple[Any, Any]]:
        """The steps and values of each metric."""
        calls = np.arange(self.count, dtype=np.int64)
        plain = ~np.isin(calls % PERIOD, list(RECORDS))
        loss, groups = calls[plain & (calls % 3 != 0)], calls[plain & (calls % 3 == 0)]
        starts = np.array(numbers(53, self.count), np.int64)
        steps = (starts[:, None] * SERIES + np.arange(SERIES)).ravel()
        values = (starts[:, None] + np.arange(SERIES)).ravel() / 7
        kept = np.array(
            [place < self.parts.get(n, SERIES) for n in starts.tolist() for place in range(SERIES)],
            bool,
        )
        return {
            "loss": (loss, loss / 7),
            "a": (groups, groups / 3),
            "b": (groups, groups / 9),
            "series": (steps[kept], values[kept]),
        }

    def expected(self, status: str) -> Found:
        """What a reader must find."""
        return Found(
            status=status,
            params={f"p{number}": number for number in numbers(13, self.count)},
            notes=[f"note {number}" for number in numbers(21, self.count)],
            tags=[f"tag {number}" for number in numbers(29, self.count)],
            metrics={
                key: (len(steps), checksum(steps, values))
                for key, (steps, values) in self.columns().items()
                if len(steps)
            },
        )

    def after(self, acknowledged: int) -> list[Story]:
        """The stories that are true if the call after those that were acknowledged had begun."""
        done = Story(self.count + acknowledged, self.parts, self.session)
        more = Story(done.count + 1, self.parts, self.session)
        if letter(done.count) != "s":
            return [done, more]
        parts = [
            Story(more.count, {**self.parts, done.count: points}, self.session)
            for points in range(1, SERIES)
        ]
        return [done, *parts, more]


def checksum(steps: Any, values: Any) -> int:
    """The CRC-32 of the columns, as the programs in C and Swift compute it."""
    return zlib.crc32(
        np.ascontiguousarray(values, "<f8").tobytes(),
        zlib.crc32(np.ascontiguousarray(steps, "<i8").tobytes()),
    )
