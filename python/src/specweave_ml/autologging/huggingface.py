"""Hugging Face transformers: ``Trainer.train``, and ``evaluate`` after it."""

from __future__ import annotations

import functools
from types import ModuleType
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from ..integrations.huggingface import HuggingFaceCallback
from ..tracking.experiment import Experiment
from ..values.estimators import short_name
from .callers import is_the_users
from .patches import Patches
from .training_run import Options, Training, Unobtrusive, among

CALLS = ("on_train_begin", "on_log", "on_train_end")

Trained: TypeAlias = "WeakKeyDictionary[Any, Experiment]"
"""The experiment of the last training of each trainer."""


def patch(module: ModuleType, patches: Patches, options: Options) -> None:
    """Record ``Trainer.train`` and ``Trainer.evaluate``."""
    trained: Trained = WeakKeyDictionary()
    for name, made in (("train", recorded), ("evaluate", measured)):
        patches.record(module.Trainer, name, functools.partial(made, options, trained))


def measured(options: Options, trained: Trained, original: Any) -> Any:
    """Return an ``evaluate`` that does the same and records it where the training is recorded."""

    @functools.wraps(original)
    def evaluate(self: Any, *arguments: Any, **named: Any) -> Any:
        found = original(self, *arguments, **named)
        experiment = trained.get(self)
        if experiment is not None and not options.idle():
            with Unobtrusive("the evaluation"):
                numbers = {key: value for key, value in found.items() if not isinstance(value, str)}
                experiment.log_metrics(numbers, step=self.state.global_step)
        return found

    return evaluate


def recorded(options: Options, trained: Trained, original: Any) -> Any:
    """Return a ``train`` that does the same and records it."""

    @functools.wraps(original)
    def train(self: Any, *arguments: Any, **named: Any) -> Any:
        users = is_the_users(self, "train", "transformers")
        if options.idle() or not users or among(self.callback_handler.callbacks):
            return original(self, *arguments, **named)
        if not self.is_world_process_zero():
            return original(self, *arguments, **named)
        callback: Any = None
        with Training(short_name(self.model), options, self) as training:
            if training.experiment is not None:
                with training.harmless():
                    trained[self] = training.experiment
                    made = HuggingFaceCallback(
                        experiment=training.experiment, save_model=options.models
                    )
                    callback = training.guard(made, *CALLS)
                    self.add_callback(callback)
            try:
                result = original(self, *arguments, **named)
            finally:
                if callback is not None:
                    self.remove_callback(callback)
            training.record_time()
        return result

    return train
