"""Options that take several things, of which a single one may stand alone."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ..errors import InvalidArgumentError
from .conversion import brief


def several(option: str, given: Any, *single: type) -> list[Any]:
    """Return the elements of what was given; a text is one element and never its letters.

    Args:
        option: What it was given for, for the message.
        given: The elements, or one of them; None is none.
        single: Classes of which one may stand alone, beside text and paths.

    Raises:
        InvalidArgumentError: It is neither, or a dict, whose values would be lost.
    """
    if given is None:
        return []
    if isinstance(given, (str, bytes, os.PathLike, *single)):
        return [given]
    if isinstance(given, Mapping):
        raise InvalidArgumentError(
            f"{option} takes one or a list of them, not a dict: {brief(given)}; name each in full"
        )
    try:
        found = list(given)
    except TypeError as error:
        raise InvalidArgumentError(
            f"{option} takes one or a list of them, not {type(given).__name__}: {brief(given)}"
        ) from error
    return sorted(found, key=str) if isinstance(given, (set, frozenset)) else found
