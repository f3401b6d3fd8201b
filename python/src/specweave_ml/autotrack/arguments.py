"""What a tracked function was given: params, estimators, data."""

from __future__ import annotations

import inspect
import types
from collections.abc import Mapping
from typing import Any

from ..estimators import model_params
from ..experiment import Experiment
from ..integrations.estimators import is_model
from ..objects import is_a

INSTANCE = ("self", "cls")
MAXIMUM_LIST = 100
"""A longer list is data."""


def bound(function: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> dict[str, Any]:
    """The arguments by name, defaults included; those of ``**keywords`` stand alone."""
    try:
        signature = inspect.signature(function)
        found = signature.bind(*arguments, **keywords)
    except (TypeError, ValueError):
        # The call itself will say what is wrong with it, or it is a built-in without a signature.
        return dict(keywords)
    found.apply_defaults()
    named = dict(found.arguments)
    for position, parameter in enumerate(signature.parameters.values()):
        if parameter.kind is parameter.VAR_KEYWORD:
            named.update(named.pop(parameter.name))
        elif (parameter.kind is parameter.VAR_POSITIONAL and not named[parameter.name]) or (
            position == 0 and parameter.name in INSTANCE and "." in qualified_name(function)
        ):
            del named[parameter.name]
    return named


def qualified_name(function: Any) -> str:
    """The name within its class and outer functions."""
    return str(getattr(function, "__qualname__", ""))


def params_of(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that are parameters; an estimator is its class and its own parameters."""
    params: dict[str, Any] = {}
    for name, value in arguments.items():
        if is_data(value) or isinstance(value, Experiment):
            continue
        if is_model(value):
            own = model_params(value)
            params[name] = own.pop("model")
            params.update({f"{name}.{key}": item for key, item in own.items()})
        else:
            params[name] = value
    return params


def data_of(function: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The data among the arguments, and in the variables around that the function uses."""
    around = {name: value for name, value in surroundings(function).items() if is_data(value)}
    return around | {name: value for name, value in arguments.items() if is_data(value)}


def surroundings(function: Any) -> dict[str, Any]:
    """The global variables and those of outer functions that the function names."""
    plain = inspect.unwrap(function)
    plain = getattr(plain, "__func__", plain)
    if not isinstance(plain, types.FunctionType):
        return {}
    try:
        found = inspect.getclosurevars(plain)
    except ValueError:  # a variable of an outer function that has no value yet
        return {}
    return {**found.globals, **found.nonlocals}


def is_data(value: Any) -> bool:
    """Whether it is described instead of stored: an array, a table, a dataset, a long list."""
    if isinstance(value, type):
        return False
    shape = getattr(value, "shape", None)
    if shape is not None and (hasattr(value, "dtype") or hasattr(value, "columns")):
        return len(shape) > 0
    if isinstance(value, (list, tuple)):
        return len(value) > MAXIMUM_LIST
    return (
        is_a(value, "torch.utils.data", "Dataset", "DataLoader")
        or is_a(value, "xgboost", "DMatrix")
        or is_a(value, "lightgbm", "Dataset")
    )
