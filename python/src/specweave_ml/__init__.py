"""Experiment tracking as files: the code behind the package `specweave`."""

from __future__ import annotations

from typing import Any

from . import _version, public

__version__ = _version.VERSION

__all__ = [*public.NAMES, "__version__"]


def __getattr__(name: str) -> Any:
    if name not in public.NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = public.load(name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
