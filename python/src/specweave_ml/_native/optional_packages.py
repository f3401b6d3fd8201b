"""Packages that some methods need and that are not required to be installed."""

from __future__ import annotations

import importlib
from typing import Any

from ..errors import MissingExtraError

DISTRIBUTIONS = {"sklearn": "scikit-learn", "PIL": "pillow", "yaml": "pyyaml"}
"""Import names whose distribution is called otherwise."""


def pandas(what: str) -> Any:
    """The package pandas."""
    return extra("pandas", what, "pandas")


def extra(module: str, what: str, name: str | None) -> Any:
    """Import a package, or say what it is for and how it is installed.

    That is our extra of this name, or the package itself if none brings it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        package = DISTRIBUTIONS.get(package, package)
        wanted = f"specweave-ml[{name}]" if name else package
        raise MissingExtraError(f"{what} needs {package}: pip install '{wanted}'") from error
