"""How one object becomes one file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from .._native.text import to_bytes

Details = Mapping[str, Any]
"""What is recorded beside an artifact: who wrote it, and with which versions."""


@dataclass(frozen=True)
class Encoding:
    """A way to write an object: decided before a byte is written.

    ``write`` makes the file at the path it is given and returns further details, if there are any.
    """

    kind: str
    serialiser: str
    write: Callable[[Path], Details | None]
    packages: tuple[str, ...] = ()
    """Packages, beside the object's own, whose versions a reader will want to know."""


Encodings = Mapping[str, Encoding]
"""By extension, in the order in which they are offered to the user."""


def streamed(write: Callable[[BinaryIO], object]) -> Callable[[Path], None]:
    """Return ``write`` for a path: it gets an open file, so that Python reports a full disk."""

    def to_path(path: Path) -> None:
        with path.open("xb") as file:
            write(file)

    return to_path


def as_text(render: Callable[[], str]) -> Callable[[Path], None]:
    """Write text as UTF-8 with plain line feeds, on every platform the same bytes.

    A file name that is not UTF-8, as Python tells it, is written as its bytes.
    """
    return streamed(lambda file: file.write(to_bytes(render())))
