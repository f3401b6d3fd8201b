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
OURS = "<!-- specweave-ml: comparison "
MOST = 500
"""With more experiments the library does not write the file at the end of one either."""


def renew(increment: Increment) -> None:
    """Write the comparison with the choices that it was last written with.

    The library does so when an experiment ends; those that are imported end elsewhere. What goes
    wrong is no failure of the import.
    """
    listed = increment.listing()["experiments"]
    chosen = choices(increment)
    if chosen is None or not 1 < len(listed) <= MOST:
        return
    pointer, core = ComparisonPointer(), library()
    try:
        check(core.et_increment_compare(increment._native, encoded_json(chosen), byref(pointer)))
    except TrackingError:
        return
    core.et_comparison_free(pointer)


def choices(increment: Increment) -> dict[str, Any] | None:
    """Return the choices that the file names: none if there is no file yet.

    None is a file that is not ours, or can not be read, which stays as it is.
    """
    path = os.path.join(str(increment.path), "experiments", "comparison.md")
    try:
        with open(path, encoding="utf-8") as file:
            beginning = file.read(1 << 16)
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError):
        return None
    if not beginning.startswith(OURS):
        return None
    found = CHOICES.search(beginning)
    named = {} if found is None else json.loads(found[1])
    return named if isinstance(named, dict) else None
