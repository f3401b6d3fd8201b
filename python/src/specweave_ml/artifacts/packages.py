"""What other packages an object belongs to, found out without importing any of them."""

from __future__ import annotations

import importlib
import platform
import sys
from types import ModuleType
from typing import Any

from .._native.optional_packages import DISTRIBUTIONS
from .._native.optional_packages import extra as required


def is_a(obj: object, *names: str) -> bool:
    """Whether ``obj`` is an instance of one of the classes named ``package.module.Class``.

    An object of a class exists only where its module is loaded, so nothing is imported to find out.
    """
    for name in names:
        module, _, attribute = name.rpartition(".")
        known = getattr(sys.modules.get(module), attribute, None)
        if isinstance(known, type) and isinstance(obj, known):
            return True
    return False


def type_name(obj: object) -> str:
    """The full name of the object's class, as ``sklearn.dummy.DummyClassifier``."""
    kind = type(obj)
    return f"{kind.__module__}.{kind.__qualname__}"


def home(obj: object) -> str:
    """The top-level package that the object's class comes from."""
    return type(obj).__module__.partition(".")[0]


def versions(*packages: str) -> dict[str, str]:
    """The versions of Python and of those packages that are loaded and tell theirs."""
    found = {"python": platform.python_version()}
    for package in packages:
        version = getattr(sys.modules.get(package), "__version__", None)
        if isinstance(version, str):
            found[DISTRIBUTIONS.get(package, package)] = version
    return found


def need(package: str, purpose: str, *, extra: str | None = None) -> Any:
    """Import ``package``, or say what it is needed for and how to install it."""
    return required(package, purpose, extra)


def optional(package: str) -> ModuleType | None:
    """Import ``package`` if it is installed."""
    try:
        return importlib.import_module(package)
    except ImportError:
        return None
