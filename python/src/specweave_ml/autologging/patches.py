"""Replacing functions of other packages, and putting back exactly what was there."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

from .trampolines import MISSING, Exchange


class Patches:
    """What was replaced, and by what."""

    def __init__(self) -> None:
        self._exchanges: dict[FunctionType, Exchange] = {}
        self._replaced: list[tuple[Any, str, Any, Any]] = []

    def record(self, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
        """Replace a function of a class or a module by what ``make`` makes of it.

        ``make`` is given a function that does what this one did. The function stays the same object
        under all its names. One that is not written in Python cannot, and is replaced.
        """
        function = vars(owner)[name]
        if not isinstance(function, FunctionType):
            self.replace(owner, name, make(function))
        elif function not in self._exchanges:  # a class may have the function of another one
            self._exchanges[function] = Exchange(function, make)

    def replace(self, owner: Any, name: str, new: Any) -> None:
        """Replace an attribute of a class or a module, which it may only inherit."""
        self._replaced.append((owner, name, vars(owner).get(name, MISSING), new))
        setattr(owner, name, new)

    def undo(self) -> None:
        """Restore everything except what other code has replaced since."""
        while self._exchanges:
            self._exchanges.popitem()[1].undo()
        while self._replaced:
            owner, name, old, new = self._replaced.pop()
            if vars(owner).get(name) is not new:
                continue
            if old is MISSING:
                delattr(owner, name)
            else:
                setattr(owner, name, old)
