"""Callables, and objects without a text of their own, by their name and their arguments.

``<function make.<locals>.score at 0x7f…>`` says neither which of two closures it is nor anything
that is true tomorrow. Shown are the qualified name, the values that a function closes over and its
own defaults, and the attributes of an object: ``make.<locals>.score(by=2.0)``, ``First(n=1)``,
``partial(f1_score, average='macro')``.
"""

from __future__ import annotations

import functools
import re
import types
from collections.abc import Iterator
from typing import Any

MAXIMUM_ARGUMENTS = 6
MAXIMUM_TEXT = 80
MAXIMUM_DEPTH = 4
PLAIN = (str, int, float, bool, complex, bytes, type(None))
COLLECTED = (list, tuple, set, frozenset, dict)
AT_ADDRESS = re.compile(r",? at 0x[0-9a-fA-F]+")
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}")
ROUTINES = (types.FunctionType, types.MethodType, types.BuiltinFunctionType)


def described(value: Any, around: tuple[int, ...] = ()) -> str:
    """Return the name of a callable or of an object's class, and its arguments."""
    if len(around) >= MAXIMUM_DEPTH or id(value) in around:
        return "…"
    inner = (*around, id(value))
    if isinstance(value, types.MethodType):
        owner = value.__self__
        name = owner.__qualname__ if isinstance(owner, type) else described(owner, inner)
        return f"{name}.{value.__name__}"
    if isinstance(value, types.FunctionType):
        arguments = function_arguments(value)
        return called(function_name(value), arguments, inner) if arguments else function_name(value)
    if isinstance(value, (type, types.BuiltinFunctionType)):
        return str(value.__qualname__)
    if isinstance(value, functools.partial):
        arguments = [("", value.func), *(("", one) for one in value.args), *value.keywords.items()]
        return called("partial", arguments, inner)
    if isinstance(getattr(value, "__qualname__", None), str):
        return str(value.__qualname__)  # a function that is none of Python's own
    return called(type(value).__qualname__, attributes(value), inner)


def called(name: str, arguments: list[tuple[str, Any]], around: tuple[int, ...]) -> str:
    """Return a name with arguments behind it."""
    shown = [
        f"{key}={shortened(value, around)}" if key else shortened(value, around)
        for key, value in arguments[:MAXIMUM_ARGUMENTS]
    ]
    shown += ["…"] if len(arguments) > MAXIMUM_ARGUMENTS else []
    return f"{name}({', '.join(shown)})"


def function_name(value: types.FunctionType) -> str:
    """Return the qualified name; a lambda with its place, since it has no name."""
    name = value.__qualname__
    if "<lambda>" not in name:
        return name
    column = lambda_column(value.__code__)
    line = f"line {value.__code__.co_firstlineno}"
    return f"{name} ({line})" if column is None else f"{name} ({line}, column {column})"


def lambda_column(code: types.CodeType) -> int | None:
    """Return where in its line it begins; Python 3.10 does not know."""
    positions = getattr(code, "co_positions", None)
    if positions is None:
        return None
    columns = [position[2] for position in positions() if position[0] == code.co_firstlineno]
    return min((column for column in columns if column), default=None)


def function_arguments(value: types.FunctionType) -> list[tuple[str, Any]]:
    """Return what a function that was made inside another has from there."""
    import inspect

    if "<" not in value.__qualname__:
        return []
    found = list(closed_over(value))
    for name, parameter in inspect.signature(value, follow_wrapped=False).parameters.items():
        if parameter.default is not inspect.Parameter.empty:
            found.append((name, parameter.default))
    return found


def closed_over(value: types.FunctionType) -> Iterator[tuple[str, Any]]:
    """Yield the variables around a function, but for itself and its class."""
    for name, cell in zip(value.__code__.co_freevars, value.__closure__ or (), strict=True):
        try:
            held = cell.cell_contents
        except ValueError:
            continue
        if held is not value and name != "__class__":
            yield name, held


def attributes(value: Any) -> list[tuple[str, Any]]:
    """Return an object's attributes, private ones if it has no others, or estimator params."""
    if callable(getattr(value, "get_params", None)):
        return changed_params(value)
    names = list(getattr(value, "__dict__", ()))
    for kind in type(value).__mro__:
        slots = getattr(kind, "__slots__", ())
        names += [slots] if isinstance(slots, str) else list(slots)
    there = [name for name in names if not name.startswith("__") and hasattr(value, name)]
    public = [name for name in there if not name.startswith("_")]
    return [(name, getattr(value, name)) for name in public or there]


def changed_params(value: Any) -> list[tuple[str, Any]]:
    """Return the parameters of an estimator that are not the defaults of its class."""
    import inspect

    parameters = inspect.signature(type(value)).parameters
    found = []
    for name, param in value.get_params(deep=False).items():
        default = parameters[name].default if name in parameters else inspect.Parameter.empty
        if param is not default and repr(param) != repr(default):
            found.append((name, param))
    return found


def shortened(value: Any, around: tuple[int, ...] = ()) -> str:
    """Return an argument in few letters."""
    if type(value) in PLAIN:
        return cut(repr(value))
    if type(value) in COLLECTED:
        return collected(value, around)
    if hasattr(value, "dtype") and hasattr(value, "shape") and value.shape:
        return f"{type(value).__name__} of shape {tuple(map(int, value.shape))}"
    return shown(value, around)


def collected(value: Any, around: tuple[int, ...]) -> str:
    """Return a list, a set or a dict, the first of its items."""
    if len(around) >= MAXIMUM_DEPTH or id(value) in around:
        return "…"
    inner = (*around, id(value))
    items = list(value.items() if isinstance(value, dict) else value)
    texts = [
        f"{shortened(item[0], inner)}: {shortened(item[1], inner)}"
        if isinstance(value, dict)
        else shortened(item, inner)
        for item in items[:MAXIMUM_ARGUMENTS]
    ]
    texts += ["…"] if len(items) > MAXIMUM_ARGUMENTS else []
    if type(value) in (set, frozenset):
        texts.sort()
    brackets = "[]" if type(value) is list else "()" if type(value) is tuple else "{}"
    return f"{brackets[0]}{', '.join(texts)}{brackets[1]}"


def shown(value: Any, around: tuple[int, ...] = ()) -> str:
    """Return the text of an object, or its description where the text holds a memory address."""
    if isinstance(value, (type, *ROUTINES)):
        return described(value, around)
    text = repr(value)
    if has_address(text):
        return collected(value, around) if type(value) in COLLECTED else described(value, around)
    return cut(" ".join(text.split()))


def cut(text: str) -> str:
    """Cut the text to the length that fits beside others."""
    return text if len(text) <= MAXIMUM_TEXT else f"{text[: MAXIMUM_TEXT - 1]}…"


def has_address(text: str) -> bool:
    """Return whether a text holds a memory address."""
    return bool(AT_ADDRESS.search(text) or ADDRESS.search(text))
