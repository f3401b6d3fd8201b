"""Any MLflow through its own client: what `pull_from_mlflow` brings, of all its experiments."""

from __future__ import annotations

import os
from array import array
from typing import Any

from ..._native.increments import Increment, IncrementName, start_of_search
from ...display.progress import Bar
from ...mlflow.artifact_names import known_by_name
from ...mlflow.brought_parts import remote_files
from ...mlflow.experiment_record import FILE, FOLDER
from ...mlflow.param_values import value_of
from ...mlflow.pull import Pull
from ...mlflow.push_marks import ID
from ...mlflow.remote import Remote
from ...reading.listing import paths_in
from ...reading.params import params_of
from ...tracking.experiment import Experiment, open_path
from .. import equality
from ..report import ImportReport, RunReport
from ..runs import Series
from ..writing import is_same_param


def brought(
    uri: str, increment: IncrementName | None, *, progress: bool, dry_run: bool
) -> ImportReport:
    """Bring the runs of every experiment, and compare what is stored with what the client says."""
    found = start_of_search() if increment is None else None
    target = found or Increment.find(increment, create=not dry_run)
    remote = Remote(uri)
    report = ImportReport(target.name, uri, "mlflow", "MLflow", dry_run)
    for experiment in remote.client.search_experiments():
        before = paths_in(target)
        if not dry_run:
            with Bar(f"import {experiment.name}", progress) as bar:
                pulled = Pull(remote, target).run(str(experiment.experiment_id), bar)
            report.problems += pulled.left_out
        paths = paths_in(target)
        for run in remote.runs(str(experiment.experiment_id)):
            one = compared(remote, run, paths, before)
            report.runs.append(one)
    return report


def compared(remote: Remote, run: Any, paths: dict[str, str], before: dict[str, str]) -> RunReport:
    """Return how much of a run is in the store as the client says it."""
    identity = run.data.tags.get(ID, run.info.run_id)
    path = paths.get(identity, "")
    name = run.info.run_name or run.info.run_id
    report = RunReport(name, run.info.run_id, identity, path, is_new=identity not in before)
    experiment = open_path(path) if path else None
    for key in run.data.metrics:
        count_points(report, series_of(remote, run, key), experiment)
    facts = experiment._facts() if experiment is not None else {"params": {}, "artifacts": []}
    params = params_of(facts)
    report.params = len(run.data.params)
    report.params_equal = sum(
        key in params and is_same_param(params[key], value_of(text))
        for key, text in run.data.params.items()
    )
    known = known_by_name(facts)
    names = {file.path for file in remote_files(remote.artifacts(run))} - {f"{FOLDER}/{FILE}"}
    report.artifacts = len(names)
    report.artifacts_equal = sum(
        name in known and os.path.exists(os.path.join(path, known[name]["path"])) for name in names
    )
    return report


def count_points(report: RunReport, series: Series, experiment: Experiment | None) -> None:
    """Count the points of a series, and those of them that are stored."""
    report.points += len(series)
    if experiment is not None:
        report.points_equal += equality.equal_points(experiment, series)


def series_of(remote: Remote, run: Any, key: str) -> Series:
    """Return the points of a metric as MLflow gives them."""
    history = remote.history(run.info.run_id, key)
    return Series(
        key,
        array("q", [int(point.step) for point in history]),
        array("d", [float(point.value) for point in history]),
        array("d", [point.timestamp / 1000 for point in history]),
    )
