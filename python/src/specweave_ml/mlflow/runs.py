"""MLflow's runs: started, ended, read, deleted and restored."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

from mlflow.entities import Run, RunInfo, RunStatus, RunTag
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE, INVALID_STATE
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID, MLFLOW_RUN_NAME, MLFLOW_RUN_NOTE
from mlflow.utils.name_utils import _generate_random_name
from mlflow.utils.time import get_current_time_millis
from mlflow.utils.validation import _validate_run_id, _validate_tag

from .._native.library import library
from .._native.text import encoded, encoded_json
from ..errors import ExperimentBusyError, InvalidArgumentError
from ..tracking import exit_hooks
from . import experiment_file, tags
from .increment_catalog import IncrementCatalog, KnownIncrement
from .projects import increment_at
from .run_entities import info_of, run_of
from .run_handles import OpenRun, RunExperiment, RunHandles
from .run_start import in_server, is_past, started
from .tracking_errors import as_mlflow_exceptions, recorded

ENDS = {"FINISHED": "completed", "FAILED": "failed", "KILLED": "interrupted"}


class RunCalls:
    """The calls of MLflow's store that are about runs as a whole."""

    catalog: IncrementCatalog
    handles: RunHandles

    def create_run(
        self,
        experiment_id: str | None,
        user_id: str | None,
        start_time: int | None,
        tags: Sequence[RunTag] | None,
        run_name: str | None,
    ) -> Run:
        """Start an experiment; with a tag for a parent, inside that one."""
        known = self.catalog.by_id(experiment_id)
        if known.is_deleted:
            raise MlflowException(
                f"The experiment {known.id} must be in the 'active' state. "
                "Current state is deleted.",
                INVALID_PARAMETER_VALUE,
            )
        given = [_validate_tag(tag.key, tag.value) for tag in tags or ()]
        name = name_of_run(run_name, given)
        with as_mlflow_exceptions():
            run = self._start(known, user_id or "", start_time, given, name)
            return self._read(run)

    def get_run(self, run_id: str) -> Run:
        """Return a run, also a deleted one."""
        _validate_run_id(run_id)
        with as_mlflow_exceptions():
            return self._read(self.handles.of(run_id))

    def update_run_info(
        self,
        run_id: str,
        run_status: int | None,
        end_time: int | None,
        run_name: str | None,
    ) -> RunInfo:
        """Set the status of a run, the time of its end, and its name."""
        _validate_run_id(run_id)
        with as_mlflow_exceptions():
            run = self.writable(run_id)
            if run_name:
                tags.set_tags(run, [RunTag(MLFLOW_RUN_NAME, run_name)])
            if run_status is not None:
                set_status(run, RunStatus.to_string(run_status), end_time)
            elif end_time is not None:
                run.log_fact(tags.SECTION, {"end_time": end_time})
            facts = run.facts
            return info_of(facts, run.path, self.increment_of(run), tags.tags_of(facts))

    def delete_run(self, run_id: str) -> None:
        """Move the experiment to the archive; mark it only if it runs or is not alone."""
        _validate_run_id(run_id)
        with as_mlflow_exceptions():
            run = self.handles.of(run_id)
            run.log_fact(tags.SECTION, {"deleted_time": get_current_time_millis()})
            run.is_deleted = True
            if run.is_archived or run.is_writing or run.facts["parent"] or has_children(run.path):
                return
            try:
                run.experiment.archive(force=True)
            except (ExperimentBusyError, InvalidArgumentError):
                return
            self._moved(run)

    def restore_run(self, run_id: str) -> None:
        """Take `delete_run` back."""
        _validate_run_id(run_id)
        with as_mlflow_exceptions():
            run = self.handles.of(run_id)
            if run.is_archived and not run.facts["parent"]:
                run.experiment.restore()
                run = self._moved(run)
            run.log_fact(tags.SECTION, {"deleted_time": None})
            run.is_deleted = False

    def writable(self, run_id: str) -> OpenRun:
        """Return the run of an id if something may be logged to it.

        Raises:
            MlflowException: There is none, or it is deleted.
        """
        run = self.handles.of(run_id)
        deleted = run.is_deleted
        if not run.owned:
            deleted = run.is_archived or bool(run.marks.get("deleted_time"))
        if deleted:
            raise MlflowException(
                f"The run {run_id} must be in the 'active' state. Current state is deleted: it "
                "must be in 'active' lifecycle_stage.",
                INVALID_PARAMETER_VALUE,
            )
        return run

    def increment_of(self, run: OpenRun) -> KnownIncrement:
        """Return the increment that a run is in."""
        folder = increment_at(run.path)
        return KnownIncrement(folder, experiment_file.read(folder.path))

    def _start(
        self,
        known: KnownIncrement,
        user: str,
        start_time: int | None,
        given: Sequence[RunTag],
        name: str,
    ) -> OpenRun:
        """Start the experiment, and record what it has of MLflow from the start on."""
        folder = self.catalog.with_place(known).folder
        if folder is None:
            raise MlflowException(f"The experiment {known.id} has no folder", INVALID_STATE)
        values = {tag.key: tag.value for tag in given}
        parent = self._parent(values.get(MLFLOW_PARENT_RUN_ID), folder.path)
        options: dict[str, Any] = {}
        if values.get(MLFLOW_RUN_NOTE):
            options["description"] = values[MLFLOW_RUN_NOTE]
        if user:
            options["author"] = user
        marks: dict[str, Any] = {tags.USER: user}
        if is_past(start_time) and start_time is not None:
            options["created"] = start_time / 1000
        else:
            marks["start_time"] = start_time
        experiment = started(folder.path, name, parent, options)
        run = self.handles.add(experiment, owned=True)
        run.is_writing = not in_server()
        left = {MLFLOW_RUN_NOTE}
        if experiment.name == name:
            left.add(MLFLOW_RUN_NAME)
        else:
            values[MLFLOW_RUN_NAME] = marks["run_name"] = name
        if parent is not None:
            left.add(MLFLOW_PARENT_RUN_ID)
        marks |= {tags.MEMBER + key: value for key, value in values.items() if key not in left}
        run.log_fact(tags.SECTION, marks)
        if in_server():
            self.handles.release(run)
            return self.handles.of(run.run_id)
        return run

    def _parent(self, parent_id: str | None, increment: str) -> OpenRun | None:
        """Return the run of a tag for a parent, if it is in the same increment."""
        parent = None if not parent_id else self.handles.known(parent_id)
        if parent is None or increment_at(parent.path).path != increment:
            return None
        return parent

    def _read(self, run: OpenRun) -> Run:
        """Return a run as it is now."""
        return run_of(run.facts, run.path, self.increment_of(run), run)

    def _moved(self, run: OpenRun) -> OpenRun:
        """Go on with a run at its new place."""
        self.handles.forget(run.run_id)
        return self.handles.add(run.experiment, owned=False)


def name_of_run(run_name: str | None, given: Sequence[RunTag]) -> str:
    """Return the name of a new run, from MLflow's argument, its tag, or made up as MLflow does."""
    tag = next((tag.value for tag in given if tag.key == MLFLOW_RUN_NAME), None)
    if run_name and tag and run_name != tag:
        raise MlflowException(
            "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different "
            f"values (run_name='{run_name}', mlflow.runName='{tag}').",
            INVALID_PARAMETER_VALUE,
        )
    return str(run_name or tag or _generate_random_name())


def set_status(run: OpenRun, status: str, end_time: int | None) -> None:
    """Set the status of a run as MLflow names it."""
    marks: dict[str, Any] = {}
    now = run.facts
    if status in ENDS:
        end(run, ENDS[status], end_time, now)
        # The library keeps when it ended first.
        is_kept = is_past(end_time) and now["status"] == "running"
        marks["end_time"] = None if is_kept else end_time
        marks["ended_without_time"] = True if end_time is None else None
    else:
        if now["status"] != "running":
            set_in_library(run, "running", {"force": True})
            run.is_writing = run.owned
            if run.owned and isinstance(run.experiment, RunExperiment):
                exit_hooks.remember(run.experiment)
        marks = {"end_time": end_time, "status": status if status == "SCHEDULED" else None}
    known = run.marks
    changed = {key: value for key, value in marks.items() if known.get(key) != value}
    if changed:
        run.log_fact(tags.SECTION, changed)


def end(run: OpenRun, status: str, end_time: int | None, now: dict[str, Any]) -> None:
    """End a run, or change how it ended.

    What the end of the program found out stays: MLflow's own hook calls every run finished then.
    """
    experiment = run.experiment
    details: dict[str, Any] = {}
    if is_past(end_time) and end_time is not None:
        details["ended"] = end_time / 1000
    error = sys.exc_info()[1]
    if status == "failed" and error is not None:
        details |= exit_hooks.failure_of(error)
        status = exit_hooks.status_of(error) or status
    if not run.owned or run.is_released:
        set_in_library(run, status, {**details, "force": True})
        library().et_experiment_flush(experiment._native, 0)
    elif now["status"] == "running":
        experiment._finish(status, details)
    elif not getattr(experiment, "ended_at_exit", False):
        set_in_library(run, status, details)
        library().et_experiment_flush(experiment._native, 0)
    run.is_writing = False


def set_in_library(run: OpenRun, status: str, details: dict[str, Any]) -> None:
    """Set the status in the library."""
    code = library().et_experiment_set_status(
        run.experiment._native, encoded(status), encoded_json(details) if details else None
    )
    recorded(run.experiment, code, f"status {status!r}")


def has_children(path: str) -> bool:
    """Return whether an experiment has, or had, others inside it."""
    return os.path.isdir(os.path.join(path, ".numbers"))
