"""A logger for PyTorch Lightning."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._native.increments import IncrementName
from ..tracking.experiment import Experiment
from .base import Foreign, Recording


class LightningLogger(Foreign):
    """Records what Lightning logs: ``Trainer(logger=LightningLogger(increment="0042"))``.

    Everything passed to ``self.log`` is a metric at the trainer's step, ``save_hyperparameters``
    are the params; a training that fails or is stopped by Ctrl-C is recorded as such. Of several
    processes only the first one records.

    Args:
        increment: The increment; None finds it as `track_experiment` does.
        name: The name of the experiment.
        experiment: Record into this one instead, and leave it open.
        save_best: Whether the best checkpoint is copied into the experiment at the end.

    Raises:
        MissingExtraError: Lightning is not installed.
    """

    base = ("lightning.pytorch.loggers.logger", "Logger", None)

    def __init__(
        self,
        increment: IncrementName | None = None,
        *,
        name: str = "lightning",
        experiment: Experiment | None = None,
        save_best: bool = False,
    ) -> None:
        super().__init__()
        self.recording = Recording(name, increment, experiment)
        self.title = name
        self.saves = save_best
        self.checkpoint: Any = None
        self.started: Experiment | None = experiment

    @property
    def name(self) -> str:
        """The name, which Lightning uses for the folder of its checkpoints."""
        return self.title

    @property
    def version(self) -> str:
        """The folder of the experiment, which distinguishes re-runs."""
        return "" if self.started is None else self.started.path.name

    @property
    def experiment(self) -> Experiment:
        """The experiment, started when it is first asked for."""
        if self.started is None:
            self.started = self.recording.begin(self.title)
        return self.started

    def log_hyperparams(self, params: Any = None, *_: Any, **named: Any) -> None:
        """Record the hyperparameters of the module and the data module."""
        if is_first():
            self.experiment.log_params(params, **named)

    def log_metrics(self, metrics: Mapping[str, Any], step: int | None = None) -> None:
        """Record metrics at a step."""
        if is_first():
            self.experiment.log_metrics(metrics, step=step)

    def after_save_checkpoint(self, checkpoint_callback: Any) -> None:
        """Remember the callback that knows the best checkpoint."""
        self.checkpoint = checkpoint_callback

    def finalize(self, status: str) -> None:
        """End the experiment as the trainer ended; a later fit or test continues in it."""
        if self.started is None or not is_first():
            return
        best = str(getattr(self.checkpoint, "best_model_path", "") or "")
        if self.saves and status == "success" and best:
            self.started.log_artifact(best, f"checkpoints/{Path(best).name}")
        # Lightning calls this while it handles the exception.
        error = None if status == "success" else sys.exc_info()[1]
        self.recording.end(None if status == "success" or error else "failed", error=error)


def is_first() -> bool:
    """Return whether this is the first process of the training, or the only one."""
    rank_zero = sys.modules.get("lightning.pytorch.utilities.rank_zero")
    only = getattr(rank_zero, "rank_zero_only", None)
    return (getattr(only, "rank", 0) or 0) == 0
