"""Renewing ``comparison.md`` once after an import."""

from __future__ import annotations

import json
import os
import re
from ctypes import byref
from typing import Any

from .._native.increments import Increment
from .._native.library import library
from .._native.pointers import ComparisonPointer
from .._native.status import check
from .._native.text import encoded_json
from ..errors import TrackingError

CHOICES = re.compile(r"<!-- compared with (\{.*\}) -->")
MOST = 500
"""With more experiments the library does not write the file at the end of one either."""


def renew(increment: Increment) -> None:
    """Write the comparison with the choices that it was last written with.

    The library does so when an experiment ends; those that are imported end elsewhere. What goes
    wrong is no failure of the import.
    """
    listed = increment.listing()["experiments"]
    if not 1 < len(listed) <= MOST:
        return
    pointer, core = ComparisonPointer(), library()
    try:
        check(
            core.et_increment_compare(
                increment._native, encoded_json(choices(increment)), byref(pointer)
            )
        )
    except TrackingError:
        return
    core.et_comparison_free(pointer)


def choices(increment: Increment) -> dict[str, Any]:
    """Return the choices that the file names; those of a new one if there is none."""
    path = os.path.join(str(increment.path), "experiments", "comparison.md")
    try:
        with open(path, encoding="utf-8") as file:
            found = CHOICES.search(file.read(1 << 16))
    except (OSError, UnicodeDecodeError):
        found = None
    if found is None:
        return {}
    named = json.loads(found[1])
    return named if isinstance(named, dict) else {}
