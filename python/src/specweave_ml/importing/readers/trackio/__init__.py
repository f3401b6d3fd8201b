"""Trackio's projects: a database each, and what waits in the inbox, read without Trackio.

A run is an experiment with Trackio's id; before 0.24 it had only a name. Numbers are metrics; those
that Trackio samples of the machine are metrics below ``system/``. Texts, tables and histograms are
values with a step, the files of images, sound and video artifacts, and so is each version of an
artifact that the run has made. Alerts are notes. Traces are left out, and so are files that were
saved for the whole project.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from typing import Any

from ....display.text import count
from ....errors import FormatError
from ...runs import Faults, ForeignFile, ForeignRun, Survey
from ...silence import status_after
from ...sqlite_files import UNREADABLE, columns_in, opened, tables_of
from . import values
from .database import SCHEMA, Key, Rows, blob, canonical, is_project
from .inbox import FOLDER, Record, fragments_in, records_in
from .values import UnusableError, as_text, record_of, time_of

ENDING = ".db"
SYSTEM = "system/"
DIGEST = re.compile("[0-9a-f]{64}")
MOST_TOLD = 20
FOLDERS = frozenset((FOLDER, "media", "artifacts", "traces"))
"""The folders beside the databases."""
FILES = (ENDING, f"{ENDING}-wal", f"{ENDING}-shm", ".lock", ".parquet")
OWN = {"_Username", "_Created", "_Group"}


def detect(path: str) -> bool:
    """Return whether it is a database of Trackio, or a folder with some, or with an inbox."""
    if os.path.isfile(path):
        return path.endswith(ENDING) and is_project(tables_of(path))
    try:
        names = [name for name in os.listdir(path) if not name.startswith(".")]
    except OSError:
        return False
    # In a folder with other things, such as a project, a database is found by itself.
    if not names or any(name not in FOLDERS and not name.endswith(FILES) for name in names):
        return False
    databases = databases_in(path)
    if not all(is_project(tables_of(name)) for name in databases):
        return False
    fragments = fragments_in(path)[:3] if FOLDER in names else []
    return bool(databases) or any(map(begins_with_record, fragments))


def begins_with_record(path: str) -> bool:
    """Return whether a file begins with a record of Trackio."""
    try:
        with open(path, "rb") as file:
            record = record_of(file.readline(1 << 20))
    except (OSError, UnusableError):
        return False
    return "project" in record and "run" in record and "kind" in record


def databases_in(path: str) -> list[str]:
    """Return the files in a folder that are called as databases."""
    try:
        return sorted(
            entry.path
            for entry in os.scandir(path)
            if entry.name.endswith(ENDING) and entry.is_file()
        )
    except OSError:
        return []


def survey(path: str) -> Survey:
    """Return how many runs there are."""
    number = 0
    for database in [path] if os.path.isfile(path) else databases_in(path):
        if is_project(tables_of(database)):
            with opened(database, Faults()) as connection:
                number += len(Rows(connection, columns_in(connection)).keys())
    return Survey(number or None)


def read(path: str, faults: Faults) -> Iterator[ForeignRun]:
    """Yield the runs of a project, or of all projects in a folder."""
    is_file = os.path.isfile(path)
    folder = os.path.dirname(os.path.abspath(path)) if is_file else os.path.abspath(path)
    waiting = records_in(folder, faults)
    done: set[str] = set()
    some = False
    for database in [path] if is_file else databases_in(path):
        stem = os.path.basename(database)[: -len(ENDING)]
        names = [name for name in waiting if canonical(name) == stem]
        records = [record for name in names for record in waiting[name]]
        project = _Project(folder, names[0] if names else stem, faults)
        try:
            for run in project.stored(database, records):
                some = True
                yield run
        except FormatError as error:
            # One database keeps none of the others from it.
            if is_file:
                raise
            faults.sentences.append(error.message)
            continue
        done.update(names)
    for name in [] if is_file else waiting:
        if name not in done:
            some = True
            yield from _Project(folder, name, faults).runs("", None, waiting[name])
    if not some and not faults.sentences and not is_file:
        raise faults.wrong(path, "", "no database of Trackio and no inbox with records is there")


class _Project:
    """One project."""

    def __init__(self, folder: str, name: str, faults: Faults) -> None:
        self.folder = folder
        self.name = name
        self.faults = faults
        self.media = os.path.join(folder, "media")
        self.told = 0

    @property
    def scope(self) -> str:
        """What names of runs are unique in: the database, even if it is not there yet."""
        return os.path.realpath(os.path.join(self.folder, canonical(self.name) + ENDING))

    def stored(self, path: str, waiting: list[Record]) -> Iterator[ForeignRun]:
        """Yield the runs of a database, with what waits for it."""
        with opened(path, self.faults) as connection:
            columns = columns_in(connection)
            if not is_project(columns):
                raise self.faults.wrong(
                    path, "", "it is no database of Trackio: it has no table `metrics` with "
                    "run_name, step, metrics and timestamp",
                )  # fmt: skip
            rows = Rows(connection, columns)
            if rows.version > SCHEMA:
                self.faults.add(
                    path, "",
                    f"its schema is {rows.version}, newer than {SCHEMA}; what is known was read",
                )  # fmt: skip
            yield from self.runs(path, rows, waiting)

    def runs(self, path: str, rows: Rows | None, waiting: list[Record]) -> Iterator[ForeignRun]:
        """Yield the runs of a database and of the records that are not in it yet."""
        by_run: dict[str, list[Record]] = {}
        keys = {key.identity: key for key in (rows.keys() if rows else [])}
        by_name = {key.name: key.identity for key in keys.values()}
        for record in waiting:
            name = str(record[1]["run"])
            identity = str(record[1].get("run_id") or by_name.get(name, name))
            keys.setdefault(identity, Key(identity, name))
            by_run.setdefault(identity, []).append(record)
        shared = self._shared()
        for key in keys.values():
            run = _Run(self, key)
            if rows is not None:
                run.read(path, rows)
            run.take_waiting(by_run.get(key.identity, []))
            run.result.left_out += shared
            shared = []
            yield run.finished()

    def _shared(self) -> list[str]:
        """Return what is left out since it belongs to no run."""
        top = os.path.join(self.media, canonical(self.name), "files")
        found = [
            os.path.relpath(os.path.join(place, name), top)
            for place, _, names in os.walk(top)
            for name in names
        ]
        if not found:
            return []
        named = ", ".join(sorted(found)[:5]) + (", …" if len(found) > 5 else "")
        return [f"files of the project {self.name!r}, which belong to no run: {named}"]


class _Run:
    """What is gathered of one run."""

    def __init__(self, project: _Project, key: Key) -> None:
        self.project = project
        self.key = key
        self.result = ForeignRun(id=key.identity, name=key.name, scope=project.scope)
        self.facts: dict[str, Any] = {"project": project.name}
        self.result.facts["trackio"] = self.facts
        self.last: float | None = None
        self.highest = -1
        self.samples = 0
        self.logs: set[str] = set()
        self.alerts: list[dict[str, Any]] = []
        self.alert_ids: set[str] = set()

    def read(self, path: str, rows: Rows) -> None:
        """Read what a database has of it."""
        key = self.key
        sources = (
            ("configs", ("config",), lambda row: self._config(record_of(row[1]))),
            ("metrics", ("metrics", "step", "timestamp", "log_id"), self._metrics),
            ("system_metrics", ("metrics", "timestamp", "log_id"), self._system),
            ("alerts", ("title", "text", "level", "step", "timestamp", "alert_id"), self._alert),
        )
        for table, columns, take in sources:
            number = 0
            try:
                for row in rows.of(table, key, *columns):
                    number = row[0]
                    try:
                        take(row)
                    except (UnusableError, TypeError, ValueError, OverflowError) as error:
                        self._tell(f"{path}: {table}, row {number}: {error}")
            except UNREADABLE as error:
                self._tell(f"{path}: {table}, after row {number}: {error}; the rest was not read")
        try:
            for row in rows.artifacts(key):
                self._artifact(path, row)
            traces = list(rows.of("traces", key, "key", "step")) if rows.has("traces") else []
        except UNREADABLE as error:
            self._tell(f"{path}: artifacts and traces: {error}")
            traces = []
        if traces:
            names = ", ".join(sorted({str(row[1]) for row in traces})[:5])
            self.result.left_out.append(f"{count(len(traces), 'trace')} ({names})")

    def take_waiting(self, records: list[Record]) -> None:
        """Take what waits in the inbox, unless the database has it already."""
        for place, record in records:
            try:
                self._waiting(record)
            except (UnusableError, TypeError, ValueError, OverflowError) as error:
                self._tell(f"{place.path}: line {place.line}: {error}")

    def _waiting(self, record: dict[str, Any]) -> None:
        """Take one record of the inbox."""
        if isinstance(record.get("config"), dict):
            self._config(record["config"])
        if record["kind"] == "alert":
            names = ("title", "text", "level", "step", "timestamp", "alert_id")
            self._alert((0, *(record.get(name) for name in names)))
            return
        log = record.get("log_id")
        if log in self.logs:
            return
        metrics = record.get("metrics")
        if not isinstance(metrics, dict):
            raise UnusableError("a record without metrics")
        time = record.get("timestamp")
        if record["kind"] == "metric":
            self._points(metrics, record.get("step"), time, log)
        else:
            self._sample(metrics, time, log)

    def _config(self, config: dict[str, Any]) -> None:
        """Take the configuration; what Trackio adds to it is no parameter."""
        for name, value in config.items():
            if name not in OWN:
                self.result.params[name] = _number(value)
        if config.get("_Username"):
            self.result.author = str(config["_Username"])
        self.result.created = time_of(config.get("_Created")) or self.result.created
        if config.get("_Group"):
            self.facts["group"] = config["_Group"]

    def _metrics(self, row: tuple[Any, ...]) -> None:
        """Take a row of metrics."""
        _, data, step, time, log = row
        self._points(record_of(data), step, time, log)

    def _points(self, record: dict[str, Any], step: Any, time: Any, log: Any) -> None:
        """Take what was logged at one step."""
        number = self.highest + 1 if step is None else int(step)
        moment = self._moment(time)
        self.highest = max(self.highest, number)
        values.take(self.result, record, number, moment, self.project.media)
        if log:
            self.logs.add(str(log))

    def _system(self, row: tuple[Any, ...]) -> None:
        """Take a row of samples of the machine."""
        _, data, time, log = row
        self._sample(record_of(data), time, log)

    def _sample(self, record: dict[str, Any], time: Any, log: Any) -> None:
        """Take a sample; it has no step, so they are counted."""
        moment = self._moment(time)
        values.take(self.result, record, self.samples, moment, self.project.media, SYSTEM)
        self.samples += 1
        if log:
            self.logs.add(str(log))

    def _alert(self, row: tuple[Any, ...]) -> None:
        """Take an alert."""
        _, title, text, level, step, time, identity = row
        if identity in self.alert_ids:
            return
        if identity:
            self.alert_ids.add(str(identity))
        moment = time_of(time)
        where = "" if step is None else f" at step {step}"
        when = "" if moment is None else f", {as_text(moment)}"
        said = f"{title}: {text}" if text else str(title)
        self.result.notes.append(f"{str(level or 'warn').lower()}{where}{when}: {said}")
        self.alerts.append(
            {"title": title, "text": text, "level": level, "step": step, "time": time}
        )

    def _artifact(self, path: str, row: tuple[Any, ...]) -> None:
        """Take a version of an artifact: its files if the run made it, else that it was used."""
        name, kind, description, version, manifest, metadata, created, direction, aliases = row
        known = {
            "artifact": f"{name}:v{version}", "type": kind, "description": description,
            "aliases": aliases.split("\n") if aliases else [], "created": created,
        }  # fmt: skip
        try:
            noted = record_of(metadata)
            entries = json.loads(manifest)
            parts = [(str(entry["path"]), str(entry["digest"])) for entry in entries]
        except (ValueError, TypeError, KeyError) as error:
            self._tell(f"{path}: artifact_versions, {name}:v{version}: {error}")
            return
        if direction != "output":
            self.facts.setdefault("used_artifacts", []).append(f"{name}:v{version}")
            return
        if noted:
            known["metadata"] = noted
        for inside, digest in parts:
            source = blob(self.project.folder, self.project.name, digest)
            if not DIGEST.fullmatch(digest) or not os.path.isfile(source):
                self._tell(f"{source}: {inside} of {name}:v{version} is missing")
                continue
            if sha256(source) != digest:
                self._tell(f"{source}: {inside} of {name}:v{version} is damaged, and was left out")
                continue
            self.result.files.append(
                ForeignFile(
                    f"{values.safe(str(name))}/v{version}/{values.safe(inside)}",
                    source=source,
                    kind="model" if kind == "model" else None,
                    details=known,
                )
            )

    def _moment(self, time: Any) -> float:
        """Return the time of a record."""
        moment = time_of(time)
        if moment is None:
            raise UnusableError(f"{time!r} is no time")
        self.last = moment if self.last is None else max(self.last, moment)
        return moment

    def finished(self) -> ForeignRun:
        """Return the run."""
        if self.alerts:
            self.facts["alerts"] = self.alerts
        self.result.status = status_after(self.last)
        self.result.ended = self.last
        if self.project.told > MOST_TOLD:
            self.result.problems.append(f"{self.project.told} records of the project in all")
        return self.result

    def _tell(self, sentence: str) -> None:
        """Say what cannot be read; not more often than anybody reads."""
        self.project.told += 1
        if self.project.told <= MOST_TOLD:
            self.result.problems.append(sentence)


def _number(value: Any) -> Any:
    """Return a number that was written as a word."""
    return values.WORDS.get(value, value) if isinstance(value, str) else value


def sha256(path: str) -> str:
    """Return the SHA-256 of a file."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
