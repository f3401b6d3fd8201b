"""A progress bar, shown where a user watches and where there is something to wait for."""

from __future__ import annotations

import warnings
from importlib import import_module
from types import TracebackType
from typing import Any

from .._native.text import shown
from .terminal import is_watched


class Bar:
    """A bar of tqdm that appears after a second.

    It is nothing at all without a terminal or notebook, without tqdm, or if it is not wanted.
    """

    def __init__(self, name: str, wanted: bool = True) -> None:
        self.name = name
        self.wanted = wanted and is_watched()
        self._bar: Any = None
        self._said = ""

    def begin(self, total: int | None, unit: str) -> None:
        """Count from here on; the total may be unknown."""
        if not self.wanted:
            return
        try:
            with warnings.catch_warnings():
                # In a notebook without widgets the bar is text, which is nothing to complain of.
                warnings.simplefilter("ignore")
                bars = import_module("tqdm.auto")
        except ImportError:
            return
        self._bar = bars.tqdm(total=total, desc=shown(self.name), unit=unit, delay=1)
        self.say(self._said)

    def advance(self) -> None:
        """Count one more."""
        if self._bar is not None:
            self._bar.update()

    def say(self, text: str) -> None:
        """Show a text beside it, from the next step on."""
        self._said = text
        if self._bar is not None and text:
            self._bar.set_postfix_str(shown(text), refresh=False)

    def end(self) -> None:
        """Remove it."""
        if self._bar is not None:
            self._bar.close()

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()
