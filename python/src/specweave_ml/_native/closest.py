"""What may have been meant with a name that is not there."""

from __future__ import annotations

from collections.abc import Iterable

from .library import library
from .text import encoded, encoded_json, owned_json


def closest(text: object, names: Iterable[str]) -> list[str]:
    """Return the names that there are, the closest to a text first, at most twelve."""
    function = library().et_text_closest
    return list(owned_json(function, encoded(str(text)), encoded_json([*map(str, names)])))
