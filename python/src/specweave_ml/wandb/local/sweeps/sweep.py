"""``wandb.sweep``: a sweep and the experiment that its runs are in."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from ...._native.optional_packages import need
from ....errors import ExperimentBusyError, TrackingError
from ....tracking.experiment import Experiment, open_path
from ....tracking.lookup import load_experiment
from ....tracking.start import track_experiment
from ...runs.places import increment_of
from ..identifiers import generate_id
from ..terminal import termlog
from .config import SweepConfig, loaded
from .records import SweepFiles, SweepRecord, Trial
from .search import combinations

DIRECTIONS = {"minimize": "lower", "maximize": "higher"}

_open: dict[str, Experiment] = {}
"""The experiments of sweeps that this process runs."""


def sweep(
    sweep: Any,
    entity: str | None = None,
    project: str | None = None,
    prior_runs: Iterable[str] | None = None,
) -> str:
    """Begin a sweep and return its id, with which `agent` runs it.

    Its runs are experiments inside an experiment of the kind "sweep", whose ``sweep.md`` ranks
    them. Nothing is asked of a server: a grid and chance need no package, "bayes" is Optuna.

    Args:
        sweep: The configuration: a dict, a function that returns it, or a YAML or JSON file.
        entity: Noted with the sweep.
        project: The project of its runs; one that names an increment puts them there.
        prior_runs: Without meaning here.

    Raises:
        UsageError: The configuration is not one; the message says in what.
    """
    config = loaded(sweep)
    combinations(config)  # a grid of what has no end is refused now
    if config.method == "bayes":
        need("optuna", "A sweep with the method 'bayes'")
    named = project or config.members.get("project")
    sweep_id = generate_id()
    place = increment_of(named)
    experiment = track_experiment(
        config.name or f"sweep-{sweep_id}",
        place.path,
        kind="sweep",
        description=config.members.get("description"),
    )
    experiment._log_fact("wandb.sweep", {"id": sweep_id, "config": config.members})
    facts: dict[str, Any] = {}
    if (planned := combinations(config)) is not None:
        facts["combinations"] = planned
    if config.metric is not None:
        facts |= {"metric": config.metric, "direction": DIRECTIONS[config.goal]}
    experiment._log_fact("sweep", facts)
    files = SweepFiles.here(experiment.path)
    record = SweepRecord(
        id=sweep_id,
        config=config.members,
        seed=secrets.randbelow(2**31),
        project=named,
        entity=entity or config.members.get("entity"),
        experiment=identity_of(experiment),
    )
    files.add(record)
    _open[sweep_id] = experiment
    termlog(f"Create sweep with ID: {sweep_id}")
    return sweep_id


def identity_of(experiment: Experiment) -> dict[str, Any]:
    """Return what finds an experiment again."""
    return {
        "name": experiment.name,
        "folder": experiment.path.name,
        "increment": experiment.increment,
        "id": experiment._facts()["id"],
    }


def open_experiment(record: SweepRecord) -> tuple[Experiment, bool]:
    """Return the experiment of a sweep, and whether this process ends it."""
    known = _open.get(record.id)
    if known is not None and not known.closed and known.status == "running":
        return known, True
    found = experiment_of(record)
    with suppress(ExperimentBusyError):
        resumed = track_experiment(
            found.name, found._increment_path, kind="sweep", resume=True, capture=False
        )
        _open[record.id] = resumed
        return resumed, True
    return found, False


def experiment_of(record: SweepRecord) -> Experiment:
    """Return the experiment of a sweep, loaded."""
    said = record.experiment
    return load_experiment(str(said["folder"]), str(said["increment"]))


def note_best(experiment: Experiment, config: SweepConfig, trials: list[Trial]) -> None:
    """Record which trial is the best, and its parameters as those of the sweep."""
    rated = [trial for trial in trials if trial.metric is not None and trial.metric == trial.metric]
    if config.metric is None or not rated:
        return
    sign = 1 if config.goal == "minimize" else -1
    best = min(rated, key=lambda trial: sign * (trial.metric or 0.0))
    child = child_of(experiment, best.run_id)
    facts: dict[str, Any] = {"params": config.nested(best.values), "score": best.metric}
    if child is not None:
        facts["combination"] = int(child._facts()["child"])
    with suppress(TrackingError):
        experiment.log_params(config.nested(best.values))
        experiment.log_metric(config.metric, best.metric or 0.0)
        experiment._log_fact("best", facts)


def note_killed(files: SweepFiles, sweep_id: str, experiment: Experiment) -> None:
    """Note which trials ended with their process: their runs are seen as crashed."""
    for trial in files.trials(sweep_id):
        if trial.state == "running":
            child = child_of(experiment, trial.run_id)
            if child is not None and child.status == "crashed":
                trial.state = "killed"
                files.end(sweep_id, trial)


def child_of(sweep: Experiment, run_id: str) -> Experiment | None:
    """Return the experiment of a run of a sweep."""
    for path in sweep.path.iterdir():
        if (path / ".summary.json").is_file():
            with suppress(TrackingError):
                child = open_path(str(path))
                if child.facts.get("wandb", {}).get("id") == run_id:
                    return child
    return None
