"""A folder of MLflow's file store, also one that MLflow refuses.

A store has a folder for each experiment, that one for each run, with a file for each metric, param
and tag. MLflow refuses a whole store for one folder without ``meta.yaml`` or with a dot in its
name; here each run is read by itself, and what is missing is said.
"""

from __future__ import annotations

import os
import re
from array import array
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from ...mlflow.fact_sections import INPUT, OUTPUT, model_metric
from ..block_yaml import YamlError, parsed
from ..runs import Faults, ForeignRun, Series, Survey
from .mlflow_records import (
    BY_NUMBER,
    ExperimentRecord,
    ModelRecord,
    RunRecord,
    folder_of,
    foreign,
    model_run,
    parents_first,
)

META = "meta.yaml"
TRASH = ".trash"
NOT_RUNS = frozenset(("tags", "datasets", "traces", "models", "assessments"))
REGISTRY = "models"
EXPERIMENT = re.compile(rb"^(artifact_location|lifecycle_stage):", re.MULTILINE)
RUN = re.compile(rb"^(run_id|run_uuid):", re.MULTILINE)
MODEL = re.compile(rb"^model_id:", re.MULTILINE)
POINTS = re.compile(rb"(?:-?[0-9]+ [^ \n]+ -?[0-9]+\n)*")
MOST_LOOKED_AT = 100
MOST_LINES_NAMED = 5
LONGEST_META = 1 << 20


def detect(path: str) -> bool:
    """Return whether a folder is a store, or an experiment of one."""
    if not os.path.isdir(path):
        return False
    if is_experiment(path):
        return True
    for name in folders_in(path)[:MOST_LOOKED_AT]:
        folder = os.path.join(path, name)
        if name == TRASH:
            if any(is_experiment(os.path.join(folder, one)) for one in folders_in(folder)):
                return True
        elif is_experiment(folder) or any(
            RUN.search(head(os.path.join(folder, one, META)))
            for one in folders_in(folder)[:MOST_LOOKED_AT]
            if one not in NOT_RUNS
        ):
            return True
    return False


def survey(path: str) -> Survey:
    """Return how many runs there are."""
    return Survey(sum(len(runs_in(folder)) for folder, _ in experiments_in(path)))


def read(path: str, faults: Faults) -> Iterator[ForeignRun]:
    """Yield the runs of a store."""
    root = os.path.dirname(path) if is_experiment(path) else path
    found = [
        (folder, experiment_of(folder, in_trash, faults))
        for folder, in_trash in experiments_in(path)
    ]
    if not found:
        raise faults.wrong(path, "", "it has no experiments of MLflow")
    headers: list[RunRecord] = []
    places: dict[str, tuple[str, ExperimentRecord]] = {}
    models: dict[str, list[ModelRecord]] = {}
    alone: list[tuple[ModelRecord, ExperimentRecord]] = []
    for folder, experiment in found:
        for name in runs_in(folder):
            record = header_of(os.path.join(folder, name), experiment)
            if record.id in places:
                faults.add(os.path.join(folder, name), "", f"the run {record.id} is there twice")
                continue
            headers.append(record)
            places[record.id] = (os.path.join(folder, name), experiment)
        for model, run in models_in(folder, root, faults):
            if run:
                models.setdefault(run, []).append(model)
            else:
                alone.append((model, experiment))
        traces = os.path.join(folder, "traces")
        if folders_in(traces):
            faults.left_out.append(f"{len(folders_in(traces))} traces of {experiment.name!r}")
    if root == path and os.path.isdir(os.path.join(path, REGISTRY)):
        registered = folders_in(os.path.join(path, REGISTRY))
        if registered:
            faults.left_out.append(f"the model registry: {', '.join(registered[:10])}")
    for record in parents_first(headers):
        folder, experiment = places[record.id]
        record.models = models.pop(record.id, [])
        fill(record, folder, os.path.dirname(folder), root)
        yield foreign(record)
    alone += [(model, ExperimentRecord("")) for several in models.values() for model in several]
    for model, experiment in alone:
        yield model_run(model, experiment)


def is_experiment(path: str) -> bool:
    """Return whether a folder is an experiment that says so."""
    text = head(os.path.join(path, META))
    return bool(EXPERIMENT.search(text)) and not RUN.search(text) and not MODEL.search(text)


def experiments_in(path: str) -> list[tuple[str, bool]]:
    """Return the folders of the experiments, and whether each is in the trash."""
    if is_experiment(path):
        return [(path, os.path.basename(os.path.dirname(path)) == TRASH)]
    found = []
    for name in folders_in(path):
        folder = os.path.join(path, name)
        if name == TRASH:
            found += [(os.path.join(folder, one), True) for one in folders_in(folder)]
        elif is_experiment(folder) or (name != REGISTRY and runs_in(folder)):
            found.append((folder, False))
    return found


def runs_in(experiment: str) -> list[str]:
    """Return the names of the folders that are runs: they say so, or look like one."""
    return [
        name
        for name in folders_in(experiment)
        if name not in NOT_RUNS and looks_like_run(os.path.join(experiment, name))
    ]


def looks_like_run(folder: str) -> bool:
    """Return whether a folder is a run, also one without ``meta.yaml``."""
    return os.path.exists(os.path.join(folder, META)) or any(
        os.path.isdir(os.path.join(folder, name)) for name in ("metrics", "params")
    )


def experiment_of(folder: str, in_trash: bool, faults: Faults) -> ExperimentRecord:
    """Return an experiment; one that does not say its name has that of its folder."""
    meta, problem = meta_of(folder)
    if problem:
        faults.add(os.path.join(folder, META), "", problem)
    name = os.path.basename(folder)
    return ExperimentRecord(
        id=str(meta.get("experiment_id") or name),
        name=str(meta.get("name") or name),
        location=str(meta.get("artifact_location") or ""),
        tags=texts_in(os.path.join(folder, "tags"), []),
        deleted=in_trash or meta.get("lifecycle_stage") == "deleted",
    )


def header_of(folder: str, experiment: ExperimentRecord) -> RunRecord:
    """Return a run with what puts it in order: its start, and the run around it."""
    meta, problem = meta_of(folder)
    name = os.path.basename(folder)
    run_id = str(meta.get("run_id") or meta.get("run_uuid") or name)
    record = RunRecord(run_id, experiment)
    if problem:
        path = os.path.join(folder, META)
        record.problems.append(f"{path}: {problem}: its times and its end are not known")
    status = meta.get("status")
    if isinstance(status, int) and 0 < status < len(BY_NUMBER):
        record.status = BY_NUMBER[status]
    elif isinstance(status, str):
        record.status = status
    record.name = str(meta.get("run_name") or meta.get("name") or "")
    record.user = str(meta.get("user_id") or "")
    record.started = integer(meta.get("start_time"))
    record.ended = integer(meta.get("end_time"))
    record.artifact_uri = str(meta.get("artifact_uri") or "")
    record.deleted = experiment.deleted or meta.get("lifecycle_stage") == "deleted"
    record.deleted_time = integer(meta.get("deleted_time"))
    record.tags = texts_in(os.path.join(folder, "tags"), record.problems)
    return record


def fill(record: RunRecord, folder: str, experiment: str, root: str) -> None:
    """Read all else of a run."""
    record.params = texts_in(os.path.join(folder, "params"), record.problems)
    for key, path in files_in(os.path.join(folder, "metrics")):
        series = series_of(key, path, record)
        if len(series):
            record.series.append(series)
    for name in folders_in(os.path.join(folder, "inputs")):
        meta, problem = meta_of(os.path.join(folder, "inputs", name))
        if problem:
            record.problems.append(f"{os.path.join(folder, 'inputs', name, META)}: {problem}")
            continue
        source = str(meta.get("source_id") or "")
        if meta.get("source_type") == "MODEL":
            record.links[f"{INPUT}{source or name}"] = {}
            continue
        place = os.path.join(experiment, "datasets", source)
        dataset, problem = meta_of(place)
        if problem:
            record.problems.append(f"{os.path.join(place, META)}: {problem}")
            continue
        tags = meta.get("tags")
        used = tags if isinstance(tags, dict) else {}
        record.datasets.append((dataset, {key: str(value) for key, value in used.items()}))
    for name in folders_in(os.path.join(folder, "outputs")):
        meta, _ = meta_of(os.path.join(folder, "outputs", name))
        model = str(meta.get("destination_id") or name)
        record.links[f"{OUTPUT}{model}"] = {"step": integer(meta.get("step")) or 0}
    inside = (os.path.basename(experiment), os.path.basename(folder), "artifacts")
    own = os.path.join(folder, "artifacts")
    if os.path.isdir(own) and os.listdir(own):
        record.artifacts = own
    else:
        record.artifacts = folder_of(record.artifact_uri, root, *inside)
        if record.artifacts is None and os.path.isdir(own):
            record.artifacts = own


def series_of(key: str, path: str, record: RunRecord) -> Series:
    """Return the points in a file: ``time value step`` in each line, the step perhaps missing."""
    series = Series(key)
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        record.problems.append(f"{path}: {error.strerror}")
        return series
    lines = content.count(b"\n")
    if POINTS.fullmatch(content):
        tokens = content.split()
        # A value that is no number, or a step that does not fit: found out line by line below.
        with suppress(ValueError, OverflowError):
            return Series(
                key,
                array("q", map(int, tokens[2::3])),
                array("d", map(float, tokens[1::3])),
                array("d", [int(token) / 1000 for token in tokens[0::3]]),
            )
    wrong = 0
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line.strip():
            continue
        is_torn = number > lines
        point = point_in(line)
        # A number that was cut short is a number too: only the line's end says that it is whole.
        if point is None or is_torn:
            wrong += 1
            if wrong <= MOST_LINES_NAMED:
                what = "ends in the middle" if is_torn else "is no point"
                begins = line[:60].decode("utf-8", "replace")
                record.problems.append(f"{path}: line {number}: {begins!r} {what}")
            continue
        series.add(*point[:3])
    if wrong > MOST_LINES_NAMED:
        record.problems.append(f"{path}: {wrong - MOST_LINES_NAMED} more lines are no points")
    return series


def point_in(line: bytes) -> tuple[int, float, float, list[bytes]] | None:
    """Return step, value, time in seconds and what follows them; None if it is no point."""
    parts = line.split()
    if len(parts) < 2:
        return None
    try:
        time, value = int(parts[0]) / 1000, float(parts[1])
        step = int(parts[2]) if len(parts) > 2 else 0
    except (ValueError, OverflowError):
        return None
    if not -(2**63) <= step < 2**63:
        return None
    return step, value, time, parts[3:]


def models_in(experiment: str, root: str, faults: Faults) -> Iterator[tuple[ModelRecord, str]]:
    """Yield the logged models of an experiment, and the run that made each, if any did."""
    folder = os.path.join(experiment, "models")
    for name in folders_in(folder):
        place = os.path.join(folder, name)
        meta, problem = meta_of(place)
        if problem:
            faults.add(os.path.join(place, META), "", problem)
            continue
        model_id = str(meta.get("model_id") or name)
        problems: list[str] = []
        facts = {
            "name": str(meta.get("name") or model_id),
            "created": integer(meta.get("creation_timestamp")) or 0,
            "updated": integer(meta.get("last_updated_timestamp")) or 0,
            "status": integer(meta.get("status")) or 0,
            "type": meta.get("model_type"),
            "run": meta.get("source_run_id"),
            "message": meta.get("status_message"),
            "params": texts_in(os.path.join(place, "params"), problems),
            "tags": texts_in(os.path.join(place, "tags"), problems),
        }
        if meta.get("lifecycle_stage") == "deleted":
            facts["deleted"] = True
        location = str(meta.get("artifact_location") or "")
        own = os.path.join(place, "artifacts")
        files = own if os.path.isdir(own) else folder_of(location, root)
        model = ModelRecord(model_id, facts, files, location=location)
        for key, path in files_in(os.path.join(place, "metrics")):
            for number, line in enumerate(lines_of(path), 1):
                point = point_in(line)
                if point is None or not point[3]:
                    problems.append(f"{path}: line {number}: {line[:60]!r} is no point of a model")
                    continue
                step, value, _, rest = point
                words = [part.decode("utf-8", "replace") for part in rest]
                member, entry = model_metric(
                    model_id, words[0], key, value, int(line.split()[0]), step,
                    dataset_name=" ".join(words[1:-1]) or None if len(words) > 2 else None,
                    dataset_digest=words[-1] if len(words) > 2 else None,
                )  # fmt: skip
                model.metrics[member] = entry
        faults.sentences += problems
        yield model, str(meta.get("source_run_id") or "")


def lines_of(path: str) -> list[bytes]:
    """Return the lines of a file that are not empty."""
    try:
        with open(path, "rb") as file:
            return [line for line in file.read().split(b"\n") if line.strip()]
    except OSError:
        return []


def texts_in(folder: str, problems: list[str]) -> dict[str, str]:
    """Return what the files below a folder hold, by their names."""
    found = {}
    for key, path in files_in(folder):
        try:
            with open(path, "rb") as file:
                found[key] = file.read().decode("utf-8", "replace")
        except OSError as error:
            problems.append(f"{path}: {error.strerror}")
    return found


def files_in(folder: str) -> Iterator[tuple[str, str]]:
    """Yield the files below a folder by their names there; a key with ``/`` is a folder."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(place, name)
            if os.path.isfile(path):  # to open a pipe would wait for ever
                yield os.path.relpath(path, folder), path


def folders_in(path: str) -> list[str]:
    """Return the names of the folders in a folder."""
    try:
        return sorted(entry.name for entry in os.scandir(path) if entry.is_dir())
    except OSError:
        return []


def meta_of(folder: str) -> tuple[dict[str, Any], str]:
    """Return what ``meta.yaml`` says, and what is wrong with it."""
    try:
        with open(os.path.join(folder, META), "rb") as file:
            text = file.read(LONGEST_META).decode("utf-8")
    except FileNotFoundError:
        return {}, "is missing"
    except (OSError, UnicodeDecodeError) as error:
        return {}, f"cannot be read ({error})"
    try:
        meta = parsed(text, by_pyyaml=True)
    except YamlError as error:
        return {}, f"{error}"
    if meta is not None and not isinstance(meta, dict):
        return {}, "is no mapping"
    return (meta, "") if meta else ({}, "is empty")


def head(path: str) -> bytes:
    """Return the beginning of a file; nothing if there is none."""
    try:
        with open(path, "rb") as file:
            return file.read(1 << 14)
    except OSError:
        return b""


def integer(value: Any) -> int | None:
    """Return an integer, also one that is written as text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.lstrip("-").isdigit():
        return int(value)
    return value if isinstance(value, int) else None
