"""A run of wandb that is recorded in an increment."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..._native.increments import IncrementName
from ..local.folder import NAME
from ..runs.definitions import MetricDefinition
from ..runs.recorder import RunRecorder
from ..runs.rows_in_progress import RowsInProgress
from . import logged_artifacts, run_facts
from .media_values import files_of, known_media, split
from .safely import safely
from .seen_points import SeenPoints

MEDIA = "media/"


class MirroredRun:
    """Records what one run logs; only in the process that started the run.

    Other processes may log into it too: what they log is in the file of the run at the end.
    """

    def __init__(self, run: Any, increment: IncrementName | None) -> None:
        facts = run_facts.facts_of(run)
        resume = "allow" if run_facts.resumes(run) else False
        self.run = run
        self.project = facts.project
        self.process = os.getpid()
        self.recorder = RunRecorder.start(facts, increment=increment, resume=resume)
        self.seen = SeenPoints()
        self.recorder.observers.append(self.seen.add)
        # A run that is resumed without a server begins at the step 0 again.
        first = run_facts.first_step(run)
        self.first_step = max(first, self.recorder.last_step + 1)
        self.steps_ahead = self.first_step - first
        self.rows = RowsInProgress(self.recorder, self.first_step)
        self.config = run_facts.config_of(run.config)
        self.folder = run_facts.folder_of(run)
        self.files = Path(run.dir)
        self.saved_files: set[str] = set()
        self.artifacts: set[tuple[str, str]] = set()
        """Name and digest of those that are kept."""
        self.recorder.before_end.append(self._complete)
        self._ended = False

    @property
    def is_ours(self) -> bool:
        """Whether this process records it, and it has not ended."""
        return not self._ended and self.process == os.getpid()

    def log(
        self, data: Any, step: int | None = None, commit: bool | None = None
    ) -> tuple[int, dict[Any, Any]] | None:
        """Record the plain values of a call; return its step and the others, for `log_media`.

        wandb refuses anything but a dict with texts as keys, and a run that is finished.
        """
        if not isinstance(data, Mapping) or not all(isinstance(key, str) for key in data):
            return None
        plain, others = split(data)
        step = step if step is None else int(step)
        place = self.rows.log(plain, step, commit)
        return (place, others) if others else None

    def log_media(self, place: int, others: Mapping[Any, Any]) -> None:
        """Record what wandb has made files of."""
        media = known_media(others, self.run)
        if media:
            for path in files_of(media):
                self.save_file(path)
            self.recorder.log_row(media, place)

    def save_file(self, path: str) -> None:
        """Keep a file of the run: media under their paths, all others below ``files/``."""
        source = self.files / path
        if path not in self.saved_files and source.is_file():
            self.recorder.save_file(source, path if path.startswith(MEDIA) else f"{NAME}/{path}")
            self.saved_files.add(path)

    def update_config(self) -> None:
        """Record what has changed in the configuration."""
        now = run_facts.config_of(self.run.config)
        changes = {
            key: value
            for key, value in now.items()
            if key not in self.config or not same(self.config[key], value)
        }
        self.config |= changes
        self.recorder.update_config(changes)

    def update_summary(self, record: Any) -> None:
        """Record what the run sets in its summary, or deletes."""
        changes: dict[str, Any] = {}
        for item in record.update:
            if item.key[0] != "_wandb":
                changes[".".join(map(str, item.key))] = item.value
        plain, others = split(changes)
        if plain:
            self.recorder.update_summary(plain)
        media = known_media(others, self.run)
        if media:
            self.recorder.update_summary(media)
        for item in record.remove:
            self.recorder.remove_from_summary(".".join(map(str, item.key)))

    def define(
        self,
        name: str,
        step_metric: Any = None,
        step_sync: bool | None = None,
        hidden: bool | None = None,
        summary: str | None = None,
        goal: str | None = None,
        overwrite: bool | None = None,
    ) -> None:
        """Record what ``define_metric`` was called with."""
        definition = MetricDefinition(
            name,
            step_metric=getattr(step_metric, "name", step_metric),
            step_sync=step_sync,
            hidden=hidden,
            summary=tuple(part.strip().lower() for part in (summary or "").split(",") if part),
            goal=goal,
        )
        self.recorder.define(definition, overwrite=bool(overwrite))

    def set_tags(self, tags: Iterable[str] | None) -> None:
        """Record the tags."""
        self.recorder.set_tags(tags or ())

    def set_notes(self, notes: str | None) -> None:
        """Record the notes."""
        self.recorder.set_notes(notes or "")

    def set_name(self, name: str | None) -> None:
        """Record a new name; the experiment keeps the one it has."""
        self.recorder.set_fact(name=name)

    def alert(self, title: str, text: str = "", level: Any = None, *_rest: Any, **_: Any) -> None:
        """Keep an alert as a note."""
        word = str(getattr(level, "value", level) or "INFO")
        self.recorder.experiment.log_note(f"{word}: {title}\n\n{text}".rstrip())

    def log_artifact(self, artifact: Any, aliases: Any = None) -> None:
        """Keep an artifact that wandb has taken."""
        logged_artifacts.log(self, artifact, aliases)

    def finish(self, exit_code: int | None = None, error: BaseException | None = None) -> None:
        """End the experiment; the file of the run is complete by now."""
        if self.is_ours:
            self.recorder.finish(exit_code, error=error)
            self._ended = True

    def _complete(self) -> None:
        """Record what waits, and what the file of the run has more."""
        from .reconciling import reconcile

        safely("a row", self.rows.flush)
        safely("its file", reconcile, self)
        self._ended = True

    def __repr__(self) -> str:
        return f"MirroredRun({self.recorder!r})"


def same(one: Any, other: Any) -> bool:
    """Return whether two values of a configuration are equal."""
    try:
        return bool(one is other or (type(one) is type(other) and one == other))
    except Exception:
        return False
