"""Bringing runs of another MLflow into an increment."""

from __future__ import annotations

import os
from typing import Any

from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID

from .._native.increments import Increment
from ..display.progress import Bar
from ..errors import InvalidNameError, TrackingError
from ..reading.listing import paths_in
from ..reading.params import params_of
from ..tracking.experiment import Experiment, open_path
from ..tracking.foreign import end, place_in
from .artifact_names import known_by_name
from .brought_parts import (
    Brought,
    bring_artifacts,
    bring_params,
    bring_points,
    bring_tags,
    remote_files,
)
from .param_values import texts_of
from .pull_records import SentExperiment
from .push_marks import (
    EARLY,
    ID,
    PULLED_FROM,
    Marks,
    is_early,
    is_itself,
    sent_tags,
    state_of,
)
from .remote import RUNNING, Remote, done_at_once
from .run_handles import OpenRun
from .run_start import started_by_library
from .runs import ENDS
from .tags import SECTION, USER
from .transfer import PullReport


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
        was_sent = ID in run.data.tags
        is_whole = was_sent and bool(marks.state) and run.info.status != RUNNING
        if path is None and is_whole and self._restored(run, identity, brought):
            return
        experiment = self._created(run, identity) if path is None else open_path(path)
        facts = experiment._facts()
        if path is not None and is_itself(facts, run):
            return
        if path is None:
            brought.is_new = True
            if not was_sent:
                note(experiment, {USER: run.info.user_id or ""})
            elif not is_whole:
                note(experiment, {EARLY: True})
        elif was_sent and not is_early(facts):
            # What changed here since it was sent is newer than what is there.
            if state_of(facts) == marks.state:
                brought.is_new = bring_tags(run, experiment)
            return
        elif is_whole:
            if self._has_more(experiment, run):
                brought.left_out.append(
                    f"{experiment.name}: it was changed here before it had ended there, and keeps "
                    "that; what MLflow shows of it was added"
                )
            elif self._replaced(run, path, brought):
                return
            note(experiment, {EARLY: None})
        new = [
            bring_params(run, experiment),
            bring_points(self.remote, run, experiment, brought),
            bring_artifacts(self.remote.artifacts(run), run, experiment, brought),
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

    def _restored(self, run: Any, identity: str, brought: Brought) -> bool:
        """Bring an experiment back that was sent from a store; return whether it has come."""
        around = self.ids.get(run.data.tags.get(MLFLOW_PARENT_RUN_ID, ""), "")
        sent = SentExperiment(run, self.remote.artifacts(run), self.place)
        path = sent.put_in(self.here.get(around, self.top), brought)
        if path is None:
            return False
        self.here[identity] = path
        sent.check(path, brought)
        return True

    def _replaced(self, run: Any, path: str, brought: Brought) -> bool:
        """Put the whole experiment where a part of it was; return whether it has come."""
        sent = SentExperiment(run, self.remote.artifacts(run), self.place)
        inside = [child for child in self.here.values() if child.startswith(path + os.sep)]
        if not sent.replace(path, inside, brought):
            return False
        sent.check(path, brought)
        return True

    def _has_more(self, experiment: Experiment, run: Any) -> bool:
        """Return whether an experiment has something that is not there."""
        facts = experiment._facts()
        inside = f"{experiment.path}{os.sep}"
        names = {file.path for file in remote_files(self.remote.artifacts(run))}
        tags = {key for key in sent_tags(facts) if not key.startswith("mlflow.")}
        here = {key for key, path in self.here.items() if path.startswith(inside)}
        return bool(
            experiment.notes
            or texts_of(params_of(facts)).keys() - run.data.params.keys()
            or tags - run.data.tags.keys()
            or known_by_name(facts).keys() - names
            or here - set(self.ids.values())
        )

    def _created(self, run: Any, identity: str) -> Experiment:
        """Create the experiment of a run that was not made here."""
        options: dict[str, Any] = {
            "capture": False, "id": identity, "host": PULLED_FROM, "about": {},
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


def note(experiment: Experiment, members: dict[str, Any]) -> None:
    """Note what only MLflow knows of an experiment."""
    OpenRun(experiment, str(experiment._facts()["id"]), owned=False).log_fact(SECTION, members)


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


def rank_of(run: Any) -> tuple[bool, bool]:
    """Return what makes a run better than another one of the same experiment."""
    return (run.info.status != RUNNING, bool(Marks.of(run.data.tags).state))
