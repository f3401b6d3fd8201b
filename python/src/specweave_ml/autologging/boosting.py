"""XGBoost and LightGBM: ``train``, which their estimators call too."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any

from .._native.optional_packages import is_a
from ..integrations.lightgbm import LightGBMCallback
from ..integrations.xgboost import XGBoostCallback
from ..tracking.experiment import Experiment
from .callers import is_the_users
from .patches import Patches
from .training_run import Options, Training, among, running

Make = Callable[[Training, bool], Any]


def patch_xgboost(package: ModuleType, patches: Patches, options: Options) -> None:
    """Record ``xgboost.train``."""

    def callback(training: Training, save: bool) -> Any:
        made = XGBoostCallback(experiment=training.experiment, save_model=save)
        return training.guard(made, "before_training", "after_iteration", "after_training")

    def make(original: Any) -> Any:
        return recorded(original, package, "xgboost.XGBModel", callback, options)

    patches.record(package, "train", make)


def patch_lightgbm(package: ModuleType, patches: Patches, options: Options) -> None:
    """Record ``lightgbm.train``."""

    def callback(training: Training, save: bool) -> Any:
        made = LightGBMCallback(experiment=training.experiment, save_model=save)
        call: Any = training.guarded(made.__call__)
        call.order, call.before_iteration, call.finish = made.order, False, made.finish
        return call

    def make(original: Any) -> Any:
        return recorded(original, package, "lightgbm.LGBMModel", callback, options)

    patches.record(package, "train", make)


def recorded(
    original: Any, package: ModuleType, estimator: str, make: Make, options: Options
) -> Any:
    """Return a ``train`` that does the same and records it."""

    def with_callback(training: Training, save: bool, data: Any, named: dict[str, Any]) -> Any:
        callback: Any = None
        with training.harmless():
            callback = make(training, save)
        if callback is None or training.experiment is None:
            return original(*data, **named)
        callbacks = [*(named.pop("callbacks", None) or ()), callback]
        result = original(*data, **named, callbacks=callbacks)
        # LightGBM does not inform callbacks that another one stopped the training early.
        training.record(lambda _: getattr(callback, "finish", lambda: None)())
        return result

    @functools.wraps(original)
    def train(*arguments: Any, **named: Any) -> Any:
        around = running()
        if not options.on or among(named.get("callbacks")):
            return original(*arguments, **named)
        if around is not None:
            if not is_a(around.model, estimator):
                return original(*arguments, **named)
            return with_callback(around, False, arguments, named)
        if options.idle() or not is_the_users(package, "train", package.__name__):
            return original(*arguments, **named)
        with Training(package.__name__, options) as training:
            training.record(log_settings, arguments, named)
            result = with_callback(training, options.models, arguments, named)
            training.record_time()
        return result

    return train


def log_settings(experiment: Experiment, arguments: tuple[Any, ...], named: Any) -> None:
    """Record the parameters as they were given; the callback records those of the booster."""
    params = arguments[0] if arguments else named.get("params")
    settings = dict(params) if params else {}
    rounds = named.get("num_boost_round")
    experiment.log_params(settings if rounds is None else {**settings, "num_boost_round": rounds})
