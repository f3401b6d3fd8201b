"""The document's examples of what is logged by itself, as written there."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from xgboost import XGBClassifier

from seed.project import X_test, X_train, increment_0042, y_test, y_train
from specweave import AutoTracker, TensorBoardCallback, load_experiment

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras

# Between Keras and torch, which this package has no part in.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

params = {"n_estimators": 20, "max_depth": 3}


@pytest.fixture
def increment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return increment_0042(tmp_path)


def test_automatic_logging(increment: Path) -> None:
    commit(increment.parents[2])
    tracker = AutoTracker(increment="0042")

    # Just wrap your training code
    @tracker.track(name="xgboost-auto")
    def train_model() -> Any:
        model = XGBClassifier(**params)
        model.fit(X_train, y_train)
        score = model.score(X_test, y_test)
        return model, score

    # Automatically logs: params, metrics, model, environment, git hash
    model, score = train_model()

    found = load_experiment("xgboost-auto")
    assert found.params.items() >= params.items()
    assert found.metrics == {"score": score}
    loaded = found.load_artifact("model.pkl", trust=True)
    assert (loaded.predict(X_test) == model.predict(X_test)).all()
    assert found.facts["environment"]["imported"]["xgboost"]
    assert len(found.facts["git"]["commit"]) == 40
    assert found.facts["data"]["X_train"]["shape"] == list(X_train.shape)


def commit(folder: Path) -> None:
    """Put the project into a repository."""
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    for command in (["init", "--quiet"], ["add", "."], [*who, "commit", "--quiet", "-m", "first"]):
        subprocess.run(["git", *command], cwd=folder, check=True)


def test_tensorboard_callback(increment: Path) -> None:
    model = keras.Sequential([keras.Input((X_train.shape[1],)), keras.layers.Dense(1, "sigmoid")])
    model.compile(loss="binary_crossentropy")

    # Keras callback
    model.fit(
        X_train,
        y_train,
        callbacks=[
            TensorBoardCallback(
                increment="0042", log_dir=".specweave/increments/0042.../tensorboard"
            )
        ],
    )

    (events,) = (increment / "tensorboard").glob("*/events.out.tfevents.*.1")
    assert EventAccumulator(str(events.parent)).Reload().Tags()["scalars"] == [
        "loss",
        "learning_rate",
    ]
