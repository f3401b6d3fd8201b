"""A run, read from its experiment: configuration, summary, history, files, artifacts."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...._native.optional_packages import optional
from ....tracking.experiment import Experiment, open_path
from ...runs import definitions as defined
from ...runs import summaries
from ...runs.definitions import MetricDefinitions
from ...runs.facts import SECTION
from ...runs.recorder import RunRecorder
from ..artifacts import logging as artifact_logging
from ..artifacts.artifact import Artifact
from ..artifacts.names import USUAL_PROJECT
from ..artifacts.state import moment
from ..artifacts.store import ArtifactStore
from ..notices import once
from .files import Files
from .filters import NOTHING
from .history import HistoryScan, rows_of, sampled, with_all
from .values import Changes

if TYPE_CHECKING:
    from .sweeps import Sweep

STATES: Mapping[str, str] = {
    "running": "running",
    "completed": "finished",
    "failed": "failed",
    "interrupted": "killed",
    "crashed": "crashed",
    "unknown": "crashed",
}
SAME_NAMES: Mapping[str, str] = {
    "createdAt": "created_at",
    "displayName": "display_name",
    "jobType": "job_type",
    "heartbeatAt": "heartbeat_at",
    "description": "notes",
    "summary": "summary_metrics",
    "user": "username",
}
SECONDS_BETWEEN_LOOKS = 1.0


class Run:
    """A run as `Api` gives it; `update` stores what was changed."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.load()

    def load(self, force: bool = False) -> dict[str, Any]:
        """Read what is stored now."""
        if force:
            self.experiment = open_path(str(self.experiment.path))
        facts = self.experiment._facts()["facts"]
        self._own: dict[str, Any] = dict(facts.get(SECTION) or {})
        self.config = Changes(self.experiment.params)
        vars(self).pop("summary", None)
        self.tags = list(self.experiment.tags)
        about = facts.get("about") or {}
        self.notes: str | None = about.get("description") or None
        self._name: str | None = None
        return self._own

    @cached_property
    def summary(self) -> Changes:
        """The last value of everything, and what the run set itself."""
        found = Changes(self._summary(self.experiment._facts()["facts"]))
        found.bind(self.update)
        return found

    def _summary(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return the last values of metrics, and what stands in the summary besides."""
        definitions = MetricDefinitions()
        definitions.restore(facts.get(defined.SECTION) or {})
        hidden = summaries.Summary(definitions).is_hidden
        found = {key: value for key, value in self.experiment.metrics.items() if not hidden(key)}
        said = facts.get(summaries.SECTION) or {}
        found.update({key: value for key, value in said.items() if value is not None})
        for line in rows_last(self.experiment):
            found.setdefault(line["key"], line["value"])
        return found

    @property
    def attrs(self) -> dict[str, Any]:
        """What is known of the run, by the names of filters."""
        return {
            "name": self.id,
            "id": self.id,
            "display_name": self.name,
            "state": self.state,
            "created_at": self.created_at,
            "heartbeat_at": self.heartbeat_at,
            "tags": self.tags,
            "notes": self.notes,
            "group": self.group,
            "job_type": self.job_type,
            "project": self.project,
            "entity": self.entity,
            "username": self.username,
            "sweep": self.sweep_name,
            "duration": self.experiment.duration,
            "config": self.config,
        }

    def value_of(self, name: str) -> Any:
        """Return what a filter or an order asks for; `NOTHING` if the run has it not."""
        head, _, rest = name.partition(".")
        head = SAME_NAMES.get(head, head)
        found = self.summary if head == "summary_metrics" else self.attrs.get(head, NOTHING)
        if found is None:
            return NOTHING
        if not rest:
            return found
        return inside(found, rest.removesuffix(".value"))

    @property
    def id(self) -> str:
        """The id."""
        return str(self._own.get("id") or self.experiment._facts()["id"])

    @property
    def name(self) -> str:
        """The display name; `update` stores a change."""
        return self._name or str(self._own.get("name") or self.experiment.name)

    @name.setter
    def name(self, name: str) -> None:
        self._name = name

    display_name = name

    @property
    def project(self) -> str:
        """The project."""
        usual = USUAL_PROJECT if self._own else self.experiment.increment
        return str(self._own.get("project") or usual)

    @property
    def entity(self) -> str:
        """The entity."""
        return str(self._own.get("entity") or "local")

    @property
    def username(self) -> str:
        """Who started it."""
        about = self.experiment._facts()["facts"].get("about") or {}
        return str(about.get("author") or self.entity)

    user = username

    @property
    def group(self) -> str | None:
        """The group."""
        return self._own.get("group")

    @property
    def job_type(self) -> str | None:
        """The type of its job."""
        return self._own.get("job_type")

    @property
    def path(self) -> list[str]:
        """Entity, project and id."""
        return [self.entity, self.project, self.id]

    @property
    def url(self) -> str:
        """The folder of the experiment."""
        return self.experiment.path.as_uri()

    @property
    def state(self) -> str:
        """``running``, ``finished``, ``failed``, ``crashed`` or ``killed``."""
        return STATES.get(self.experiment.status, self.experiment.status)

    @property
    def created_at(self) -> str:
        """When it was started, in UTC."""
        return moment(self.experiment.created.timestamp())

    @property
    def heartbeat_at(self) -> str:
        """When it was last heard of, in UTC."""
        lasted = self.experiment.duration
        begun = self.experiment.created.timestamp()
        return moment(time.time() if lasted is None else begun + lasted)

    @property
    def sweep_name(self) -> str | None:
        """The id of the sweep that it belongs to."""
        return self._own.get("sweep_id")

    @property
    def sweep(self) -> Sweep | None:
        """The sweep that it belongs to."""
        from .sweeps import find_sweep

        return None if self.sweep_name is None else find_sweep(self.sweep_name)

    @property
    def json_config(self) -> str:
        """The configuration as W&B's server keeps it."""
        return json.dumps(
            {key: {"value": value} for key, value in self.config.items()}, default=str
        )

    @property
    def rawconfig(self) -> dict[str, Any]:
        """The configuration."""
        return dict(self.config)

    @property
    def summary_metrics(self) -> dict[str, Any]:
        """The summary as a dict."""
        return dict(self.summary)

    @property
    def system_metrics(self) -> dict[str, Any]:
        """The last values of the metrics of the machine."""
        metrics = self.experiment.metrics
        return {key: value for key, value in metrics.items() if key.startswith("system/")}

    @property
    def metadata(self) -> dict[str, Any]:
        """What was recorded of the program, the machine and the code."""
        return self.experiment.facts

    @property
    def lastHistoryStep(self) -> int:  # noqa: N802 - as it is called
        """The largest step; -1 without any."""
        return max((row["_step"] for row in rows_of(self.experiment)), default=-1)

    def history(
        self,
        samples: int | None = None,
        keys: Sequence[str] | None = None,
        x_axis: str = "_step",
        pandas: bool = True,
        stream: str = "default",
    ) -> Any:
        """Return the history as a DataFrame, or as a list of dicts without pandas.

        It is exact: all rows, unless ``samples`` asks for fewer.

        Args:
            samples: The most rows; evenly chosen, the first and the last among them.
            keys: Only these, of rows that have all of them.
            x_axis: The column that stands beside them.
            pandas: Whether a DataFrame is wanted.
            stream: "system" gives the metrics of the machine.
        """
        if isinstance(keys, str):
            raise TypeError("keys must be specified in a list")
        wanted = None if keys is None else [*keys, x_axis]
        rows = rows_of(self.experiment, wanted, system=stream in ("system", "events"))
        rows = with_all(rows, keys, x_axis)
        if samples is not None:
            rows = sampled(rows, samples)
        if not pandas:
            return rows
        frames = optional("pandas")
        if frames is None:
            once("pandas", "history() gives a list of dicts, since pandas is not installed")
            return rows
        return frames.DataFrame.from_records(rows)

    def scan_history(
        self,
        keys: Sequence[str] | None = None,
        page_size: int = 1000,
        min_step: int | None = None,
        max_step: int | None = None,
        use_cache: bool = True,
    ) -> HistoryScan:
        """Go through all rows, from ``min_step`` on and before ``max_step``."""
        if isinstance(keys, str):
            raise TypeError("keys must be specified in a list")
        rows = rows_of(self.experiment, keys)
        chosen = [
            row
            for row in rows
            if (min_step is None or row["_step"] >= min_step)
            and (max_step is None or row["_step"] < max_step)
        ]
        if keys is not None:
            chosen = [
                {key: row[key] for key in keys} for row in chosen if all(key in row for key in keys)
            ]
        return HistoryScan(chosen)

    beta_scan_history = scan_history

    def files(
        self,
        names: Sequence[str] | None = None,
        per_page: int = 50,
        pattern: str | None = None,
        order: str | None = None,
    ) -> Files:
        """Return the files of the run: what its experiment has saved."""
        return Files(self.experiment, names, pattern)

    def file(self, name: str) -> Any:
        """Return one file.

        Raises:
            ValueError: There is none of this name.
        """
        found = self.files([name])
        if not found:
            raise ValueError(f"the run {self.name} has no file {name!r}")
        return found[0]

    def upload_file(self, path: str | os.PathLike[str], root: str = ".") -> Any:
        """Save a file in the experiment, under its path seen from ``root``."""
        name = os.path.relpath(path, root)
        self.experiment.log_artifact(path, name)
        return self.file(name)

    def logged_artifacts(self, per_page: int = 100) -> list[Artifact]:
        """Return the artifacts that it logged, in the order of their versions."""
        return self._artifacts("logged_by")

    def used_artifacts(self, per_page: int = 100) -> list[Artifact]:
        """Return the artifacts that it uses."""
        return self._artifacts("used_by")

    def _artifacts(self, relation: str) -> list[Artifact]:
        store = ArtifactStore.here(self.experiment.path)
        mine = self.experiment._facts()["id"]
        found = []
        for collection in store.collections():
            for record in store.versions(collection.project, collection.name)[::-1]:
                said = getattr(record, relation) or []
                ids = [one.get("id") for one in (said if isinstance(said, list) else [said])]
                if mine in ids and record.source is None:
                    found.append(Artifact._logged(store, collection, record))
        return found

    def use_artifact(self, artifact: Artifact, use_as: str | None = None) -> Artifact:
        """Note that the run uses an artifact."""
        return artifact_logging.use_artifact(_Run(self), artifact, use_as=use_as)

    def log_artifact(
        self, artifact: Artifact, aliases: Sequence[str] | None = None, tags: Any = None
    ) -> Artifact:
        """Log an artifact as output of the run."""
        return artifact_logging.log_artifact(_Run(self), artifact, aliases=aliases, tags=tags)

    def update(self) -> None:
        """Store changed values of config, summary, tags, notes and name."""
        recorder = RunRecorder(open_path(str(self.experiment.path)))
        recorder.restore()
        changed = self.config.changes()
        if changed:
            recorder.update_config(changed)
        said = self.summary.changes()
        if said:
            recorder.update_summary(said)
        for key in self.summary.removed:
            recorder.remove_from_summary(key)
        if set(self.tags) != set(recorder.experiment.tags):
            recorder.set_tags(self.tags)
        about = recorder.experiment.facts.get("about") or {}
        if (self.notes or "") != str(about.get("description") or ""):
            recorder.set_notes(self.notes or "")
        if self._name is not None:
            recorder.set_fact(name=self._name)
        recorder.experiment.flush()
        self.experiment = recorder.experiment
        self.load()

    save = update

    def delete(self, delete_artifacts: bool = False) -> None:
        """Delete the experiment, with its artifacts if that is wanted.

        Raises:
            ExperimentBusyError: It is running, or protected.
        """
        logged = self.logged_artifacts() if delete_artifacts else []
        open_path(str(self.experiment.path)).delete()
        for artifact in logged:
            artifact.delete(delete_aliases=True)

    def wait_until_finished(self) -> None:
        """Return when the run has ended."""
        while self.state == "running":
            time.sleep(SECONDS_BETWEEN_LOOKS)
            self.load(force=True)

    def download_history_exports(
        self, download_dir: str | os.PathLike[str], require_complete_history: bool = True
    ) -> str:
        """Write the history as JSON lines into a folder, and return the file."""
        folder = Path(download_dir)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.id}-history.jsonl"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(row, default=str) + "\n" for row in rows_of(self.experiment))
        return str(path)

    def copy_to(self, folder: str | os.PathLike[str]) -> str:
        """Copy the experiment's folder, and return where it is."""
        return str(shutil.copytree(self.experiment.path, Path(folder, self.experiment.path.name)))

    def to_html(self, height: int = 420, hidden: bool = False) -> str:
        """Return the run as HTML for a notebook."""
        return self.experiment._repr_html_()

    def _repr_html_(self) -> str:
        return self.to_html()

    def __repr__(self) -> str:
        return f"<Run {'/'.join(self.path)} ({self.state})>"


class _Run:
    """A run of the past, as artifacts are logged in one."""

    def __init__(self, run: Run) -> None:
        self.experiment = open_path(str(run.experiment.path))
        self.id = run.id
        self.project: str | None = run.project
        self.step = max(run.lastHistoryStep, 0)


def rows_last(experiment: Experiment) -> list[dict[str, Any]]:
    """Return the last line of each key that is no metric."""
    from ...runs.history_file import read_lines

    found: dict[str, dict[str, Any]] = {}
    for line in read_lines(experiment.path):
        if isinstance(line.get("key"), str):
            found[line["key"]] = {"key": line["key"], "value": line.get("value")}
    return list(found.values())


def inside(value: Any, path: str) -> Any:
    """Return what lies under a path of keys; a key may have dots itself."""
    if isinstance(value, Mapping):
        if path in value:
            return value[path]
        head, _, rest = path.partition(".")
        while rest:
            if head in value:
                found = inside(value[head], rest)
                if found is not NOTHING:
                    return found
            part, _, rest = rest.partition(".")
            head = f"{head}.{part}"
    return NOTHING
