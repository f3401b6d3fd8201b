"""What a tracked function was given: params, estimators, data."""

from __future__ import annotations

import contextlib
import dis
import functools
import inspect
import types
from collections.abc import Iterator, Mapping, Sized
from typing import Any

from .._native.optional_packages import is_a
from ..integrations.estimators import is_model
from ..tracking.experiment import Experiment
from ..values.estimators import model_params

INSTANCE = ("self", "cls")
MAXIMUM_LIST = 100
"""A longer list is data."""
READS_GLOBAL = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS")
"""The last two stand in the bodies of classes."""


def bound(function: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments by name, defaults included; those of ``**keywords`` stand alone."""
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
    """Return the name within its class and outer functions."""
    return str(getattr(function, "__qualname__", ""))


def params_of(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments that are parameters.

    An estimator is its class and its own parameters.
    """
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
    """Return the data among the arguments, and in the variables around that the function uses."""
    around = {name: value for name, value in surroundings(function).items() if is_data(value)}
    return around | {name: value for name, value in arguments.items() if is_data(value)}


def surroundings(function: Any) -> dict[str, Any]:
    """Return the variables of outer functions and the global ones that the function reads.

    Those that only functions, comprehensions and classes inside it read are among them.
    """
    plain = plain_function(function)
    if plain is None:
        return {}
    found = {
        name: plain.__globals__[name]
        for name in global_names(plain.__code__)
        if name in plain.__globals__
    }
    for name, cell in zip(plain.__code__.co_freevars, plain.__closure__ or (), strict=True):
        with contextlib.suppress(ValueError):  # it has no value yet
            found[name] = cell.cell_contents
    return found


def plain_function(function: Any) -> types.FunctionType | None:
    """Return the function under decorators, methods, partial calls and callable objects."""
    while not isinstance(function, types.FunctionType):
        if isinstance(function, (functools.partial, functools.partialmethod)):
            function = function.func
        elif isinstance(function, types.MethodType):
            function = function.__func__
        elif hasattr(function, "__wrapped__"):
            function = inspect.unwrap(function)
        else:
            function = getattr(type(function), "__call__", None)  # noqa: B004 - not whether, which
            if not isinstance(function, types.FunctionType):
                return None
    unwrapped = inspect.unwrap(function)
    return unwrapped if isinstance(unwrapped, types.FunctionType) else plain_function(unwrapped)


def global_names(code: types.CodeType) -> Iterator[str]:
    """Yield the names that the code, and all code inside it, looks up among the global variables.

    The names of attributes stand in the same table of the code; only the instructions tell them
    apart.
    """
    own = set()
    for instruction in dis.get_instructions(code):
        if instruction.opname == "STORE_NAME":  # the body of a class has names of its own
            own.add(instruction.argval)
        elif instruction.opname in READS_GLOBAL and instruction.argval not in own:
            yield instruction.argval
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from global_names(constant)


def is_data(value: Any) -> bool:
    """Return whether to describe it and not to store it: an array, a table, a long list."""
    if isinstance(value, (type, types.ModuleType)):
        return False
    try:
        return (
            has_shape(value)
            or (isinstance(value, (list, tuple)) and len(value) > MAXIMUM_LIST)
            or is_a(value, "torch.utils.data.Dataset", "torch.utils.data.DataLoader")
            or is_a(value, "xgboost.DMatrix")
            or is_a(value, "lightgbm.Dataset")
        )
    except Exception:  # of a proxy that stands for nothing now, or a file that was closed
        return False


def has_shape(value: Any) -> bool:
    """Return whether it is an array or a table, with one dimension or more.

    Modules, mocks and proxies answer any attribute, ``shape`` too, so that its own is
    looked for without asking.
    """
    if inspect.getattr_static(value, "shape", None) is None:
        return False
    shape = value.shape
    if not isinstance(shape, Sized) or isinstance(shape, (str, bytes)):
        return False
    return len(shape) > 0 and (hasattr(value, "dtype") or hasattr(value, "columns"))
