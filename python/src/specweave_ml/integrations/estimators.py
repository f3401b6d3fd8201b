"""What a model of any package is: its class, its parameters, its features, its files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .._native.optional_packages import is_a
from ..artifacts import models as native
from ..errors import TrackingError
from ..tracking.experiment import Experiment
from ..values.objects import qualified


def is_model(value: Any) -> bool:
    """Return whether it is an estimator, or a model of a package that has a format of its own."""
    if isinstance(value, type):
        return False
    if callable(getattr(value, "get_params", None)) and callable(getattr(value, "fit", None)):
        return True
    return is_a(value, *native.XGBOOST, *native.LIGHTGBM, *native.KERAS, "torch.nn.Module")


def facts_of_model(model: Any) -> dict[str, Any]:
    """Return the class, and what a trained model knows of its data: features, classes."""
    facts: dict[str, Any] = {"class": qualified(type(model))}
    for fact, attribute in (
        ("features", "n_features_in_"),
        ("feature_names", "feature_names_in_"),
        ("classes", "classes_"),
    ):
        try:
            value = getattr(model, attribute, None)
        except Exception:  # noqa: S112 - a property of a model that was not trained
            continue
        if value is not None:
            facts[fact] = value.tolist() if hasattr(value, "tolist") else value
    parameters = getattr(model, "parameters", None)
    if is_a(model, "torch.nn.Module") and callable(parameters):
        facts["weights"] = sum(int(weight.numel()) for weight in parameters())
    elif is_a(model, *native.KERAS) and getattr(model, "built", False):
        facts["weights"] = int(model.count_params())
    return facts


def save_both_forms(experiment: Experiment, model: Any, stem: str) -> Iterator[TrackingError]:
    """Save it as a pickle and in its package's own format; what could not be saved is yielded."""
    extension = next(iter(native.encodings(model)), None)
    for name in (f"{stem}.pkl", f"{stem}{extension}" if extension else None):
        if name is not None:
            try:
                experiment.save_model(model, name)
            except TrackingError as error:
                yield error
