"""``install()``: other packages that import ``wandb`` get the stand-in.

They ask in three ways: they import it or a module below it, they ask whether it could be found, and
they ask which version is installed. One finder answers all.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.metadata import Distribution, DistributionFinder
from types import ModuleType
from typing import Any

from .. import choice
from . import namespace

NAME = "wandb"


class InstalledDistribution(Distribution):
    """What is known of the package ``wandb``: its name and its version."""

    def read_text(self, filename: str) -> str | None:
        """Return the metadata; there is no other file."""
        if filename != "METADATA":
            return None
        return f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {namespace.WANDB_VERSION}\n"

    def locate_file(self, path: Any) -> Any:
        """Return the path: it has no files."""
        return path


class StandInFinder(DistributionFinder, MetaPathFinder, Loader):
    """Finds the stand-in by the name of the real package."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where a module comes from, if it is the stand-in or one below it."""
        inside = inside_of(fullname)
        if inside is None or (inside and inside not in namespace.SUBMODULES):
            return None
        return ModuleSpec(fullname, self, origin=__file__, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the module."""
        return namespace.submodule(inside_of(spec.name) or "")

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: its names are looked up when they are used."""

    def find_distributions(
        self, context: DistributionFinder.Context | None = None
    ) -> Iterable[Distribution]:
        """Return the distribution where it is asked for by its name; lists stay as they are."""
        wanted = None if context is None else context.name
        return [InstalledDistribution()] if wanted == NAME else []


_finder = StandInFinder()


def inside_of(fullname: str) -> str | None:
    """Return the path below ``wandb``, "" for itself; None for anything else."""
    if fullname == NAME:
        return ""
    return fullname[len(NAME) + 1 :] if fullname.startswith(f"{NAME}.") else None


def install() -> bool:
    """Let ``import wandb`` give the stand-in, unless the real package is there.

    Returns:
        Whether it does now.
    """
    if choice.is_installed():
        return False
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)
    loaded = sys.modules.get(NAME)
    if not getattr(loaded, "__specweave__", False):
        # A folder that runs have left behind may have been imported under this name.
        sys.modules.pop(NAME, None)
    __import__(NAME)
    return True


def uninstall() -> None:
    """Take back what `install` did."""
    if _finder in sys.meta_path:
        sys.meta_path.remove(_finder)
    for name in list(sys.modules):
        if inside_of(name) is not None and getattr(sys.modules[name], "__specweave__", False):
            del sys.modules[name]
