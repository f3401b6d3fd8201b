"""`ModelExperiment` and `run_experiments`: models by class and parameters, trained and compared."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from .._native.increments import IncrementName
from ..comparison.comparison import Comparison
from ..errors import InvalidArgumentError
from ..model_selection.compare_models import compare_models
from ..values.several import several


@dataclass(frozen=True)
class ModelExperiment:
    """A model to be tried: ``ModelExperiment("xgboost", XGBClassifier, {"max_depth": 6})``."""

    name: str
    model: Callable[..., Any]
    """The class, or a function that makes the model."""
    params: Mapping[str, Any] = field(default_factory=dict)


def run_experiments(
    experiments: ModelExperiment | Iterable[ModelExperiment],
    X_train: Any = None,  # noqa: N803 - as the field writes it
    y_train: Any = None,
    X_test: Any = None,  # noqa: N803
    y_test: Any = None,
    *,
    increment: IncrementName | None = None,
    save_to: str | os.PathLike[str] = "experiments/",
    **options: Any,
) -> Comparison:
    """Train models given by class and parameters, each an experiment, and compare them.

        run_experiments(
            [ModelExperiment("small", XGBClassifier, {"max_depth": 3}),
             ModelExperiment("large", XGBClassifier, {"max_depth": 9})],
            X_train, y_train, X_test, y_test, increment="0042")

    Args:
        experiments: What is tried.
        X_train: The rows to train on.
        y_train: Their targets.
        X_test: The rows to measure on.
        y_test: Their targets.
        increment: The increment; None finds it as `track_experiment` does.
        save_to: The folder within the increment, which is always ``experiments/``.
        options: As for `compare_models`, which this calls.

    Raises:
        InvalidArgumentError: Data is missing, two have the same name, or another folder is asked
            for.
    """
    if PurePath(save_to) != PurePath("experiments"):
        raise InvalidArgumentError(
            f"save_to={os.fspath(save_to)!r}: experiments are kept in the folder experiments/ of "
            f"their increment, where they can be found; leave save_to out"
        )
    data = {"X_train": X_train, "y_train": y_train, "X_test": X_test, "y_test": y_test}
    missing = [name for name, value in data.items() if value is None]
    if missing:
        raise InvalidArgumentError(
            f"run_experiments needs data to train and measure on; give {', '.join(missing)}"
        )
    tried = several("experiments", experiments, ModelExperiment)
    names = [experiment.name for experiment in tried]
    if len(set(names)) < len(names):
        raise InvalidArgumentError(f"each experiment has a name of its own, not {names}")
    models = {experiment.name: experiment.model(**experiment.params) for experiment in tried}
    return compare_models(models, *data.values(), increment=increment, **options)
