"""Where the program runs: in IPython, in a notebook, in a terminal that a user watches."""

from __future__ import annotations

import sys
from typing import Any


def ipython_shell() -> Any:
    """Return IPython's shell if it runs the user's code; IPython is not imported to find out."""
    get = getattr(sys.modules.get("IPython"), "get_ipython", None)
    return get() if callable(get) else None


def in_ipython_kernel() -> bool:
    """Return whether the code runs in an IPython kernel, such as that of a notebook."""
    return "ipykernel" in sys.modules and ipython_shell() is not None


def is_watched() -> bool:
    """Return whether stderr is a terminal, or the code runs in a notebook."""
    try:
        if sys.stderr.isatty():
            return True
    except (AttributeError, ValueError):
        return False
    return in_ipython_kernel()
