"""The project that a store belongs to, and its increments."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

STORE = ".specweave"
LIFECYCLES = ("_archive", "_abandoned", "_paused", "_backlog")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NAME = re.compile(r"(\d{3,4})([A-Z]?)-(.*)", re.DOTALL)


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
    """Return the increments of a project by number; of those with one number the first found."""
    top = os.path.join(project, STORE, "increments")
    found: dict[str, IncrementFolder] = {}
    for parent in (top, *(os.path.join(top, name) for name in LIFECYCLES)):
        try:
            entries = sorted(os.scandir(parent), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            match = NAME.fullmatch(entry.name)
            if match is not None and int(match[1]) and entry.is_dir():
                key = f"{int(match[1])}{match[2]}"
                found.setdefault(key, IncrementFolder(entry.name, entry.path, key))
    return list(found.values())


def increment_at(path: str) -> IncrementFolder:
    """Return the increment in which an experiment's folder is."""
    folder = path.partition("/experiments/")[0]
    if STORE in folder.split("/"):
        top = path.rindex(f"/{STORE}/increments/")
        folder = path[: path.index("/experiments", top)]
    name = os.path.basename(folder)
    match = NAME.fullmatch(name)
    key = name if match is None else f"{int(match[1])}{match[2]}"
    return IncrementFolder(name, folder, key)
