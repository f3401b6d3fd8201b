"""The names of the stand-in, and the module of this package that each lives in."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

from ..._version import VERSION

WANDB_VERSION = "0.31.0"
"""The version of Weights & Biases whose interface this is; libraries compare it."""

NAMES: Mapping[str, str] = {}
"""Names that are the same object all the time, and where they are."""

MODULES: Mapping[str, str] = {}
"""Modules below ``wandb``, and where they are: "util", "sdk.lib" …"""


def lookup(name: str) -> Any:
    """Return what a name means now.

    Raises:
        AttributeError: The stand-in has no such name.
    """
    if name in NAMES:
        return getattr(import_module(f"{__package__}.{NAMES[name]}"), name)
    if name in MODULES:
        return import_module(f"{__package__}.{MODULES[name]}")
    raise AttributeError(f"module 'wandb' (of specweave {VERSION}) has no attribute {name!r}")


class Namespace(ModuleType):
    """A module whose names are looked up when they are used."""

    __specweave__ = True
    __version__ = WANDB_VERSION

    def __getattr__(self, name: str) -> Any:
        return lookup(name)

    def __dir__(self) -> list[str]:
        return sorted({*NAMES, *MODULES, "__version__"})


_module = Namespace("wandb", "Weights & Biases, as this project records it.")


def module() -> Namespace:
    """Return the module that stands for ``wandb``."""
    return _module
