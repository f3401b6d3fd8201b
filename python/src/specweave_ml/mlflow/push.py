"""Copying experiments to another MLflow, what is new of them each time."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from typing import Any

from mlflow.exceptions import MlflowException
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID

from ..display.progress import Bar
from ..display.text import count
from ..errors import InvalidArgumentError, TrackingError
from ..reading.params import params_of
from ..tracking.experiment import open_path
from .artifact_names import names_for_sending
from .experiment_record import FILE, FOLDER, artifacts_of, files_of, pack
from .latest_points import milliseconds
from .param_values import texts_of
from .push_marks import ID, Marks, is_early, is_itself, sent_tags, state_of
from .push_runs import RunsThere
from .remote import (
    MOST_IN_BATCH,
    RUNNING,
    Points,
    Remote,
    done_at_once,
    raise_unless_refused,
)
from .run_entities import STATUSES
from .transfer import PushReport

MARKED_AFTER = 20_000
"""So many points are sent at most before it is noted that they are there."""


class Sent:
    """What one task has sent."""

    def __init__(self) -> None:
        self.points = 0
        self.artifacts = 0
        self.left_out: list[str] = []


class Push:
    """One push of one increment."""

    def __init__(self, remote: Remote, increment: str, experiments: list[dict[str, Any]]) -> None:
        self.remote = remote
        self.increment = increment
        self.experiments = experiments
        self.folders = [facts["folder"] for facts in experiments]

    def run(self, bar: Bar) -> PushReport:
        """Send what is new."""
        target = self.remote.experiment(self.increment, create=bool(self.experiments))
        if target is None:
            return PushReport(self.increment, self.remote.uri, 0, 0, 0, 0, [])
        self.there = RunsThere(self.remote, target)
        left_out = [
            f"{facts['folder']}: it was brought before it had ended; the store that it is from "
            "can send it"
            for facts in self.experiments
            if is_early(facts) and facts["id"] not in self.there.of
        ]
        wanted = [facts for facts in self.experiments if not is_early(facts)]
        same = [facts for facts in wanted if is_itself(facts, self.there.of.get(facts["id"]))]
        if same:
            raise InvalidArgumentError(
                f"{self.remote.uri} shows this experiment itself, not a copy: "
                f"{same[0]['folder']}. Nothing was sent; give another MLflow"
            )
        self._create_missing(target, wanted, bar)
        self.there.settle()
        changed = [facts for facts in wanted if self._is_new(facts)]
        bar.begin(len(changed), "experiment")
        done = done_at_once(self._send, changed, bar)
        self._leave_one_of_each(changed)
        return PushReport(
            self.increment, self.remote.uri, len(self.experiments), len(changed),
            sum(sent.points for sent in done), sum(sent.artifacts for sent in done),
            sorted(left_out + [line for sent in done for line in sent.left_out]),
        )  # fmt: skip

    def _create_missing(self, target: str, wanted: list[dict[str, Any]], bar: Bar) -> None:
        """Create the runs that are not there yet."""

        def create(facts: dict[str, Any]) -> None:
            self.there.add(facts["id"], self._created(target, facts))

        missing = {facts["id"]: facts for facts in wanted if facts["id"] not in self.there.of}
        if not missing:
            return
        bar.begin(len(missing), "run")
        while missing:
            # Those inside others name the run around them, which must be there first.
            ready = [facts for facts in missing.values() if facts["parent"] not in missing]
            done_at_once(create, ready, bar)
            for facts in ready:
                del missing[facts["id"]]
        bar.end()

    def _leave_one_of_each(self, changed: list[dict[str, Any]]) -> None:
        """Leave one run of each experiment, of which another push may have made one meanwhile."""
        others = self.there.settle()
        for facts in changed:
            if facts["parent"] in others:
                self.remote.set_tags(self.there.of[facts["id"]].info.run_id, self._parent(facts))
        self.there.delete_superfluous()

    def _is_new(self, facts: dict[str, Any]) -> bool:
        """Return whether the other MLflow lacks something of an experiment."""
        run = self.there.of[facts["id"]]
        if Marks.of(run.data.tags).state != state_of(facts):
            return True
        if any(run.data.tags.get(key) != text for key, text in self._parent(facts).items()):
            return True
        # One whose process was killed has ended without a change of its files.
        return STATUSES[facts["status"]] != RUNNING and run.info.status == RUNNING

    def _created(self, target: str, facts: dict[str, Any]) -> Any:
        """Create the run of an experiment."""
        tags = {**sent_tags(facts), **self._parent(facts)}
        started = milliseconds(facts["created"])
        try:
            return self.remote.create(target, facts["name"], started, tags)
        except MlflowException as error:
            raise_unless_refused(error)
            # It refuses one of the tags, which is found out when they are sent one by one.
            tags = {ID: facts["id"], **self._parent(facts)}
            return self.remote.create(target, facts["name"], started, tags)

    def _parent(self, facts: dict[str, Any]) -> dict[str, str]:
        """Return the tag that names the run around one."""
        around = self.there.of.get(facts["parent"])
        return {} if around is None else {MLFLOW_PARENT_RUN_ID: around.info.run_id}

    def _send(self, facts: dict[str, Any]) -> Sent:
        """Send what is new of one experiment."""
        sent = Sent()
        run = self.there.of[facts["id"]]
        name, run_id = facts["folder"], run.info.run_id
        marks = Marks.of(run.data.tags)
        marks.state = ""
        params = {
            key: text
            for key, text in texts_of(params_of(facts)).items()
            if run.data.params.get(key) != text
        }
        refused = self.remote.log_params(run_id, params)
        sent.left_out += [f"{name}: the parameter {key!r} was refused" for key in refused]
        tags = {**sent_tags(facts), **self._parent(facts)}
        new = {key: text for key, text in tags.items() if run.data.tags.get(key) != text}
        refused = self.remote.set_tags(run_id, new)
        sent.left_out += [f"{name}: the tag {key!r} was refused" for key in refused]
        self._send_points(run_id, facts, marks, sent)
        self._send_artifacts(run, facts, marks, sent)
        status = STATUSES[facts["status"]]
        if status != RUNNING:
            self._send_record(run, facts, marks)
            ended = facts["ended"] or facts["last_write"]
            self.remote.set_status(run_id, status, milliseconds(ended) if ended else None)
        elif run.info.status != RUNNING:
            self.remote.set_status(run_id, RUNNING)
        marks.state = state_of(facts)
        self.remote.set_tags(run_id, marks.tags())
        return sent

    def _send_points(self, run: str, facts: dict[str, Any], marks: Marks, sent: Sent) -> None:
        """Send the points that are not marked as sent."""
        wanted = {
            key: metric["count"] - marks.points.get(key, 0)
            for key, metric in facts["metrics"].items()
        }
        if not any(missing > 0 for missing in wanted.values()):
            return
        batch: list[Points] = []
        refused: Counter[str] = Counter()
        size = since = 0
        experiment = open_path(facts["path"])
        for key in [key for key, missing in wanted.items() if missing > 0]:
            for part in new_points(experiment, key, marks.points.get(key, 0)):
                start = 0
                while start < len(part.steps):
                    piece = part.part(start, start + MOST_IN_BATCH - size)
                    batch.append(piece)
                    size += len(piece.steps)
                    start += len(piece.steps)
                    marks.points[key] = marks.points.get(key, 0) + len(piece.steps)
                    if size == MOST_IN_BATCH:
                        refused.update(self.remote.log_points(run, batch))
                        sent.points += size
                        since += size
                        batch, size = [], 0
                        if since >= MARKED_AFTER:
                            self.remote.set_tags(run, marks.tags())
                            since = 0
        if batch:
            refused.update(self.remote.log_points(run, batch))
            sent.points += size
        sent.points -= refused.total()
        sent.left_out += [
            f"{facts['folder']}: {count(number, 'point')} of the metric {key!r}: refused"
            for key, number in refused.items()
        ]

    def _send_artifacts(self, run: Any, facts: dict[str, Any], marks: Marks, sent: Sent) -> None:
        """Send the artifacts that are not marked as sent with their content of now."""
        wanted, names = artifacts_of(facts), names_for_sending(facts)
        marks.artifacts = {
            path: sha
            for path, sha in marks.artifacts.items()
            if path in wanted and marks.names.get(path, path) == names[path]
        }
        marks.names = {path: name for path, name in names.items() if name != path}
        new = {path: sha for path, sha in wanted.items() if marks.artifacts.get(path) != sha}
        if not new:
            return
        repository = self.remote.artifacts(run)
        for path, sha in new.items():
            source, name = os.path.join(facts["path"], path), names[path]
            if not os.path.exists(source):
                sent.left_out.append(f"{facts['folder']}: the artifact {path!r} is not there")
                continue
            try:
                if not self.remote.can_hold(repository, source, name):
                    sent.left_out.append(f"{facts['folder']}: the artifact {path!r}: refused")
                    continue
                if os.path.isdir(source):
                    repository.log_artifacts(source, name)
                else:
                    repository.log_artifact(source, os.path.dirname(name) or None)
            except (MlflowException, OSError) as error:
                if not os.path.exists(source):
                    sent.left_out.append(f"{facts['folder']}: the artifact {path!r} is not there")
                    continue
                raise_unless_refused(error)
                sent.left_out.append(f"{facts['folder']}: the artifact {path!r}: refused")
                continue
            marks.artifacts[path] = sha
            sent.artifacts += 1

    def _send_record(self, run: Any, facts: dict[str, Any], marks: Marks) -> None:
        """Send the files that are the record of an experiment that has ended.

        Artifacts that MLflow does not take are among them.
        """
        top = facts["folder"] + "/"
        inside = [folder[len(top) :] for folder in self.folders if folder.startswith(top)]
        files = list(files_of(facts["path"], marks.artifacts, inside))
        with tempfile.TemporaryDirectory(prefix="specweave-push-") as folder:
            archive = os.path.join(folder, FILE)
            pack(facts["path"], files, archive)
            self.remote.artifacts(run).log_artifact(archive, FOLDER)


def new_points(experiment: Any, key: str, sent: int) -> Iterator[Points]:
    """Yield the points of a metric after those that were sent."""
    try:
        blocks = experiment.history_blocks(key, 100_000)
    except TrackingError:
        return
    for block in blocks:
        skipped = min(sent, len(block))
        sent -= skipped
        yield Points(
            key,
            [int(step) for step in block.steps[skipped:].tolist()],
            [float(value) for value in block.values[skipped:].tolist()],
            [milliseconds(time) for time in block.times[skipped:].tolist()],
        )
