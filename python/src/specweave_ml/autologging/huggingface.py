"""Hugging Face transformers: ``Trainer.train``."""

from __future__ import annotations

import functools
from types import ModuleType
from typing import Any

from ..estimators import short_name
from ..integrations.huggingface import HuggingFaceCallback
from .callers import is_the_users
from .patches import Patches
from .trainings import Options, Training, among

CALLS = ("on_train_begin", "on_log", "on_train_end")


def patch(module: ModuleType, patches: Patches, options: Options) -> None:
    """Replace ``Trainer.train``."""
    patches.replace(module.Trainer, "train", recorded(vars(module.Trainer)["train"], options))


def recorded(original: Any, options: Options) -> Any:
    """A ``train`` that does the same and records it."""

    @functools.wraps(original)
    def train(self: Any, *arguments: Any, **named: Any) -> Any:
        users = is_the_users(self, "transformers")
        if options.idle() or not users or among(self.callback_handler.callbacks):
            return original(self, *arguments, **named)
        if not self.is_world_process_zero():
            return original(self, *arguments, **named)
        callback: Any = None
        with Training(short_name(self.model), options, self) as training:
            if training.experiment is not None:
                with training.harmless():
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
