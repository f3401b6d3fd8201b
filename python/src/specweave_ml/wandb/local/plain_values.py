"""Values of the configuration and of the summary as the plain ones that are stored."""

from __future__ import annotations

import dataclasses
import enum
import math
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ...tracking.params import safe_text

MOST_OF_ARRAY = 32
"""An array with more elements than these is not spelt out."""


MOST_LEVELS = 40
"""What is inside more dicts and lists than these, or inside itself, is not spelt out."""


def plain(value: Any, levels: int = MOST_LEVELS) -> Any:
    """Return a value made of dicts, lists, numbers, text and None; what is nothing such as text."""
    if value is None or type(value) in (bool, int, str):
        return value
    if isinstance(value, float):
        return None if math.isnan(value) else float(value)
    if levels <= 0:
        return f"<{type(value).__name__}>"
    if isinstance(value, Mapping):
        return {key: plain(item, levels - 1) for key, item in value.items()}
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, str):
        return str(value)
    if isinstance(value, slice):
        return {"slice_start": value.start, "slice_step": value.step, "slice_stop": value.stop}
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return [plain(item, levels - 1) for item in value]
    if is_array(value):
        return array(value)
    if isinstance(value, Sequence):
        return [plain(item, levels - 1) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        members = {entry.name: getattr(value, entry.name) for entry in dataclasses.fields(value)}
        return plain(members, levels - 1)
    if callable(value) and hasattr(value, "__qualname__"):
        return f"{value.__module__}.{value.__qualname__}"
    return safe_text(value)


def is_array(value: Any) -> bool:
    """Return whether it is an array, a tensor or a scalar of one of their packages."""
    if type(value).__module__ == "builtins" or isinstance(value, type):
        return False
    return hasattr(value, "tolist") and hasattr(value, "shape") and hasattr(value, "dtype")


def array(value: Any) -> Any:
    """Return the elements of a small array, or a text for a large one."""
    if hasattr(value, "detach"):
        value = value.detach()
    count = math.prod(int(size) for size in value.shape)
    if count == 1:
        found = value.item()
        return found if not isinstance(found, float) or not math.isnan(found) else None
    return value.tolist() if count <= MOST_OF_ARRAY else str(value)


def named_values(source: Any) -> dict[str, Any]:
    """Return the named values of a dict, a Namespace, flags of absl or any object with attributes.

    Raises:
        TypeError: It has none.
    """
    if isinstance(source, Mapping):
        return dict(source)
    absl = sys.modules.get("absl.flags")
    if absl is not None and source is absl:
        source = absl.FLAGS
    if absl is not None and isinstance(source, absl.FlagValues):
        return {name: source[name].value for name in source}
    if hasattr(source, "keys") and hasattr(source, "__getitem__"):
        return {key: source[key] for key in source.keys()}  # noqa: SIM118 - it is no mapping
    if not hasattr(source, "__dict__"):
        raise TypeError("config must be a dict or have a __dict__ attribute.")
    return dict(vars(source))
