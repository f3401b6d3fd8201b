"""Putting experiments away, bringing them back, and deleting them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from ctypes import byref
from datetime import date, timedelta
from typing import Any, NamedTuple

from .._native.increments import Increment, IncrementName, start_of_search, text_of
from .._native.library import library
from .._native.pointers import ReportPointer
from .._native.report import Report
from .._native.status import check
from .._native.text import encoded_json
from ..errors import InvalidArgumentError
from ..values.several import several
from .experiment import Experiment
from .lookup import load_experiment


class ArchiveEntry(NamedTuple):
    """What became of an experiment, or would."""

    action: str
    """``"archive"``, ``"keep"`` (it fulfils the conditions but is in use) or ``"skip"``."""
    reason: str
    """Why."""
    name: str
    number: int
    folder: str
    """Where it was, relative to the increment's ``experiments/``."""
    increment: str
    status: str
    last_active: float
    """When something happened in it last, or in one inside it: seconds since 1970."""
    inside: int
    """How many experiments are inside it, which move with it."""
    moved_to: str | None
    """Where it is now, relative to ``experiments/``; None if it was not moved."""


class ArchiveReport(Report):
    """Which experiments are archived and which are kept, with the reasons; a table when shown."""

    @property
    def dry_run(self) -> bool:
        """Whether nothing was moved: the report is a plan."""
        return bool(self._facts["dry_run"])

    @property
    def entries(self) -> list[ArchiveEntry]:
        """Every top-level experiment, by number."""
        return [ArchiveEntry(**facts) for facts in self._facts["experiments"]]

    @property
    def archived(self) -> list[ArchiveEntry]:
        """Those that were moved, or in a dry run those that would be."""
        return [entry for entry in self.entries if entry.action == "archive"]

    @property
    def kept(self) -> list[ArchiveEntry]:
        """Those that fulfil the conditions and stay all the same."""
        return [entry for entry in self.entries if entry.action == "keep"]


def archive_experiments(
    older_than: str | timedelta | date | None = None,
    increment: IncrementName | Iterable[IncrementName] | None = None,
    where: str | None = None,
    *,
    names: str | Iterable[str] | None = None,
    dry_run: bool = True,
    force: bool = False,
) -> ArchiveReport:
    """Move the experiments that fulfil all given conditions to ``_archive``, or say which would be.

        archive_experiments(older_than="6mo")                 # what would be moved
        archive_experiments(older_than="6mo", dry_run=False)  # moves it

    An experiment moves with all that is inside it. A running one never is moved. Lists and
    comparisons leave archived experiments out, unless they are given ``archived=True``;
    `load_experiment` still finds them, and `restore_experiment` brings them back.

    Args:
        older_than: Those in which nothing has happened for so long, or since a date: ``"12h"``,
            ``"30d"``, ``"2w"``, ``"6mo"``, ``"1y"``, ``"2026-01-31"``, a timedelta or a date.
        increment: The increment; None finds it. ``"all"`` is every increment of the project, a list
            some of them.
        where: Those that fulfil this condition, as in `list_experiments`.
        names: These, by name, number or folder.
        dry_run: Move nothing and only say what would be moved.
        force: Move also those that are tagged ``production``, selected, unreadable or perhaps
            written by another host.

    Raises:
        InvalidArgumentError: No condition was given, or one cannot be read.
        ExperimentNotFoundError: No experiment has one of the names.
    """
    options: dict[str, Any] = {"dry_run": dry_run, "force": force}
    if older_than is not None:
        options["older_than"] = age_of(older_than)
    if where is not None:
        options["where"] = where
    if names is not None:
        options["names"] = several("names", names)
    pointer, target = ReportPointer(), None
    if increment is None or (isinstance(increment, (str, int, os.PathLike)) and increment != "all"):
        target = Increment.find(increment)
    else:
        named = [text_of(name) for name in several("increment", increment)]
        options["increments"] = "all" if increment == "all" else named
        target = start_of_search()
    native = None if target is None else target._native
    check(library().et_increment_archive(native, encoded_json(options), byref(pointer)))
    return ArchiveReport(pointer)


def age_of(limit: str | timedelta | date) -> str:
    """Return an age as the library reads it."""
    if isinstance(limit, timedelta):
        hours = limit.total_seconds() / 3600
        if not hours.is_integer() or hours < 0:
            raise InvalidArgumentError(f"older_than is a number of whole hours, not {limit}")
        return f"{int(hours)}h"
    return limit.isoformat() if isinstance(limit, date) else limit


def restore_experiment(
    query: str | os.PathLike[str] | int, increment: IncrementName | None = None
) -> Experiment:
    """Bring an archived experiment back and return it.

    If its folder's name is taken by now, it gets the next free one, as a re-run does.

    Args:
        query: As for `load_experiment`; only archives are searched.
        increment: Where to look first; None is the active increment.

    Raises:
        ExperimentNotFoundError: None in an archive fits, or several do.
    """
    experiment = load_experiment(query, increment, archived=True)
    experiment.restore()
    return experiment


def delete_experiment(
    query: str | os.PathLike[str] | int,
    increment: IncrementName | None = None,
    *,
    forever: bool = False,
    force: bool = False,
) -> None:
    """Take an experiment away: to ``_archive``, or with `forever` for good.

    Args:
        query: As for `load_experiment`.
        increment: Where to look first; None is the active increment.
        forever: Remove its files, with all that is inside it.
        force: Do it even if it is tagged ``production`` or selected; with `forever` even if it is
            running.

    Raises:
        ExperimentBusyError: It, or one inside it, is running, or is not taken away without `force`.
        InvalidArgumentError: It is in the archive already, and `forever` was not given.
    """
    experiment = load_experiment(query, increment)
    if forever:
        experiment.delete(force=force)
    else:
        experiment.archive(force=force)
