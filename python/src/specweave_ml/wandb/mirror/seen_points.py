"""Which values of a run were recorded when they were logged, to find those that were not."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable


class SeenPoints:
    """The steps of each key, eight bytes for each."""

    def __init__(self) -> None:
        self._steps: dict[str, array[int]] = {}
        self._unsorted: set[str] = set()

    def add(self, keys: Iterable[str], step: int) -> None:
        """Note that these keys had values at a step."""
        for key in keys:
            steps = self._steps.get(key)
            if steps is None:
                self._steps[key] = array("q", (step,))
            elif step != steps[-1]:
                if step < steps[-1]:
                    self._unsorted.add(key)
                steps.append(step)

    def count(self, key: str) -> int:
        """Return at how many steps there was a value."""
        return len(self._steps.get(key, ()))

    def has(self, key: str, step: int) -> bool:
        """Return whether there was a value at this step."""
        steps = self._steps.get(key)
        if steps is None:
            return False
        if key in self._unsorted:
            steps = self._steps[key] = array("q", sorted(set(steps)))
            self._unsorted.discard(key)
        place = bisect_left(steps, step)
        return place < len(steps) and steps[place] == step
