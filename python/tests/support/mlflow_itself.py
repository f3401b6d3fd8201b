"""MLflow: for type checkers the tests of our stores have its name."""

from __future__ import annotations

from importlib import import_module
from typing import Any

mlflow: Any = import_module("mlflow")
MlflowClient: Any = mlflow.MlflowClient

IS_3: bool = int(mlflow.__version__.split(".")[0]) >= 3
"""Whether models have a name and a place of their own; before, they are artifacts of a run."""


def log_model(model: Any, name: str, registered_model_name: str) -> Any:
    """Log and register a model of scikit-learn, without looking for what it needs."""
    options = {"pip_requirements": [], "registered_model_name": registered_model_name}
    return mlflow.sklearn.log_model(model, **{"name" if IS_3 else "artifact_path": name}, **options)
