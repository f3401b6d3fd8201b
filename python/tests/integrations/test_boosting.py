"""The callbacks for XGBoost and LightGBM with the real packages."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import lightgbm
import numpy as np
import pytest
import xgboost

from seed.project import X_test, X_train, y_test, y_train
from specweave import (
    LightGBMCallback,
    XGBoostCallback,
    load_experiment,
    track_boosting_model,
    track_experiment,
)
from specweave_ml.errors import InvalidArgumentError

QUIET = {"verbosity": -1, "num_threads": 1}


def test_xgboost_estimator_is_recorded() -> None:
    callback = XGBoostCallback(increment="0042")
    model = xgboost.XGBClassifier(n_estimators=5, max_depth=3, n_jobs=1, callbacks=[callback])
    model.fit(X_train, y_train, eval_set=[(X_test, y_test)], verbose=False)

    found = load_experiment("xgboost")
    assert found.status == "completed"
    losses = model.evals_result()["validation_0"]["logloss"]
    assert list(found.history("validation_0/logloss").values) == losses
    assert list(found.history("validation_0/logloss").steps) == [0, 1, 2, 3, 4]
    assert found.params["max_depth"] == 3
    assert found.params["objective"] == "binary:logistic"
    loaded = found.load_artifact("model.ubj")
    margins = loaded.predict(xgboost.DMatrix(X_test))
    assert np.array_equal(margins, model.predict_proba(X_test)[:, 1])


def test_xgboost_best_iteration_is_recorded_after_stopping_early() -> None:
    tracked = track_boosting_model("xgboost", increment="0042", name="early")
    data = xgboost.DMatrix(X_train, y_train)
    booster = xgboost.train(
        {"eta": 1.0, "nthread": 1, "eval_metric": "error"},
        data,
        100,
        evals=[(data, "train")],
        early_stopping_rounds=3,
        verbose_eval=False,
        callbacks=[tracked.callback],
    )
    assert tracked.experiment is not None
    assert tracked.experiment.status == "completed"
    assert tracked.experiment.metrics["best_iteration"] == booster.best_iteration
    assert len(tracked.experiment.history("train/error").values) == booster.num_boosted_rounds()


def test_xgboost_cross_validation_has_mean_and_deviation() -> None:
    data = xgboost.DMatrix(X_train, y_train)
    callback = XGBoostCallback("0042", name="cv")
    table: Any = xgboost.cv({"nthread": 1}, data, 3, nfold=3, callbacks=[callback])

    found = load_experiment("cv")
    assert list(found.history("test/rmse").values) == list(table["test-rmse-mean"])
    assert list(found.history("test/rmse_std").values) == list(table["test-rmse-std"])


def test_xgboost_estimator_with_callback_is_copied_and_pickled() -> None:
    callback = XGBoostCallback("0042", name="copied")
    model = xgboost.XGBClassifier(n_estimators=2, n_jobs=1, callbacks=[callback])
    twin = pickle.loads(pickle.dumps(copy.deepcopy(model)))  # noqa: S301 - our own
    assert isinstance(twin.callbacks[0], xgboost.callback.TrainingCallback)
    twin.fit(X_train, y_train)
    assert load_experiment("copied").status == "completed"


def test_lightgbm_estimator_is_recorded() -> None:
    model = lightgbm.LGBMClassifier(n_estimators=5, max_depth=3, n_jobs=1, verbose=-1)
    callback = LightGBMCallback(increment="0042")
    model.fit(X_train, y_train, eval_X=X_test, eval_y=y_test, callbacks=[callback])

    found = load_experiment("lightgbm")
    assert found.status == "completed"
    losses = model.evals_result_["valid_0"]["binary_logloss"]
    assert list(found.history("valid_0/binary_logloss").values) == losses
    assert found.params["max_depth"] == 3
    loaded = found.load_artifact("model.txt")
    probabilities: Any = model.predict_proba(X_test)
    assert np.array_equal(loaded.predict(X_test), probabilities[:, 1])


def early(callback: LightGBMCallback) -> lightgbm.Booster:
    data = lightgbm.Dataset(X_train, y_train)
    other = lightgbm.Dataset(X_test, y_test, reference=data)
    return lightgbm.train(
        {"objective": "binary", "learning_rate": 1.0, "metric": "binary_error", **QUIET},
        data,
        100,
        valid_sets=[other],
        callbacks=[callback, lightgbm.early_stopping(3, verbose=False)],
    )


def test_lightgbm_stopped_early_ends_with_the_block() -> None:
    with LightGBMCallback("0042", name="stopped") as callback:
        booster = early(callback)

    found = load_experiment("stopped")
    assert found.status == "completed"
    assert found.metrics["best_iteration"] == booster.best_iteration
    assert (found.path / "model.txt").is_file()


def test_lightgbm_stopped_early_ends_when_the_next_begins() -> None:
    callback = LightGBMCallback("0042", name="stopped")
    early(callback)
    first = callback.experiment
    early(callback)

    assert first is not None
    assert first.status == "completed"
    assert callback.experiment is not None
    assert callback.experiment.path.name == "stopped-2"


def test_lightgbm_cross_validation_has_mean_and_deviation() -> None:
    callback = LightGBMCallback("0042", name="cv")
    settings = {"objective": "binary", **QUIET}
    table = lightgbm.cv(
        settings, lightgbm.Dataset(X_train, y_train), 3, nfold=3, callbacks=[callback]
    )

    found = load_experiment("cv")
    key = "valid/binary_logloss"
    assert list(found.history(key).values) == table["valid binary_logloss-mean"]
    assert list(found.history(f"{key}_std").values) == table["valid binary_logloss-stdv"]


@pytest.mark.parametrize("package", ["xgboost", "lightgbm"])
def test_within_an_open_experiment_it_is_a_child(package: str) -> None:
    with track_experiment("around", capture=False) as exp:
        callback = track_boosting_model(package, name="inside").callback
        if package == "xgboost":
            xgboost.train(
                {"nthread": 1}, xgboost.DMatrix(X_train, y_train), 1, callbacks=[callback]
            )
        else:
            lightgbm.train(QUIET, lightgbm.Dataset(X_train, y_train), 1, callbacks=[callback])

    assert (exp.path / "inside" / "params.json").is_file()


def test_unknown_package_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="choose one of xgboost, lightgbm"):
        track_boosting_model("catboost")
