"""The examples of the document that use MLflow, as written there.

Runs in an environment with MLflow, by `make test-mlflow`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

from specweave import compare_experiments, load_experiment
from support.mlflow_itself import mlflow

X, y = load_iris(return_X_y=True)
model = LogisticRegression(max_iter=1000).fit(X, y)


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    while mlflow.active_run():
        mlflow.end_run()
    mlflow.set_tracking_uri(None)
    mlflow.tracking.fluent._active_experiment_id = None


@pytest.mark.filterwarnings("ignore")  # MLflow has many to give when it saves a model
def test_option_2_mlflow(experiments: Path) -> None:
    from specweave import configure_mlflow

    # Auto-configures MLflow to log to increment
    configure_mlflow(increment="0042")

    with mlflow.start_run(run_name="xgboost-v1"):
        mlflow.log_param("n_estimators", 100)
        mlflow.log_metric("auc", 0.87)
        mlflow.sklearn.log_model(model, "model")

    # Still logs to increment folder, just uses MLflow as backend
    found = load_experiment("xgboost-v1")
    assert found.path == experiments / "xgboost-v1"
    assert (found.params["n_estimators"], found.metrics["auc"]) == (100, 0.87)
    assert found.status == "completed"
    saved = [one["path"] for one in found.artifacts if one["path"].endswith("MLmodel")]
    assert len(saved) == 1
    loaded = mlflow.sklearn.load_model(str((found.path / saved[0]).parent))
    assert (loaded.predict(X) == model.predict(X)).all()
    comparison = compare_experiments(increment="0042", metrics=["auc"])
    assert comparison.best is not None
    assert comparison.best.name == "xgboost-v1"


def test_option_1_pure_mlflow(experiments: Path) -> None:
    mlflow.set_tracking_uri(".specweave/increments/0042.../experiments")

    with mlflow.start_run(run_name="xgboost"):
        mlflow.log_metric("auc", 0.87)
    assert load_experiment("xgboost").path == experiments / "xgboost"
    assert load_experiment("xgboost").metrics == {"auc": 0.87}
    assert not Path("mlruns").exists()


def test_option_2_the_wrapper(experiments: Path) -> None:
    from specweave import mlflow as sw_mlflow

    with sw_mlflow.start_run("xgboost"):
        # Logs to both MLflow and increment docs
        mlflow.log_param("depth", 6)
    found = load_experiment("xgboost")
    assert found.path == experiments / "xgboost"
    assert dict(found.params) == {"depth": 6}
    (run,) = mlflow.search_runs(experiment_ids=["42"], output_format="list")
    assert (run.info.run_name, run.data.params) == ("xgboost", {"depth": "6"})
