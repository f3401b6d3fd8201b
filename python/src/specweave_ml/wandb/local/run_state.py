"""What a run is made of, and what is known of it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from ..runs.recorder import RunRecorder
from ..runs.rows_in_progress import RowsInProgress
from .config import Config, StaticConfig
from .errors import UsageError
from .folder import RunFolder
from .settings import Settings, tags_of
from .summary import Summary, nested, paths_of


class RunState:
    """The state of a run and its properties; the calls are in the classes derived from it."""

    def __init__(
        self, recorder: RunRecorder, settings: Settings, *, resumed: bool, starting_step: int
    ) -> None:
        self._recorder = recorder
        self._settings = settings
        self._experiment = recorder.experiment
        self._resumed = resumed
        self._starting_step = starting_step
        self._rows = RowsInProgress(recorder, starting_step)
        self._folder = RunFolder(self._experiment)
        self._start_time = time.time()
        self._init_pid = os.getpid()
        self._is_finished = False
        self._tags = tuple(settings.run_tags)
        self._paths: dict[str, tuple[str, ...]] = {}
        self._columns: dict[str, Any] = {}
        self._alerts: dict[str, float] = {}
        self._artifacts_used: list[Any] = []
        self._config = Config(
            recorder.update_config, allow_val_change=bool(settings.allow_val_change)
        )
        self._summary = Summary(self._read_summary, self._set_in_summary, self._remove_in_summary)
        recorder.before_end.append(self._before_end)

    @cached_property
    def _files(self) -> Any:
        """Where the files of media go."""
        from .media.run_files import RunFiles

        return RunFiles(self._experiment)

    @property
    def settings(self) -> Settings:
        """The settings, not to be changed."""
        return self._settings.copy()

    @property
    def config(self) -> Config:
        """The parameters."""
        return self._config

    @property
    def config_static(self) -> StaticConfig:
        """The parameters as they are now, not to be changed."""
        return StaticConfig(self._config)

    @property
    def summary(self) -> Summary:
        """The last value of everything, and what is set here."""
        return self._summary

    @property
    def experiment(self) -> Any:
        """The experiment that the run is recorded as."""
        return self._experiment

    @property
    def id(self) -> str:
        """The identifier."""
        return str(self._settings.run_id)

    @property
    def name(self) -> str | None:
        """The display name."""
        return self._settings.run_name or self._experiment.name

    @name.setter
    def name(self, name: str) -> None:
        self._require_open("name")
        self._settings.run_name = name
        self._recorder.set_fact(name=name)

    @property
    def notes(self) -> str | None:
        """The description."""
        notes: str | None = self._settings.run_notes
        return notes

    @notes.setter
    def notes(self, notes: str) -> None:
        self._require_open("notes")
        self._settings.run_notes = notes
        self._recorder.set_notes(notes)

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags."""
        return self._tags

    @tags.setter
    def tags(self, tags: Iterable[str]) -> None:
        self._require_open("tags")
        self._tags = tags_of(tags)
        self._recorder.set_tags(self._tags)

    @property
    def project(self) -> str:
        """The project."""
        return str(self._settings.project)

    @property
    def entity(self) -> str | None:
        """The user or team, if one was given."""
        entity: str | None = self._settings.entity
        return entity

    @property
    def group(self) -> str:
        """The name of the group of runs."""
        return self._settings.run_group or ""

    @property
    def job_type(self) -> str:
        """What kind of work it does."""
        return self._settings.run_job_type or ""

    @property
    def sweep_id(self) -> str | None:
        """The sweep that it belongs to."""
        sweep_id: str | None = self._settings.sweep_id
        return sweep_id

    @property
    def path(self) -> str:
        """Entity, project and id with slashes between them."""
        return "/".join(part for part in (self.entity, self.project, self.id) if part)

    @property
    def dir(self) -> str:
        """A folder for files, which become artifacts of the experiment when the run ends."""
        return str(self._folder.open())

    @property
    def sync_dir(self) -> str:
        """The folder of the experiment."""
        return str(self._experiment.path)

    @property
    def url(self) -> str | None:
        """Where the experiment is, as a URL of a folder; None for a run that stores nothing."""
        return None if self.disabled else Path(self._experiment.path).as_uri()

    @property
    def project_url(self) -> str | None:
        """Where the increment is, as a URL of a folder."""
        return None if self.disabled else self._experiment._increment_path.as_uri()

    @property
    def sweep_url(self) -> str | None:
        """None: a sweep has no page."""
        return None

    @property
    def start_time(self) -> float:
        """When it was started, in seconds since 1970."""
        return self._start_time

    @property
    def step(self) -> int:
        """The step of the next call of ``log``."""
        return self._rows.step

    @property
    def starting_step(self) -> int:
        """The first step of this session."""
        return self._starting_step

    @property
    def resumed(self) -> bool:
        """Whether it continues an earlier one."""
        return self._resumed

    @property
    def offline(self) -> bool:
        """Whether its data stay on this computer, which they do."""
        return not self.disabled

    @property
    def disabled(self) -> bool:
        """Whether it stores nothing."""
        return bool(self._settings.mode == "disabled")

    @property
    def mode(self) -> str:
        """The mode that it was started with."""
        return str(self._settings.mode)

    def get_url(self) -> str | None:
        """Return the URL of `url`."""
        return self.url

    def get_project_url(self) -> str | None:
        """Return the URL of `project_url`."""
        return self.project_url

    def get_sweep_url(self) -> str | None:
        """Return the URL of `sweep_url`."""
        return self.sweep_url

    def project_name(self) -> str:
        """Return the project."""
        return self.project

    def _require_open(self, what: str) -> None:
        """Refuse a call to a run that is finished."""
        if self._is_finished:
            raise UsageError(
                f"Run ({self.id}) is finished. The call to `{what}` will be ignored. "
                f"Please make sure that you are using an active run."
            )

    def _read_summary(self) -> dict[str, Any]:
        """Return the summary as it stands, with dicts in dicts."""
        entries = self._recorder.summary.as_dict()
        return {**nested(entries, self._paths), **self._columns}

    def _set_in_summary(self, path: tuple[str, ...], value: Any) -> None:
        """Set a value of the summary; what is in a dict stands under its path."""
        from .row_values import logged_row

        self._require_open("summary")
        row: dict[str, Any] = {path[-1]: value}
        for name in reversed(path[:-1]):
            row = {name: row}
        plain_row = logged_row(row, self, "summary")
        self._paths.update(paths_of(plain_row))
        self._recorder.update_summary(plain_row)

    def _remove_in_summary(self, path: tuple[str, ...]) -> None:
        """Delete a value of the summary, with all that is inside it."""
        wanted = ".".join(path)
        for key in list(self._recorder.summary):
            if key == wanted or key.startswith(f"{wanted}."):
                self._recorder.remove_from_summary(key)

    def _note_paths(self, row: Mapping[str, Any]) -> None:
        """Note which names of a row are paths into dicts."""
        if any(isinstance(value, Mapping) for value in row.values()):
            self._paths.update(paths_of(row))

    def _before_end(self) -> None:
        """Record what is still to be recorded, however the run ends."""
        self._rows.flush()
        self._folder.finish()

    def __repr__(self) -> str:
        state = "finished" if self._is_finished else "running"
        return f"<wandb run {self.id} ({self.name}), {state}, in {self._experiment.path}>"
