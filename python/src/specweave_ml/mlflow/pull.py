"""Bringing runs of another MLflow into an increment."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mlflow.entities import RunTag
from mlflow.exceptions import MlflowException
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID, MLFLOW_RUN_NAME

from .._native.increments import Increment
from .._native.projects import folder_name
from ..display.progress import Bar
from ..errors import InvalidNameError, TrackingError
from ..reading.listing import paths_in
from ..reading.params import params_of
from ..tracking.experiment import Experiment, open_path
from ..tracking.foreign import end, moved, place_in
from .experiment_record import FILE, FOLDER, artifacts_of, contained, unpack
from .latest_points import milliseconds
from .param_values import texts_of, value_of
from .push import RUNNING, sent_tags
from .push_marks import ID, Marks, is_ours, state_of
from .remote import Remote, done_at_once
from .run_handles import OpenRun
from .run_start import started_by_library
from .runs import ENDS
from .tags import set_tags
from .transfer import PullReport

NAMES = frozenset((MLFLOW_RUN_NAME, MLFLOW_PARENT_RUN_ID))


class Brought:
    """What was new of one run."""

    def __init__(self) -> None:
        self.is_new = False
        self.points = 0
        self.artifacts = 0
        self.left_out: list[str] = []


class Pull:
    """One pull into one increment."""

    def __init__(self, remote: Remote, increment: Increment) -> None:
        self.remote = remote
        self.increment = increment
        self.top = os.path.join(str(increment.path), "experiments")
        self.place = ""
        self.here: dict[str, str] = {}
        self.ids: dict[str, str] = {}

    def run(self, origin: str, bar: Bar) -> PullReport:
        """Bring what is new."""
        runs = list(self.remote.runs(origin))
        runs.sort(key=lambda run: run.info.start_time or 0)
        self.ids = {run.info.run_id: run.data.tags.get(ID, run.info.run_id) for run in runs}
        os.makedirs(self.top, exist_ok=True)
        with place_in(self.top) as self.place:
            self.here = paths_in(self.increment)
            done = self._bring_all(runs, bar)
        return PullReport(
            self.increment.name, self.remote.uri, len(runs), sum(one.is_new for one in done),
            sum(one.points for one in done), sum(one.artifacts for one in done),
            sorted(line for one in done for line in one.left_out),
        )  # fmt: skip

    def _bring_all(self, runs: list[Any], bar: Bar) -> list[Brought]:
        """Bring what is new of runs, several at a time."""
        wanted = self._one_of_each(runs)
        bar.begin(len(runs), "run")
        done: list[Brought] = []
        for level in levels_of(runs):
            chosen = [run for run in level if run.info.run_id in wanted]
            done += done_at_once(self._bring, chosen, bar)
        return done

    def _one_of_each(self, runs: list[Any]) -> set[str]:
        """Return the run of each identifier that is brought.

        Two pushes at the same time may have made a run each; the one that is complete counts.
        """
        best: dict[str, Any] = {}
        for run in runs:
            identity = self.ids[run.info.run_id]
            if identity not in best or rank_of(run) > rank_of(best[identity]):
                best[identity] = run
        return {run.info.run_id for run in best.values()}

    def _bring(self, run: Any) -> Brought:
        """Bring what is new of a run; what cannot be brought keeps no other from it."""
        brought = Brought()
        try:
            self._bring_into(brought, run)
        except TrackingError as error:
            brought.left_out.append(f"{run.info.run_name or run.info.run_id}: {error}")
        return brought

    def _bring_into(self, brought: Brought, run: Any) -> None:
        identity = self.ids[run.info.run_id]
        path = self.here.get(identity)
        marks = Marks.of(run.data.tags)
        is_ours = ID in run.data.tags and bool(marks.state)
        if path is None and is_ours:
            if run.info.status == RUNNING:
                brought.left_out.append(f"{run.info.run_name}: it is brought when it has ended")
                return
            if self._adopt(run, identity, marks, brought):
                return
        experiment = self._created(run, identity) if path is None else open_path(path)
        brought.is_new = path is None
        facts = experiment._facts()
        if path is not None and is_ours:
            # What changed here since it was sent is newer than what is there.
            if state_of(facts) == marks.state:
                brought.is_new = bring_tags(run, experiment)
            return
        new = [
            bring_params(run, experiment),
            self._bring_points(run, experiment, brought),
            self._bring_artifacts(run, experiment, brought),
            bring_tags(run, experiment),
        ]
        status = ENDS.get(run.info.status)
        if status is not None and facts["status"] != status:
            ended = run.info.end_time
            seconds = None if ended is None else ended / 1000
            end(experiment, status, seconds, is_new=path is None)
            new.append(True)
        brought.is_new |= any(new)
        experiment.close()

    def _created(self, run: Any, identity: str) -> Experiment:
        """Create the experiment of a run that was not made here."""
        options: dict[str, Any] = {
            "capture": False, "id": identity, "host": "MLflow", "about": {},
            "created": (run.info.start_time or 0) / 1000,
        }  # fmt: skip
        if run.info.user_id:
            options["author"] = run.info.user_id
        around = self.ids.get(run.data.tags.get(MLFLOW_PARENT_RUN_ID, ""), "")
        parent = self.here.get(around)
        name = run.info.run_name or run.info.run_id
        try:
            experiment = self._started(name, options, parent)
        except InvalidNameError:
            experiment = self._started(run.info.run_id, options, parent)
        self.here[identity] = str(experiment.path)
        return experiment

    def _started(self, name: str, options: dict[str, Any], parent: str | None) -> Experiment:
        """Start it in the library."""
        around = None if parent is None else open_path(parent)
        pointer = started_by_library(self.increment, name, around, options)
        return Experiment(pointer, strict=True)

    def _bring_points(self, run: Any, experiment: Experiment, brought: Brought) -> bool:
        """Log the points that are not here."""
        changed = False
        for key in run.data.metrics:
            known = points_of(experiment, key)
            new = [
                (metric.step, metric.timestamp, metric.value)
                for metric in self.remote.history(run.info.run_id, key)
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

    def _bring_artifacts(self, run: Any, experiment: Experiment, brought: Brought) -> bool:
        """Save the artifacts that are not here."""
        repository = self.remote.artifacts(run)
        known = artifacts_of(experiment._facts())
        changed = False
        for path in remote_files(repository):
            if path in known or path.split("/")[0] == FOLDER:
                continue
            with downloaded(repository, path) as file:
                try:
                    experiment.log_artifact(file, path)
                except (InvalidNameError, TrackingError) as error:
                    brought.left_out.append(f"{experiment.name}: the artifact {path!r}: {error}")
                    continue
            brought.artifacts += 1
            changed = True
        return changed

    def _adopt(self, run: Any, identity: str, marks: Marks, brought: Brought) -> bool:
        """Bring an experiment back that was sent from a store, with the files of its record.

        Returns:
            False if the record is missing or damaged; then nothing has been brought.
        """
        repository = self.remote.artifacts(run)
        around = self.ids.get(run.data.tags.get(MLFLOW_PARENT_RUN_ID, ""), "")
        parent = self.here.get(around, self.top)
        # Not a folder of `tempfile`, which only its owner may read.
        unfinished = os.path.join(self.place, uuid.uuid4().hex)
        os.mkdir(unfinished)
        try:
            fault = self._unpacked(repository, unfinished)
            if fault:
                shutil.rmtree(unfinished, ignore_errors=True)
                brought.left_out.append(
                    f"{run.info.run_name or identity}: {FOLDER}/{FILE} {fault}; what MLflow shows "
                    "of it was brought"
                )
                return False
            for path in marks.artifacts:
                place = os.path.join(unfinished, contained(path))
                os.makedirs(os.path.dirname(place), exist_ok=True)
                try:
                    with downloaded(repository, path) as file:
                        shutil.move(file, place)
                except (MlflowException, OSError):
                    # What is missing is said below, since it cannot be checked.
                    if is_there(repository, path):
                        raise
            path = moved(unfinished, parent, folder_name(run.info.run_name or identity))
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        self.here[identity] = path
        experiment = open_path(path)
        facts = experiment._facts()
        brought.is_new = True
        brought.points = sum(metric["count"] for metric in facts["metrics"].values())
        for artifact in artifacts_of(facts):
            brought.artifacts += 1
            try:
                experiment.check_artifact(artifact)
            except TrackingError as error:
                brought.left_out.append(str(error))
        if state_of(facts) != marks.state:
            brought.left_out.append(
                f"{experiment.name}: what came back is not what was sent; its files differ in size"
            )
        bring_tags(run, experiment)
        return True

    def _unpacked(self, repository: Any, folder: str) -> str:
        """Unpack the record of a run into a folder, and return what is wrong with it."""
        try:
            with downloaded(repository, f"{FOLDER}/{FILE}") as archive:
                try:
                    unpack(archive, folder)
                except (zipfile.BadZipFile, zlib.error, EOFError, FileExistsError) as error:
                    return f"is damaged ({error})"
        except (MlflowException, OSError):
            if is_there(repository, f"{FOLDER}/{FILE}"):
                raise
            return "is missing"
        if not os.path.isfile(os.path.join(folder, "metadata.yaml")):
            return "is damaged (it holds no experiment)"
        return ""


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


def levels_of(runs: list[Any]) -> list[list[Any]]:
    """Return the runs in groups, each of which is inside runs of the groups before it."""
    by_id = {run.info.run_id: run for run in runs}
    levels: list[list[Any]] = []
    for run in runs:
        depth, seen, current = 0, {run.info.run_id}, run
        while True:
            around = by_id.get(current.data.tags.get(MLFLOW_PARENT_RUN_ID, ""))
            if around is None or around.info.run_id in seen:
                break
            seen.add(around.info.run_id)
            depth, current = depth + 1, around
        while len(levels) <= depth:
            levels.append([])
        levels[depth].append(run)
    return levels


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


def remote_files(repository: Any, folder: str | None = None) -> Iterator[str]:
    """Yield the paths of all artifacts that are files."""
    for one in repository.list_artifacts(folder):
        if one.is_dir:
            yield from remote_files(repository, one.path)
        else:
            yield one.path


def is_there(repository: Any, path: str) -> bool:
    """Return whether a run has an artifact."""
    folder = os.path.dirname(path) or None
    return any(one.path == path for one in repository.list_artifacts(folder))


def rank_of(run: Any) -> tuple[bool, bool]:
    """Return what makes a run better than another one of the same experiment."""
    return (run.info.status != RUNNING, bool(Marks.of(run.data.tags).state))


@contextmanager
def downloaded(repository: Any, path: str) -> Iterator[str]:
    """Give the path of an artifact's file on this machine."""
    with tempfile.TemporaryDirectory(prefix="specweave-pull-") as folder:
        yield repository.download_artifacts(path, folder)
