"""Packages that some methods need and that are not required to be installed."""

from __future__ import annotations

import importlib
from typing import Any

from .errors import MissingExtraError


def pandas(what: str) -> Any:
    """The package pandas."""
    return extra("pandas", what, "pandas")


def extra(module: str, what: str, name: str) -> Any:
    """Import a package, or say what it is for and how it is installed."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f"{what} needs {module.partition('.')[0]}: pip install 'specweave-ml[{name}]'"
        ) from error
