"""Keys, metric values and steps: what the logging calls accept, and as what it is stored.

- Metric values: ``float`` and ``int`` of 64 bits exactly, ``bool`` as a boolean; scalars of numpy,
  torch and jax and arrays of one element through ``item()``; ``Decimal`` and ``Fraction`` as the
  nearest double; anything else with ``__float__``. Text, bytes, complex numbers, dates, ``None``
  and arrays of several elements are not metric values.
- Steps: integers of 64 bits, floats that are integers, and arrays of one such element. The
  smallest of them, which C takes for "no step", is the next step here too, as None is.
- Keys: ``str``; ``bytes`` in UTF-8; an enum member by its value or name; ``int``, ``float`` and
  ``bool`` by their text; paths.
"""

from __future__ import annotations

import enum
import math
import operator
import os
import sys
from typing import Any, SupportsFloat, SupportsIndex, TypeAlias

from .conversion import ConversionError, brief

Step: TypeAlias = "SupportsIndex | SupportsFloat | None"
"""An integer of any package, or an array of one; None is the next step."""

SMALLEST, LARGEST = -(2**63), 2**63 - 1
AUTOMATIC_STEP = SMALLEST
ADVICE = {
    "m": "divide it by a unit, as numpy.timedelta64(1, 's')",
    "M": "a time belongs into times= of log_series()",
}
"""For the durations and dates of numpy by the kind of their type."""
NEVER_NUMBERS = (str, bytes, bytearray, memoryview, complex, type(None))


def key_text(key: Any) -> str:
    """Return the text of a key."""
    text = text_of_key(key)
    if not text:
        raise ConversionError("a key is a name; this one is empty")
    return text


def text_of_key(key: Any) -> str:
    """Return the text of a key, which may be empty."""
    if isinstance(key, str):
        return str.__str__(key)
    if isinstance(key, enum.Enum):
        return key.value if isinstance(key.value, str) else key.name
    if isinstance(key, bytes):
        return key.decode("utf-8", "surrogateescape")
    if isinstance(key, (bool, int, float)):
        return str(key)
    if isinstance(key, os.PathLike):
        return os.fspath(key) if isinstance(os.fspath(key), str) else os.fsdecode(key)
    raise ConversionError(f"a key is text, not {type(key).__name__} ({brief(key)})")


def step_number(step: Any) -> int:
    """Return the step as an integer of 64 bits; ``None`` and the smallest are the next one."""
    if step is None:
        return AUTOMATIC_STEP
    try:
        number = operator.index(alone(step))
    except ConversionError:
        raise
    except Exception:
        number = integral(step)
    if not SMALLEST <= number <= LARGEST:
        raise ConversionError(f"the step {brief(step)} does not fit into 64 bits")
    return number


def alone(value: Any) -> Any:
    """Return the number in an array of one element, of any package; anything else as it is."""
    if type(value) is int:
        return value
    if kind_of(value) in ADVICE:  # numpy would give the integer behind a duration
        raise ConversionError(f"{brief(value)} is not a step; {ADVICE[kind_of(value)]}")
    if masked(value):
        raise ConversionError("the step is masked")
    item = getattr(value, "item", None)
    return item() if callable(item) and element_count(value) == 1 else value


def kind_of(value: Any) -> str:
    """Return the kind of numpy's type of a value, or ""."""
    kind = getattr(getattr(value, "dtype", None), "kind", "")
    return kind if isinstance(kind, str) else ""


def integral(step: Any) -> int:
    """Return the integer that a float stands for."""
    if not isinstance(step, NEVER_NUMBERS):
        try:
            number = float(alone(step))
        except ConversionError:
            raise
        except Exception as error:
            raise ConversionError(f"the step {brief(step)} is not a number: {error}") from error
        if number.is_integer():
            return int(number)
    raise ConversionError(f"the step {brief(step)} is not an integer")


def metric_value(value: Any) -> float | int | bool:
    """Return the number that is stored for a metric."""
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, int):
        return within_64_bits(int.__int__(value))
    if isinstance(value, NEVER_NUMBERS):
        raise ConversionError(f"{brief(value)} is {type(value).__name__}, not a number")
    try:
        return foreign_number(value)
    except ConversionError:
        raise
    except Exception as error:
        raise ConversionError(
            f"{type(value).__name__} gives no number: {type(error).__name__}: {brief(error)}"
        ) from error


def foreign_number(value: Any) -> float | int | bool:
    """Return the number in an object of another package."""
    if masked(value):
        raise ConversionError("the value is masked")
    if kind_of(value) in ADVICE:
        raise ConversionError(f"{brief(value)} is not a number; {ADVICE[kind_of(value)]}")
    if hasattr(value, "total_seconds"):
        raise ConversionError(f"{brief(value)} is a duration; give its total_seconds()")
    item = getattr(value, "item", None)
    if callable(item):
        count = element_count(value)
        if count != 1:
            raise ConversionError(
                f"{type(value).__name__} has {count} values; log_series() takes a whole array"
            )
        inner = item()
        # A long double gives itself back: it has no exact Python type.
        return double_of(value) if type(inner) is type(value) else metric_value(inner)
    if hasattr(type(value), "__index__"):
        return within_64_bits(operator.index(value))
    if hasattr(type(value), "__float__"):
        return double_of(value)
    raise ConversionError(f"{type(value).__name__} is not a number")


def double_of(value: Any) -> float:
    """Return the nearest double; a finite value never becomes infinite."""
    try:
        number = float(value)
    except OverflowError as error:
        raise ConversionError(f"{brief(value)} is beyond the largest double") from error
    if math.isinf(number) and "inf" not in str(value).lower():
        raise ConversionError(f"{brief(value)} is beyond the largest double")
    return number


def within_64_bits(number: int) -> int:
    """Return the integer, if it is one of 64 bits."""
    if SMALLEST <= number <= LARGEST:
        return number
    size = number.bit_length()
    raise ConversionError(
        f"an integer of {size} bits does not fit into 64; log it as a param or a float"
    )


def element_count(value: Any) -> int:
    """Return how many elements an array has; 1 for a scalar."""
    size = getattr(value, "size", 1)
    if callable(size):  # torch: size() is the shape
        count = getattr(value, "numel", None)
        return int(count()) if callable(count) else 1
    return int(size)


def masked(value: Any) -> bool:
    """Return whether it is a masked element of numpy, whose ``item()`` would be 0."""
    numpy_ma = sys.modules.get("numpy.ma")
    return (
        numpy_ma is not None
        and isinstance(value, numpy_ma.MaskedArray)
        and bool(numpy_ma.getmaskarray(value).all())
    )
