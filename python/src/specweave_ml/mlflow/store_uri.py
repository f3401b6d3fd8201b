"""Which project, and which increment, a URI names.

==============================  ==================================================================
``specweave:``                  the project of the working directory, its active increment
``specweave:0042``              its increment 0042, by number, name or ``0042...``
``specweave:/path``             the project there, or the increment whose folder it is, or is in
``specweave:///a%20b``          the same; a blank may be written as such too
==============================  ==================================================================
"""

from __future__ import annotations

import os
import re
from typing import NamedTuple
from urllib.parse import quote, unquote

from .._native.projects import project_path
from .projects import folder_in

SCHEME = "specweave"
REFERENCE = re.compile(r"\d{1,4}[A-Za-z]?(?:$|[-.…])")


class StorePlace(NamedTuple):
    """What a URI names."""

    project: str
    """The absolute path of the project's folder, whose ``.specweave/`` is the store."""
    increment: str | None
    """The increment that is MLflow's default experiment, as it was given; None is the active."""

    @classmethod
    def of(cls, uri: str) -> StorePlace:
        """Read a URI of the scheme ``specweave``, or a path to an increment."""
        rest = re.sub(r"^//+", "/", uri.removeprefix(SCHEME + ":"))
        if not rest:
            return cls(str(project_path()), None)
        if "/" not in rest and rest not in (".", ".."):
            return cls(str(project_path()), unquote(rest))
        path = unquote(rest) if "%" in rest and not os.path.exists(rest) else rest
        path = os.path.abspath(os.path.expanduser(path))
        return cls(str(project_path(path)), increment_in(path))


def uri_of(path: str) -> str:
    """Return the URI of an absolute path of this machine."""
    return f"file://{quote(path)}"


def increment_in(path: str) -> str | None:
    """Return the increment that a path names or is in, as it is written there."""
    name = os.path.basename(folder_in(path) or "")
    return name if REFERENCE.match(name) else None
