"""Where the versions of DVCLive keep what they log."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import NamedTuple

SUMMARY, PARAMS = "metrics.json", "params.yaml"
TABLES = (os.path.join("plots", "metrics"), "scalars")
"""Where tables are since 2.0, and in 1.0; before they were in the folder itself."""
USUAL = "dvclive"
"""What the folder is called unless the program says otherwise."""
ENDING = ".tsv"
OWN = frozenset((SUMMARY, PARAMS, "plots", "artifacts", "report.html", "report.md", "dvc.yaml"))
"""What DVCLive makes in its folder."""
LOOKED_AT = 3


class Layout(NamedTuple):
    """The files of a folder."""

    tables: str
    """The folder of the tables, one for each metric."""
    summary: str
    """The file of the last values."""


def layout_of(folder: str) -> Layout | None:
    """Return where things are in a folder; None if it is none of DVCLive's."""
    summary = os.path.join(folder, SUMMARY)
    for place in TABLES:
        tables = os.path.join(folder, place)
        if any(is_table(path) for path in some_tables(tables)):
            return Layout(tables, summary)
    outside = f"{os.path.normpath(folder)}.json"
    if os.path.isfile(outside) and has_step(outside):
        first = list(tables_in(folder, deep=False))[:LOOKED_AT]
        if first and all(map(is_table, first)):
            return Layout(folder, outside)
    # A program that never calls `next_step` writes no step.
    is_usual = os.path.basename(os.path.abspath(folder)) == USUAL and os.path.isfile(summary)
    if (is_usual or has_step(summary)) and has_nothing_else(folder):
        return Layout(os.path.join(folder, TABLES[0]), summary)
    return None


def has_nothing_else(folder: str) -> bool:
    """Return whether a folder without tables holds what DVCLive writes, and nothing else.

    Other programs write a file of metrics with a step as well, into the folder of a project.
    """
    try:
        names = {name for name in os.listdir(folder) if not name.startswith(".")}
    except OSError:
        return False
    return names <= OWN and len(names) > 1


def some_tables(folder: str) -> list[str]:
    """Return the first tables below a folder."""
    found = []
    for path in tables_in(folder):
        found.append(path)
        if len(found) == LOOKED_AT:
            break
    return found


def tables_in(folder: str, *, deep: bool = True) -> Iterator[str]:
    """Yield the tables below a folder in the order of their paths."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(place, name)
            if name.endswith(ENDING) and os.path.isfile(path):
                yield path
        if not deep:
            return


def is_table(path: str) -> bool:
    """Return whether the columns of a file are those that DVCLive writes for a metric."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            header = file.readline(1 << 12).rstrip("\r\n").split("\t")
    except (OSError, UnicodeDecodeError):
        return False
    stem = os.path.basename(path)[: -len(ENDING)]
    return header in (["step", stem], ["timestamp", "step", stem])


def has_step(path: str) -> bool:
    """Return whether a file is an object of JSON with a step that is a whole number."""
    if not os.path.isfile(path):
        return False
    try:
        with open(path, "rb") as file:
            found = json.loads(file.read(1 << 22))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(found, dict) and type(found.get("step")) is int
