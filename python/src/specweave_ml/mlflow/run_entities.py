"""An experiment as MLflow's run."""

from __future__ import annotations

import inspect
import os
from typing import Any

from mlflow.entities import (
    LifecycleStage,
    Metric,
    Param,
    Run,
    RunData,
    RunInfo,
    RunInputs,
    RunTag,
)
from mlflow.utils.mlflow_tags import MLFLOW_USER
from mlflow.utils.uri import append_to_uri_path

from ..reading.params import params_of
from . import datasets, model_links, server_uris
from .fact_sections import ARTIFACTS
from .increment_catalog import KnownIncrement
from .latest_points import SECTION as LATEST
from .latest_points import latest_of, milliseconds
from .param_values import texts_of
from .run_handles import ARCHIVE
from .store_uri import uri_of
from .tags import SECTION, USER, is_by_mlflow, tags_of

STATUSES = {
    "running": "RUNNING",
    "completed": "FINISHED",
    "failed": "FAILED",
    "interrupted": "KILLED",
    "crashed": "FAILED",
    "unknown": "RUNNING",
}
"""MLflow's name of each status; of one that crashed nobody said how it ended."""

HAS_RUN_UUID = "run_uuid" in inspect.signature(RunInfo.__init__).parameters
"""Whether this is a MLflow before version 3."""


def run_of(facts: dict[str, Any], path: str, increment: KnownIncrement, reader: Any = None) -> Run:
    """Return the run.

    Args:
        facts: What the library says of the experiment.
        path: Where it is.
        increment: The increment that it is in.
        reader: What can read its histories, for metrics whose latest value only they say.
    """
    sections = facts["facts"]
    tags = tags_of(facts)
    stored = sections.get(LATEST, {})
    metrics = []
    for key, summary in facts["metrics"].items():
        point = latest_of(key, summary, stored, reader)
        metrics.append(Metric(key, point.value, point.timestamp, point.step))
    return made(
        info_of(facts, path, increment, tags),
        RunData(
            metrics=metrics,
            params=[Param(key, text) for key, text in texts_of(params_of(facts)).items()],
            tags=[RunTag(key, value) for key, value in tags.items()],
        ),
        facts,
    )


def made(info: RunInfo, data: RunData, facts: dict[str, Any]) -> Run:
    """Return a run with what went into it and came out of it."""
    sections = facts["facts"]
    used = datasets.inputs_of(sections)
    inputs, outputs = model_links.of(sections)
    if HAS_RUN_UUID:
        return Run(info, data, RunInputs(dataset_inputs=used))
    from mlflow.entities import RunOutputs

    return Run(
        info,
        data,
        RunInputs(dataset_inputs=used, model_inputs=inputs),
        RunOutputs(model_outputs=outputs),
    )


def info_of(
    facts: dict[str, Any], path: str, increment: KnownIncrement, tags: dict[str, str]
) -> RunInfo:
    """Return what MLflow knows of a run without its data."""
    marks: dict[str, Any] = facts["facts"].get(SECTION, {})
    run_id = facts["id"]
    deleted = increment.is_deleted or marks.get("deleted_time") or ARCHIVE in path + os.sep
    options: dict[str, Any] = {
        "run_id": run_id,
        "experiment_id": increment.id,
        "user_id": marks.get(USER) or tags.get(MLFLOW_USER, ""),
        "status": status_of(facts, marks),
        "start_time": start_of(facts, marks),
        "end_time": end_of(facts, marks),
        "lifecycle_stage": LifecycleStage.DELETED if deleted else LifecycleStage.ACTIVE,
        "artifact_uri": artifact_uri_of(path, run_id, increment, is_by_mlflow(marks)),
        "run_name": marks.get("run_name") or facts["name"],
    }
    if HAS_RUN_UUID:
        options["run_uuid"] = run_id
    return RunInfo(**options)


def status_of(facts: dict[str, Any], marks: dict[str, Any]) -> str:
    """Return MLflow's status."""
    status = STATUSES.get(facts["status"], "RUNNING")
    if status == "RUNNING" and marks.get("status") == "SCHEDULED":
        return "SCHEDULED"
    return status


def start_of(facts: dict[str, Any], marks: dict[str, Any]) -> int:
    """Return when it began, in milliseconds."""
    noted = marks.get("start_time")
    return milliseconds(facts["created"]) if noted is None else int(noted)


def end_of(facts: dict[str, Any], marks: dict[str, Any]) -> int | None:
    """Return when it ended, in milliseconds; of one that crashed when it wrote last."""
    if facts["status"] in ("running", "unknown"):
        return marks.get("end_time")
    if marks.get("ended_without_time"):
        return None  # as in MLflow's own stores; the experiment knows when it was
    noted = marks.get("end_time")
    if noted is not None:
        return int(noted)
    ended = facts["ended"] or facts["last_write"]
    return None if ended is None else milliseconds(ended)


def artifact_uri_of(path: str, run_id: str, increment: KnownIncrement, by_mlflow: bool) -> str:
    """Return where MLflow puts the artifacts of a run: in a folder with nothing else in it.

    Those of an experiment that MLflow did not start lie in its folder itself.
    """
    location = increment.members.get("artifact_location")
    if location and by_mlflow:
        return str(append_to_uri_path(location, run_id, ARTIFACTS))
    return server_uris.of_run(increment.id, run_id) or local_artifact_uri_of(path, by_mlflow)


def local_artifact_uri_of(path: str, by_mlflow: bool) -> str:
    """Return where the artifacts of a run are on this machine."""
    return uri_of(f"{path}/{ARTIFACTS}" if by_mlflow else path)
