"""``wandb.util``: what scripts use of it."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Sequence
from typing import Any

from ..._native.optional_packages import is_a, type_name
from .errors import Error
from .identifiers import ALPHABET, generate_id
from .plain_values import array, is_array, plain

UNSAFE = re.compile(r"[^\w.-]")
UNITS = (("B", 1), ("KB", 1000), ("MB", 1000**2), ("GB", 1000**3), ("TB", 1000**4))


def random_string(length: int = 12) -> str:
    """Return letters and digits that nobody can guess."""
    return generate_id(length)


def rand_alphanumeric(length: int = 8, rand: Any = None) -> str:
    """Return letters and digits, of a generator if one is given."""
    if rand is None:
        return generate_id(length)
    return "".join(rand.choice(ALPHABET) for _ in range(length))


def get_module(name: str, required: str | bool | None = None, lazy: bool = True) -> Any:
    """Import a module; None if it is not installed, unless a text says that it is required.

    Raises:
        Error: It is required and is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        if required:
            text = required if isinstance(required, str) else f"{name} is required"
            raise Error(text) from error
        return None


def get_optional_module(name: str) -> Any:
    """Import a module; None if it is not installed."""
    return get_module(name)


def get_full_typename(o: Any) -> str:
    """Return the full name of an object's class."""
    return type_name(o)


def is_numpy_array(obj: Any) -> bool:
    """Return whether it is an array of numpy."""
    return is_a(obj, "numpy.ndarray")


def is_pandas_data_frame(obj: Any) -> bool:
    """Return whether it is a table of pandas."""
    return is_a(obj, "pandas.DataFrame")


def is_pytorch_tensor(obj: Any) -> bool:
    """Return whether it is a tensor of torch."""
    return is_a(obj, "torch.Tensor")


def json_friendly(obj: Any) -> tuple[Any, bool]:
    """Return a value that JSON can hold, and whether it is another one."""
    converted = array(obj) if is_array(obj) else plain(obj)
    return converted, converted is not obj


def json_friendly_val(val: Any) -> Any:
    """Return a value that JSON can hold."""
    return plain(val)


def json_dumps_safer(obj: Any, **options: Any) -> str:
    """Return JSON of anything."""
    return json.dumps(plain(obj), **options)


def make_artifact_name_safe(name: str) -> str:
    """Return a name that an artifact can have: at most 128 letters, digits, and ``_.-``."""
    safe = UNSAFE.sub("_", name)
    return safe if len(safe) <= 128 else f"{safe[:63]}..{safe[-63:]}"


def make_safe_for_json(obj: Any) -> Any:
    """Return a value that JSON can hold."""
    return plain(obj)


def downsample(values: Sequence[Any], target_length: int) -> list[Any]:
    """Return so many of the values, evenly spaced, the first and the last among them."""
    if target_length < 2:
        raise ValueError("target_length must be at least 2")
    if len(values) <= target_length:
        return list(values)
    ratio = (len(values) - 1) / (target_length - 1)
    return [values[round(index * ratio)] for index in range(target_length)]


def to_human_size(size: int, units: Sequence[tuple[str, int]] | None = None) -> str:
    """Return a size as people write it."""
    chosen = [unit for unit in (units or UNITS) if abs(size) >= unit[1]]
    name, factor = chosen[-1] if chosen else (units or UNITS)[0]
    return f"{size / factor:.1f}{name}"


def load_yaml(file: Any) -> Any:
    """Return what a YAML file holds."""
    from ..._native.optional_packages import need

    return need("yaml", "wandb.util.load_yaml()").safe_load(file)


def auto_project_name(program: str | None = None) -> str:
    """Return the project of a run that names none: the increment."""
    from ..runs.places import increment_of

    return increment_of(None).name
