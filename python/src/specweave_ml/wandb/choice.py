"""Which implementation stands behind ``specweave.wandb``: the real package, or the stand-in.

The stand-in is used where Weights & Biases is not installed, and everywhere with
``SPECWEAVE_WANDB=local`` in the environment.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder
from typing import Any

VARIABLE = "SPECWEAVE_WANDB"


def is_local() -> bool:
    """Return whether the stand-in is used."""
    return os.environ.get(VARIABLE, "").strip().lower() == "local" or not is_installed()


def is_installed() -> bool:
    """Return whether the real package can be imported; it is not imported to find out."""
    loaded = sys.modules.get("wandb")
    if loaded is not None and not getattr(loaded, "__specweave__", False):
        return getattr(loaded, "init", None) is not None
    found = PathFinder.find_spec("wandb")
    # A folder of that name, as every run leaves one behind, is not the package.
    return found is not None and found.origin is not None


def implementation() -> Any:
    """Return the module that answers."""
    if is_local():
        from .local.namespace import module

        return module()
    import wandb

    return wandb
