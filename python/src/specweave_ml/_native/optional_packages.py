"""Packages that are not required to be installed: which are there, and what is theirs."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

from ..errors import MissingExtraError

DISTRIBUTIONS = {"sklearn": "scikit-learn", "PIL": "pillow", "yaml": "pyyaml"}
"""Import names whose distribution is called otherwise."""


def need(module: str, purpose: str, *, extra: str | None = None) -> Any:
    """Import a package, or say what it is for and how it is installed.

    That is our extra of this name, or the package itself if none brings it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        package = DISTRIBUTIONS.get(package, package)
        wanted = f"specweave-ml[{extra}]" if extra else package
        raise MissingExtraError(f"{purpose} needs {package}: pip install '{wanted}'") from error


def pandas(purpose: str) -> Any:
    """Return the package pandas."""
    return need("pandas", purpose, extra="pandas")


def optional(package: str) -> ModuleType | None:
    """Import ``package`` if it is installed."""
    try:
        return importlib.import_module(package)
    except ImportError:
        return None


def is_a(obj: object, *names: str) -> bool:
    """Return whether ``obj`` is an instance of one of the classes named ``package.module.Class``.

    An object of a class exists only where its module is loaded, so nothing is imported to find out.
    """
    for name in names:
        module, _, attribute = name.rpartition(".")
        loaded = getattr(sys.modules.get(module), attribute, None)
        if isinstance(loaded, type) and isinstance(obj, loaded):
            return True
    return False


def type_name(obj: object) -> str:
    """Return the full name of the object's class, as ``sklearn.dummy.DummyClassifier``."""
    kind = type(obj)
    return f"{kind.__module__}.{kind.__qualname__}"


def home(obj: object) -> str:
    """Return the top-level package that the object's class comes from."""
    return type(obj).__module__.partition(".")[0]


def versions(*packages: str) -> dict[str, str]:
    """Return the versions of Python and of those packages that are loaded and have a version."""
    import platform  # which imports much

    found = {"python": platform.python_version()}
    for package in packages:
        version = getattr(sys.modules.get(package), "__version__", None)
        if isinstance(version, str):
            found[DISTRIBUTIONS.get(package, package)] = version
    return found
