"""The progress of a sweep: a bar with the best score so far, where somebody looks at it."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from .. import closing


class Progress:
    """A bar of tqdm, or nothing: without a terminal or notebook, without tqdm, or if not wanted."""

    def __init__(self, name: str, wanted: bool = True) -> None:
        self.name = name
        self.wanted = wanted
        self.primary: str | None = None
        self.best: tuple[float, int] | None = None
        self._bar: Any = None

    def begin(self, fits: int) -> None:
        """Show it after a second."""
        if not self.wanted or not somebody_looks():
            return
        try:
            bars = import_module("tqdm.auto")
        except ImportError:
            return
        self._bar = bars.tqdm(total=fits, desc=self.name, unit="fit", delay=1)
        self._show()

    def advance(self) -> None:
        """One fit is done."""
        if self._bar is not None:
            self._bar.update()

    def rate(self, candidate: int, summary: dict[str, float]) -> None:
        """A combination is done, with these means."""
        score = summary[self.primary or next(iter(summary))]
        if score == score and (self.best is None or score > self.best[0]):
            self.best = score, candidate
            self._show()

    def _show(self) -> None:
        if self._bar is not None and self.best is not None:
            score, candidate = self.best
            self._bar.set_postfix_str(f"best {score:.4g} in {candidate + 1:04d}", refresh=False)

    def end(self) -> None:
        """Take it away."""
        if self._bar is not None:
            self._bar.close()


def somebody_looks() -> bool:
    """Whether stderr is a terminal, or the code runs in a notebook."""
    try:
        if sys.stderr.isatty():
            return True
    except (AttributeError, ValueError):
        return False
    return "ipykernel" in sys.modules and closing.in_ipython()
