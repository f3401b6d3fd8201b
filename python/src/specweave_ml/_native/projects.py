"""The project that holds a store, for files that lie beside the increments."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from .library import library
from .text import encoded, encoded_path, owned, owned_bytes, owned_json


def project_path(directory: str | os.PathLike[str] | None = None) -> Path:
    """Return the project's folder: around a directory, or where one would be made."""
    start = None if directory is None else encoded_path(directory)
    return Path(os.fsdecode(owned_bytes(library().et_project_path, start)))


def project_increments(directory: str | os.PathLike[str]) -> list[dict[str, str]]:
    """Return ``name``, ``key`` and ``path`` of a project's increments, by the library's rules."""
    function = library().et_project_increments
    return list(owned_json(function, encoded_path(directory)))


@lru_cache(4096)
def folder_name(name: str) -> str:
    """Return the name of the folder for a name: legal everywhere, different for each name."""
    return owned(library().et_folder_name, encoded(name))
