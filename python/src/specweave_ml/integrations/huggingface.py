"""A callback for the Trainer of Hugging Face transformers."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._native.increments import IncrementName
from ..tracking.experiment import Experiment
from .base import Foreign, TrainingCallback

CENTRAL = (
    "learning_rate",
    "lr_scheduler_type",
    "max_steps",
    "num_train_epochs",
    "optim",
    "per_device_train_batch_size",
    "seed",
    "weight_decay",
)
PLACES = ("output_dir", "logging_dir", "run_name", "hub_token", "push_to_hub_token")


class HuggingFaceCallback(TrainingCallback, Foreign):
    """Records a training: ``Trainer(…, callbacks=[HuggingFaceCallback(increment="0042")])``.

    Every training is an experiment: what the trainer logs, at its step; the central training
    arguments and those that differ from their defaults, as params; all of them, and the model's
    configuration, as facts. An evaluation afterwards goes into the same experiment. Of several
    processes only the first one records.

    Args:
        increment: The increment; None finds it as `track_experiment` does.
        name: The name of the experiment; None is the class of the model.
        experiment: Record into this one instead, and leave it open.
        save_model: Whether the model is saved as ``model/``, as by ``save_pretrained``.

    Raises:
        MissingExtraError: transformers is not installed.
    """

    base = ("transformers", "TrainerCallback", None)

    def __init__(
        self,
        increment: IncrementName | None = None,
        *,
        name: str | None = None,
        experiment: Experiment | None = None,
        save_model: bool = False,
    ) -> None:
        super().__init__(increment, name=name, experiment=experiment, save_model=save_model)

    def on_train_begin(
        self, args: Any, state: Any, control: Any, model: Any = None, **_: Any
    ) -> None:
        """Start the experiment."""
        if state.is_world_process_zero:
            self.begin(args, model)

    def begin(self, args: Any, model: Any) -> Experiment:
        """Start it with what is known."""
        experiment = self.recording.begin(type(model).__name__)
        self.experiment = experiment
        experiment.log_params(arguments(args))
        experiment._log_fact("training_arguments", without_places(args.to_sanitized_dict()))
        config = getattr(model, "config", None)
        if config is not None:
            experiment._log_fact("model_config", config.to_diff_dict())
        return experiment

    def on_log(
        self,
        args: Any,
        state: Any,
        control: Any,
        logs: Mapping[str, Any] | None = None,
        model: Any = None,
        **_: Any,
    ) -> None:
        """Record what the trainer logs; text among it is not for us."""
        if state.is_world_process_zero and logs:
            experiment = self.experiment or self.begin(args, model)
            numbers = {key: value for key, value in logs.items() if not isinstance(value, str)}
            experiment.log_metrics(numbers, step=state.global_step)

    def on_train_end(
        self, args: Any, state: Any, control: Any, model: Any = None, **_: Any
    ) -> None:
        """Save the model if that was asked for, and end the experiment."""
        if not state.is_world_process_zero or self.experiment is None:
            return
        if self.saves:
            with tempfile.TemporaryDirectory() as folder:
                model.save_pretrained(folder)
                self.experiment.log_artifact(Path(folder), "model")
        self.recording.end()


def arguments(args: Any) -> dict[str, Any]:
    """Return the central training arguments, and those that differ from their defaults."""
    found: dict[str, Any] = {}
    for field in dataclasses.fields(args):
        value = getattr(args, field.name)
        if field.name in CENTRAL or (
            field.default is not dataclasses.MISSING and value != field.default
        ):
            found[field.name] = value
    return without_places(found)


def without_places(found: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out paths of this machine and tokens."""
    return {key: value for key, value in found.items() if key not in PLACES}
