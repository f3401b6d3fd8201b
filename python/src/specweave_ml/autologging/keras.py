"""Keras: ``fit`` of every model, on any backend."""

from __future__ import annotations

import functools
import inspect
from types import ModuleType
from typing import Any

from ..integrations.keras import KerasCallback
from .callers import is_the_users
from .patches import Patches
from .training_run import Options, Training, among

CALLS = ("on_train_begin", "on_epoch_end", "on_train_end")


def patch(package: ModuleType, patches: Patches, options: Options) -> None:
    """Record the ``fit`` that all models inherit."""
    owner = next(kind for kind in package.Model.__mro__ if "fit" in vars(kind))
    patches.record(owner, "fit", functools.partial(recorded, options))


def recorded(options: Options, original: Any) -> Any:
    """Return a ``fit`` that does the same and records it."""
    signature = inspect.signature(original)

    @functools.wraps(original)
    def fit(self: Any, *arguments: Any, **named: Any) -> Any:
        if options.idle() or not is_the_users(self, "fit", "keras"):
            return original(self, *arguments, **named)
        try:
            bound = signature.bind(self, *arguments, **named)
        except TypeError:  # the call itself says what is wrong
            return original(self, *arguments, **named)
        passed = bound.arguments.get("callbacks")
        callbacks = (
            list(passed) if isinstance(passed, (list, tuple)) else [passed] if passed else []
        )
        # A list of Keras' own kind belongs to its creator.
        if among(callbacks) or any(hasattr(callback, "callbacks") for callback in callbacks):
            return original(self, *arguments, **named)
        with Training(str(getattr(self, "name", "keras")), options, self) as training:
            training.record_data("x_train", bound.arguments.get("x"))
            training.record_data("y_train", bound.arguments.get("y"))
            if training.experiment is not None:
                with training.harmless():
                    made = KerasCallback(experiment=training.experiment, save_model=options.models)
                    bound.arguments["callbacks"] = [*callbacks, training.guard(made, *CALLS)]
            result = original(*bound.args, **bound.kwargs)
            training.record_time()
        return result

    return fit
