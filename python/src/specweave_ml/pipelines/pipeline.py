"""Experiments of several stages."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Any

from .._native.increments import Increment, IncrementName
from .._native.text import shown
from ..display import results
from ..display.text import count
from ..errors import ExperimentBusyError
from ..tracking import current
from ..tracking.exit_hooks import failure_of, status_of
from ..tracking.experiment import Experiment
from ..tracking.lookup import load_experiment
from ..tracking.start import track_experiment
from .stage import Needed, Stage, StageGroup, stage_options

WORST_FIRST = ("failed", "interrupted", "completed")

COLUMNS = [
    ("Stage", "text"),
    ("Depends on", "text"),
    ("Status", "status"),
    ("Duration", "seconds"),
]


class ExperimentPipeline:
    """A pipeline: an experiment of kind "pipeline" whose stages are experiments within it.

    It is completed whenever its stages are closed, and failed while the newest attempt of a stage
    is; a new stage reopens it. Its duration is the time its stages took. pipeline.md in its folder
    shows the stages as a diagram and as a table.

    Args:
        name: The name; the same again makes a re-run.
        increment: The increment; None finds it.
        resume: True continues the newest of this name, "allow" continues or starts. A stage that
            was finished then comes back as it is, its ``done`` True, unless a stage that it depends
            on runs again; the code in its block decides what to do with that.
        options: Further options of `track_experiment`.

    Example:
        >>> pipeline = ExperimentPipeline("recommendation-full-pipeline", resume="allow")
        >>> with pipeline.stage("preprocessing") as stage:
        ...     if not stage.done:
        ...         stage.save_artifact("clean.csv", preprocess(df))
        ...     df_clean = stage.load_artifact("clean.csv")
    """

    def __init__(
        self,
        name: str,
        increment: IncrementName | None = None,
        *,
        resume: bool | str = False,
        **options: Any,
    ) -> None:
        self.experiment = track_experiment(
            name, increment, resume=resume, kind="pipeline", **options
        )
        """The experiment of the pipeline itself, for its params, tags, notes and artifacts."""
        self._lock = RLock()
        self._open: list[Stage] = []
        self._entered = 0
        self._finished = finished_stages(self.experiment) if resume else {}
        self._group = StageGroup(self)

    def stage(
        self,
        name: str,
        depends_on: Needed = None,
        *,
        description: str | None = None,
        tags: Iterable[str] | str = (),
        params: Any = None,
        capture: bool | Iterable[str] = False,
        strict: bool = False,
    ) -> Stage:
        """Begin a stage, for a ``with`` block or to be ended by ``finish()``.

        It is an experiment: it logs params, metrics and artifacts, and may have stages itself. An
        exception makes it and the pipeline failed, and is raised again. The same name is another
        attempt, which then counts.

        Args:
            name: The name.
            depends_on: The stages that it needs; None is the one begun before it, [] is none.
            description: A sentence about it.
            tags: Tags from the start on.
            params: Parameters from the start on.
            capture: What is captured at its start; the pipeline itself has captured it already.
            strict: Let logging raise where it would warn and continue.

        Raises:
            InvalidArgumentError: It depends on a stage that was not begun before.
        """
        options = stage_options(description, tags, params, strict)
        with self._lock:
            self._reopen()
            return self._group.begin(self.experiment, name, depends_on, options, capture)

    @property
    def name(self) -> str:
        """The name as it was given."""
        return self.experiment.name

    @property
    def path(self) -> Path:
        """The folder."""
        return self.experiment.path

    @property
    def status(self) -> str:
        """The status: ``running`` while a stage is open."""
        return self.experiment.status

    @property
    def stages(self) -> list[Stage]:
        """The newest attempt of each stage directly in it, in order."""
        return list(self._group.newest.values())

    def __enter__(self) -> ExperimentPipeline:
        with self._lock:
            self._reopen()
            self._entered += 1
            self.experiment._blocks.append(current.enter(self.experiment))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            self._entered -= 1
            if self.experiment._blocks:
                current.leave(self.experiment._blocks.pop())
            self._settle(error)

    def __repr__(self) -> str:
        stages = count(len(self.stages), "stage")
        return f"<ExperimentPipeline {self.name!r} of {stages} in {shown(str(self.path))}>"

    def _repr_html_(self) -> str:
        """Return the stages in a notebook."""
        stages = [
            (stage.name, ", ".join(stage.depends_on), stage.status, stage.duration)
            for stage in self.stages
        ]
        fact = f"pipeline, {self.status}"
        if not stages:
            return results.html(self.name, fact, remarks=["No stages yet."])
        return results.html(self.name, fact, columns=COLUMNS, rows=stages)

    def _opened(self, stage: Stage) -> None:
        """Note that a stage was begun, at any depth."""
        with self._lock:
            self._reopen()
            self._open.append(stage)

    def _closed(self, stage: Stage) -> None:
        """Note that a stage was closed, perhaps not for the first time."""
        with self._lock:
            if stage in self._open:
                self._open.remove(stage)
            self._settle(None)

    def _settle(self, error: BaseException | None) -> None:
        """End the pipeline if nothing in it is open."""
        if self._open or self._entered:
            return
        status, facts = status_of(error), failure_of(error)
        if status is None:
            status, facts = self._outcome()
        self.experiment._finish(status, facts)

    def _outcome(self) -> tuple[str, dict[str, Any]]:
        """Return the worst status among the newest attempts, and what happened there."""
        outcomes = {stage.name: (stage.status, stage.failure) for stage in self.stages}
        for worst in WORST_FIRST[:-1]:
            for name, (status, failure) in outcomes.items():
                if status == worst:
                    facts = dict(failure or {})
                    facts["message"] = f"stage {name!r}: {facts.get('message', status)}"
                    return status, facts
        return WORST_FIRST[-1], {}

    def _reopen(self) -> None:
        """Continue the experiment if it has ended."""
        if self.experiment.status == "running" or self.experiment._off:
            return
        newest = load_experiment(self.name, self.experiment._increment_path)
        if newest.path != self.path:
            raise ExperimentBusyError(
                f"pipeline {self.name!r} in {self.path} has ended and {newest.path.name} was "
                f"started since: begin further stages there"
            )
        self.experiment = track_experiment(
            self.name, self.experiment._increment_path, resume=True, capture=False
        )


def finished_stages(pipeline: Experiment) -> dict[tuple[str, ...], str]:
    """Return the folders of stages whose newest attempt is completed, by the path of names."""
    within = pipeline.path.name
    names: dict[str, tuple[str, ...]] = {within: ()}
    newest: dict[tuple[str, ...], dict[str, Any]] = {}
    listing = Increment.find(pipeline._increment_path).listing(children=True)["experiments"]
    for facts in sorted(listing, key=lambda facts: (facts["folder"].count("/"), facts["created"])):
        around, _, _ = facts["folder"].rpartition("/")
        if around in names and facts["kind"] == "stage":
            path = (*names[around], facts["name"])
            names[facts["folder"]] = path
            newest[path] = facts
    return {
        path: str(pipeline.path.parent / facts["folder"])
        for path, facts in newest.items()
        if facts["status"] == "completed"
    }
