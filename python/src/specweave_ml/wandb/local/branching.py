"""``fork_from`` and ``resume_from``: a run that begins with the history of another one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...errors import ExperimentNotFoundError
from ...tracking.experiment import Experiment
from ...tracking.lookup import load_experiment
from ..runs.places import entry_of_run, increment_of
from ..runs.recorder import RunRecorder
from .errors import UsageError

MOMENT = re.compile(r"(?P<run>[^?/]+)\?_step=(?P<step>\d+)")


@dataclass
class Moment:
    """A run, and the step up to which it counts."""

    run: str
    step: int

    @classmethod
    def of(cls, text: str, keyword: str) -> Moment:
        """Return what ``id?_step=200`` says.

        Raises:
            UsageError: It says something else.
        """
        found = MOMENT.fullmatch(str(text))
        if found is None:
            raise UsageError(f"{keyword} is 'run-id?_step=123', not {text!r}")
        return cls(found["run"], int(found["step"]))


def begin_with(recorder: RunRecorder, moment: Moment, source: Experiment) -> None:
    """Take over parameters and points up to a step, with their times."""
    recorder.update_config(source.params)
    for key in source.metrics:
        history = source.history(key)
        points = [
            point
            for point in zip(history.steps, history.values, history.times, strict=True)
            if point[0] <= moment.step
        ]
        if points:
            steps, values, times = zip(*points, strict=True)
            recorder.experiment.log_series(key, values, steps=steps, times=times)


def source_of(moment: Moment, project: str | None) -> Experiment:
    """Return the experiment of the run that it begins with.

    Raises:
        UsageError: There is no such run.
    """
    entry = entry_of_run(increment_of(project), moment.run, project)
    if entry is None:
        raise UsageError(f"there is no run {moment.run!r} to begin with")
    try:
        return load_experiment(str(entry.facts["path"]))
    except ExperimentNotFoundError as error:
        raise UsageError(f"the run {moment.run!r} is gone") from error
