"""Records that Trackio has not put into its database yet: lines of JSON below ``inbox/``."""

from __future__ import annotations

import json
import os
from typing import Any, NamedTuple

from ...runs import Faults

FOLDER = "inbox"
ENDING = ".jsonl"
VERSION = 1
KINDS = frozenset(("metric", "system_metric", "alert"))
MOST_TOLD = 20


class Place(NamedTuple):
    """Where a record stands."""

    path: str
    line: int


Record = tuple[Place, dict[str, Any]]


def fragments_in(folder: str) -> list[str]:
    """Return the files of records in the order in which Trackio takes them."""
    found = []
    for place, _, names in os.walk(os.path.join(folder, FOLDER)):
        found += [os.path.join(place, name) for name in names if name.endswith(ENDING)]
    return sorted(filter(os.path.isfile, found))


def records_in(folder: str, faults: Faults) -> dict[str, list[Record]]:
    """Return the records by project."""
    found: dict[str, list[Record]] = {}
    told = 0
    for path in fragments_in(folder):
        with open(path, "rb") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                what = ""
                record: Any = None
                try:
                    record = json.loads(line)
                except (ValueError, RecursionError) as error:
                    what = f"no JSON: {error}"
                if not what and not isinstance(record, dict):
                    what = "no record of Trackio"
                elif not what and record.get("kind") not in KINDS:
                    what = f"a record of the kind {record.get('kind')!r}, which is not known"
                elif not what and not (record.get("project") and record.get("run")):
                    what = "a record without a project or a run"
                if what:
                    told += 1
                    if told <= MOST_TOLD:
                        faults.add(path, f"line {number}", what)
                    continue
                version = record.get("v")
                if isinstance(version, int) and version > VERSION and told < MOST_TOLD:
                    told += 1
                    faults.add(
                        path, f"line {number}",
                        f"a record of the version {version}, read as far as it is one of {VERSION}",
                    )  # fmt: skip
                found.setdefault(str(record["project"]), []).append((Place(path, number), record))
    return found
