"""Runs of MLflow, whichever store they are in, kept as those that MLflow writes here itself.

So an imported run is the same for MLflow's own pages on the increment: its tags, datasets, models
and the place of its artifacts.
"""

from __future__ import annotations

import operator
import os
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from urllib.parse import unquote, urlsplit

from ...mlflow import fact_sections
from ...mlflow.param_values import value_of
from ..runs import ForeignFile, ForeignRun, Series

STATUSES = {
    "RUNNING": "running", "SCHEDULED": "running", "FINISHED": "completed", "FAILED": "failed",
    "KILLED": "interrupted",
}  # fmt: skip
BY_NUMBER = ("", "RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED")
NAME, PARENT, NOTE = "mlflow.runName", "mlflow.parentRunId", "mlflow.note.content"
COMMIT = "mlflow.source.git.commit"
LOCAL = ("", "file")


@dataclass
class ExperimentRecord:
    """An experiment of MLflow."""

    id: str
    name: str = ""
    location: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    deleted: bool = False


@dataclass
class ModelRecord:
    """A logged model of MLflow 3."""

    id: str
    facts: dict[str, Any]
    folder: str | None
    metrics: dict[str, dict[str, Any]] = field(default_factory=dict)
    location: str = ""


@dataclass
class RunRecord:
    """A run of MLflow, before it is a `ForeignRun`."""

    id: str
    experiment: ExperimentRecord
    name: str = ""
    status: str = ""
    """MLflow's word; empty is not known."""
    user: str = ""
    started: int | None = None
    ended: int | None = None
    """Milliseconds since 1970."""
    deleted: bool = False
    deleted_time: int | None = None
    artifact_uri: str = ""
    artifacts: str | None = None
    """The folder of its artifacts; None if there is none on this machine."""
    tags: dict[str, str] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)
    series: list[Series] = field(default_factory=list)
    datasets: list[tuple[dict[str, Any], dict[str, str]]] = field(default_factory=list)
    links: dict[str, dict[str, Any]] = field(default_factory=dict)
    models: list[ModelRecord] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def parent(self) -> str | None:
        """The id of the run around it."""
        return self.tags.get(PARENT) or None


def foreign(record: RunRecord) -> ForeignRun:
    """Return a run as the store will have it."""
    name = record.name or record.tags.get(NAME, "")
    run = ForeignRun(
        record.id, name or None, scope="", parent=record.parent, author=record.user or None,
        status=STATUSES.get(record.status, "running"), created=seconds(record.started),
        ended=seconds(record.ended), description=record.tags.get(NOTE) or None,
        deleted=record.deleted and record.status not in ("RUNNING", "SCHEDULED", ""),
        series=[in_order(series) for series in record.series],
        left_out=record.left_out, problems=record.problems,
    )  # fmt: skip
    run.params = {key: value_of(text) for key, text in record.params.items()}
    marks: dict[str, Any] = {fact_sections.USER: record.user, "run_name": name or record.id}
    if record.deleted:
        marks["deleted_time"] = record.deleted_time or record.ended or record.started or 0
    if record.artifact_uri:
        marks["original_artifact_uri"] = record.artifact_uri
    for key, value in record.tags.items():
        if key in (NAME, PARENT, NOTE):
            continue
        if fact_sections.is_plain(key, value):
            run.tags.append(key)
        else:
            marks[fact_sections.TAG + key] = value
    run.facts[fact_sections.RUN] = marks
    run.facts["mlflow_experiment"] = experiment_facts(record.experiment)
    if record.tags.get(COMMIT):
        run.facts["git"] = {"commit": record.tags[COMMIT]}
    add_data(run, record)
    if record.links:
        run.facts[fact_sections.LINKS] = dict(record.links)
    latest = latest_facts(run.series)
    if latest:
        run.facts[fact_sections.LATEST] = latest
    add_artifacts(run, record)
    for model in record.models:
        add_model(run, model)
    return run


def experiment_facts(experiment: ExperimentRecord) -> dict[str, Any]:
    """Return what is known of a run's experiment."""
    facts: dict[str, Any] = {"id": experiment.id, "name": experiment.name}
    if experiment.tags:
        facts["tags"] = experiment.tags
    if experiment.deleted:
        facts["deleted"] = True
    return facts


def add_data(run: ForeignRun, record: RunRecord) -> None:
    """Add the datasets as entries of the section ``data``."""
    entries: dict[str, Any] = {}
    for dataset, tags in record.datasets:
        name = str(dataset.get("name") or "dataset")
        known = {"digest": "", "source_type": "", **dataset}
        key = fact_sections.data_name(name, str(known["digest"]), taken=name in entries)
        entries[key] = fact_sections.data_entry(known, tags)
    if entries:
        run.facts[fact_sections.DATA] = entries


def add_artifacts(run: ForeignRun, record: RunRecord) -> None:
    """Add the files of a run."""
    if record.artifacts is not None:
        first = len(run.files)
        add_files(run, fact_sections.ARTIFACTS, record.artifacts)
        for file in run.files[first:]:
            path = file.name.removeprefix(f"{fact_sections.ARTIFACTS}/")
            file.details[fact_sections.NAME_THERE] = path
    elif record.artifact_uri and urlsplit(record.artifact_uri).scheme not in LOCAL:
        run.left_out.append(f"its artifacts, which are at {record.artifact_uri}")


def add_model(run: ForeignRun, model: ModelRecord) -> None:
    """Add a model that a run made, or that has an experiment of its own."""
    run.facts.setdefault(fact_sections.MODELS, {})[model.id] = model.facts
    if model.metrics:
        run.facts.setdefault(fact_sections.MODEL_METRICS, {}).update(model.metrics)
    if model.folder is not None:
        add_files(run, f"{fact_sections.MODEL_FILES}/{model.id}", model.folder)
    elif model.location and urlsplit(model.location).scheme not in LOCAL:
        run.left_out.append(f"the files of the model {model.id}, which are at {model.location}")


def model_run(model: ModelRecord, experiment: ExperimentRecord) -> ForeignRun:
    """Return the experiment of a model that no run made."""
    created = seconds(model.facts.get("created"))
    run = ForeignRun(
        model.id, str(model.facts.get("name") or model.id), scope="", created=created,
        ended=created, kind=fact_sections.MODEL_KIND,
    )  # fmt: skip
    run.facts["mlflow_experiment"] = experiment_facts(experiment)
    add_model(run, model)
    return run


def add_files(run: ForeignRun, top: str, folder: str) -> None:
    """Add the files below a folder."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        inside = os.path.relpath(place, folder)
        prefix = top if inside == "." else f"{top}/{inside}"
        for name in [one for one in folders if os.path.islink(os.path.join(place, one))]:
            run.left_out.append(f"{prefix}/{name}: a link to a folder")
        for name in sorted(names):
            path = os.path.join(place, name)
            if os.path.isfile(path):
                run.files.append(ForeignFile(f"{prefix}/{name}", path))
            else:
                run.left_out.append(f"{prefix}/{name}: no file, or a link to nothing")


def in_order(series: Series) -> Series:
    """Return points in the order of their times: MLflow 3 logs some again when it logs a model."""
    times = series.times
    if times is None or all(map(operator.le, times, islice(times, 1, None))):
        return series
    places = sorted(range(len(times)), key=times.__getitem__)
    return Series(
        series.key,
        array("q", [series.steps[place] for place in places]),
        array("d", [series.values[place] for place in places]),
        array("d", [times[place] for place in places]),
    )


def latest_facts(series: list[Series]) -> dict[str, Any]:
    """Return the latest point of each metric, that of the greatest step, unless it is the last."""
    found: dict[str, Any] = {}
    for one in series:
        steps, times = one.steps, one.times
        if not steps or times is None or (steps[-1] == max(steps) and times[-1] == max(times)):
            continue
        highest = max(steps)
        at = [place for place, step in enumerate(steps) if step == highest]
        last = max(at, key=lambda place: (times[place], rank(one.values[place])))
        if last != len(steps) - 1:
            found[one.key] = [highest, round(times[last] * 1000), word(one.values[last])]
    return found


def rank(value: float) -> tuple[bool, float]:
    """Return what orders values of one moment; any number beats NaN."""
    return (value == value, value if value == value else 0.0)


def word(value: float) -> float | str:
    """Return a number as JSON has it."""
    if value - value == 0:
        return value
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"


def parents_first(records: list[RunRecord]) -> Iterator[RunRecord]:
    """Yield runs by their start, each after the one around it."""
    records.sort(key=lambda record: (record.started is None, record.started or 0))
    by_id = {record.id: record for record in records}
    done: set[str] = set()
    for record in records:
        line = [record]
        while True:
            around = by_id.get(line[-1].parent or "")
            if around is None or around in line or around.id in done:
                break
            line.append(around)
        for one in reversed(line):
            if one.id not in done:
                done.add(one.id)
                yield one


def folder_of(uri: str, root: str, *tail: str) -> str | None:
    """Return the folder that a location of artifacts is on this machine; None if there is none.

    Args:
        uri: As MLflow noted it, perhaps long ago and elsewhere.
        root: The store's folder, or that of its database.
        tail: Where MLflow puts it below a store's folder.
    """
    candidates = [os.path.join(root, *tail)] if tail else []
    parts = urlsplit(uri)
    path = unquote(parts.path) if parts.scheme else uri
    around = os.path.dirname(root)
    if uri and parts.scheme in LOCAL:
        candidates += [path if os.path.isabs(path) else os.path.join(around, path)]
    elif parts.scheme == "mlflow-artifacts":
        inside = path.lstrip("/").removeprefix("api/2.0/mlflow-artifacts/artifacts/")
        candidates += [os.path.join(place, "mlartifacts", inside) for place in (around, root)]
    if uri:
        names = path.strip("/").split("/")
        for store in ("mlruns", "mlartifacts"):
            if store in names:
                below = names[names.index(store) + 1 :]
                candidates += [os.path.join(place, store, *below) for place in (around, root)]
                candidates.append(os.path.join(root, *below))
    there = [place for place in candidates if os.path.isdir(place)]
    return next((place for place in there if os.listdir(place)), there[0] if there else None)


def seconds(milliseconds: Any) -> float | None:
    """Return a time of MLflow in seconds."""
    if not isinstance(milliseconds, (int, float)) or milliseconds <= 0:
        return None
    return milliseconds / 1000
