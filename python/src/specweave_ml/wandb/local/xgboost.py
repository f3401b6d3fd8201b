"""``wandb.integration.xgboost``: a callback that logs to the open run."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ...integrations.base import Foreign
from . import current, namespace

RISING = ("auc", "aucpr", "map", "ndcg", "pre", "acc")
"""How metrics begin that get better when they rise."""


class WandbCallback(Foreign):
    """Logs every evaluation as ``validation-logloss``, the configuration and the best iteration.

    Args:
        log_model: Whether the model is logged as an artifact at the end.
        log_feature_importance: Whether a chart of it is logged at the end.
        importance_type: Which importance that is.
        define_metric: Whether the summary keeps the best values.
    """

    base = ("xgboost.callback", "TrainingCallback", None)

    def __init__(
        self,
        log_model: bool = False,
        log_feature_importance: bool = True,
        importance_type: str = "gain",
        define_metric: bool = True,
    ) -> None:
        super().__init__()
        current.require("WandbCallback()")
        self.log_model = log_model
        self.log_feature_importance = log_feature_importance
        self.importance_type = importance_type
        self.define_metric = define_metric

    def before_training(self, model: Any) -> Any:
        """Note how the booster is configured."""
        config = json.loads(model.save_config())
        current.require("WandbCallback").config.update(config, allow_val_change=True)
        return model

    def after_iteration(
        self, model: Any, epoch: int, evals_log: Mapping[str, Mapping[str, Any]]
    ) -> bool:
        """Log the evaluations of an iteration; the training continues."""
        run = current.require("WandbCallback")
        row: dict[str, Any] = {}
        for data, evaluations in evals_log.items():
            for metric, values in evaluations.items():
                name = f"{data}-{metric}"
                if epoch == 0 and self.define_metric:
                    run.define_metric(name, summary="max" if metric.startswith(RISING) else "min")
                last = values[-1]
                row[name] = last[0] if isinstance(last, tuple) else last
        run.log({**row, "epoch": epoch})
        return False

    def after_training(self, model: Any) -> Any:
        """Log what is known at the end."""
        run = current.require("WandbCallback")
        best = model.attributes()
        if "best_score" in best:
            score, iteration = float(best["best_score"]), int(best["best_iteration"])
            run.log({"best_score": score, "best_iteration": iteration})
        if self.log_feature_importance:
            log_importance(model.get_score(importance_type=self.importance_type))
        if self.log_model:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder, f"{run.id}_model.json")
                model.save_model(path)
                artifact = namespace.lookup("Artifact")(path.stem, type="model")
                artifact.add_file(path)
                run.log_artifact(artifact)
        return model


def log_importance(scores: Mapping[str, Any]) -> None:
    """Log a chart of how much each feature counts."""
    rows = [[name, float(value)] for name, value in scores.items()]
    table = namespace.lookup("Table")(columns=["Feature", "Importance"], data=rows)
    bar = namespace.submodule("plot").bar
    chart = bar(table, "Feature", "Importance", title="Feature Importance")
    current.require("wandb.log()").log({"Feature Importance": chart})


def wandb_callback() -> Callable[..., None]:
    """Return the older callback, a function, which newer XGBoost does not take."""

    def callback(env: Any) -> None:
        run = current.require("wandb_callback")
        for name, value in env.evaluation_result_list:
            run.log({name: value}, commit=False)
        run.log({})

    return callback
