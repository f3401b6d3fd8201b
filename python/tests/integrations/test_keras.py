"""`KerasCallback` and `TensorBoardCallback` with the real Keras, without TensorFlow."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras

from specweave import (
    Experiment,
    KerasCallback,
    TensorBoardCallback,
    load_experiment,
    track_experiment,
)
from specweave_ml.errors import MissingExtraError

# Between Keras and torch, which this package has no part in.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

X = np.linspace(0, 1, 40, dtype="float32").reshape(20, 2)
Y = (X.sum(axis=1) > 1).astype("float32")


def network(name: str = "small") -> Any:
    keras.utils.set_random_seed(0)
    layers = [keras.Input((2,)), keras.layers.Dense(3), keras.layers.Dense(1, "sigmoid")]
    model = keras.Sequential(layers, name=name)
    model.compile(optimizer="sgd", loss="binary_crossentropy", metrics=["accuracy"])
    return model


def fit(model: Any, callback: Any, **options: Any) -> dict[str, list[float]]:
    history = model.fit(
        X,
        Y,
        epochs=3,
        batch_size=5,
        validation_split=0.25,
        verbose=0,
        callbacks=[callback],
        **options,
    )
    return dict(history.history)


def test_training_is_an_experiment() -> None:
    model = network()
    callback = KerasCallback(increment="0042")
    assert isinstance(callback, keras.callbacks.Callback)
    assert isinstance(callback, KerasCallback)
    history = fit(model, callback)

    found = load_experiment("small")
    assert found.status == "completed"
    assert history.keys() == {"loss", "accuracy", "val_loss", "val_accuracy"}
    for key, values in history.items():
        assert list(found.history(key).values) == values
        assert list(found.history(key).steps) == [0, 1, 2]
    assert found.metrics["learning_rate"] == pytest.approx(0.01)
    assert found.params["epochs"] == 3
    assert found.params["weights"] == 13
    assert found.params["loss"] == "binary_crossentropy"
    assert found.params["optimizer"] == "SGD"
    assert found.params["optimizer.momentum"] == 0.0
    assert "Dense" in (found.path / "model_summary.txt").read_text()
    loaded = found.load_artifact("model.keras", trust=True)
    assert (loaded.predict(X, verbose=0) == model.predict(X, verbose=0)).all()


def test_every_fit_is_an_experiment_of_its_own() -> None:
    model, callback = network(), KerasCallback("0042", name="twice", save_model=False)
    fit(model, callback)
    first = callback.experiment
    fit(model, callback)

    assert isinstance(first, Experiment)
    assert callback.experiment is not None
    assert (first.path.name, callback.experiment.path.name) == ("twice", "twice-2")


def test_training_that_broke_off_is_interrupted_when_the_next_begins() -> None:
    class Breaking(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            raise KeyboardInterrupt

    model, callback = network(), KerasCallback("0042", name="broken", save_model=False)
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, epochs=3, verbose=0, callbacks=[callback, Breaking()])
    broken = callback.experiment
    fit(model, callback)

    assert broken is not None
    assert broken.status == "interrupted"
    assert len(broken.history("loss").values) == 1


def test_given_experiment_is_used_and_left_open() -> None:
    with track_experiment("mine", capture=False) as exp:
        fit(network(), KerasCallback(experiment=exp))
        assert exp.status == "running"
        assert len(exp.history("val_loss").values) == 3


def test_within_an_open_experiment_it_is_a_child() -> None:
    with track_experiment("around", capture=False) as exp:
        fit(network("inside"), KerasCallback())

    assert (exp.path / "inside" / "model.keras").is_file()


def test_tensorboard_folder_shows_curves_and_settings(project: Path) -> None:
    log_dir = ".specweave/increments/0042.../tensorboard"
    history = fit(network(), TensorBoardCallback(increment="0042", log_dir=log_dir))

    shown = project / ".specweave/increments/0042-recommendation-model/tensorboard/small"
    assert not (project / ".specweave/increments/0042...").exists()
    curves = EventAccumulator(str(load_experiment("small").path)).Reload()
    seen = EventAccumulator(str(shown)).Reload()
    for key, values in history.items():
        points = seen.Scalars(key)
        assert [point.step for point in points] == [0, 1, 2]
        assert [point.value for point in points] == pytest.approx(values)
        assert points == curves.Scalars(key)
    metadata = seen.SummaryMetadata("_hparams_/session_start_info")
    settings = HParamsPluginData.FromString(metadata.plugin_data.content)
    hparams = settings.session_start_info.hparams
    assert hparams["epochs"].number_value == 3
    assert hparams["optimizer"].string_value == "SGD"


def test_tensorboard_folder_moves_with_the_store(project: Path) -> None:
    fit(network(), TensorBoardCallback("0042"))
    moved = project.with_name("moved")
    project.rename(moved)
    os.chdir(moved)

    shown = moved / ".specweave/increments/0042-recommendation-model/tensorboard/small"
    assert len(EventAccumulator(str(shown)).Reload().Scalars("loss")) == 3


def test_where_links_are_not_possible_files_are_copied(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    fit(network(), TensorBoardCallback("0042", "boards"))

    files = list((project / "boards/small").glob("events.out.tfevents.*"))
    assert len(files) == 1
    assert not any(file.is_symlink() for file in files)
    assert len(EventAccumulator(str(project / "boards/small")).Reload().Scalars("loss")) == 3


def test_without_keras_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keras.callbacks", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'specweave-ml\[keras\]'"):
        KerasCallback()


def test_params_are_json(project: Path) -> None:
    fit(network(), KerasCallback("0042"))
    assert json.loads((load_experiment("small").path / "params.json").read_text())["epochs"] == 3


def test_switched_off_there_is_no_tensorboard_folder(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPECWEAVE_MODE", "disabled")
    before = sorted(project.rglob("*"))
    fit(network(), TensorBoardCallback("0042", "boards"))
    assert sorted(project.rglob("*")) == before


def test_models_come_back_in_their_class() -> None:
    inputs = keras.Input((2,))
    functional = keras.Model(inputs, keras.layers.Dense(2, activation="softmax")(inputs))
    with track_experiment("models", capture=False) as exp:
        for name, model in (("functional", functional), ("sequential", network())):
            exp.save_model(model, f"{name}.keras")
            back = exp.load_artifact(f"{name}.keras", trust=True)
            assert type(back) is type(model)
            assert np.array_equal(back.predict(X, verbose=0), model.predict(X, verbose=0))
