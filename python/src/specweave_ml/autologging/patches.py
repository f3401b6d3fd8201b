"""Replacing functions of other packages, and putting back exactly what was there."""

from __future__ import annotations

import sys
from types import FunctionType, ModuleType
from typing import Any

MISSING: Any = object()


class Patches:
    """What was replaced, and by what."""

    def __init__(self) -> None:
        self._done: list[tuple[Any, str, Any, Any]] = []
        self._functions: list[tuple[str, FunctionType, Any]] = []

    def replace(self, owner: Any, name: str, new: Any) -> None:
        """Replace an attribute of a class or a module, which it may only inherit."""
        self._done.append((owner, name, vars(owner).get(name, MISSING), new))
        setattr(owner, name, new)

    def replace_function(self, package: str, function: FunctionType, new: Any) -> None:
        """Replace a function in every loaded module of a package that holds it by its name."""
        self._functions.append((package, function, new))
        for module in modules_of(package):
            if vars(module).get(function.__name__) is function:
                self.replace(module, function.__name__, new)

    def undo(self) -> None:
        """Put everything back; what somebody else has replaced since is theirs, and stays."""
        while self._done:
            owner, name, old, new = self._done.pop()
            if vars(owner).get(name) is not new:
                continue
            if old is MISSING:
                delattr(owner, name)
            else:
                setattr(owner, name, old)
        for package, function, new in self._functions:
            # Modules that were loaded since have taken the new one.
            for module in modules_of(package):
                if vars(module).get(function.__name__) is new:
                    setattr(module, function.__name__, function)
        self._functions.clear()


def modules_of(package: str) -> list[ModuleType]:
    """The loaded modules of a package."""
    return [
        module
        for name, module in list(sys.modules.items())
        if name.partition(".")[0] == package and isinstance(module, ModuleType)
    ]
