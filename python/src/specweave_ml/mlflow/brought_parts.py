"""The parts of a run that a pull brings: what the experiment does not have yet of each."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mlflow.entities import RunTag
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID, MLFLOW_RUN_NAME

from ..artifacts.writer import written
from ..errors import InvalidNameError, TrackingError
from ..reading.params import params_of
from ..tracking.experiment import Experiment
from .artifact_names import NAME_THERE, folders_of, known_by_name, places_for
from .experiment_record import FOLDER
from .latest_points import milliseconds
from .param_values import texts_of, value_of
from .push_marks import ID, is_ours, sent_tags
from .remote import Remote
from .run_handles import OpenRun
from .tags import set_tags

NAMES = frozenset((MLFLOW_RUN_NAME, MLFLOW_PARENT_RUN_ID))


class Brought:
    """What was new of one run."""

    def __init__(self) -> None:
        self.is_new = False
        self.points = 0
        self.artifacts = 0
        self.left_out: list[str] = []


def bring_params(run: Any, experiment: Experiment) -> bool:
    """Log the parameters that are not here; return whether there were any."""
    known = texts_of(params_of(experiment._facts()))
    new = {key: value_of(text) for key, text in run.data.params.items() if key not in known}
    if new:
        experiment.log_params(new)
    return bool(new)


def bring_tags(run: Any, experiment: Experiment) -> bool:
    """Set the tags that are different there; return whether there were any."""
    facts = experiment._facts()
    known = sent_tags(facts)
    new = [
        RunTag(key, text)
        for key, text in run.data.tags.items()
        if not is_ours(key) and key not in NAMES and known.get(key) != text
    ]
    if new:
        set_tags(OpenRun(experiment, str(facts["id"]), owned=False), new)
    return bool(new)


def bring_points(remote: Remote, run: Any, experiment: Experiment, brought: Brought) -> bool:
    """Log the points that are not here; return whether there were any."""
    changed = False
    for key in run.data.metrics:
        known = points_of(experiment, key)
        new = [
            (metric.step, metric.timestamp, metric.value)
            for metric in remote.history(run.info.run_id, key)
            if as_point(metric) not in known
        ]
        if not new:
            continue
        experiment.log_series(
            key,
            [value for _, _, value in new],
            [step for step, _, _ in new],
            times=[time / 1000 for _, time, _ in new],
        )
        brought.points += len(new)
        changed = True
    return changed


def bring_artifacts(repository: Any, run: Any, experiment: Experiment, brought: Brought) -> bool:
    """Save the artifacts that are not here, or have another size; return whether there were any."""
    facts = experiment._facts()
    known = known_by_name(facts)
    taken = {str(artifact["path"]) for artifact in known.values()}
    is_sent = ID in run.data.tags
    changed = False
    for file in remote_files(repository):
        name = file.path
        if is_sent and (name.split("/")[0] == FOLDER or any(map(known.get, folders_of(name)))):
            continue  # the record, or a file in a folder that is one artifact
        there = known.get(name)
        if there is not None and file.file_size in (None, there["size"]):
            continue
        places = places_for(name) if there is None else iter([str(there["path"])])
        with downloaded(repository, name) as path:
            try:
                place = saved(experiment, path, name, places, taken if there is None else set())
            except TrackingError as error:
                brought.left_out.append(f"{experiment.name}: the artifact {name!r}: {error}")
                continue
        taken.add(place)
        brought.artifacts += 1
        changed = True
    return changed


def saved(
    experiment: Experiment, path: str, name: str, places: Iterator[str], taken: set[str]
) -> str:
    """Save a file at the first of some places that is free and that the store takes.

    Raises:
        TrackingError: It takes none of them.
    """
    refused: TrackingError | None = None
    for place in places:
        if place in taken:
            continue
        try:
            if place == name:
                return experiment.log_artifact(path, place)
            with written(experiment, place, "file", {NAME_THERE: name}) as target:
                shutil.copyfile(path, target)
        except InvalidNameError as error:
            refused = refused or error
        else:
            return place
    raise refused or TrackingError("there are others at all places that it could get")


def points_of(experiment: Experiment, key: str) -> set[tuple[int, int, str]]:
    """Return the points of a metric that are here, as `as_point` writes them."""
    if key not in experiment._facts()["metrics"]:
        return set()
    history = experiment.history(key)
    return {
        (int(step), milliseconds(float(time)), repr(float(value)))
        for step, time, value in zip(
            history.steps.tolist(), history.times.tolist(), history.values.tolist(), strict=True
        )
    }


def as_point(metric: Any) -> tuple[int, int, str]:
    """Return what tells a point from others; NaN is like NaN."""
    return (int(metric.step), int(metric.timestamp), repr(float(metric.value)))


def remote_files(repository: Any, folder: str | None = None) -> Iterator[Any]:
    """Yield all artifacts that are files, with their paths and sizes."""
    for one in repository.list_artifacts(folder):
        if one.is_dir:
            yield from remote_files(repository, one.path)
        else:
            yield one


def is_there(repository: Any, path: str) -> bool:
    """Return whether a run has an artifact."""
    folder = os.path.dirname(path) or None
    return any(one.path == path for one in repository.list_artifacts(folder))


@contextmanager
def downloaded(repository: Any, path: str) -> Iterator[str]:
    """Give the path of an artifact's file on this machine."""
    with tempfile.TemporaryDirectory(prefix="specweave-pull-") as folder:
        yield repository.download_artifacts(path, folder)
