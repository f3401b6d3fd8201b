"""What the file of a run has that was not recorded when it was logged.

That is what other processes and wandb itself have put into the run: TensorBoard's scalars, custom
charts, tables, the console's text, measurements of the machine, changes by libraries that do not go
through the run's own methods.
"""

from __future__ import annotations

import json
import math
from array import array
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..offline_file.file import OfflineFile
from ..offline_file.records import (
    Artifact,
    ConfigChange,
    Files,
    HistoryRow,
    Output,
    Record,
    Run,
    RunFile,
    Stats,
    SummaryChange,
)
from ..runs.recorder import SYSTEM
from ..runs.rows import OWN_COLUMNS, flat, number_of
from . import logged_artifacts
from .media_values import files_of
from .safely import safely

if TYPE_CHECKING:
    from .mirrored_run import MirroredRun

OWN_FILES = frozenset(
    {
        "conda-environment.yaml",
        "config.yaml",
        "output.log",
        "requirements.txt",
        "wandb-metadata.json",
        "wandb-summary.json",
    }
)


def reconcile(mirrored: MirroredRun) -> None:
    """Record what the file of a run has more; without a file nothing is done."""
    path = file_of(mirrored.folder, mirrored.run.id)
    if path is None:
        return
    found = Findings(mirrored)
    file = OfflineFile(path)
    for record in file.records():
        found.take(record)
    for what, act in (
        ("the configuration", found.complete_config),
        ("the history", found.complete_history),
        ("the summary", found.complete_summary),
        ("system metrics", found.log_system_metrics),
        ("a file", found.save_files),
        ("an artifact", found.log_artifacts),
    ):
        safely(what, act)


def file_of(folder: Path, run_id: str) -> Path | None:
    """Return the file in the folder of a run; None if there is none."""
    path = folder / f"run-{run_id}.wandb"
    return path if path.is_file() else None


def is_of_wandb(file: RunFile) -> bool:
    """Return whether wandb keeps a file for itself: what is in it is recorded otherwise."""
    return file.kind == "wandb" or file.path in OWN_FILES


class Findings:
    """What stands in the file, as far as it is not recorded."""

    def __init__(self, mirrored: MirroredRun) -> None:
        self.mirrored = mirrored
        self.recorder = mirrored.recorder
        self.config: dict[str, Any] = {}
        self.summary: dict[str, Any] = {}
        self.counts: Counter[str] = Counter()
        self.missing: dict[str, list[tuple[int, float | None, Any]]] = {}
        self.stats: dict[str, tuple[array[float], array[float]]] = {}
        self.files: list[str] = []
        self.artifacts: list[Artifact] = []

    def take(self, record: Record) -> None:
        """Take over a record."""
        if isinstance(record, HistoryRow):
            self.take_row(record)
        elif isinstance(record, SummaryChange):
            record.changes.apply(self.summary)
        elif isinstance(record, (Run, ConfigChange)):
            changes = record.config if isinstance(record, Run) else record.changes
            changes.apply(self.config)
        elif isinstance(record, Output):
            self.recorder.log_output(record.text)
        elif isinstance(record, Stats):
            self.take_stats(record)
        elif isinstance(record, Files):
            self.files += [file.path for file in record.files if not is_of_wandb(file)]
        elif isinstance(record, Artifact):
            self.artifacts.append(record)

    def take_row(self, row: HistoryRow) -> None:
        """Find the values of a row that were not recorded."""
        if row.step is None:
            return
        seen = self.mirrored.seen
        step = row.step + self.mirrored.steps_ahead
        for key, value in flat(row.values):
            self.counts[key] += 1
            if not seen.has(key, step) and not seen.has(key, row.step):
                self.missing.setdefault(key, []).append((step, row.time, value))

    def take_stats(self, record: Stats) -> None:
        """Collect measurements of the machine."""
        for name, value in record.values.items():
            number = number_of(value)
            if number is None or record.time is None:
                continue
            columns = self.stats.get(name)
            if columns is None:
                columns = self.stats[name] = (array("d"), array("d"))
            columns[0].append(number)
            columns[1].append(record.time)

    def complete_history(self) -> None:
        """Record the values that are missing.

        Threads that log at once may get each other's step. So a key is only completed if the file
        has more of it.
        """
        rows: dict[int, tuple[float | None, dict[str, Any]]] = {}
        for key, values in self.missing.items():
            if self.counts[key] <= self.mirrored.seen.count(key):
                continue
            for step, time, value in values:
                rows.setdefault(step, (time, {}))[1][key] = value
        for step in sorted(rows):
            time, row = rows[step]
            for path in files_of(row):
                self.mirrored.save_file(path)
            self.recorder.log_row(row, step, time)

    def complete_config(self) -> None:
        """Record parameters that the run's own configuration does not have, or has otherwise."""
        known = self.mirrored.config
        changes = {
            key: value
            for key, value in self.config.items()
            if key != "_wandb" and (key not in known or as_json(known[key]) != as_json(value))
        }
        self.recorder.update_config(changes)

    def complete_summary(self) -> None:
        """Record what was set in the summary of things that were never logged."""
        known = self.recorder.summary
        changes = {
            key: value
            for key, value in flat(self.summary)
            if key not in OWN_COLUMNS
            and not known.was_logged(key)
            and not self.belongs_to_logged(key)
            and as_json(known.as_dict().get(key)) != as_json(value)
        }
        if changes:
            self.recorder.update_summary(changes)

    def belongs_to_logged(self, key: str) -> bool:
        """Return whether it is an aggregate of a metric, such as ``loss.min``."""
        return self.recorder.summary.was_logged(key.rpartition(".")[0])

    def log_system_metrics(self) -> None:
        """Record the measurements of the machine as metrics."""
        experiment = self.recorder.experiment
        earlier = experiment.metrics.summary
        for name, (values, times) in self.stats.items():
            key = SYSTEM + name
            first = int(earlier[key]["last_step"]) + 1 if key in earlier else 0
            steps = array("q", range(first, first + len(values)))
            experiment.log_series(key, values, steps=steps, times=times)

    def save_files(self) -> None:
        """Keep the files that the run has saved."""
        for path in dict.fromkeys(self.files):
            safely("a file", self.mirrored.save_file, path)

    def log_artifacts(self) -> None:
        """Keep the artifacts that were not recorded when they were logged."""
        for record in self.artifacts:
            safely("an artifact", logged_artifacts.log_record, self.mirrored, record)


def as_json(value: Any) -> Any:
    """Return a value as the file has it, so that two can be compared."""
    try:
        text = json.dumps(value, sort_keys=True, default=str)
    except (TypeError, ValueError):
        return repr(value)
    if isinstance(value, float) and value.is_integer() and math.isfinite(value):
        return json.dumps(int(value))  # W&B writes 1.0 as 1
    return text
