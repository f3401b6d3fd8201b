"""The document's examples of searching for parameters, as written there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from threadpoolctl import threadpool_limits
from xgboost import XGBClassifier

from seed import project
from seed.project import increment_0042
from specweave import load_experiment, track_grid_search, track_hyperparameters

X_train, y_train = project.X_train[:200], project.y_train[:200]


@pytest.fixture
def increment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    with threadpool_limits(1):  # on so few rows, threads only wait for each other
        yield increment_0042(tmp_path)


def test_hyperparameter_tracking(increment: Path) -> None:
    params_grid = {
        "n_estimators": [100, 200, 500],
        "max_depth": [3, 6, 9],
        "learning_rate": [0.01, 0.1, 0.3],
    }

    # Tracks all parameter combinations
    results = track_hyperparameters(
        model=XGBClassifier,
        param_grid=params_grid,
        X_train=X_train,
        y_train=y_train,
        increment="0042",
    )

    # Generates parameter importance analysis
    assert len(results) == 27
    assert [experiment.params for experiment in results] == results.cv_results_["params"]
    assert results.importance is not None
    assert results.importance.main.keys() == params_grid.keys()
    folder = increment / "experiments/grid-search-xgb-classifier"
    assert "learning_rate" in (folder / "sweep.md").read_text("utf-8")


def test_example_2_hyperparameter_grid_search(increment: Path) -> None:
    param_grid = {
        "n_estimators": [100, 200, 500],
        "max_depth": [3, 6, 9],
    }

    # Automatically logs all combinations
    best_model, results = track_grid_search(
        XGBClassifier(), param_grid, X_train, y_train, increment="0042"
    )

    # Creates visualization of parameter importance
    assert len(results) == 9
    assert results.best_params_ is not None
    assert best_model.get_params().items() >= results.best_params_.items()
    assert results.best_score_ == max(experiment.metrics["accuracy"] for experiment in results)
    sweep = load_experiment("grid-search-xgb-classifier")
    assert sweep.artifact_path("parameter_importance.png").stat().st_size > 1000
