"""Writes a run of Weights & Biases into an experiment."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..._native.increments import Increment, IncrementName
from ..._native.library import library
from ..._native.warn import warn
from ...errors import ExperimentNotFoundError, InvalidNameError
from ...tracking.experiment import Experiment
from ...tracking.start import start_as
from ...values.conversion import ConversionError, brief
from ...values.scalars import AUTOMATIC_STEP, step_number
from . import definitions as defined
from . import summaries
from .definitions import MetricDefinition, MetricDefinitions
from .facts import SECTION, RunFacts
from .history_file import HistoryFile, read_lines
from .places import entry_of_run, increment_of, named_increment
from .points import LivePoints, Points, SeriesPoints
from .rows import OWN_COLUMNS, flat, number_of, stored
from .shown import show
from .summaries import Summary

SYSTEM = "system/"
"""How metrics begin that measure the machine; their steps count measurements."""

NUMBERS = frozenset((float, int))


class RunExperiment(Experiment):
    """The experiment of a run; however it ends, what the run still knows is recorded first."""

    recorder: RunRecorder | None = None

    def _finish(self, status: str | None, facts: dict[str, Any]) -> None:
        if self.recorder is not None:
            self.recorder.conclude()
        super()._finish(status, facts)


class RunRecorder:
    """Takes what a run says, in the order in which it says it; usable from several threads.

    Args:
        experiment: Where it is written.
        batch: The rows have times of their own and come fast, as from a file: points are collected
            and stored as series. Else each is stored when its row comes.
    """

    def __init__(self, experiment: Experiment, *, batch: bool = False) -> None:
        self.experiment = experiment
        self.definitions = MetricDefinitions()
        self.summary = Summary(self.definitions)
        self.others = HistoryFile(experiment, buffered=batch)
        self.points: Points = (
            SeriesPoints(experiment, self.others.add) if batch else LivePoints(experiment)
        )
        self.observers: list[Callable[[Iterable[str], int], None]] = []
        """What is called with the names of a row's values, and the row's step."""
        self.before_end: list[Callable[[], None]] = []
        """What is called before the end is recorded, however it comes."""
        self._steps: dict[str, Any] = {}
        self._steps_at: dict[str, int] = {}
        self._last_step = -1
        self._summary_only: list[str] = []
        self._in_section: set[str] = set()
        self._lock = threading.RLock()
        if isinstance(experiment, RunExperiment):
            experiment.recorder = self

    @classmethod
    def start(
        cls,
        facts: RunFacts,
        *,
        increment: IncrementName | None = None,
        resume: bool | str = False,
        batch: bool = False,
        form: type[RunExperiment] = RunExperiment,
        parent: Experiment | None = None,
        capture: bool | Iterable[str] = True,
        **options: Any,
    ) -> RunRecorder:
        """Start the experiment of a run, or continue it.

        Args:
            facts: What is known of the run.
            increment: Where; None is the one that the project names, or the active one.
            resume: ``"allow"`` continues the experiment of this id, or starts one; ``"must"``
                raises if there is none; False starts one.
            batch: As for the class.
            form: The class of the experiment.
            parent: The experiment that it is started in, such as that of its sweep.
            capture: As for `track_experiment`.
            options: Further options of `track_experiment`.

        Raises:
            ExperimentNotFoundError: It must be continued, and there is no run of this id.
        """
        place = increment_of(facts.project, increment)
        given: dict[str, Any] = {key: value for key, value in options.items() if value is not None}
        if facts.created is not None:
            given["created"] = facts.created
        name, continues = facts.name or None, False
        if resume:
            entry = entry_of_run(place, facts.id, facts.project)
            if entry is not None:
                name, continues = str(entry.facts["name"]), True
                given |= {"resume": True, "id": str(entry.facts["id"])}
            elif resume == "must":
                raise ExperimentNotFoundError(
                    f"no run {facts.id!r} to continue in the increment {place.name}"
                )
        if not continues:
            given["params"] = {key: value for key, value in facts.config.items() if key != "_wandb"}
            given["tags"] = list(facts.tags)
            given |= {"description": facts.notes} if facts.notes else {}
        chosen = increment is not None or named_increment(facts.project) is not None or continues
        where = place.path if chosen else None
        try:
            experiment = start_as(form, name, where, parent, given, capture)
        except InvalidNameError as reason:
            if continues or name is None:
                raise
            warn(f"the run {name!r} is called by a number: {reason}")
            experiment = start_as(form, None, where, parent, given, capture)
        recorder = cls(experiment, batch=batch)
        experiment._log_fact(SECTION, facts.section())
        if continues:
            recorder.restore()
            recorder.update_config(facts.config)
            recorder.set_tags([*experiment.tags, *facts.tags])
            if facts.notes:
                recorder.set_notes(facts.notes)
        return recorder

    @property
    def increment(self) -> Increment:
        """The increment that the experiment is in."""
        return Increment.find(self.experiment._increment_path)

    @property
    def last_step(self) -> int:
        """The largest step that a row had; -1 if there is none."""
        return self._last_step

    def update_config(self, changes: Mapping[str, Any]) -> None:
        """Record parameters; one that is there already gets the new value."""
        changed = {key: value for key, value in changes.items() if key != "_wandb"}
        if changed:
            self.experiment.log_params(changed)

    def define(self, definition: MetricDefinition, *, overwrite: bool = False) -> None:
        """Record what ``define_metric`` says; it holds for rows that come later."""
        with self._lock:
            held = self.definitions.add(definition, overwrite=overwrite)
            self.experiment._log_fact(defined.SECTION, {held.name: held.members()})

    def log_row(self, row: Mapping[Any, Any], step: int, time: float | None = None) -> None:
        """Record a row of the history.

        Args:
            row: Its values by name, dicts within as groups. A medium is its JSON: a dict with
                ``_type``, which stays whole.
            step: The step of the row, which may be smaller than that of an earlier one.
            time: When it was logged, in seconds since 1970; None is now.
        """
        with self._lock:
            if self._is_plain(row):
                self._log_plain(row, step, time)
                return
            entries = self._with_step_metrics(dict(flat(row)), step)
            for observer in self.observers:
                observer(entries, step)
            numbers = {key: number_of(value) for key, value in entries.items()}
            for key, number in numbers.items():
                if number is not None:
                    self._steps[key], self._steps_at[key] = number, step
            by_step: dict[int, dict[str, Any]] = {}
            for key, number in numbers.items():
                place = self._step_of(key, step, entries)
                self.summary.observe(key, entries[key], number)
                self._drop_from_section(key)
                if key in self._summary_only:
                    self._summary_only.remove(key)
                    self.experiment._log_fact(SECTION, {"summary_only": self._summary_only})
                if number is None:
                    self.others.add(key, place, time, entries[key])
                    show(self.experiment, key, place, time, entries[key])
                else:
                    by_step.setdefault(place, {})[key] = number
            for place, values in by_step.items():
                self.points.add(values, place, time)
            self._last_step = max(self._last_step, step)

    def _is_plain(self, row: Mapping[Any, Any]) -> bool:
        """Return whether all of a row are numbers, and nothing was said that concerns them."""
        return (
            not len(self.definitions)
            and not self.observers
            and not self._summary_only
            and not self._in_section
            and NUMBERS.issuperset(map(type, row.values()))
        )

    def _log_plain(self, row: Mapping[Any, Any], step: int, time: float | None) -> None:
        """Record a row of numbers at its step."""
        entries = {str(key): value for key, value in row.items() if key not in OWN_COLUMNS}
        self._steps.update(entries)
        self._steps_at.update(dict.fromkeys(entries, step))
        for key, value in entries.items():
            self.summary.observe(key, value, value)
        self.points.add(entries, step, time)
        self._last_step = max(self._last_step, step)

    def update_summary(self, changes: Mapping[str, Any], time: float | None = None) -> None:
        """Record what the run sets in its summary itself.

        A number that was never logged becomes a point of a metric too, so that comparisons see it.
        """
        with self._lock:
            facts: dict[str, Any] = {}
            numbers: dict[str, Any] = {}
            for key, value in flat(changes):
                number = number_of(value)
                self.summary.set(key, value)
                if number is not None and self.summary.last(key) == number:
                    self._drop_from_section(key)
                else:
                    facts[key] = stored(value if number is None else number)
                if number is not None and not self.summary.was_logged(key):
                    numbers[key] = number
            new = [key for key in numbers if key not in self._summary_only]
            if facts:
                self._in_section |= facts.keys()
                self.experiment._log_fact(summaries.SECTION, facts)
            if new:
                self._summary_only += new
                self.experiment._log_fact(SECTION, {"summary_only": self._summary_only})
            if numbers:
                self.points.add(numbers, max(self._last_step, 0), time)

    def remove_from_summary(self, key: str) -> None:
        """Record that the run has deleted a key of its summary."""
        with self._lock:
            self.summary.remove(key)
            self._drop_from_section(key)

    def save_file(self, source: str | os.PathLike[str], path: str) -> str:
        """Save a file of the run, such as a medium, under the path it has in the run."""
        return self.experiment.log_artifact(source, path)

    def log_output(self, text: str) -> None:
        """Append to the file of what the program printed."""
        data = text.encode("utf-8", "backslashreplace")
        code = library().et_experiment_log_output(self.experiment._native, data, len(data))
        self.experiment._recorded(code, "output")

    def set_tags(self, tags: Iterable[str]) -> None:
        """Make these the tags; others are removed."""
        wanted = list(dict.fromkeys(tags))
        there = self.experiment.tags
        self.experiment.remove_tag([tag for tag in there if tag not in wanted])
        self.experiment.add_tag([tag for tag in wanted if tag not in there])

    def set_notes(self, notes: str) -> None:
        """Set the description."""
        self.experiment._log_fact("about", {"description": notes})

    def set_fact(self, **members: Any) -> None:
        """Set members of what only Weights & Biases knows, as ``name`` and ``group``."""
        self.experiment._log_fact(SECTION, members)

    def flush(self) -> None:
        """Store what waits."""
        with self._lock:
            self.points.flush()

    def finish(
        self,
        exit_code: int | None = None,
        *,
        ended: float | None = None,
        error: BaseException | None = None,
    ) -> None:
        """End the run: completed with the code 0 or None, else failed.

        Args:
            exit_code: The code that the run gave.
            ended: When it ended, in seconds since 1970; None is now.
            error: The exception that ended it.
        """
        from ...tracking.exit_hooks import failure_of, status_of

        failure = failure_of(error)
        status = status_of(error)
        if error is None and exit_code:
            status = "failed"
            failure = {"type": "SystemExit", "message": str(exit_code)}
        if ended is not None:
            failure["ended"] = ended
        self.experiment._finish(status or "completed", failure)

    def conclude(self) -> None:
        """Record what is only known at the end; also where the program ends without `finish`."""
        while self.before_end:
            self.before_end.pop(0)()
        with self._lock:
            self.points.flush()
            aggregates = self.summary.aggregates()
            if aggregates:
                self._in_section |= aggregates.keys()
                self.experiment._log_fact(summaries.SECTION, aggregates)
            self.others.finish()
            if self._last_step >= 0:
                self.set_fact(last_step=self._last_step)

    def restore(self) -> None:
        """Take over what an earlier session of the experiment knows."""
        facts = self.experiment._facts()
        sections = facts["facts"]
        self.definitions.restore(sections.get(defined.SECTION, {}))
        self._summary_only = list(sections.get(SECTION, {}).get("summary_only", ()))
        metrics = self.experiment.metrics
        steps = [int(sections.get(SECTION, {}).get("last_step", -1))]
        for key, known in metrics.summary.items():
            if key not in self._summary_only and not key.startswith(SYSTEM):
                value = metrics[key]
                self.summary.observe(key, value, value)
                self._steps[key] = value
                if self.definitions.step_metric(key) is None:
                    steps.append(int(known["last_step"]))
        for line in read_lines(self.experiment.path):
            self.summary.observe(line["key"], line["value"], None)
            if self.definitions.step_metric(line["key"]) is None:
                steps.append(int(line["step"]))
        self._last_step = max(steps)
        for key, value in sections.get(summaries.SECTION, {}).items():
            if value is not None:
                self._in_section.add(key)
                if not self.summary.is_aggregate(key):
                    self.summary.set(key, value)

    def _drop_from_section(self, key: str) -> None:
        """Remove a key from the section of facts, if it stands there."""
        if key in self._in_section:
            self._in_section.discard(key)
            self.experiment._log_fact(summaries.SECTION, {key: None})

    def _with_step_metrics(self, entries: dict[str, Any], step: int) -> dict[str, Any]:
        """Return the row with the last values of step metrics that it does not have itself."""
        if not len(self.definitions):
            return entries
        for key in list(entries):
            name = self.definitions.step_metric(key)
            if name is None or name in entries or name not in self._steps:
                continue
            definition = self.definitions.of(key)
            synced = definition is None or definition.step_sync is not False
            if synced and self._steps_at.get(name) != step:
                entries[name] = self._steps[name]
        return entries

    def _step_of(self, key: str, step: int, entries: Mapping[str, Any]) -> int:
        """Return the step of a point: the value of its step metric, where that is an integer."""
        name = self.definitions.step_metric(key)
        if name is None or name in OWN_COLUMNS:
            return step
        value = number_of(entries.get(name))
        if value is None and self._steps_at.get(name) == step:
            value = self._steps[name]  # an earlier part of the same row had it
        if value is None or isinstance(value, bool):
            return step
        try:
            number = step_number(value)
        except ConversionError:
            return step
        return step if number == AUTOMATIC_STEP else number

    def __repr__(self) -> str:
        return f"RunRecorder({brief(self.experiment)})"
