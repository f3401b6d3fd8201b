"""`autolog` with XGBoost, LightGBM, Keras, Lightning and Hugging Face."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import lightgbm
import lightning
import numpy as np
import pytest
import torch
import transformers
import xgboost
from sklearn.ensemble import BaggingClassifier
from sklearn.model_selection import GridSearchCV
from torch.utils.data import DataLoader, TensorDataset

from seed.project import X_test, X_train, y_test, y_train
from specweave import (
    KerasCallback,
    XGBoostCallback,
    autolog,
    load_experiment,
    track_experiment,
)
from support.autologged import names, off_at_the_end  # noqa: F401
from support.tiny_trainer import tiny_trainer

pytestmark = pytest.mark.filterwarnings("ignore")  # of the packages about small machines

QUIET = {"verbosity": -1, "num_threads": 1}


def values(name: str, key: str) -> list[float]:
    return list(load_experiment(name).history(key).values)


def boosted() -> Any:
    return xgboost.XGBClassifier(n_estimators=4, max_depth=3, n_jobs=1, random_state=0)


def test_xgboost_train_is_recorded() -> None:
    autolog(increment="0042")
    seen: dict[str, Any] = {}
    data = xgboost.DMatrix(X_train, y_train)
    booster = xgboost.train(
        {"eta": 0.5, "objective": "binary:logistic", "nthread": 1},
        data,
        4,
        evals=[(data, "train")],
        evals_result=seen,
        verbose_eval=False,
    )

    found = load_experiment("xgboost")
    assert found.status == "completed"
    assert found.params["eta"] == 0.5
    assert found.params["objective"] == "binary:logistic"
    assert values("xgboost", "train/logloss") == seen["train"]["logloss"]
    assert (found.path / "model.ubj").is_file()
    assert booster.num_boosted_rounds() == 4


def test_xgboost_estimator_is_one_training_with_its_evaluations() -> None:
    plain = boosted().fit(X_train, y_train)
    autolog(increment="0042")
    model = boosted().fit(X_train, y_train, eval_set=[(X_test, y_test)], verbose=False)

    assert names() == ["xgb-classifier"]
    found = load_experiment("xgb-classifier")
    evaluated = model.evals_result()["validation_0"]["logloss"]
    assert values("xgb-classifier", "validation_0/logloss") == evaluated
    assert found.params["n_estimators"] == 4
    assert found.metrics["train_accuracy"] == model.score(X_train, y_train)
    assert model.get_params() == plain.get_params()
    assert (model.predict_proba(X_test) == plain.predict_proba(X_test)).all()


def test_what_a_search_or_an_ensemble_boosts_is_not_recorded_by_itself() -> None:
    autolog(increment="0042")
    GridSearchCV(boosted(), {"max_depth": [1, 2]}, cv=2).fit(X_train, y_train)
    BaggingClassifier(boosted(), n_estimators=2).fit(X_train, y_train)

    assert sorted(names()) == ["bagging-classifier", "grid-search-xgb-classifier"]
    assert not [key for key in load_experiment("bagging-classifier").metrics if "logloss" in key]


def test_own_callback_records_by_itself() -> None:
    autolog(increment="0042")
    model = boosted()
    model.set_params(callbacks=[XGBoostCallback(increment="0042", name="mine")])
    model.fit(X_train, y_train)
    assert names() == ["mine"]


def test_lightgbm_train_that_is_stopped_early() -> None:
    autolog(increment="0042")
    data = lightgbm.Dataset(X_train, y_train)
    other = lightgbm.Dataset(X_test, y_test, reference=data)
    booster = lightgbm.train(
        {"objective": "binary", "learning_rate": 1.0, "metric": "binary_error", **QUIET},
        data,
        100,
        valid_sets=[other],
        callbacks=[lightgbm.early_stopping(3, verbose=False)],
    )

    found = load_experiment("lightgbm")
    assert found.status == "completed"
    assert found.params["learning_rate"] == 1.0
    assert found.metrics["best_iteration"] == booster.best_iteration
    assert len(values("lightgbm", "valid_0/binary_error")) == booster.best_iteration + 3
    assert (found.path / "model.txt").is_file()


def test_lightgbm_estimator_within_an_open_experiment() -> None:
    autolog()
    with track_experiment("mine", "0042", capture=False):
        model = lightgbm.LGBMClassifier(n_estimators=3, verbose=-1, n_jobs=1)
        model.fit(X_train, y_train, eval_set=[(X_test, y_test)])

    assert names() == ["mine"]
    evaluated = model.evals_result_["valid_0"]["binary_logloss"]
    assert values("mine", "valid_0/binary_logloss") == evaluated
    assert load_experiment("mine").params["n_estimators"] == 3


def network() -> Any:
    keras.utils.set_random_seed(0)
    layers = [keras.Input((2,)), keras.layers.Dense(1, "sigmoid")]
    model = keras.Sequential(layers, name="small")
    model.compile(optimizer="sgd", loss="binary_crossentropy", metrics=["accuracy"])
    return model


ROWS = np.linspace(0, 1, 40, dtype="float32").reshape(20, 2)
TARGET = (ROWS.sum(axis=1) > 1).astype("float32")


def test_keras_fit_is_recorded_and_gives_the_same() -> None:
    plain = network().fit(ROWS, TARGET, epochs=3, verbose=0).history
    autolog(increment="0042")
    model = network()
    # The sixth argument by its place, as in the signature of ``fit``.
    history = model.fit(ROWS, TARGET, None, 3, 0, [keras.callbacks.TerminateOnNaN()]).history

    assert history == plain
    found = load_experiment("small")
    assert list(found.history("loss").values) == history["loss"]
    assert found.params["epochs"] == 3
    assert found.facts["data"]["x_train"]["shape"] == [20, 2]
    assert (found.path / "model.keras").is_file()


def test_keras_fit_with_a_callback_of_ours_or_after_the_end_is_left_alone() -> None:
    before = dict(vars(keras.Model)), [vars(kind).get("fit") for kind in keras.Model.__mro__]
    autolog(increment="0042")
    own = KerasCallback(increment="0042", name="own", save_model=False)
    network().fit(ROWS, TARGET, verbose=0, callbacks=[own])
    autolog(False)
    network().fit(ROWS, TARGET, verbose=0)

    assert names() == ["own"]
    assert before == (
        dict(vars(keras.Model)),
        [vars(kind).get("fit") for kind in keras.Model.__mro__],
    )


class Line(lightning.LightningModule):
    def __init__(self, rate: float = 0.1, fail: bool = False) -> None:
        super().__init__()
        self.save_hyperparameters()
        self.layer = torch.nn.Linear(1, 1)

    def training_step(self, batch: Any, index: int) -> Any:
        inputs, targets = batch
        if self.hparams["fail"]:
            raise ValueError("the loss is gone")
        loss = torch.nn.functional.mse_loss(self.layer(inputs), targets)
        self.log("train_loss", loss)
        return loss

    def configure_optimizers(self) -> Any:
        return torch.optim.SGD(self.parameters(), lr=self.hparams["rate"])


def loader() -> Any:
    inputs = torch.linspace(0, 1, 8).unsqueeze(1)
    return DataLoader(TensorDataset(inputs, 2 * inputs), batch_size=4)


def trainer(folder: Path, **options: Any) -> lightning.Trainer:
    settings: dict[str, Any] = {
        "max_epochs": 2,
        "log_every_n_steps": 1,
        "accelerator": "cpu",
        "enable_progress_bar": False,
        "enable_model_summary": False,
        "default_root_dir": str(folder),
    }
    return lightning.Trainer(**{**settings, **options})


def test_lightning_is_recorded_beside_the_loggers_that_are_there(tmp_path: Path) -> None:
    autolog(increment="0042")
    running = trainer(tmp_path)
    loggers = list(running.loggers)
    running.fit(Line(0.2), loader())

    assert running.loggers == loggers
    found = load_experiment("line")
    assert found.status == "completed"
    assert found.params["rate"] == 0.2
    assert len(values("line", "train_loss")) == 4
    assert any(saved["path"].startswith("checkpoints/") for saved in found.artifacts)
    assert running.checkpoint_callback is not None
    assert "lightning_logs" in str(getattr(running.checkpoint_callback, "best_model_path", ""))


def test_lightning_without_loggers_tells_the_last_values(tmp_path: Path) -> None:
    autolog(increment="0042")
    running = trainer(tmp_path, logger=False, enable_checkpointing=False)
    running.fit(Line(0.3), loader())

    assert running.loggers == []
    found = load_experiment("line")
    assert found.params["rate"] == 0.3
    assert found.metrics["train_loss"] == float(running.callback_metrics["train_loss"])


def test_lightning_that_fails_is_a_failed_experiment(tmp_path: Path) -> None:
    autolog(increment="0042")
    running = trainer(tmp_path, enable_checkpointing=False)
    with pytest.raises(ValueError, match="the loss is gone"):
        running.fit(Line(fail=True), loader())
    assert load_experiment("line").status == "failed"
    assert len(running.loggers) == 1


def test_hugging_face_is_recorded_and_the_callback_taken_away(tmp_path: Path) -> None:
    before = dict(vars(transformers.Trainer))
    autolog(increment="0042")
    running = tiny_trainer(tmp_path)
    callbacks = list(running.callback_handler.callbacks)
    running.train()
    measured = running.evaluate(running.train_dataset)
    autolog(False)
    running.evaluate(running.train_dataset)

    assert running.callback_handler.callbacks == callbacks
    assert dict(vars(transformers.Trainer)) == before
    name = "bert-for-sequence-classification"
    found = load_experiment(name)
    assert found.status == "completed"
    assert found.params["learning_rate"] == 0.001
    assert list(found.history("loss").steps) == [1, 2, 3]
    assert values(name, "eval_loss") == [measured["eval_loss"]]
    assert (found.path / "model" / "config.json").is_file()
