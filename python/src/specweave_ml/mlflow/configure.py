"""Turning MLflow's tracking to an increment."""

from __future__ import annotations

from typing import Any

from .._native.increments import Increment, IncrementName
from .._native.optional_packages import need


def configure_mlflow(increment: IncrementName | None = None, *, autolog: bool = False) -> str:
    """Let MLflow write into an increment from now on: its runs are experiments there.

        configure_mlflow(increment="0042")
        with mlflow.start_run(run_name="xgboost-v1"):
            mlflow.log_param("n_estimators", 100)
            mlflow.log_metric("auc", 0.87)
            mlflow.sklearn.log_model(model, name="model")

    Args:
        increment: Its number or folder name; None is the active one, as for `track_experiment`.
        autolog: Turn on MLflow's own autologging too.

    Returns:
        The tracking URI, which other programs may be given as ``MLFLOW_TRACKING_URI``.

    Raises:
        MissingExtraError: MLflow is not installed.
        IncrementNotFoundError: No increment fits.
    """
    mlflow: Any = need("mlflow", "configure_mlflow()", extra="mlflow")
    path = Increment.find(increment, create=True).path
    uri = f"specweave:{path}"
    mlflow.set_tracking_uri(uri)
    experiment = mlflow.MlflowClient().get_experiment("0")
    mlflow.set_experiment(experiment_id=experiment.experiment_id)
    if autolog:
        mlflow.autolog()
    return uri


def configured_mlflow() -> Any:
    """Return MLflow; where nothing says where it writes, it writes into the active increment."""
    mlflow: Any = need("mlflow", "specweave.mlflow", extra="mlflow")
    if not mlflow.is_tracking_uri_set():
        configure_mlflow()
    return mlflow
