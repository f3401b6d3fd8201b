"""Code that was run: the script, the imported modules, executed notebook cells.

Which of the files are in no commit and have to be kept, and under which path, is the library's to
say; here is only what Python knows. Installed packages are left out: the list of packages has them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache

from .._native.experiment_handle import ExperimentHandle
from .._native.library import library
from .._native.text import encoded, encoded_json
from ..display.terminal import ipython_shell

PACKAGES = {"site-packages", "dist-packages"}
OWN = {"specweave", "specweave_ml"}

_others: dict[str, int] = {}
"""The modules that are no code of the user's, by name with their `id`.

There are thousands of them beside large packages, and each experiment of a process asks again.
"""


def record(experiment: ExperimentHandle, seen: set[str], seconds: float) -> None:
    """Save the code that was imported since; git may take so many seconds."""
    files = []
    for path, name in sources(seen):
        if os.path.isfile(path):
            files.append({"path": path, "name": name})
        elif (text := archived(path)) is not None:
            stored_path = encoded(f"code/elsewhere/{name}")
            library().et_experiment_capture_text(experiment._native, stored_path, text, len(text))
    if files:
        library().et_experiment_capture_code(experiment._native, encoded_json(files), seconds)


def cells() -> Iterator[tuple[str, str]]:
    """Return the cells of a notebook in the order they were run."""
    history = getattr(getattr(ipython_shell(), "history_manager", None), "input_hist_raw", None)
    if not history:
        return
    parts = [f"# In [{number}]\n{cell}\n" for number, cell in enumerate(history) if cell.strip()]
    if parts:
        yield "code/cells.py", "\n".join(parts)


def program() -> str | None:
    """Return the file that is run, if it is the user's own."""
    file = getattr(sys.modules.get("__main__"), "__file__", None)
    if not isinstance(file, str):
        return None
    try:
        path = resolved(file)
        return path if os.path.isfile(path) and not installed(path) else None
    except (OSError, ValueError):
        return None


def sources(seen: set[str]) -> Iterator[tuple[str, str]]:
    """Yield the script and the modules that are not in ``seen``, and add them to it."""
    main = program()
    if main is not None and "__main__" not in seen:
        yield main, os.path.basename(main)
    modules = [
        (name, module)
        for name, module in list(sys.modules.items())
        if _others.get(name) != id(module) and name not in seen
    ]
    seen.update(name for name, _ in modules)
    for name, module in modules:
        path = path_of(name, module)
        if path is None:
            _others[name] = id(module)
        elif path != main:
            yield path, module_path(name, path)


def path_of(name: str, module: object) -> str | None:
    """Return the file of a module; None if it is no code of the user's."""
    file = getattr(module, "__file__", None)
    if name.partition(".")[0] in OWN or not isinstance(file, str) or not file.endswith(".py"):
        return None
    try:
        path = resolved(file)
        return None if installed(path) else path
    except (OSError, ValueError):
        return None


def archived(path: str) -> bytes | None:
    """Return the code of a module in a zip archive, as of a program of ``zipapp``."""
    for archive, loader in list(sys.path_importer_cache.items()):
        if loader is not None and path.startswith(os.path.join(resolved(archive), "")):
            read = getattr(loader, "get_data", None)
            if callable(read):
                with suppress(OSError):
                    return bytes(read(path[len(os.path.join(resolved(archive), "")) :]))
    return None


def module_path(name: str, path: str) -> str:
    """Return the path of a module below the folder from which it is imported."""
    parts = name.replace(".", "/")
    return f"{parts}/__init__.py" if os.path.basename(path) == "__init__.py" else f"{parts}.py"


@cache
def resolved(file: str) -> str:
    """Return the path of a module, kept because each look-up reads the disk."""
    return os.path.realpath(file)


@cache
def places_of_python() -> tuple[str, ...]:
    """Return the folders of Python and its environment."""
    places = [os.path.dirname(os.__file__)]
    if sys.prefix != sys.base_prefix:
        places.append(sys.prefix)
    return tuple(os.path.join(os.path.realpath(folder), "") for folder in places)


def installed(path: str) -> bool:
    """Return whether a file belongs to Python or an installed package, not to the user's code."""
    return path.startswith(places_of_python()) or not PACKAGES.isdisjoint(path.split(os.sep))
