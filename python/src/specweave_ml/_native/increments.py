"""Increments: the folders that group experiments."""

from __future__ import annotations

import os
from ctypes import byref
from pathlib import Path
from typing import Any, Union

from .handle import Handle
from .library import library
from .pointers import IncrementPointer, ListingPointer
from .status import check
from .text import decoded, encoded, encoded_json, owned_json

IncrementName = Union[str, int, "os.PathLike[str]"]
"""``"0042"``, ``42``, ``"0042-recommendation-model"``, a path, or the documents' ``"0042..."``."""

_default: IncrementName | None = None


def set_increment(increment: IncrementName | None) -> None:
    """Use this increment from now on wherever none is given; ``None`` goes back to finding it."""
    global _default
    if increment is not None:
        text_of(increment)
    _default = increment


def start_of_search() -> Increment | None:
    """Return where to look for several increments: beside the one set.

    None is the working directory.
    """
    return None if _default is None else Increment.find()


class Increment(Handle[IncrementPointer]):
    """An increment, found or made."""

    _free_name = "et_increment_free"

    @classmethod
    def find(cls, name: IncrementName | None = None, *, create: bool = False) -> Increment:
        """Find an increment; ``create`` makes it where the name is a full and free one."""
        chosen = _default if name is None else name
        text = None if chosen is None else encoded(text_of(chosen))
        function = library().et_increment_ensure if create else library().et_increment_open
        pointer = IncrementPointer()
        check(function(text, None, byref(pointer)))
        return cls(pointer)

    @property
    def name(self) -> str:
        """The folder's name."""
        return decoded(library().et_increment_name(self._native))

    @property
    def path(self) -> Path:
        """The folder."""
        return Path(os.fsdecode(library().et_increment_path(self._native) or b""))

    @property
    def reason(self) -> str:
        """Why this one was chosen."""
        return decoded(library().et_increment_reason(self._native))

    def listing(self, **options: Any) -> dict[str, Any]:
        """Read the ``experiments`` that the options choose, and ``notes`` for the reader."""
        chosen = {key: value for key, value in options.items() if value is not None}
        core, pointer = library(), ListingPointer()
        check(core.et_listing_open(self._native, encoded_json(chosen), byref(pointer)))
        try:
            return {
                "experiments": [
                    owned_json(core.et_listing_read, pointer, index)
                    for index in range(core.et_listing_count(pointer))
                ],
                "notes": owned_json(core.et_listing_notes, pointer),
            }
        finally:
            core.et_listing_free(pointer)


def text_of(name: IncrementName) -> str:
    """Return the text that the library looks for."""
    if isinstance(name, bool) or not isinstance(name, (str, int, os.PathLike)):
        raise TypeError(
            f"an increment is a str, an int or a path, not {type(name).__name__}: {name!r}"
        )
    if isinstance(name, int):
        return f"{name:04d}"
    return os.fspath(name)
