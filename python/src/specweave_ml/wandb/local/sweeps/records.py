"""Sweeps and their trials as files: ``<project>/.specweave/sweeps/<id>/``.

``sweep.json`` has the configuration and where the experiment of the sweep is; ``trial-1.json``,
``trial-2.json`` … the values that were chosen and what came of them. An agent holds a lock while it
chooses, so that several agents never try the same.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from ...._native.projects import project_path
from ...._native.record_files import RecordFileError, RecordFiles
from ....reading.properties import number
from ...runs.rows import strict
from ..errors import CommError

FORMAT = 1
SWEEP = "sweep.json"
TRIAL = re.compile(r"trial-([1-9][0-9]*)\.json")
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass
class SweepRecord:
    """A sweep."""

    id: str
    config: dict[str, Any]
    seed: int
    project: str | None = None
    entity: str | None = None
    experiment: dict[str, Any] = field(default_factory=dict)
    """The experiment that its runs are in: ``name``, ``increment``, ``id``."""
    created_at: float = field(default_factory=time.time)
    state: str = "PENDING"
    """``PENDING``, ``RUNNING``, ``FINISHED``, ``STOPPED`` or ``CANCELED``."""


@dataclass
class Trial:
    """One choice of values."""

    number: int
    values: dict[str, Any]
    run_id: str
    state: str = "running"
    """``running``, ``finished``, ``failed`` or ``killed``."""
    metric: float | None = None
    started_at: float = field(default_factory=time.time)
    process: int = field(default_factory=os.getpid)


AnyRecord = TypeVar("AnyRecord", SweepRecord, Trial)


class SweepFiles(RecordFiles):
    """The sweeps of a project."""

    def __init__(self, project: Path) -> None:
        super().__init__(project, project / ".specweave" / "sweeps")

    @classmethod
    def here(cls, directory: str | os.PathLike[str] | None = None) -> SweepFiles:
        """Return the sweeps of the project around a directory, by default the working directory."""
        return cls(project_path(directory))

    def ids(self) -> list[str]:
        """Return the ids of all sweeps, the oldest first."""
        found = [path.parent.name for path in self.folder.glob(f"*/{SWEEP}")]
        return sorted(found, key=lambda one: self.sweep(one).created_at)

    def add(self, record: SweepRecord) -> None:
        """Write a new sweep."""
        self._make(self._folder(record.id))
        if not self._claim(self._folder(record.id) / SWEEP, encode(record)):
            raise RecordFileError(f"there is a sweep {record.id!r} already")

    def sweep(self, sweep_id: str) -> SweepRecord:
        """Return a sweep.

        Raises:
            CommError: There is none of this id.
        """
        path = self._folder(sweep_id) / SWEEP
        try:
            return decode(SweepRecord, path)
        except (FileNotFoundError, NotADirectoryError) as error:
            known = ", ".join(sorted(one.parent.name for one in self.folder.glob(f"*/{SWEEP}")))
            raise CommError(
                f"Could not find sweep {sweep_id!r} in {self.folder}; there are: {known or 'none'}"
            ) from error

    def change(self, sweep_id: str, change: Callable[[SweepRecord], None]) -> SweepRecord:
        """Change a sweep."""
        with self.locked():
            record = self.sweep(sweep_id)
            change(record)
            self._replace(self._folder(sweep_id) / SWEEP, encode(record))
        return record

    def trials(self, sweep_id: str) -> list[Trial]:
        """Return the trials of a sweep in order."""
        folder = self._folder(sweep_id)
        numbers = [int(match[1]) for name in names_in(folder) if (match := TRIAL.fullmatch(name))]
        return [decode(Trial, folder / f"trial-{number}.json") for number in sorted(numbers)]

    def begin(
        self,
        sweep_id: str,
        run_id: str,
        choose: Callable[[list[Trial]], dict[str, Any] | None],
    ) -> Trial | None:
        """Choose the values of the next trial and write it; None if the sweep is at its end."""
        with self.locked():
            known = self.trials(sweep_id)
            values = choose(known)
            if values is None:
                return None
            number = max((trial.number for trial in known), default=0) + 1
            trial = Trial(number, values, run_id)
            self._replace(self._folder(sweep_id) / f"trial-{number}.json", encode(trial))
        return trial

    def end(self, sweep_id: str, trial: Trial) -> None:
        """Write what came of a trial."""
        self._replace(self._folder(sweep_id) / f"trial-{trial.number}.json", encode(trial))

    def _folder(self, sweep_id: str) -> Path:
        if not isinstance(sweep_id, str) or not ID.fullmatch(sweep_id):
            raise CommError(f"a sweep has an id of letters and digits, not {sweep_id!r}")
        return self.folder / sweep_id


def names_in(folder: Path) -> list[str]:
    """Return the names of the files in a folder."""
    try:
        return os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []


def encode(record: SweepRecord | Trial) -> bytes:
    """Return a record as JSON; the order of parameters is that of the grid, and stays."""
    members = {"format": FORMAT, **asdict(record)}
    known = {key: strict(value) for key, value in members.items() if value is not None}
    text = json.dumps(known, indent=2, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode("utf-8", "surrogatepass")


def decode(kind: type[AnyRecord], path: Path) -> AnyRecord:
    """Return the record of a file."""
    data = path.read_bytes()
    try:
        members = json.loads(data)
        if members["format"] > FORMAT:
            raise ValueError(f"its format {members['format']} is newer than {FORMAT}")  # noqa: TRY301
        if "metric" in members:
            members["metric"] = number(members["metric"])
        return kind(**{one.name: members[one.name] for one in fields(kind) if one.name in members})
    except (ValueError, TypeError, KeyError) as error:
        raise RecordFileError(f"{path} is damaged: {error}") from error
