"""Which run ``resume=`` continues, and the id of one that it does not."""

from __future__ import annotations

from ..._native.increments import Increment
from ..runs.places import entries_of_runs, entry_of_run
from .errors import UsageError
from .identifiers import generate_id
from .settings import Settings

UNFINISHED = ("crashed", "failed", "interrupted")
"""The statuses of a run that ``resume="auto"`` continues."""


def choose_id(settings: Settings, place: Increment, project: str | None) -> bool:
    """Set the id, and return whether the run of this id is continued, of this project if any.

    Raises:
        UsageError: It must be there and is not, or the reverse.
    """
    rule = settings.resume
    if settings.run_id is None and rule == "auto":
        settings.run_id = unfinished_id(place, settings.project)
    if settings.run_id is None:
        if rule == "must":
            raise UsageError("resume='must' needs the id of the run to continue")
        settings.run_id = generate_id()
        return False
    if settings.resume_from is not None or rule is None:
        return False
    entry = entry_of_run(place, settings.run_id, project)
    there = entry is not None
    if entry is not None:
        settings.project = entry.facts["facts"]["wandb"].get("project", settings.project)
    if rule == "must" and not there:
        raise UsageError(
            f"resume='must' but there is no run {settings.run_id!r}"
            + (f" of the project {project!r}" if project else "")
            + f" in the increment {place.name}"
        )
    if rule == "never" and there:
        raise UsageError(f"resume='never' but there is a run {settings.run_id!r} already")
    return there


def unfinished_id(place: Increment, project: str | None) -> str | None:
    """Return the id of the newest run with ``resume="auto"`` of a project, if it did not finish."""
    for entry in entries_of_runs(place):
        section = entry.facts["facts"]["wandb"]
        if section.get("project") == project and section.get("resume") == "auto":
            unfinished = entry.facts["status"] in UNFINISHED or section.get("preempting")
            return str(section["id"]) if unfinished else None
    return None
