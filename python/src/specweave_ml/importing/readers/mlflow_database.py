"""A SQLite database of MLflow, of any version since 1.0, read by Python's own `sqlite3`.

The file is never written to and never locked. A database whose last changes are still in a journal
beside it (``-wal``, or ``-journal`` after a crash) is read from a copy of both.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from array import array
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import quote

from ...mlflow.fact_sections import INPUT, OUTPUT, model_metric
from ..runs import Faults, ForeignRun, Series, Survey
from .mlflow_records import (
    ExperimentRecord,
    ModelRecord,
    RunRecord,
    folder_of,
    foreign,
    model_run,
    parents_first,
)

MAGIC = b"SQLite format 3\0"
NEEDED = ("experiments", "runs", "metrics", "params", "tags")
LARGEST = 1.7976931348623157e308
"""MLflow stores an infinity as this number."""
JOURNALS = ("-wal", "-journal")
MOST_COPIES = 5
"""So often a database is copied that is changed meanwhile."""
TRACES = "trace_info"
REGISTERED = "registered_models"


def detect(path: str) -> bool:
    """Return whether a file is a SQLite database with MLflow's tables."""
    if not os.path.isfile(path):
        return False  # to open a pipe would wait for ever
    try:
        with open(path, "rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                return False
        with opened(path) as base:
            return all(base.has(name) for name in NEEDED)
    except (OSError, sqlite3.Error):
        return False


def survey(path: str) -> Survey:
    """Return how many runs there are, and how many points."""
    with opened(path) as base:
        runs = base.one("SELECT count(*) FROM runs")
        return Survey(runs, base.one("SELECT count(*) FROM metrics"))


def read(path: str, faults: Faults) -> Iterator[ForeignRun]:
    """Yield the runs of a database."""
    try:
        with open(path, "rb") as file:
            beginning = file.read(len(MAGIC))
    except OSError as error:
        raise faults.wrong(path, "", error.strerror or str(error)) from error
    if beginning != MAGIC:
        raise faults.wrong(path, "byte 0", "it is no SQLite database")
    before = state_of(path)
    try:
        with opened(path) as base:
            missing = [name for name in NEEDED if not base.has(name)]
            if missing:
                raise faults.wrong(
                    path, "", f"it has no table {', '.join(missing)}, so it is not MLflow's"
                )
            yield from runs_of(base, path, faults)
    except sqlite3.Error as error:
        # Which page is damaged SQLite does not say.
        faults.add(path, "", f"SQLite: {error}; nothing after it was read")
    if state_of(path) != before:
        faults.add(path, "", "it was changed while it was read; import it again to have the rest")


class Base:
    """A database that is open for reading."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._columns: dict[str, list[str]] = {}

    def columns(self, table: str) -> list[str]:
        """Return the columns of a table; none if there is no such table."""
        if table not in self._columns:
            rows = self.connection.execute(f'PRAGMA table_info("{table}")')
            self._columns[table] = [row[1] for row in rows]
        return self._columns[table]

    def has(self, table: str) -> bool:
        """Return whether there is a table."""
        return bool(self.columns(table))

    def one(self, query: str) -> int:
        """Return the number that a query asks for."""
        return int(self.connection.execute(query).fetchone()[0])

    def rows(
        self, table: str, names: tuple[str, ...], where: str = "", *values: Any
    ) -> Iterator[dict[str, Any]]:
        """Yield rows of a table in the order in which they were stored.

        A column or table that the version of the database does not have gives None or nothing.
        """
        there = self.columns(table)
        if not there:
            return
        chosen = [name for name in names if name in there]
        listed = ", ".join(f'"{name}"' for name in chosen)
        query = f'SELECT {listed} FROM "{table}" {where} ORDER BY rowid'  # noqa: S608 - our own names
        nothing = dict.fromkeys(names)
        for row in self.connection.execute(query, values):
            yield {**nothing, **dict(zip(chosen, row, strict=True))}


@contextmanager
def opened(path: str) -> Iterator[Base]:
    """Open a database, or a copy of it with its journal."""
    journals = [path + end for end in JOURNALS if is_filled(path + end)]
    if not journals:
        with connected(path, "mode=ro&immutable=1") as connection:
            yield Base(connection)
        return
    with tempfile.TemporaryDirectory(prefix="specweave-database-") as folder:
        copy = os.path.join(folder, os.path.basename(path))
        for _ in range(MOST_COPIES):
            before = state_of(path)
            for source in (path, *journals):
                with suppress(FileNotFoundError):
                    shutil.copyfile(source, os.path.join(folder, os.path.basename(source)))
            # Changes that move from one file to the other meanwhile could be in neither copy.
            if state_of(path) == before:
                break
        with connected(copy, "mode=rw") as connection:
            yield Base(connection)


def state_of(path: str) -> list[tuple[int, int]]:
    """Return what changes when a database, or a journal of it, is written."""
    found = []
    for name in (path, *(path + end for end in JOURNALS)):
        with suppress(FileNotFoundError):
            facts = os.stat(name)
            found.append((facts.st_mtime_ns, facts.st_size))
    return found


@contextmanager
def connected(path: str, options: str) -> Iterator[sqlite3.Connection]:
    """Connect to a file."""
    connection = sqlite3.connect(f"file:{quote(os.path.abspath(path))}?{options}", uri=True)
    # A text that is not UTF-8 is kept as near as can be.
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    try:
        yield connection
    finally:
        connection.close()


def is_filled(path: str) -> bool:
    """Return whether a file has something in it."""
    try:
        return os.path.getsize(path) > 0
    except OSError:
        return False


def runs_of(base: Base, path: str, faults: Faults) -> Iterator[ForeignRun]:
    """Yield the runs."""
    root = os.path.dirname(path)
    experiments = experiments_of(base)
    records = [record_of(row, experiments) for row in base.rows("runs", RUN_COLUMNS)]
    by_id = {record.id: record for record in records}
    for row in base.rows("tags", ("run_uuid", "key", "value")):
        if row["run_uuid"] in by_id:
            by_id[row["run_uuid"]].tags[str(row["key"])] = text(row["value"])
    models, alone = models_of(base, root, experiments)
    datasets = datasets_of(base)
    for record in parents_first(records):
        fill(base, record, root, datasets)
        record.models = models.pop(record.id, [])
        yield foreign(record)
    alone += [(model, ExperimentRecord("")) for several in models.values() for model in several]
    for model, experiment in alone:
        yield model_run(model, experiment)
    for table, what in ((TRACES, "traces"), (REGISTERED, "registered models")):
        if base.has(table):
            number = base.one(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - our own names
            if number:
                faults.left_out.append(f"{number} {what}")


RUN_COLUMNS = (
    "run_uuid", "name", "user_id", "status", "start_time", "end_time", "lifecycle_stage",
    "artifact_uri", "experiment_id", "deleted_time", "source_name", "source_version",
    "entry_point_name",
)  # fmt: skip


def experiments_of(base: Base) -> dict[str, ExperimentRecord]:
    """Return the experiments by their ids."""
    names = ("experiment_id", "name", "artifact_location", "lifecycle_stage")
    found = {
        str(row["experiment_id"]): ExperimentRecord(
            str(row["experiment_id"]), text(row["name"]), text(row["artifact_location"]), {},
            row["lifecycle_stage"] == "deleted",
        )
        for row in base.rows("experiments", names)
    }  # fmt: skip
    for row in base.rows("experiment_tags", ("experiment_id", "key", "value")):
        experiment = found.get(str(row["experiment_id"]))
        if experiment is not None:
            experiment.tags[str(row["key"])] = text(row["value"])
    return found


def record_of(row: dict[str, Any], experiments: dict[str, ExperimentRecord]) -> RunRecord:
    """Return a run without its points."""
    experiment_id = str(row["experiment_id"])
    experiment = experiments.get(experiment_id, ExperimentRecord(experiment_id))
    record = RunRecord(
        str(row["run_uuid"]), experiment, name=text(row["name"]), status=text(row["status"]),
        user=text(row["user_id"]), started=row["start_time"], ended=row["end_time"],
        deleted=experiment.deleted or row["lifecycle_stage"] == "deleted",
        deleted_time=row["deleted_time"], artifact_uri=text(row["artifact_uri"]),
    )  # fmt: skip
    # Before MLflow 1.4 these were no tags.
    for name, key in (
        ("source_name", "mlflow.source.name"), ("source_version", "mlflow.source.git.commit"),
        ("entry_point_name", "mlflow.project.entryPoint"),
    ):  # fmt: skip
        if row[name]:
            record.tags[key] = text(row[name])
    return record


def fill(base: Base, record: RunRecord, root: str, datasets: dict[str, dict[str, Any]]) -> None:
    """Read all else of a run."""
    record.series = series_of(base, record)
    for row in base.rows("params", ("key", "value"), "WHERE run_uuid = ?", record.id):
        record.params[str(row["key"])] = text(row["value"])
    names = ("input_uuid", "source_type", "source_id", "destination_type", "destination_id", "step")
    for row in base.rows("inputs", names, "WHERE destination_id = ?", record.id):
        if row["source_type"] == "DATASET" and row["source_id"] in datasets:
            tags = base.rows(
                "input_tags", ("name", "value"), "WHERE input_uuid = ?", row["input_uuid"]
            )
            used = {str(tag["name"]): text(tag["value"]) for tag in tags}
            record.datasets.append((datasets[row["source_id"]], used))
    for row in base.rows("inputs", names, "WHERE source_id = ?", record.id):
        if row["destination_type"] == "MODEL_OUTPUT":
            record.links[f"{OUTPUT}{row['destination_id']}"] = {"step": row["step"] or 0}
        elif row["destination_type"] == "MODEL_INPUT":
            record.links[f"{INPUT}{row['destination_id']}"] = {}
    tail = ("mlruns", record.experiment.id, record.id, "artifacts")
    record.artifacts = folder_of(record.artifact_uri, root, *tail)


def series_of(base: Base, record: RunRecord) -> list[Series]:
    """Return the points of a run by metric, in the order in which they were stored."""
    there = base.columns("metrics")
    step = "step" if "step" in there else "0"
    nan = "is_nan" if "is_nan" in there else "0"
    query = (
        f"SELECT key, value, timestamp, {step}, {nan} FROM metrics "  # noqa: S608 - our own names
        "WHERE run_uuid = ? ORDER BY rowid"
    )
    columns: dict[str, tuple[array[int], array[float], array[float]]] = {}
    clamped = odd = 0
    for key, value, time, number, is_nan in base.connection.execute(query, (record.id,)):
        one = columns.get(key)
        if one is None:
            one = columns[key] = (array("q"), array("d"), array("d"))
        try:
            point = float("nan") if is_nan or value is None else float(value)
            moment = (time or 0) / 1000
            one[0].append(number or 0)
        except (TypeError, ValueError, OverflowError):
            odd += 1
            continue
        clamped += abs(point) == LARGEST
        one[1].append(point)
        one[2].append(moment)
    if clamped:
        record.left_out.append(
            f"{clamped} infinities: MLflow stored them as ±1.7976931348623157e308, which was kept"
        )
    if odd:
        record.problems.append(f"{odd} points whose value is no number")
    return [Series(str(key), *one) for key, one in columns.items()]


def datasets_of(base: Base) -> dict[str, dict[str, Any]]:
    """Return the datasets by their ids."""
    kept = {
        "name": "name", "digest": "digest", "dataset_source_type": "source_type",
        "dataset_source": "source", "dataset_schema": "schema", "dataset_profile": "profile",
    }  # fmt: skip
    rows = base.rows("datasets", ("dataset_uuid", *kept))
    return {str(row["dataset_uuid"]): {kept[key]: row[key] for key in kept} for row in rows}


def models_of(
    base: Base, root: str, experiments: dict[str, ExperimentRecord]
) -> tuple[dict[str, list[ModelRecord]], list[tuple[ModelRecord, ExperimentRecord]]]:
    """Return the logged models by the run that made them, and those that none made."""
    by_run: dict[str, list[ModelRecord]] = {}
    alone: list[tuple[ModelRecord, ExperimentRecord]] = []
    names = (
        "model_id", "experiment_id", "name", "artifact_location", "creation_timestamp_ms",
        "last_updated_timestamp_ms", "status", "lifecycle_stage", "model_type", "source_run_id",
        "status_message",
    )  # fmt: skip
    for row in base.rows("logged_models", names):
        model_id = str(row["model_id"])
        of_model = ("WHERE model_id = ?", model_id)
        facts = {
            "name": text(row["name"]),
            "created": row["creation_timestamp_ms"] or 0,
            "updated": row["last_updated_timestamp_ms"] or 0,
            "status": row["status"] or 0,
            "type": row["model_type"],
            "run": row["source_run_id"],
            "message": row["status_message"],
            "params": {
                str(one["param_key"]): text(one["param_value"])
                for one in base.rows("logged_model_params", ("param_key", "param_value"), *of_model)
            },
            "tags": {
                str(one["tag_key"]): text(one["tag_value"])
                for one in base.rows("logged_model_tags", ("tag_key", "tag_value"), *of_model)
            },
        }
        if row["lifecycle_stage"] == "deleted":
            facts["deleted"] = True
        location = text(row["artifact_location"])
        tail = ("mlruns", str(row["experiment_id"]), "models", model_id, "artifacts")
        model = ModelRecord(model_id, facts, folder_of(location, root, *tail), location=location)
        columns = (
            "metric_name", "metric_value", "metric_timestamp_ms", "metric_step", "run_id",
            "dataset_name", "dataset_digest",
        )  # fmt: skip
        for one in base.rows("logged_model_metrics", columns, *of_model):
            value = one["metric_value"]
            member, entry = model_metric(
                model_id, text(one["run_id"]), text(one["metric_name"]),
                float("nan") if value is None else float(value),
                one["metric_timestamp_ms"] or 0, one["metric_step"] or 0,
                dataset_name=one["dataset_name"], dataset_digest=one["dataset_digest"],
            )  # fmt: skip
            model.metrics[member] = entry
        if row["source_run_id"]:
            by_run.setdefault(str(row["source_run_id"]), []).append(model)
        else:
            experiment_id = str(row["experiment_id"])
            alone.append((model, experiments.get(experiment_id, ExperimentRecord(experiment_id))))
    return by_run, alone


def text(value: Any) -> str:
    """Return a cell as text."""
    return "" if value is None else str(value)
