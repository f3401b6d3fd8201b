"""``attach``: a run that was started elsewhere, written here too."""

from __future__ import annotations

from ...tracking.start import start_as
from ..runs.places import entries_of_runs, increment_of
from ..runs.recorder import RunExperiment, RunRecorder
from . import current
from .errors import CommError
from .run import Run
from .settings import merged


def attach(run_id: str) -> Run:
    """Return the open run of an id; in another process, the run as a further writer.

    Raises:
        CommError: There is no such run.
    """
    found = current.by_id(run_id)
    if found is not None:
        return found
    place = increment_of(None)
    for entry in entries_of_runs(place):
        section = entry.facts["facts"]["wandb"]
        if section.get("id") == run_id:
            options = {"join": True, "tags": []}
            name = str(entry.facts["name"])
            experiment = start_as(RunExperiment, name, place.path, None, options, False)
            recorder = RunRecorder(experiment)
            recorder.restore()
            settings = merged({"run_id": run_id, "project": section.get("project")})
            run = Run(recorder, settings, resumed=False, starting_step=0)
            run.config.update(experiment.params)
            current.add(run, is_global=True)
            return run
    raise CommError(f"there is no run {run_id!r} to attach to")
