"""``wandb.integration.xgboost`` and ``.lightgbm``: evaluations, parameters, importances."""

from __future__ import annotations

from pathlib import Path

import pytest

import specweave.wandb as wandb
from specweave_ml import public
from specweave_ml.wandb.runs.history_file import read_lines

numpy = pytest.importorskip("numpy")
load_experiment = public.load("load_experiment")
X = numpy.random.default_rng(0).normal(size=(60, 3))
Y = (X[:, 0] > 0).astype(int)


def test_xgboost(project: Path) -> None:
    xgboost = pytest.importorskip("xgboost")
    data = xgboost.DMatrix(X, Y, feature_names=["a", "b", "c"])
    with wandb.init(name="xgb") as run:
        callback = wandb.xgboost.WandbCallback(log_model=True)
        parameters = {"max_depth": 2, "objective": "binary:logistic"}
        model = xgboost.train(
            parameters, data, 5, evals=[(data, "train")], callbacks=[callback],
            early_stopping_rounds=3, verbose_eval=False,
        )  # fmt: skip
    found = load_experiment("xgb")
    assert len(found.history("train-logloss").steps) == 5
    best = min(found.history("train-logloss").values)
    assert found.facts["wandb.summary"]["train-logloss"] == {"min": best}
    assert found.metrics["best_iteration"] == model.best_iteration
    assert found.params["learner"]["objective"]["name"] == "binary:logistic"
    rows = {line["key"]: line["value"] for line in read_lines(found.path)}
    assert rows["Feature Importance_table"]["nrows"] >= 1
    assert wandb.Api().artifact(f"{run.id}_model:latest").type == "model"


def test_lightgbm(project: Path) -> None:
    lightgbm = pytest.importorskip("lightgbm")
    data = lightgbm.Dataset(X, Y)
    parameters = {"objective": "binary", "metric": ["auc", "binary_logloss"], "verbose": -1}
    with wandb.init(name="lgb"):
        model = lightgbm.train(
            parameters, data, 4, valid_sets=[data], valid_names=["valid"],
            callbacks=[wandb.lightgbm.wandb_callback()],
        )  # fmt: skip
        wandb.integration.lightgbm.log_summary(model)
    found = load_experiment("lgb")
    history = found.history("valid_auc")
    assert list(history.steps) == [0, 1, 2, 3]
    summary = found.facts["wandb.summary"]
    assert summary["valid_auc"] == {"max": max(history.values)}
    assert summary["valid_binary_logloss"] == {
        "min": min(found.history("valid_binary_logloss").values)
    }
    assert found.params["objective"] == "binary"


@pytest.mark.parametrize("name", ["xgboost", "lightgbm"])
def test_without_a_run_it_says_so(project: Path, name: str) -> None:
    pytest.importorskip(name)
    module = getattr(wandb.integration, name)
    with pytest.raises(wandb.Error, match=r"You must call wandb\.init\(\)"):
        module.WandbCallback() if name == "xgboost" else module.wandb_callback()
