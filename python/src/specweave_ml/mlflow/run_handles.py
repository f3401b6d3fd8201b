"""The experiments that this process has open as MLflow's runs, by their ids."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from contextlib import suppress
from ctypes import byref
from typing import Any

from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_DOES_NOT_EXIST

from .._native.increments import Increment
from .._native.library import library
from .._native.pointers import ExperimentPointer
from .._native.status import check
from .._native.text import encoded, encoded_json, encoded_path
from ..errors import ExperimentNotFoundError, TrackingError
from ..reading.listing import paths_in
from ..tracking.experiment import Experiment
from .latest_points import LatestPoints
from .projects import increments_of
from .tracking_errors import recorded

MAXIMUM_LOADED = 512
ARCHIVE = f"{os.sep}experiments{os.sep}_archive{os.sep}"


class RunExperiment(Experiment):
    """An experiment that MLflow writes."""

    ended_at_exit = False
    """Whether the end of the program ended it, which knows more than MLflow's own hook then."""

    def _finish(self, status: str | None, facts: dict[str, Any]) -> None:
        self.ended_at_exit = str(facts.get("closed", "")).startswith("at exit")
        super()._finish(status, facts)


class OpenRun:
    """One run that is open here."""

    def __init__(self, experiment: Experiment, run_id: str, *, owned: bool) -> None:
        self.experiment = experiment
        self.run_id = run_id
        self.owned = owned
        """Whether this process started it: its death is seen, and it decides the status."""
        self.is_writing = owned
        """Whether this process writes it and has not ended it."""
        self.is_released = False
        """Whether nobody can know any more whether the program that it is about still runs."""
        self.is_deleted = False
        """Whether it was deleted through this handle."""
        self.path = str(experiment.path)
        self.lock = threading.RLock()
        self.latest = LatestPoints(self)
        self.names: dict[str, bytes] = {}

    @property
    def facts(self) -> dict[str, Any]:
        """What is known of it now; shared, so the caller must not change it."""
        return self.experiment._facts()

    @property
    def marks(self) -> dict[str, Any]:
        """What only MLflow knows of it."""
        section: dict[str, Any] = self.facts["facts"].get("mlflow", {})
        return section

    @property
    def is_archived(self) -> bool:
        """Whether it lies in the archive, alone or with the one that it is inside of."""
        return ARCHIVE in self.path

    def log_fact(self, section: str, members: dict[str, Any]) -> None:
        """Set members of a section of facts; one that is None counts as absent."""
        code = library().et_experiment_log_fact(
            self.experiment._native, encoded(section), encoded_json(members)
        )
        recorded(self.experiment, code, f"facts of {section!r}")

    def key(self, name: str) -> bytes:
        """Return the bytes of a metric's key."""
        found = self.names.get(name)
        if found is None:
            found = self.names[name] = encoded(name)
        return found


class RunHandles:
    """Opens runs by id, and keeps them open."""

    def __init__(self, project: str) -> None:
        self.project = project
        self._runs: OrderedDict[str, OpenRun] = OrderedDict()
        self._paths: dict[str, str] = {}
        self._lock = threading.RLock()

    def add(self, experiment: Experiment, *, owned: bool) -> OpenRun:
        """Keep an experiment that was started or loaded."""
        run = OpenRun(experiment, str(experiment._facts()["id"]), owned=owned)
        with self._lock:
            self._runs[run.run_id] = run
            self._paths[run.run_id] = run.path
            self._shrink()
        return run

    def release(self, run: OpenRun) -> None:
        """Give a run back to the program that it is about, which runs elsewhere."""
        run.experiment._pointer = None
        self.forget(run.run_id)
        self.note({run.run_id: run.path})

    def forget(self, run_id: str) -> None:
        """Forget a run that was moved or deleted."""
        with self._lock:
            self._runs.pop(run_id, None)
            self._paths.pop(run_id, None)

    def of(self, run_id: str) -> OpenRun:
        """Return the run of an id.

        Raises:
            MlflowException: There is none.
        """
        with self._lock:
            run = self._runs.get(run_id)
            if run is not None:
                if run.owned or self._is_there(run):
                    return run
                self.forget(run_id)
            path = self._paths.get(run_id)
            loaded = None if path is None else loaded_from(path, run_id)
            if loaded is None:
                self.look_again()
                path = self._paths.get(run_id)
                loaded = None if path is None else loaded_from(path, run_id)
            if loaded is None:
                raise MlflowException(f"Run with id={run_id} not found", RESOURCE_DOES_NOT_EXIST)
            return self.add(loaded, owned=False)

    def known(self, run_id: str) -> OpenRun | None:
        """Return the run of an id; None if there is none."""
        try:
            return self.of(run_id)
        except MlflowException:
            return None

    def note(self, paths: dict[str, str]) -> None:
        """Remember where runs are."""
        with self._lock:
            self._paths |= paths

    def look_again(self) -> None:
        """Find out where all runs of the project are."""
        for folder in increments_of(self.project):
            with suppress(TrackingError):
                self.note(paths_in(Increment.find(folder.path)))

    def _is_there(self, run: OpenRun) -> bool:
        """Return whether a loaded run is still where it was."""
        if not os.path.isdir(run.path):
            return False
        try:
            _ = run.facts
        except ExperimentNotFoundError:
            return False
        return True

    def _shrink(self) -> None:
        """Close the runs that were opened first, but for those that this process writes."""
        while len(self._runs) > MAXIMUM_LOADED:
            oldest = next((key for key, run in self._runs.items() if not run.is_writing), None)
            if oldest is None:
                return
            del self._runs[oldest]


def loaded_from(path: str, run_id: str) -> Experiment | None:
    """Load the experiment in a folder, if it is the one of this id."""
    pointer = ExperimentPointer()
    try:
        check(library().et_experiment_open(None, encoded_path(path), byref(pointer)))
        experiment = RunExperiment(pointer)
        return experiment if experiment._facts()["id"] == run_id else None
    except ExperimentNotFoundError:
        return None
