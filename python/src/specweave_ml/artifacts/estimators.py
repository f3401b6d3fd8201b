"""What the native file of a booster leaves out of the estimator around it.

XGBoost and LightGBM write the trees; the class, its parameters, the labels of the classes and what
else a trained estimator knows are recorded beside the file, as plain JSON, and put back when it is
loaded. Nothing is pickled, so nothing has to be trusted. The history of the evaluations is left
out: it is as long as the training, and in the metrics if it was recorded.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .._native.optional_packages import is_a, need

LEFT_OUT = frozenset({"_Booster", "_evals_result", "evals_result_", "callbacks"})
"""The trees are in the file; callbacks watch a training and say nothing of what came of it."""

KIND = "~"
"""The key of an object that stands for a value that JSON has no form for."""


class NotPlainError(Exception):
    """A value that only a pickle keeps; the message says what it is."""


def whole(model: Any, package: str) -> dict[str, Any]:
    """Return what is recorded beside the file of the estimator ``model``.

    Raises `NotPlainError` if a class or a value is not the package's own or plain.
    """
    kind = type(model)
    if getattr(sys.modules.get(package), kind.__name__, None) is not kind:
        raise NotPlainError(f"its class {kind.__qualname__} is not one of {package}")
    # The attributes and not `get_params`, which draws from a random state in XGBoost.
    return {key: encoded(value, key) for key, value in vars(model).items() if key not in LEFT_OUT}


def what_is_lost(model: Any, package: str) -> str | None:
    """Return why the native file does not restore the estimator completely; None if it does."""
    try:
        whole(model, package)
    except NotPlainError as reason:
        return str(reason)
    return None


def restored(kind: type, recorded: Mapping[str, Any], read: Callable[[Any], object]) -> Any:
    """Return an estimator of the class, its trees read by ``read(estimator)``."""
    model = kind()
    read(model)
    # After that, since reading the trees sets parameters to what the trees were made with.
    vars(model).update({key: decoded(value) for key, value in recorded.items()})
    return model


def encoded(value: Any, where: str) -> Any:
    """Return the value in the types of JSON; raise `NotPlainError` if it could not be restored."""
    kind = type(value)
    if value is None or kind in (bool, str):
        return value
    if kind is int:
        return value if -(2**63) <= value < 2**63 else {KIND: "int", "value": str(value)}
    if kind is float:
        return value if math.isfinite(value) else {KIND: "float", "value": str(value)}
    if isinstance(value, (list, tuple)):
        items = [encoded(item, where) for item in value]
        return items if kind is list else {KIND: "tuple", "value": items}
    if isinstance(value, Mapping):
        pairs = [[encoded(key, where), encoded(item, where)] for key, item in value.items()]
        return {KIND: "dict", "value": pairs}
    if is_a(value, "numpy.generic"):
        return {KIND: "scalar", **array(value.reshape(1), where)}
    if is_a(value, "numpy.ndarray"):
        return {KIND: "array", "shape": list(value.shape), **array(value.reshape(-1), where)}
    if is_a(value, "sklearn.preprocessing.LabelEncoder"):
        return {KIND: "labels", "value": encoded(getattr(value, "classes_", None), where)}
    raise NotPlainError(f"{where.lstrip('_')} is a {kind.__module__}.{kind.__qualname__}")


def array(values: Any, where: str) -> dict[str, Any]:
    """Return the values of a flat array and their type."""
    if values.dtype.kind in "mM":
        return {"dtype": values.dtype.str, "value": values.view("int64").tolist()}
    if values.dtype.kind not in "biufUO":
        raise NotPlainError(f"{where.lstrip('_')} is an array of {values.dtype}")
    return {"dtype": values.dtype.str, "value": [encoded(x, where) for x in values.tolist()]}


def decoded(value: Any) -> Any:
    """Return the value that `encoded` was given."""
    if isinstance(value, list):
        return [decoded(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = value["value"]
    match value[KIND]:
        case "int":
            return int(found)
        case "float":
            return float(found)
        case "tuple":
            return tuple(decoded(item) for item in found)
        case "dict":
            return {decoded(key): decoded(item) for key, item in found}
        case "scalar":
            return flat(found, value["dtype"])[0]
        case "array":
            return flat(found, value["dtype"]).reshape(value["shape"])
    labels = need("sklearn.preprocessing", "Loading an estimator").LabelEncoder()
    if found is not None:
        labels.classes_ = decoded(found)
    return labels


def flat(values: Iterable[Any], dtype: str) -> Any:
    """Return an array of one dimension."""
    numpy = need("numpy", "Loading an estimator")
    kind = numpy.dtype(dtype)
    items = [decoded(item) for item in values]
    if kind.kind in "mM":
        return numpy.array(items, "int64").view(kind)
    made = numpy.empty(len(items), kind)
    for index, item in enumerate(items):  # a list of lists would become another shape
        made[index] = item
    return made
