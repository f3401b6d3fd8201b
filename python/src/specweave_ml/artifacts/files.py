"""Files and folders that exist already."""

from __future__ import annotations

import os
from typing import Any

from ..errors import SerialisationError
from .text import BINARY


def is_path(obj: object) -> bool:
    """Return whether the object is a path by its type."""
    return isinstance(obj, os.PathLike)


def named_by(text: str, name: str) -> str:
    """Return the file that ``text`` names, for an artifact that is not a text file."""
    if os.path.exists(text):
        return text
    shown = text if len(text) <= 80 else text[:80] + "…"
    raise SerialisationError(
        f"{name} was given the text {shown!r}, which is not an existing file. A {extension(name)} "
        f"file is not text: give the object itself, or the path of a file that is there"
    )


def alone(obj: Any, call: str = "save_artifact with one argument") -> str:
    """Return the path that is given alone."""
    if isinstance(obj, (str, os.PathLike)):
        return os.fsdecode(obj)
    raise SerialisationError(
        f"{call} takes the path of a file or folder, not a {type(obj).__qualname__}. "
        f"Give it a name as well: save_artifact('name.pkl', object)"
    )


def extension(name: str) -> str:
    """Return the extension that decides, in small letters; "" if there is none."""
    return os.path.splitext(name)[1].lower()


def for_text_only(name: str) -> bool:
    """Return whether a ``str`` for this name is content; else it names a file."""
    return extension(name) not in BINARY
