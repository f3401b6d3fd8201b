"""`track_model`: an experiment whose artifacts are given before their names."""

from __future__ import annotations

import os
from typing import Any

from .._native.increments import IncrementName
from .tracked import Tracked


class TrackedModel(Tracked):
    """An experiment; only ``save_artifact`` takes its arguments the other way round."""

    def save_artifact(self, obj: Any, name: Any) -> str:
        """Save an object under a name: ``save_artifact(model, "model.pkl")``.

        SpecWeave documents this order here, and the other one, ``save_artifact("model.pkl",
        model)``, for experiments. Both work: a name is text, and an object seldom is.
        """
        if isinstance(obj, (str, os.PathLike)) and not isinstance(name, (str, os.PathLike)):
            obj, name = name, obj
        return self.experiment.save_artifact(name, obj)


def track_model(name: str, increment: IncrementName | None = None) -> TrackedModel:
    """Start an experiment for one model.

        with track_model("xgboost", increment="0042") as tracked:
            model.fit(X_train, y_train)
            tracked.log_metrics({"accuracy": model.score(X_test, y_test)})
            tracked.save_artifact(model, "model.pkl")

    Args:
        name: The name of the experiment.
        increment: The increment; None finds it as `track_experiment` does.
    """
    return TrackedModel(name, increment)
