"""``wandb.integration.lightgbm``: a callback that logs to the open run."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import current, namespace
from .xgboost import log_importance


class WandbCallback:
    """What `wandb_callback` returns."""

    order = 50
    before_iteration = False

    def __init__(self, log_params: bool, define_metric: bool) -> None:
        self.log_params = log_params
        self.define_metric = define_metric

    def __call__(self, env: Any) -> None:
        """Log the evaluations of an iteration."""
        run = current.require("wandb_callback")
        if env.iteration == env.begin_iteration and self.log_params:
            run.config.update(env.params, allow_val_change=True)
        row: dict[str, Any] = {}
        for data, metric, value, higher_is_better, *deviation in env.evaluation_result_list or ():
            # A cross-validation gives "cv_agg", then data and metric in one text.
            name = "_".join(metric.split()) if deviation else f"{data}_{metric}"
            mean = f"{name}-mean" if deviation else name
            if env.iteration == env.begin_iteration and self.define_metric:
                run.define_metric(mean, summary="max" if higher_is_better else "min")
            row[mean] = value
            if deviation:
                row[f"{name}-stdv"] = deviation[0]
        run.log({**row, "iteration": env.iteration})


def wandb_callback(log_params: bool = True, define_metric: bool = True) -> Callable[[Any], None]:
    """Return a callback that logs every evaluation as ``valid_0_auc``, and the parameters.

    Args:
        log_params: Whether the parameters become the configuration.
        define_metric: Whether the summary keeps the best values.
    """
    current.require("wandb_callback()")
    return WandbCallback(log_params, define_metric)


def log_summary(
    model: Any, feature_importance: bool = True, save_model_checkpoint: bool = False
) -> None:
    """Log what is known of a trained booster: the best scores, and which features count.

    Args:
        model: The booster.
        feature_importance: Whether a chart of it is logged.
        save_model_checkpoint: Whether the model is logged as an artifact.
    """
    run = current.require("log_summary()")
    run.summary["best_iteration"] = model.best_iteration
    for data, scores in model.best_score.items():
        for metric, value in scores.items():
            run.summary[f"{data}_{metric}_best"] = value
    if feature_importance:
        names, counts = model.feature_name(), model.feature_importance()
        log_importance(dict(zip(names, counts.tolist(), strict=True)))
    if save_model_checkpoint:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"model_{run.id}.txt")
            model.save_model(path)
            artifact = namespace.lookup("Artifact")(path.stem, type="model")
            artifact.add_file(path)
            run.log_artifact(artifact, aliases=["latest"])
