"""Every optional package, missing in turn: what is reported, and what works without it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeClassifier

import specweave
from conftest import Run
from specweave import MissingExtraError, track_experiment

X, y = np.arange(20.0).reshape(10, 2), np.arange(10) % 2
Call = Callable[[], Any]


def tree() -> Any:
    return DecisionTreeClassifier()


def exp() -> Any:
    experiment = track_experiment("one", "0042", capture=False)
    experiment.log_metric("loss", 1.0)
    return experiment


def compared() -> Any:
    exp().finish()
    return specweave.compare_experiments("0042")


MISSING: list[tuple[str, Call, str]] = [
    (
        "sklearn",
        lambda: specweave.track_grid_search(tree(), {"max_depth": [1]}, X, y),
        "track_grid_search() needs scikit-learn: pip install 'specweave-ml[sweeps]'",
    ),
    (
        "sklearn",
        lambda: specweave.track_hyperparameters(tree, {"max_depth": [1]}, X, y),
        "track_hyperparameters() needs scikit-learn: pip install 'specweave-ml[sweeps]'",
    ),
    (
        "sklearn",
        lambda: specweave.track_cross_validation(tree(), X, y),
        "track_cross_validation needs scikit-learn: pip install 'specweave-ml[sweeps]'",
    ),
    (
        "sklearn",
        lambda: specweave.compare_models([tree()], X, y),
        "compare_models needs scikit-learn: pip install 'specweave-ml[sweeps]'",
    ),
    (
        "sklearn",
        lambda: specweave.track_sklearn_model(LinearRegression()),
        "track_sklearn_model needs scikit-learn: pip install 'specweave-ml[sweeps]'",
    ),
    (
        "optuna",
        lambda: specweave.configure_optuna("0042"),
        "configure_optuna needs optuna: pip install 'optuna'",
    ),
    (
        "keras",
        lambda: specweave.KerasCallback("0042"),
        "KerasCallback needs keras: pip install 'specweave-ml[keras]'",
    ),
    (
        "keras",
        lambda: specweave.TensorBoardCallback("0042"),
        "TensorBoardCallback needs keras: pip install 'specweave-ml[keras]'",
    ),
    (
        "torch",
        lambda: specweave.track_pytorch_model(object()),
        "track_pytorch_model needs torch: pip install 'torch'",
    ),
    (
        "xgboost",
        lambda: specweave.XGBoostCallback("0042"),
        "XGBoostCallback needs xgboost: pip install 'xgboost'",
    ),
    (
        "lightning",
        lambda: specweave.LightningLogger("0042"),
        "LightningLogger needs lightning: pip install 'lightning'",
    ),
    (
        "transformers",
        lambda: specweave.HuggingFaceCallback("0042"),
        "HuggingFaceCallback needs transformers: pip install 'transformers'",
    ),
    (
        "pandas",
        lambda: exp().to_dataframe(),
        "Experiment.to_dataframe() needs pandas: pip install 'specweave-ml[pandas]'",
    ),
    (
        "pandas",
        lambda: specweave.list_experiments("0042").to_dataframe(),
        "ExperimentList.to_dataframe() needs pandas: pip install 'specweave-ml[pandas]'",
    ),
    (
        "pandas",
        lambda: compared().to_dataframe(),
        "Comparison.to_dataframe() needs pandas: pip install 'specweave-ml[pandas]'",
    ),
    (
        "matplotlib",
        lambda: exp().plot(),
        "Experiment.plot() needs matplotlib: pip install 'specweave-ml[plots]'",
    ),
    (
        "matplotlib",
        lambda: compared().plot(),
        "Comparison.plot() needs matplotlib: pip install 'specweave-ml[plots]'",
    ),
    (
        "PIL",
        lambda: exp().save_artifact("picture.png", np.zeros((2, 2))),
        "Saving an array as an image needs pillow: pip install 'specweave-ml[plots]'",
    ),
    (
        "pyarrow",
        lambda: exp().save_artifact("table.parquet", pd.DataFrame({"a": [1]})),
        "Saving .parquet from pandas needs pyarrow: pip install 'pyarrow'",
    ),
    (
        "joblib",
        lambda: exp().save_artifact("model.joblib", {"a": 1}),
        "Saving model.joblib needs joblib: pip install 'joblib'",
    ),
]


@pytest.mark.parametrize(("package", "call", "message"), MISSING, ids=[m for _, _, m in MISSING])
def test_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, package: str, call: Call, message: str
) -> None:
    for name in [package, *sys.modules]:
        if name.partition(".")[0] == package:
            monkeypatch.setitem(sys.modules, name, None)

    with pytest.raises(MissingExtraError) as raised:
        call()
    assert str(raised.value) == message


BLOCKED = """
import importlib.abc, sys, warnings

class Blocked(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] in {blocked}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Blocked())
import specweave
"""


def test_a_sweep_finishes_without_pictures_bars_tables_and_optuna(run: Run) -> None:
    blocked = {"matplotlib", "PIL", "optuna", "tqdm", "pandas", "yaml", "tensorboard"}
    result = run(
        BLOCKED.format(blocked=blocked)
        + """
from sklearn.datasets import load_iris
from sklearn.tree import DecisionTreeClassifier

X, y = load_iris(return_X_y=True)
grid = {"max_depth": [1, 2, 3], "min_samples_leaf": [1, 5]}
model, results = specweave.track_grid_search(
    DecisionTreeClassifier(random_state=0), grid, X, y, "0042", name="sweep"
)
print(results.best_params_, model.score(X, y) > 0.9)
print(max(results.importance.main, key=results.importance.main.get))
found = specweave.track_cross_validation(model, X, y, 3, "0042", name="cv")
print(found.experiment.notes)
""",
        warnings="default",
    )

    assert result.returncode == 0, result.stderr
    best, important, notes = result.stdout.splitlines()
    assert best == "{'max_depth': 3, 'min_samples_leaf': 1} True"
    assert important == "max_depth"
    notice = "parameter_importance.png was left out: parameter_importance.png needs matplotlib"
    assert notice in result.stderr
    assert "fold_scores.png was left out" in notes
    assert "pip install 'specweave-ml[plots]'" in notes


def test_an_experiment_needs_no_other_package_at_all(run: Run) -> None:
    blocked = {"numpy", "pandas", "matplotlib", "sklearn", "yaml", "tqdm", "PIL", "joblib"}
    result = run(
        BLOCKED.format(blocked=blocked)
        + """
with specweave.track_experiment("alone", "0042", params={"a": 1}) as exp:
    exp.log_metrics({"loss": 0.5}, step=3)
    exp.save_artifact("settings.json", {"b": 2})
again = specweave.load_experiment("alone")
print(list(again.history("loss").values), again.params, again.load_artifact("settings.json"))
print(len(specweave.compare_experiments("0042")))
"""
    )

    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == ["[0.5] {'a': 1} {'b': 2}", "1"]
