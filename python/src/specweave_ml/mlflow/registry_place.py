"""The project that a URI of the scheme `specweave` means."""

from __future__ import annotations

import os
from pathlib import Path

from .._native.increments import Increment
from .._native.projects import project_path

SCHEME = "specweave:"


def place_of(uri: str) -> str:
    """Return what stands after the scheme; ``specweave:///a b`` is the path ``/a b``."""
    rest = uri.removeprefix(SCHEME)
    return "/" + rest.lstrip("/") if rest.startswith("/") else rest


def project_of(uri: str) -> Path:
    """Return the project's folder: of an increment, of a path, or around the working directory."""
    place = place_of(uri)
    if not place:
        return project_path()
    if os.sep in place or place in {os.curdir, os.pardir} or os.path.isdir(place):
        return project_path(os.path.abspath(place))
    return project_path(Increment.find(place).path)
