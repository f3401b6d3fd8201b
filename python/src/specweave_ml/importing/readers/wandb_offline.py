"""Runs of Weights & Biases from the files ``run-<id>.wandb`` in a folder ``wandb/``.

A run that was resumed has several files: they are one experiment. What a row, a definition or the
summary means is decided by `wandb.runs`, as for the mirror of the package and its stand-in.
"""

from __future__ import annotations

import json
import os
import re
from array import array
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, cast

from ...errors import TrackingError
from ...wandb.offline_file.file import OfflineFile
from ...wandb.offline_file.framing import IDENT
from ...wandb.offline_file.latest_summary import LatestSummary
from ...wandb.offline_file.records import (
    Alert,
    Artifact,
    ConfigChange,
    Environment,
    Exit,
    HistoryRow,
    Metric,
    Output,
    Record,
    Run,
    Stats,
    Telemetry,
    TensorBoardFolder,
    UsedArtifact,
)
from ...wandb.runs.definitions import MetricDefinition
from ...wandb.runs.facts import SECTION, RunFacts
from ...wandb.runs.points import SeriesPoints
from ...wandb.runs.recorder import RunRecorder
from ...wandb.runs.rows import OWN_COLUMNS, flat, number_of, stored
from ..runs import Faults, ForeignFile, ForeignRun, ForeignValue, Series, Survey

ENDING = ".wandb"
RUN_FOLDER = re.compile(r"(offline-)?run-\d{8}_\d{6}-.+")
SYSTEM = "system/"
"""What the names of measurements of the machine begin with."""
OWN_FILES = frozenset(
    ("config.yaml", "wandb-metadata.json", "wandb-summary.json", "output.log", "diff.patch")
)
"""Files of W&B whose contents are recorded otherwise; others of its own lie below ``wandb/``."""
OF_WANDB = frozenset(("requirements.txt", "conda-environment.yaml"))
OF_TABLES = frozenset(("run_table", "wandb-run-incremental-table", "wandb-history", "job"))
"""Types of artifacts that W&B makes for itself."""
FOLDER = "wandb"
NOTHING = "its program ended before it wrote anything"


class Source(NamedTuple):
    """A file of a run, and the folder that its other files are in."""

    path: str
    folder: str


def detect(path: str) -> bool:
    """Return whether it is a file of a run, a run's folder, or a folder of runs.

    A project's folder is none, though wandb/ lies in it: other trackers' folders may too.
    """
    if path.endswith(ENDING):
        return is_file_of_run(path)
    return any(files_of_runs(folder) for folder in [path, *folders_of_runs(path)])


def survey(path: str) -> Survey:
    """Return how many runs there are."""
    return Survey(len({os.path.basename(source.path) for source in sources_in(path)}))


def read(path: str, faults: Faults) -> Iterator[ForeignRun]:
    """Yield the runs, the one that began first first."""
    if os.path.isfile(path):
        # An empty or foreign file, or one from the future, says itself what is wrong with it.
        next(OfflineFile(path).records(), None)
    sources = sources_in(path)
    if not sources:
        raise faults.wrong(path, "", "it has no file run-….wandb")
    for several in together(sources, faults):
        run = run_of(several)
        if run.points or run.params or run.values or run.status != "running" or run.scope:
            yield run
        else:
            faults.left_out.append(f"{several[0].path}: {NOTHING}")


def is_file_of_run(path: str) -> bool:
    """Return whether a file begins as those of runs do."""
    if not os.path.isfile(path):
        return False
    try:
        with open(path, "rb") as file:
            return file.read(len(IDENT)) == IDENT
    except OSError:
        return False


def sources_in(path: str) -> list[Source]:
    """Return the files of runs in a folder, in the order in which their folders were made."""
    if os.path.isfile(path):
        return [Source(path, os.path.dirname(path))] if is_file_of_run(path) else []
    found: dict[str, Source] = {}
    for folder in [path, *folders_of_runs(path), *folders_of_runs(os.path.join(path, FOLDER))]:
        for file in files_of_runs(folder):
            found[os.path.realpath(file)] = Source(file, folder)
    return list(found.values())


def files_of_runs(folder: str) -> list[str]:
    """Return the files in a folder that are called as those of runs."""
    files = [
        os.path.join(folder, name) for name in sorted(names_in(folder)) if name.endswith(ENDING)
    ]
    return [file for file in files if os.path.isfile(file)]


def folders_of_runs(path: str) -> list[str]:
    """Return the folders in a folder that are called as those of runs, the oldest first."""
    chosen = [name for name in names_in(path) if RUN_FOLDER.fullmatch(name)]
    chosen.sort(key=lambda name: name.removeprefix("offline-"))
    return [os.path.join(path, name) for name in chosen]


def names_in(path: str) -> list[str]:
    """Return what is in a folder; nothing if it is none."""
    try:
        return os.listdir(path)
    except OSError:
        return []


def together(sources: list[Source], faults: Faults) -> list[list[Source]]:
    """Return the files of each run together."""
    groups: dict[tuple[str, str, str], list[Source]] = {}
    for source in sources:
        if not os.path.getsize(source.path):
            faults.left_out.append(f"{source.path}: {NOTHING}")
            continue
        try:
            run = next(
                (one for one in OfflineFile(source.path).records() if isinstance(one, Run)), None
            )
        except TrackingError as error:
            faults.sentences.append(str(error))
            continue
        # One that was killed early, or is damaged there, says its id in its name only.
        key = ("", "", id_in(source)) if run is None else (run.entity, run.project, run.id)
        groups.setdefault(key, []).append(source)
    return list(groups.values())


def id_in(source: Source) -> str:
    """Return the id of a run that the name of its file says."""
    return os.path.basename(source.path).removeprefix("run-").removesuffix(ENDING)


def run_of(sources: list[Source]) -> ForeignRun:
    """Return the run that stands in some files."""
    gathered = Gathered()
    for source in sources:
        file = OfflineFile(source.path)
        gathered.ended = False
        for record in file.records(gathered.latest):
            gathered.take(record)
        for damage in file.damage:
            line = f"{source.path}: {damage}"
            (gathered.run.left_out if damage.at_end else gathered.run.problems).append(line)
        gathered.run.left_out += [
            f"{count} records of the kind {number} of W&B's file, which is not known here"
            for number, count in sorted(file.unknown.items())
        ]
    run = gathered.finished()
    run.id = run.id or id_in(sources[0])
    for source in sources:
        add_files(run, os.path.join(source.folder, "files"), gathered)
    return run


class Gathered:
    """A run as it is read: an experiment for `RunRecorder`, which decides what becomes what."""

    _off = False

    def __init__(self) -> None:
        self.run = ForeignRun("")
        self.ended = False
        self.facts: RunFacts | None = None
        self.config: dict[str, Any] = {}
        self.latest = LatestSummary()
        self.output: list[str] = []
        self.environment: dict[str, Any] = {}
        self.further: dict[str, Any] = {}
        self.artifacts: dict[str, Any] = {}
        self.exit_code: int | None = None
        self.runtime = 0
        self.started: float | None = None
        self.last_time: float | None = None
        self.tags: list[str] = []
        self._stats: dict[str, Series] = {}
        # It asks of an experiment only what this class has.
        self.recorder = RunRecorder(cast(Any, self), batch=True)
        self.recorder.others = cast(Any, Others(self.run))
        self.recorder.points = SeriesPoints(cast(Any, self), self.recorder.others.add)

    def take(self, record: Record) -> None:
        """Take over a record."""
        if isinstance(record, HistoryRow):
            self.take_row(record)
        elif isinstance(record, ConfigChange):
            record.changes.apply(self.config)
        elif isinstance(record, Run):
            self.take_run(record)
        elif isinstance(record, Metric):
            self.take_metric(record)
        elif isinstance(record, Output):
            self.output.append(record.text)
        elif isinstance(record, Stats):
            self.take_stats(record)
        elif isinstance(record, Exit):
            self.exit_code, self.runtime, self.ended = record.code, record.runtime, True
        else:
            self.take_other(record)

    def take_other(self, record: Record) -> None:
        """Take over a record that is about the run and not of it."""
        if isinstance(record, Environment):
            self.environment.update(record.values)
        elif isinstance(record, Telemetry):
            versions = {"wandb": record.wandb_version, "python": record.python_version}
            self.further["versions"] = {key: value for key, value in versions.items() if value}
        elif isinstance(record, Alert):
            self.run.notes.append(": ".join(filter(None, (record.title, record.text))))
        elif isinstance(record, Artifact):
            self.take_artifact(record)
        elif isinstance(record, UsedArtifact):
            used = {"name": record.name, "type": record.type}
            self.further.setdefault("used_artifacts", {})[record.id or record.name] = used
        elif isinstance(record, TensorBoardFolder):
            folders = self.further.setdefault("tensorboard", [])
            if record.folder not in folders:
                folders.append(record.folder)

    def take_row(self, row: HistoryRow) -> None:
        """Take over a row of the history."""
        step = row.step
        if step is None:
            found = row.values.get("_step")
            step = found if isinstance(found, int) else self.recorder.last_step + 1
        if row.time is not None:
            self.last_time = max(self.last_time or row.time, row.time)
        self.recorder.log_row(row.values, step, row.time)

    def take_run(self, record: Run) -> None:
        """Take over what is known of the run; a later record of the kind replaces it."""
        record.config.apply(self.config)
        self.latest.begin(record.summary)
        if self.started is None:
            self.started = record.start_time
        self.run.host = record.host or self.run.host
        if record.tags:
            self.tags = list(record.tags)
        if record.commit:
            self.run.facts["git"] = {"commit": record.commit, "remote": record.remote}
        if record.resumed:
            self.further["resumed"] = True
        if record.sweep_id:
            self.further["sweep_id"] = record.sweep_id
        self.facts = RunFacts(
            record.id, record.project or None, record.entity or None, record.name or None,
            record.notes or None, (), record.group or None, record.job_type or None,
        )  # fmt: skip

    def take_metric(self, record: Metric) -> None:
        """Take over a definition; those that W&B made of one with a star follow from that."""
        if record.from_glob or not record.name:
            return
        definition = MetricDefinition(
            record.name, record.step_metric or None, record.step_sync or None,
            record.hidden or None, record.summary, record.goal or None,
        )  # fmt: skip
        self.recorder.define(definition, overwrite=record.overwrite)

    def take_stats(self, record: Stats) -> None:
        """Take over a measurement of the machine."""
        for name, value in record.values.items():
            number = number_of(value)
            if number is None or record.time is None:
                continue
            series = self._stats.get(name)
            if series is None:
                series = self._stats[name] = Series(SYSTEM + name)
            series.add(len(series), float(number), record.time)

    def take_artifact(self, record: Artifact) -> None:
        """Take over what is known of an artifact, and those of its files that are still there."""
        if record.type in OF_TABLES:
            return
        listed = {
            file.path: {"digest": file.digest, "size": file.size}
            | ({"reference": file.reference} if file.reference else {})
            for file in record.files
        }
        self.artifacts[record.name] = {
            "type": record.type, "digest": record.digest, "aliases": list(record.aliases),
            "description": record.description, "metadata": record.metadata, "files": listed,
        }  # fmt: skip
        missing = 0
        for file in record.files:
            if file.reference:
                continue
            if file.local_path and os.path.isfile(file.local_path):
                name = f"{FOLDER}-artifacts/{record.name}/{file.path}"
                self.run.files = [one for one in self.run.files if one.name != name]
                self.run.files.append(ForeignFile(name, file.local_path))
            else:
                missing += 1
        if missing:
            self.run.left_out.append(
                f"{missing} of {len(record.files)} files of the artifact {record.name!r}, which "
                "are not on this computer any more"
            )

    def finished(self) -> ForeignRun:
        """Return the run after its last record."""
        run, facts = self.run, self.facts
        self.complete_summary()
        self.recorder.conclude()
        if self.latest.damaged:
            run.problems.append(f"{self.latest.damaged} values of the summary")
        run.series += self._stats.values()
        if facts is not None:
            run.id, run.name, run.description = facts.id, facts.name, facts.notes
            run.scope = "/".join(filter(None, (facts.entity, facts.project)))
            self._log_fact(SECTION, facts.section() | self.further)
        run.params = {key: value for key, value in self.config.items() if key != "_wandb"}
        run.tags = self.tags
        run.created = self.started
        if self.artifacts:
            run.facts["wandb_artifacts"] = self.artifacts
        if self.environment:
            self.add_environment()
        run.output = "".join(self.output)
        run.status = "running"
        if self.ended:
            run.status = "failed" if self.exit_code else "completed"
            if self.exit_code:
                run.failure = {"type": "SystemExit", "message": str(self.exit_code)}
            by_runtime = None if run.created is None else run.created + self.runtime
            known = [time for time in (by_runtime, self.last_time) if time is not None]
            run.ended = max(known, default=None)
        return run

    def add_environment(self) -> None:
        """Record the program and its machine."""
        program, arguments = self.environment.get("program"), self.environment.get("args") or []
        self.run.facts["wandb_environment"] = self.environment
        if program:
            self.run.facts["command"] = {"arguments": [str(program), *map(str, arguments)]}
        self.run.author = self.environment.get("username") or None

    def complete_summary(self) -> None:
        """Record what the run set in its summary itself."""
        known = self.recorder.summary
        now = known.as_dict()
        changes = {
            key: value
            for key, value in flat(self.latest.tree())
            if key not in OWN_COLUMNS
            and not known.was_logged(key.rpartition(".")[0])
            and as_json(now.get(key)) != as_json(value)
        }
        if changes:
            self.recorder.update_summary(changes, self.last_time or self.started)

    def log_series(self, key: str, values: Any, *, steps: Any, times: Any) -> None:
        """Take points."""
        series = self.run.series_of(key)
        series.values.extend(array("d", values))
        series.steps.extend(array("q", steps))
        if series.times is not None:
            moment = self.started or 0.0
            series.times.extend(times if times is not None else [moment] * len(steps))

    def log_params(self, params: Mapping[str, Any]) -> None:
        """Take parameters."""
        self.config.update(params)

    def _log_fact(self, section: str, members: Mapping[str, Any]) -> None:
        """Take facts; a member that is None is removed."""
        there = self.run.facts.setdefault(section, {})
        for key, value in members.items():
            if value is None:
                there.pop(key, None)
            else:
                there[key] = json.loads(json.dumps(stored(value)))
        if not there:
            del self.run.facts[section]


class Others:
    """Takes the values that are no metrics."""

    def __init__(self, run: ForeignRun) -> None:
        self.run = run

    def add(self, key: str, step: int, time: float | None, value: Any) -> None:
        """Take one value."""
        self.run.values.append(ForeignValue(key, step, time or 0.0, stored(value)))

    def finish(self) -> None:
        """Do nothing: the values are stored with the run."""


def add_files(run: ForeignRun, folder: str, gathered: Gathered) -> None:
    """Add the files of a run that are there: media below ``media/``, W&B's own below ``wandb/``."""
    there = {file.name: file for file in run.files}
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(place, name)
            inside = os.path.relpath(path, folder)
            if inside == "output.log" and not run.output and os.path.isfile(path):
                with open(path, encoding="utf-8", errors="replace") as file:
                    run.output = file.read()
            if inside in OWN_FILES and gathered.facts is not None:
                continue
            if not os.path.isfile(path):
                run.left_out.append(f"{inside}: no file, or a link to nothing")
                continue
            as_name = f"{FOLDER}/{inside}" if inside in OF_WANDB else inside
            # A later file of a resumed run has the name.
            there[as_name] = ForeignFile(as_name, path)
    run.files = list(there.values())


def as_json(value: Any) -> str:
    """Return what tells a value from others; W&B writes 1.0 as 1."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(stored(value), sort_keys=True)
