"""`track_boosting_model`: the callback of a boosting package by the package's name."""

from __future__ import annotations

from typing import Any

from .._native.increments import IncrementName
from ..errors import InvalidArgumentError
from ..tracking.experiment import Experiment
from .lightgbm import LightGBMCallback
from .xgboost import XGBoostCallback

CALLBACKS: dict[str, Any] = {"xgboost": XGBoostCallback, "lightgbm": LightGBMCallback}


class TrackedBoosting:
    """Holds the ``callback`` to train with, and the ``experiment`` that it records."""

    def __init__(self, callback: Any) -> None:
        self.callback = callback

    @property
    def experiment(self) -> Experiment | None:
        """The experiment of the current or last training; None before the first."""
        found: Experiment | None = self.callback.experiment
        return found


def track_boosting_model(
    package: str, increment: IncrementName | None = None, *, name: str | None = None
) -> TrackedBoosting:
    """Record the trainings of a boosting package.

        tracked = track_boosting_model("xgboost", increment="0042")
        xgboost.train(params, data, callbacks=[tracked.callback])

    Args:
        package: ``"xgboost"`` or ``"lightgbm"``.
        increment: The increment; None finds it as `track_experiment` does.
        name: The name of the experiments; None is the name of the package.
    """
    if package not in CALLBACKS:
        raise InvalidArgumentError(
            f"there is no callback for {package!r}; choose one of {', '.join(CALLBACKS)}"
        )
    return TrackedBoosting(CALLBACKS[package](increment, name=name or package))
