"""Callbacks for Keras 3 on any backend; TensorFlow is not needed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from .._native.increments import IncrementName
from .base import Foreign, TrainingCallback, save_model
from .tensorboard import Run, folder_of


class KerasCallback(TrainingCallback, Foreign):
    """Records a training: ``model.fit(…, callbacks=[KerasCallback(increment="0042")])``.

    Every ``fit`` is an experiment: the metrics of each epoch with the learning rate, the settings
    of the training and the optimizer as params, the layers as model_summary.txt, and the trained
    model as model.keras.

    Args:
        increment: The increment; None finds it as `track_experiment` does.
        name: The name of the experiment; None is the name of the model.
        experiment: Record into this one instead, and leave it open.
        save_model: Whether the model is saved at the end.

    Raises:
        MissingExtraError: Keras is not installed.
    """

    base = ("keras.callbacks", "Callback", "keras")
    model: Any
    params: Any

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Start the experiment."""
        self.experiment = self.recording.begin(str(self.model.name))
        self.experiment.log_params(settings(self.model, self.params or {}))
        lines: list[str] = []
        self.model.summary(print_fn=lambda line, **_: lines.append(str(line)), line_length=100)
        self.experiment.save_artifact("model_summary.txt", "\n".join(lines) + "\n")

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Record the metrics of an epoch."""
        if self.experiment is None:
            return
        metrics = dict(logs or {})
        rate = learning_rate(self.model)
        if rate is not None:
            metrics.setdefault("learning_rate", rate)
        self.experiment.log_metrics(metrics, step=epoch)

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """Save the model and end the experiment."""
        if self.experiment is None:
            return
        if self.saves:
            save_model(self.experiment, self.model, "model.keras")
        self.recording.end()


class TensorBoardCallback(KerasCallback):
    """A `KerasCallback` that also makes a TensorBoard folder of the increment's trainings.

        model.fit(X_train, y_train, callbacks=[TensorBoardCallback(
            increment="0042", log_dir=".specweave/increments/0042.../tensorboard")])

    ``tensorboard --logdir`` on that folder shows the curves while the training runs, and the
    settings in its HParams tab at the latest when it ends. The folder holds links to the event
    files of the experiments, not a second copy.

    Args:
        increment: The increment; None finds it as `track_experiment` does.
        log_dir: The folder; ``increments/0042...`` stands for the increment's whole name. None
            is ``tensorboard`` in the increment.
        **options: As for `KerasCallback`.
    """

    def __init__(
        self,
        increment: IncrementName | None = None,
        log_dir: str | os.PathLike[str] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(increment, **options)
        self.log_dir = log_dir
        self.shown: Run | None = None

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Start the experiment and show it in the folder."""
        super().on_train_begin(logs)
        self.shown = None
        if self.experiment is not None and os.environ.get("SPECWEAVE_MODE") != "disabled":
            folder = folder_of(self.log_dir, self.experiment)
            self.shown = Run(folder, self.experiment)
            self.shown.link()

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """End the experiment and let the folder show all of it."""
        super().on_train_end(logs)
        if self.shown is not None:
            self.shown.link(complete=True)


def settings(model: Any, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a training: epochs, steps, loss, and those of the optimizer."""
    found: dict[str, Any] = {"weights": int(model.count_params()) if model.built else None}
    found |= {key: params.get(key) for key in ("epochs", "steps")}
    loss = getattr(model, "loss", None)
    if loss is not None:
        found["loss"] = loss if isinstance(loss, str) else name_of(loss)
    optimizer = getattr(model, "optimizer", None)
    if optimizer is not None:
        found["optimizer"] = name_of(optimizer)
        for key, value in optimizer.get_config().items():
            if isinstance(value, (bool, int, float, str)) and key != "name":
                found[f"optimizer.{key}"] = value
    return {key: value for key, value in found.items() if value is not None}


def name_of(value: Any) -> str:
    """Return the name of a function, or of the class; the name of an object counts up in Keras."""
    return str(getattr(value, "__name__", type(value).__name__))


def learning_rate(model: Any) -> float | None:
    """Return the learning rate now."""
    rate = getattr(getattr(model, "optimizer", None), "learning_rate", None)
    return None if rate is None else float(rate)
