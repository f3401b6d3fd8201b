"""PyTorch Lightning: ``Trainer.fit``."""

from __future__ import annotations

import functools
from types import ModuleType
from typing import Any

from ..integrations.lightning import LightningLogger, is_first
from ..tracking.experiment import Experiment
from ..values.estimators import short_name
from .callers import is_the_users
from .patches import Patches
from .training_run import Options, Training, among

CALLS = ("log_hyperparams", "log_metrics", "after_save_checkpoint", "finalize")


def patch(module: ModuleType, patches: Patches, options: Options) -> None:
    """Record ``Trainer.fit``."""
    patches.record(module.Trainer, "fit", functools.partial(recorded, options))


def recorded(options: Options, original: Any) -> Any:
    """Return a ``fit`` that does the same and records it."""

    @functools.wraps(original)
    def fit(self: Any, model: Any, *arguments: Any, **named: Any) -> Any:
        loggers = list(self.loggers)
        users = is_the_users(self, "fit", "lightning")
        if options.idle() or not users or among(loggers) or not is_first():
            return original(self, model, *arguments, **named)
        with Training(short_name(model), options, model) as training:
            # Only beside others: the first one decides where checkpoints lie, and a module may
            # ask whether there is any.
            if loggers and training.experiment is not None:
                with training.harmless():
                    self.loggers = [*loggers, logger(training)]
            try:
                result = original(self, model, *arguments, **named)
            finally:
                self.loggers = loggers
            if not loggers:
                training.record(log_outcome, self, model)
            training.record_time()
        return result

    return fit


def logger(training: Training) -> Any:
    """Return a logger that records into the training's experiment."""
    made = LightningLogger(experiment=training.experiment, save_best=training.options.models)
    return training.guard(made, *CALLS)


def log_outcome(experiment: Experiment, trainer: Any, model: Any) -> None:
    """Record the hyperparameters, and the last value of everything that was logged."""
    experiment.log_params(dict(model.hparams))
    experiment.log_metrics(dict(trainer.callback_metrics), step=trainer.global_step)
