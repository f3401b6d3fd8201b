"""Starting the experiment that is a run of MLflow."""

from __future__ import annotations

import os
import time
from ctypes import byref
from typing import Any

from .._native.increments import Increment
from .._native.library import library
from .._native.pointers import ExperimentPointer
from .._native.status import check
from .._native.text import encoded, encoded_json
from ..capture import worker
from ..errors import InvalidNameError
from ..tracking import console, exit_hooks
from ..tracking.experiment import Experiment
from .run_handles import OpenRun, RunExperiment

SERVER = "_MLFLOW_SERVER_FILE_STORE"
"""A variable that is set in the processes of MLflow's server."""
PARTS_OF_CHILD = frozenset(("command", "environment"))


def in_server() -> bool:
    """Return whether this process only writes down what MLflow's clients send."""
    return SERVER in os.environ


def started(
    increment: str,
    name: str | None,
    parent: OpenRun | None,
    options: dict[str, Any],
    *,
    alone: bool = True,
) -> RunExperiment:
    """Start an experiment, in an increment or inside another experiment.

    Args:
        increment: The increment's path.
        name: The name; one that cannot be a name becomes `exp-NNN`.
        parent: The run around it.
        options: Further options of the library.
        alone: Whether this is a program's run, of which is recorded what reproduces it.
    """
    if in_server():
        parts = frozenset[str]()
        options = {**options, "host": "MLflow client"}
    else:
        parts = PARTS_OF_CHILD if parent is not None else worker.parts_of(alone)
    seconds = worker.limit()
    options |= worker.start_options(parts)
    around = None if parent is None else parent.experiment
    target = None if parent is not None else Increment.find(increment)
    try:
        pointer = started_by_library(target, name, around, options)
    except InvalidNameError:
        pointer = started_by_library(target, None, around, options)
    experiment = RunExperiment(pointer, started=True)
    if in_server():
        return experiment
    try:
        console.at_start(experiment, target)
        exit_hooks.remember(experiment)
        worker.begin(experiment, parts, seconds)
    except BaseException as error:
        experiment.finish(error=error)
        raise
    return experiment


def started_by_library(
    increment: Increment | None,
    name: str | None,
    parent: Experiment | None,
    options: dict[str, Any],
) -> ExperimentPointer:
    """Start it in the library."""
    pointer = ExperimentPointer()
    text = None if name is None else encoded(name)
    given = encoded_json(options)
    core = library()
    if parent is not None:
        code = core.et_experiment_start_child(parent._native, text, given, byref(pointer))
    else:
        native = None if increment is None else increment._native
        code = core.et_experiment_start(native, text, given, byref(pointer))
    check(code)
    return pointer


def is_past(milliseconds: int | None) -> bool:
    """Return whether a time is given and not in the future: such a one the store keeps itself."""
    return milliseconds is not None and 0 < milliseconds <= time.time() * 1000
