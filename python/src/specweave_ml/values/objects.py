"""What is stored for objects that are not plain containers: one rule for each kind."""

from __future__ import annotations

import enum
import functools
import os
import sys
import types
from array import array
from collections import UserString
from collections.abc import ItemsView, KeysView, Sequence, Set, ValuesView
from typing import Any

from .._native.optional_packages import is_a
from . import callables
from .conversion import ConversionError

MAXIMUM_BYTES = 4096
MAXIMUM_ELEMENTS = 1000
MAXIMUM_REPR = 10_000
TEXT_IS_EXACT = ("decimal.Decimal", "fractions.Fraction", "uuid.UUID")
COLLECTIONS = (Sequence, Set, KeysView, ValuesView, ItemsView, array)
"""Types that are stored as lists; bytes are handled before."""
ROUTINES = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    types.MethodWrapperType,
    types.ClassMethodDescriptorType,
)


def of_class(value: Any) -> Any:
    """Return the fields of an object that has some as a dict, an enum's value.

    None for all others.
    """
    kind = type(value)
    if isinstance(value, enum.Enum):
        plain = isinstance(value.value, (bool, int, float, str))
        return value.value if plain and type(value.value) is not kind else value.name
    if isinstance(value, type):
        return None
    if hasattr(kind, "__dataclass_fields__"):
        fields = sys.modules["dataclasses"].fields(value)
        return {field.name: getattr(value, field.name) for field in fields}
    if isinstance(value, tuple) and hasattr(kind, "_fields"):
        return dict(zip(kind._fields, value, strict=False))
    if isinstance(value, types.SimpleNamespace) or is_a(value, "argparse.Namespace"):
        return dict(vars(value))
    if is_a(value, "omegaconf.Container"):
        return sys.modules["omegaconf"].OmegaConf.to_container(value, resolve=True)
    if is_a(value, "pydantic.BaseModel"):
        return value.model_dump() if hasattr(value, "model_dump") else value.dict()
    if hasattr(kind, "__attrs_attrs__"):
        return {field.name: getattr(value, field.name) for field in kind.__attrs_attrs__}
    if callable(getattr(kind, "get_params", None)):
        return {"class": qualified(kind), "params": value.get_params(deep=False)}
    return None


def of_other(value: Any) -> Any:
    """Return text, a number or a description of anything else."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return of_bytes(bytes(value))
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    if is_a(value, "datetime.date", "datetime.time"):
        return value.isoformat()
    if is_a(value, "datetime.timedelta"):
        return value.total_seconds()
    if isinstance(value, complex) or is_a(value, *TEXT_IS_EXACT):
        return str(value)
    if isinstance(value, functools.partial):
        return {"partial": value.func, "args": value.args, "keywords": value.keywords}
    if isinstance(value, types.ModuleType):
        return value.__name__
    if isinstance(value, (type, *ROUTINES)):
        return of_routine(value)
    if isinstance(value, UserString):
        return str(value)
    if isinstance(value, COLLECTIONS):
        return list(value)
    if hasattr(type(value), "rvs") and hasattr(value, "dist") and hasattr(value, "kwds"):
        return of_distribution(value)
    if hasattr(value, "dtype") and hasattr(value, "shape"):
        return of_array(value)
    if hasattr(value, "dtypes") and hasattr(value, "columns"):
        return {
            "type": qualified(type(value)),
            "shape": list(value.shape),
            "columns": [str(column) for column in value.columns],
        }
    if hasattr(value, "fileno") or hasattr(value, "__next__"):
        return f"<{qualified(type(value))}>"
    return of_repr(value)


def of_bytes(content: bytes) -> dict[str, Any]:
    """Return the size and digest of bytes, with the bytes themselves only if they are few."""
    import base64
    import hashlib

    facts: dict[str, Any] = {
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    if len(content) <= MAXIMUM_BYTES:
        facts["base64"] = base64.b64encode(content).decode("ascii")
    return facts


def of_array(value: Any) -> Any:
    """Return a number, nested lists, or shape and type, by size."""
    shape = [int(length) for length in value.shape]
    count = 1
    for length in shape:
        count *= length
    if count > MAXIMUM_ELEMENTS:
        return {"type": qualified(type(value)), "shape": shape, "dtype": str(value.dtype)}
    if str(value.dtype).startswith("timedelta64"):
        return seconds(value)
    if str(value.dtype).startswith(("datetime64", "longdouble", "float128")):
        return nested(value, str)
    if hasattr(value, "tolist"):
        return value.tolist()
    return value.item() if not shape else of_repr(value)


def seconds(value: Any) -> Any:
    """Return durations of numpy or pandas in seconds, like those of `datetime`."""
    numpy = sys.modules["numpy"]
    durations = numpy.asarray(value)
    try:
        exact = durations / numpy.timedelta64(1, "s")
    except TypeError:  # months have no seconds
        return nested(durations, str)
    return exact.tolist()


def nested(value: Any, form: Any) -> Any:
    """Return the elements of an array in lists as it is shaped, each in a form."""
    return [nested(part, form) for part in value] if value.shape else form(value)


def of_distribution(value: Any) -> dict[str, Any]:
    """Return a distribution of scipy with its arguments by name, those left out as they count."""
    kind = value.dist
    names = [name.strip() for name in (kind.shapes or "").split(",") if name.strip()]
    defaults = {"loc": 0, "scale": 1} if hasattr(kind, "pdf") else {"loc": 0}
    arguments = {
        **defaults,
        **dict(zip([*names, *defaults], value.args, strict=False)),
        **value.kwds,
    }
    params = {name: arguments.pop(name) for name in [*names, *defaults] if name in arguments}
    return {"class": f"scipy.stats.{kind.name}", "params": {**params, **arguments}}


def of_repr(value: Any) -> str:
    """Return the repr, cut to a limit and without memory addresses, which differ in every run."""
    text = str.__str__(repr(value))
    if text.startswith("<") and callable(value) and isinstance(named(value), str):
        return qualified(value)  # a function that is none of Python's own
    if callable(value) and callables.has_address(text) and callables.attributes(value):
        text = with_module(type(value), callables.described(value))
    text = callables.AT_ADDRESS.sub("", text)
    if len(text) > MAXIMUM_REPR:
        text = f"{text[:MAXIMUM_REPR]}… ({len(text)} characters)"
    return callables.ADDRESS.sub("0x…", text)


def of_routine(value: Any) -> str:
    """Return a class or a function; one made inside another, or of an object, with what it has."""
    if not isinstance(value, (types.FunctionType, types.MethodType)):
        return qualified(value)
    if isinstance(value, types.FunctionType) and "<" not in value.__qualname__:
        return qualified(value)
    return with_module(value, callables.described(value))


def with_module(value: Any, name: str) -> str:
    """Return a name with the module of what it belongs to."""
    module = getattr(value, "__module__", None)
    return f"{module}.{name}" if isinstance(module, str) and module != "builtins" else name


def qualified(value: Any) -> str:
    """Return ``module.name`` of a class or function; a lambda with its line."""
    name = named(value)
    if not isinstance(name, str):
        raise ConversionError(f"{type(value).__name__} has no name")
    name = with_module(value, name)
    code = getattr(value, "__code__", None)
    return f"{name} (line {code.co_firstlineno})" if code and "<lambda>" in name else name


def named(value: Any) -> Any:
    """Return what a class or a function is called, perhaps nothing."""
    return getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
