"""MLflow: for type checkers the tests of our stores have its name."""

from __future__ import annotations

from importlib import import_module
from typing import Any

mlflow: Any = import_module("mlflow")
MlflowClient: Any = mlflow.MlflowClient
