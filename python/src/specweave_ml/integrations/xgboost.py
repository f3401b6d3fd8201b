"""A callback for XGBoost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .._native.optional_packages import is_a
from .base import Foreign, TrainingCallback, save_model


class XGBoostCallback(TrainingCallback, Foreign):
    """Records a training of XGBoost, by ``xgboost.train`` or by an estimator.

        model = XGBClassifier(callbacks=[XGBoostCallback(increment="0042")])
        model.fit(X_train, y_train, eval_set=[(X_test, y_test)])

    Every training is an experiment: the parameters of the booster, each evaluation at its
    iteration as ``validation_0/logloss``, the best iteration if there is one, and the trained
    model as model.ubj.

    Args:
        increment: The increment; None finds it as `track_experiment` does.
        name: The name of the experiment.
        experiment: Record into this one instead, and leave it open.
        save_model: Whether the model is saved at the end.

    Raises:
        MissingExtraError: XGBoost is not installed.
    """

    base = ("xgboost.callback", "TrainingCallback", None)

    def before_training(self, model: Any) -> Any:
        """Start the experiment."""
        self.experiment = self.recording.begin("xgboost")
        if is_a(model, "xgboost.Booster"):
            self.experiment.log_params(params_of(model))
        return model

    def after_iteration(
        self, model: Any, epoch: int, evals_log: Mapping[str, Mapping[str, Any]]
    ) -> bool:
        """Record the evaluations of an iteration; the training continues."""
        metrics = {}
        for data, evaluations in evals_log.items():
            for metric, values in evaluations.items():
                last = values[-1]
                mean, *deviation = last if isinstance(last, tuple) else (last,)
                metrics[f"{data}/{metric}"] = mean
                if deviation:  # of the folds, in a cross-validation
                    metrics[f"{data}/{metric}_std"] = deviation[0]
        if self.experiment is not None and metrics:
            self.experiment.log_metrics(metrics, step=epoch)
        return False

    def after_training(self, model: Any) -> Any:
        """Save the model and end the experiment."""
        if self.experiment is not None:
            if is_a(model, "xgboost.Booster"):
                best = model.attributes()
                for key in ("best_iteration", "best_score"):
                    if key in best:
                        self.experiment.log_metric(key, float(best[key]))
                if self.saves:
                    save_model(self.experiment, model, "model.ubj")
            self.recording.end()
        return model


def params_of(booster: Any) -> dict[str, Any]:
    """Return the parameters of the booster as it will train, defaults included."""
    learner = json.loads(booster.save_config())["learner"]
    found: dict[str, Any] = {"objective": learner["objective"]["name"]}
    gradient = learner["gradient_booster"]
    found["booster"] = gradient["name"]
    trees = gradient.get("gbtree", gradient)
    for part in (trees.get("tree_train_param"), gradient.get("tree_train_param")):
        found |= {key: parsed(value) for key, value in (part or {}).items()}
    return found


def parsed(text: str) -> Any:
    """Return a number where XGBoost wrote one: the shortest that is the same for it.

    It computes with 32 bits and writes nine digits: what was given as 0.1 stands as 0.100000001.
    """
    try:
        value = json.loads(text)
    except ValueError:
        return text
    if not isinstance(value, float):
        return value
    import numpy as np

    return float(str(np.float32(value)))
