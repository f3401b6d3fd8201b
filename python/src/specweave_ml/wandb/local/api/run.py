"""A run, read from its experiment: history, files, artifacts; and changed."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...._native.optional_packages import optional
from ....tracking.experiment import open_path
from ...runs.recorder import RunRecorder
from ..artifacts import logging as artifact_logging
from ..artifacts.artifact import Artifact
from ..artifacts.store import ArtifactStore
from ..notices import once
from .files import Files
from .history import HistoryScan, rows_of, sampled, with_all
from .run_facts import RunFacts

SECONDS_BETWEEN_LOOKS = 1.0


class Run(RunFacts):
    """A run as `Api` gives it; `update` stores what was changed."""

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
