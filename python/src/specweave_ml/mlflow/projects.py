"""The project that a store belongs to, and its increments."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from .._native.projects import project_increments

STORE = ".specweave"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
KEY = re.compile(r"0*(\d+[A-Z]?)-")


class IncrementFolder(NamedTuple):
    """An increment of a project."""

    name: str
    """The folder's name."""
    path: str
    """The absolute path."""
    key: str
    """The number without leading zeros, and the letter: MLflow's id of it."""

    @property
    def number(self) -> int:
        """The number."""
        return int(self.key.rstrip(LETTERS))


def increments_of(project: str) -> list[IncrementFolder]:
    """Return the increments of a project; of those with one number the one that is found by it."""
    listed = project_increments(os.path.join(project, STORE))
    return [IncrementFolder(one["name"], one["path"], one["key"]) for one in listed]


def increment_at(path: str) -> IncrementFolder:
    """Return the increment in which an experiment's folder is."""
    folder = folder_in(path) or path.partition("/experiments/")[0]
    name = os.path.basename(folder)
    return IncrementFolder(name, folder, key_of(name))


def folder_in(path: str) -> str | None:
    """Return the path of the folder below `increments`, or in its archive, that a path is in."""
    parts = path.split("/")
    for place in range(len(parts) - 2, 0, -1):
        if parts[place - 1 : place + 1] == [STORE, "increments"]:
            last = place + (2 if parts[place + 1].startswith("_") else 1)
            return "/".join(parts[: last + 1]) if last < len(parts) else None
    return None


def key_of(name: str) -> str:
    """Return the number in an increment's name as MLflow's id of it."""
    match = KEY.match(name)
    return name if match is None else match[1]
