"""Which code is installed, and which is the user's own."""

from __future__ import annotations

import functools
import hashlib
import pickle
import site
import sys
import sysconfig
from pathlib import Path
from types import ModuleType
from typing import Any

OURS = ("specweave", "specweave_ml")
INSTALLED = ("site-packages", "dist-packages")


def is_library(name: object) -> bool:
    """Return whether a module belongs to Python or to an installed package."""
    if not isinstance(name, str) or name == "__main__":
        return False
    if name.partition(".")[0] in OURS or name in sys.builtin_module_names:
        return True
    module = sys.modules.get(name)
    if module is None:
        return False
    path = file_of(module)
    if path is None:
        # Frozen modules have no file, nor have those that a program makes itself.
        return name.partition(".")[0] in sys.stdlib_module_names
    return is_installed(path)


@functools.cache
def is_installed(path: str) -> bool:
    """Return whether a file lies where packages are installed."""
    parts = Path(path).parts
    return any(part in INSTALLED for part in parts) or path.startswith(standard_folders())


@functools.cache
def standard_folders() -> tuple[str, ...]:
    """Return where Python's own modules are."""
    paths = sysconfig.get_paths()
    folders = {paths[key] for key in ("stdlib", "platstdlib", "purelib", "platlib")}
    folders.add(site.getusersitepackages())
    return tuple(f"{folder}/" for folder in folders)


def file_of(module: ModuleType) -> str | None:
    """Return the file of a module, if it has one."""
    path = getattr(module, "__file__", None)
    return path if isinstance(path, str) else None


def origin(name: str) -> tuple[str, str]:
    """Return what distinguishes two versions of a module: its package's version, and its file."""
    top = sys.modules.get(name.partition(".")[0])
    version = getattr(top, "__version__", "")
    module = sys.modules.get(name)
    path = None if module is None else file_of(module)
    return str(version), "" if path is None else digest_of_file(path)


def digest_of_file(path: str) -> str:
    """Return the digest of a source file.

    Compiled ones of installed packages are identified by the version.
    """
    if is_installed(path):
        return digest_of_installed(path) if path.endswith(".py") else ""
    return digest_of(path)


@functools.cache
def digest_of_installed(path: str) -> str:
    """Return the digest of a file that does not change while the program runs."""
    return digest_of(path)


def digest_of(path: str) -> str:
    """Return the digest of a file, or nothing if it cannot be read."""
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return ""


def found_by_name(value: Any) -> str | None:
    """Return the module in which a function or a class is found under its own name, or None."""
    name, module = getattr(value, "__qualname__", None), getattr(value, "__module__", None)
    if not isinstance(name, str) or not isinstance(module, str):
        return None
    return module if reached(module, name) is value else None


def named_as(value: Any, name: str) -> str | None:
    """Return the module in which pickle finds an object under this name, or None."""
    module = pickle.whichmodule(value, name)  # type: ignore[attr-defined]
    return str(module) if reached(module, name) is value else None


def reached(module: str, name: str) -> Any:
    """Return what a dotted name leads to."""
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return found
