"""The sweep that a run is started for."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from ....tracking.experiment import Experiment


@dataclass
class ActiveSweep:
    """The sweep whose function runs now, as ``wandb.init`` asks for it."""

    sweep_id: str
    config: dict[str, Any]
    experiment: Experiment
    """The experiment of the sweep, in which that of the run is started."""
    run_id: str
    started: bool = False
    """Whether the function has started its run: a second one is a run of its own."""


def active_in_environment() -> ActiveSweep | None:
    """Return the sweep that an agent in another process runs this program for."""
    sweep_id, run_id = os.environ.get("WANDB_SWEEP_ID"), os.environ.get("WANDB_RUN_ID")
    if not sweep_id or not run_id:
        return None
    from .config import SweepConfig
    from .records import SweepFiles
    from .sweep import experiment_of

    files = SweepFiles.here()
    if sweep_id not in files.ids():
        return None
    record = files.sweep(sweep_id)
    for trial in files.trials(sweep_id):
        if trial.run_id == run_id and trial.state == "running":
            values = SweepConfig(record.config).nested(trial.values)
            return ActiveSweep(sweep_id, values, experiment_of(record), run_id)
    return None
