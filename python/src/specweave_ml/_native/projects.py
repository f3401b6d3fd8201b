"""The project that holds a store, for files that lie beside the increments."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from .library import library
from .text import encoded, encoded_path, owned, owned_bytes


def project_path(directory: str | os.PathLike[str] | None = None) -> Path:
    """Return the project's folder: around a directory, or where one would be made."""
    start = None if directory is None else encoded_path(directory)
    return Path(os.fsdecode(owned_bytes(library().et_project_path, start)))


@lru_cache(4096)
def folder_name(name: str) -> str:
    """Return the name of the folder for a name: legal everywhere, different for each name."""
    return owned(library().et_folder_name, encoded(name))
