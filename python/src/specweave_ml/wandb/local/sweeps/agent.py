"""``wandb.agent``: runs a function, or a program, with the values that a sweep chooses."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ...._native.warn import warn
from ....errors import TrackingError
from ....tracking.experiment import Experiment
from .. import current
from ..errors import UsageError
from ..identifiers import generate_id
from ..notices import once
from ..terminal import termlog
from .config import SweepConfig
from .environment import ActiveSweep
from .program import run_program
from .records import SweepFiles, SweepRecord, Trial
from .search import next_values
from .sweep import child_of, note_best, note_killed, open_experiment

logger = logging.getLogger("specweave")

INITIAL_FAILURES = "WANDB_AGENT_MAX_INITIAL_FAILURES"
USUAL_INITIAL_FAILURES = 5
VARIABLES = ("WANDB_SWEEP_ID", "WANDB_RUN_ID", "WANDB_PROJECT")


def agent(
    sweep_id: str,
    function: Callable[[], Any] | None = None,
    entity: str | None = None,
    project: str | None = None,
    count: int | None = None,
    forward_signals: bool = False,
    max_consecutive_failed_runs: int | None = None,
) -> None:
    """Run a function again and again, each time with the next values of a sweep.

    ``wandb.init()`` in it starts a run with these values in its configuration; values that the
    program gives itself do not replace them. A sweep that was interrupted goes on where it was, and
    several agents, also in several processes, share one.

    Args:
        sweep_id: What `sweep` returned, also with entity and project before it.
        function: The function; None runs the ``program`` or ``command`` of the sweep instead.
        entity: Without meaning here.
        project: The project of the runs, if the sweep has none.
        count: The most runs; None goes on to the end of the sweep, which only a grid and a
            ``run_cap`` have.
        forward_signals: Without meaning here.
        max_consecutive_failed_runs: Stop after so many runs that failed one after the other.

    Raises:
        CommError: There is no such sweep.
        UsageError: There is neither a function nor a program.
    """
    if function is not None and not callable(function):
        raise TypeError("function parameter must be callable!")
    name = sweep_id.strip("/").rpartition("/")[2]
    files = SweepFiles.here()
    record = files.sweep(name)
    config = SweepConfig(record.config)
    if function is None and not (config.program or config.members.get("command")):
        raise UsageError("agent() needs a function: the sweep has no program of its own")
    experiment, owner = open_experiment(record)
    note_killed(files, name, experiment)
    files.change(name, lambda one: setattr(one, "state", "RUNNING"))
    loop = Loop(files, record, config, experiment, project or record.project)
    at_end = False
    try:
        at_end = loop.run(function, count, max_consecutive_failed_runs)
    except KeyboardInterrupt:
        termlog("Ctrl + C detected. Stopping sweep.")
    finally:
        note_best(experiment, config, files.trials(name))
        if at_end:
            files.change(name, lambda one: setattr(one, "state", "FINISHED"))
        if owner:
            experiment.finish()
            current.sweep = None


class Loop:
    """One agent at work."""

    def __init__(
        self,
        files: SweepFiles,
        record: SweepRecord,
        config: SweepConfig,
        experiment: Experiment,
        project: str | None,
    ) -> None:
        self.files = files
        self.record = record
        self.config = config
        self.experiment = experiment
        self.project = project

    def run(
        self, function: Callable[[], Any] | None, count: int | None, most_failed: int | None
    ) -> bool:
        """Run trials and return whether the sweep is at its end."""
        done = failed = in_a_row = 0
        text = os.environ.get(INITIAL_FAILURES, "")
        initial = int(text) if text.isdigit() else USUAL_INITIAL_FAILURES
        while count is None or done < count:
            trial = self.next_trial()
            if trial is None:
                return True
            self.attempt(trial, function)
            done += 1
            failed += trial.state == "failed"
            in_a_row = in_a_row + 1 if trial.state == "failed" else 0
            if failed == done == initial or in_a_row == most_failed:
                warn(f"the sweep {self.record.id} was stopped: {in_a_row} runs in a row failed")
                return False
        return False

    def next_trial(self) -> Trial | None:
        """Return the next trial; None if there is none, or the sweep was stopped."""
        if self.files.sweep(self.record.id).state in ("STOPPED", "CANCELED"):
            return None
        return self.files.begin(
            self.record.id,
            generate_id(),
            lambda trials: next_values(self.config, trials, self.record.seed),
        )

    def attempt(self, trial: Trial, function: Callable[[], Any] | None) -> None:
        """Run the function or the program once, and note what came of it."""
        values = self.config.nested(trial.values)
        active = ActiveSweep(self.record.id, values, self.experiment, trial.run_id)
        state = "killed"
        try:
            with self.environment(trial):
                if function is None:
                    state = "failed" if run_program(self.config, values) else "finished"
                else:
                    state = self.call(function, active)
        finally:
            trial.state = state
            trial.metric = self.metric_of(trial)
            if state == "finished" and child_of(self.experiment, trial.run_id) is None:
                once("no run", "the function of a sweep calls wandb.init(), or nothing is recorded")
            self.files.end(self.record.id, trial)

    def call(self, function: Callable[[], Any], active: ActiveSweep) -> str:
        """Call the function, and finish the run that it leaves open."""
        before, current.sweep = current.sweep, active
        finish_open(0)  # or else init() would give back the run that is open
        try:
            function()
        except Exception:
            logger.exception("a run of the sweep %s failed", active.sweep_id)
            finish_open(1)
            return "failed"
        except BaseException:
            finish_open(255)
            raise
        finally:
            current.sweep = before
        finish_open(0)
        return "finished"

    @contextmanager
    def environment(self, trial: Trial) -> Iterator[None]:
        """Say by variables which sweep and which run it is, as programs of W&B read it."""
        before = {name: os.environ.get(name) for name in VARIABLES}
        os.environ["WANDB_SWEEP_ID"] = self.record.id
        os.environ["WANDB_RUN_ID"] = trial.run_id
        if self.project:
            os.environ["WANDB_PROJECT"] = self.project
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value

    def metric_of(self, trial: Trial) -> float | None:
        """Return what the run of a trial is judged by."""
        from ..api.run import Run

        child = child_of(self.experiment, trial.run_id)
        if child is None or self.config.metric is None:
            return None
        try:
            found = Run(child).summary.get(self.config.metric)
        except TrackingError:
            return None
        if isinstance(found, dict):
            wanted = "min" if self.config.goal == "minimize" else "max"
            found = found.get("best", found.get(wanted, found.get("last")))
        if isinstance(found, bool) or not isinstance(found, (int, float)):
            return None
        return float(found)


def finish_open(exit_code: int) -> None:
    """Finish the runs that a function left open."""
    for run in reversed(current.opened()):
        run.finish(exit_code)
