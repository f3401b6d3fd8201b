"""Whole series as arrays that the library reads.

Times are seconds since 1970, or dates of `datetime`, numpy or pandas. One without a time zone is
taken as UTC, wherever it comes from, as in the conditions of `list_experiments`.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timezone
from typing import Any

from .._native.warn import warn
from .conversion import ConversionError, brief
from .scalars import ADVICE, LARGEST, metric_value, step_number

PLAIN = {int, float}


def column(values: Any, code: str) -> array[Any]:
    """Return the values as an array of doubles (``d``) or of 64-bit integers (``q``)."""
    detach = getattr(values, "detach", None)
    if callable(detach):  # torch
        values = detach().cpu()
    numpy = sys.modules.get("numpy")
    try:
        if numpy is not None and hasattr(values, "__array__"):
            return numpy_column(numpy_array(values, numpy), code, numpy)
        if code == "d":
            return array(code, [metric_value(value) for value in values])
        return array(code, [step_number(value) for value in values])
    except ConversionError:
        raise
    except Exception as error:
        raise ConversionError(f"{type(values).__name__} is not a series: {error}") from error


def flat_doubles(values: Any) -> Any:
    """Return numbers of any shape as doubles one after the other, in an array of their own.

    It is one of numpy if the numbers were in one, or in a tensor.
    """
    detach = getattr(values, "detach", None)
    if callable(detach):  # torch
        values = detach().cpu()
    numpy = sys.modules.get("numpy")
    try:
        if numpy is not None and hasattr(values, "__array__"):
            found = numpy_array(values, numpy).reshape(-1)
            if found.dtype.kind in "biuf":
                return numpy.ascontiguousarray(found, dtype=numpy.float64)
            return column(found, "d")
        if callable(getattr(values, "tolist", None)):
            values = values.tolist()
        if type(values) in (list, tuple) and PLAIN.issuperset(map(type, values)):
            return array("d", values)
        return array("d", map(metric_value, leaves(values)))
    except ConversionError:
        raise
    except Exception as error:
        raise ConversionError(f"{brief(values)} are not numbers: {error}") from error


def leaves(values: Any) -> Iterator[Any]:
    """Yield the elements of lists in lists."""
    if isinstance(values, (str, bytes, Mapping)):
        raise ConversionError(f"{brief(values)} are not numbers")
    for value in values:
        if isinstance(value, (list, tuple)) or bool(getattr(value, "shape", None)):
            yield from leaves(value)
        else:
            yield value


def address_of(numbers: Any) -> int:
    """Return where the numbers of an array are in memory."""
    if isinstance(numbers, array):
        return numbers.buffer_info()[0]
    return int(numbers.ctypes.data)


def moments(values: Any) -> array[Any]:
    """Return times as seconds since 1970; those without a time zone are in UTC."""
    try:
        found = seconds(values)
    except ConversionError:
        raise
    except Exception as error:
        raise ConversionError(f"{brief(values)} are not times: {error}") from error
    if any(number != number for number in found):
        raise ConversionError("some times are missing")
    return found


def seconds(values: Any) -> array[Any]:
    """Return times as seconds since 1970, perhaps with some that are missing."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and hasattr(values, "__array__"):
        found = numpy_array(values, numpy)
        if found.dtype.kind == "M":
            return seconds_of(found, numpy)
        if found.dtype.kind != "O":
            return column(found, "d")
        values = found.tolist()
    values = list(values)
    if any(
        type(moment_value) is datetime and moment_value.tzinfo is None for moment_value in values
    ):
        # Python itself would take it as local.
        warn(
            "times without a time zone are taken as UTC; give them one, as "
            "datetime.now(timezone.utc) has"
        )
    return column([second(moment_value, numpy) for moment_value in values], "d")


def second(value: Any, numpy: Any) -> Any:
    """Return a date as seconds since 1970; anything else as it is."""
    if isinstance(value, datetime):  # also of pandas
        if value != value:  # the missing one of pandas
            return float("nan")
        aware = value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value
        return aware.timestamp()
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=timezone.utc).timestamp()
    if numpy is not None and isinstance(value, numpy.datetime64):
        return seconds_of(numpy.asarray([value]), numpy)[0]
    return value


def seconds_of(dates: Any, numpy: Any) -> array[Any]:
    """Return the dates of numpy, which have no time zone, as seconds since 1970.

    Of whole microseconds each is the same number as that of a datetime.
    """
    if numpy.isnat(dates).any():
        raise ConversionError("some times are missing")
    exact = dates.astype("datetime64[us]")
    if (exact == dates).all() and (abs(exact.astype(numpy.int64)) <= 2**53).all():
        return column(exact.astype(numpy.int64) / 1e6, "d")
    whole = dates.astype("datetime64[s]")
    rest = (dates - whole).astype("timedelta64[ns]").astype(numpy.int64) / 1e9
    return column(whole.astype(numpy.int64) + rest, "d")


def numpy_array(values: Any, numpy: Any) -> Any:
    """Return the values as a numpy array."""
    if isinstance(values, numpy.ma.MaskedArray) and numpy.ma.getmaskarray(values).any():
        raise ConversionError("some values are masked")
    try:
        return numpy.asarray(values)
    except TypeError:  # a type that numpy lacks, such as bfloat16
        return numpy.asarray(values.tolist())


def numpy_column(values: Any, code: str, numpy: Any) -> array[Any]:
    """Return a numpy array of one dimension as numbers."""
    if values.ndim != 1:
        raise ConversionError(
            f"an array of {values.ndim} dimensions is not a series; give one dimension"
        )
    if values.dtype.kind in "mM":  # whose list would be integers of some unit
        raise ConversionError(f"{values.dtype} is not a number; {ADVICE[values.dtype.kind]}")
    if values.dtype.kind not in ("biuf" if code == "d" else "biu"):
        return column(values.tolist(), code)
    kind = numpy.float64 if code == "d" else numpy.int64
    if values.dtype.kind == "u" and code == "q" and values.size and values.max() > LARGEST:
        raise ConversionError("a step does not fit into 64 bits")
    result = array(code)
    result.frombytes(numpy.ascontiguousarray(values, dtype=kind).data.cast("B"))
    return result
