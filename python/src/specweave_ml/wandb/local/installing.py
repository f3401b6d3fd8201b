"""``install()``: other packages that import ``wandb`` get the stand-in."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec

from .. import choice
from . import namespace


def install() -> bool:
    """Put the stand-in into ``sys.modules`` unless the real package is there.

    Returns:
        Whether ``import wandb`` gives the stand-in now.
    """
    if choice.is_installed():
        return False
    module = namespace.module()
    if module.__spec__ is None:
        module.__spec__ = ModuleSpec("wandb", None, origin=__file__, is_package=True)
        module.__path__ = []
    sys.modules["wandb"] = module
    return True
