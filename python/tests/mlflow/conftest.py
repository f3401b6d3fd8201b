"""MLflow's client on the project of a test."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from support.mlflow_itself import MlflowClient, mlflow


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    monkeypatch.setenv("DO_NOT_TRACK", "true")


@pytest.fixture(autouse=True)
def _new_stores() -> None:
    """Forget the stores of other tests: MLflow keeps one for each URI, also for a relative one."""
    for name in ("_tracking_service", "_model_registry"):
        registry = import_module(f"mlflow.tracking.{name}.registry")
        for kind in ("TrackingStoreRegistry", "ModelRegistryStoreRegistry"):
            if hasattr(registry, kind):
                getattr(registry, kind)._get_store_with_resolved_uri.cache_clear()


@pytest.fixture
def client(project: Path) -> Iterator[Any]:
    """MLflow's client, and its functions too, on the project."""
    uri = f"specweave:{project}"
    mlflow.set_tracking_uri(uri)
    yield MlflowClient()
    while mlflow.active_run():
        mlflow.end_run()
    mlflow.set_tracking_uri(None)
    mlflow.tracking.fluent._active_experiment_id = None
