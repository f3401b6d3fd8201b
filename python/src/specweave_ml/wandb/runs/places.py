"""Where runs are: the increment that a project means, and the experiment of a run's id."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..._native.increments import Increment, IncrementName
from ...errors import AmbiguousIncrementError, IncrementNotFoundError
from ...reading.listing import Listing, ListingEntry
from .facts import SECTION

LIKE_AN_INCREMENT = re.compile(r"\d{3,4}[A-Z]?(-.*|\.\.\.)?", re.DOTALL)


def named_increment(project: str | None) -> Increment | None:
    """Return the increment that a project names, by its number or its folder's name, if any."""
    if project is None or not LIKE_AN_INCREMENT.fullmatch(project):
        return None
    try:
        return Increment.find(project)
    except (IncrementNotFoundError, AmbiguousIncrementError):
        return None


def increment_of(project: str | None, increment: IncrementName | None = None) -> Increment:
    """Return where runs of a project go: the increment that was given, named, or is active."""
    if increment is not None:
        return Increment.find(increment, create=True)
    return named_increment(project) or Increment.find(create=True)


def entries_of_runs(increment: Increment) -> Iterator[ListingEntry]:
    """Yield the experiments of an increment that are runs, the newest first."""
    for entry in reversed(Listing.open(increment._native, {}).entries()):
        if SECTION in entry.facts["facts"]:
            yield entry


def entry_of_run(increment: Increment, run_id: str, project: str | None) -> ListingEntry | None:
    """Return the newest experiment of a run's id; of this project, unless that is None."""
    found = [
        entry
        for entry in entries_of_runs(increment)
        if entry.facts["facts"][SECTION].get("id") == run_id
    ]
    for entry in found:
        if project in (None, entry.facts["facts"][SECTION].get("project")):
            return entry
    return None
