"""Where values lie along an axis: numbers evenly or by their logarithm, names one by one."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from ..display.text import label
from .entries import NOT_SET

SPREAD = 20
FEW = 8
BELOW = 2
MOST_NAMES = 25
APART = 0.045
STEP = 0.09
LONGEST = 14


class Scale:
    """An axis from 0 to 1 for the values of one parameter or metric.

    Numbers take the axis; ``None``, texts and what is not set stand below it if there are only a
    few of them beside numbers, else every value is a name of its own. So does zero below a
    logarithmic axis.
    """

    def __init__(self, values: Sequence[Any]) -> None:
        numbers = sorted({float(value) for value in values if is_number(value)})
        names = list(dict.fromkeys(name_of(value) for value in values if not is_number(value)))
        positive = [number for number in numbers if number > 0]
        if len(numbers) - len(positive) + len(names) <= BELOW and is_spread(positive):
            names = [number_text(number) for number in numbers if number <= 0] + names
            numbers = positive
        if numbers and len(names) > BELOW:
            names = list(dict.fromkeys(map(name_of, values)))
            numbers = []
        self.numbers = numbers
        self.log = is_spread(numbers)
        """Whether equal factors are equally far apart."""
        self._names = self._named_places(names)
        self.ticks = self._number_ticks() + thinned(list(self._names.items()))
        """Text and place of the marks along the axis."""

    def place(self, value: Any) -> float:
        """Return where a value lies."""
        if not self.numbers or not is_number(value):
            return self._names[name_of(value)]
        if self.log and value <= 0:
            return self._names[number_text(float(value))]
        low, high = self._bent(self.numbers[0]), self._bent(self.numbers[-1])
        return 0.5 if low == high else (self._bent(float(value)) - low) / (high - low)

    def _bent(self, value: float) -> float:
        return math.log(value) if self.log else value

    def _named_places(self, names: list[str]) -> dict[str, float]:
        if self.numbers:
            return {name: -STEP * (index + 1) for index, name in enumerate(names)}
        if set(names) == {"False", "True"}:
            names = ["False", "True"]
        between = max(1, len(names) - 1)
        if len(names) == 1:
            return {names[0]: 0.5}
        return {name: index / between for index, name in enumerate(names)}

    def _number_ticks(self) -> list[tuple[str, float]]:
        """Return the values where they are few, else round numbers, and always both ends."""
        if not self.numbers:
            return []
        inner = self.numbers if len(self.numbers) <= FEW else self._round_numbers()
        low, high = self.numbers[0], self.numbers[-1]
        chosen = [low, high] if low != high else [low]
        for value in inner:
            if low < value < high and all(
                abs(self.place(value) - self.place(other)) >= APART for other in chosen
            ):
                chosen.append(value)
        return [(number_text(value), self.place(value)) for value in sorted(chosen)]

    def _round_numbers(self) -> list[float]:
        from matplotlib.ticker import LogLocator, MaxNLocator

        low, high = self.numbers[0], self.numbers[-1]
        locator = LogLocator(numticks=8) if self.log else MaxNLocator(6)
        return [float(value) for value in locator.tick_values(low, high)]


def is_number(value: Any) -> bool:
    """Return whether it is a finite number and no truth value."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and in_range(value)


def in_range(value: float) -> bool:
    """Return whether it is finite as a double; integers of any size are asked."""
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def is_spread(numbers: Sequence[float]) -> bool:
    """Return whether a logarithmic axis shows them better: far apart, and more even by factors."""
    if len(numbers) < 3 or numbers[0] <= 0 or numbers[-1] / numbers[0] < SPREAD:
        return False
    logs = [math.log(number) for number in numbers]
    return widest_gap(logs) < widest_gap(numbers)


def widest_gap(numbers: Sequence[float]) -> float:
    """Return the share of the whole range that lies between two neighbours."""
    gaps = [right - left for left, right in pairwise(numbers)]
    return max(gaps) / (numbers[-1] - numbers[0])


def number_text(value: float) -> str:
    """Return a number in few letters: whole ones in full up to a million."""
    whole = value.is_integer() and abs(value) < 1_000_000
    return str(int(value)) if whole else f"{value:.3g}"


def name_of(value: Any) -> str:
    """Return a value that is not a number, in short."""
    if value is NOT_SET:
        return "not set"
    if isinstance(value, (dict, list)):
        value = json.dumps(value, ensure_ascii=False)
    return label(number_text(value) if isinstance(value, float) else str(value), LONGEST)


def thinned(names: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Return no more names than there is room for."""
    if len(names) <= MOST_NAMES:
        return names
    step = -(-len(names) // MOST_NAMES)
    return names[::step]
