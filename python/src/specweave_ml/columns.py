"""Whole series as arrays that the library reads."""

from __future__ import annotations

import sys
from array import array
from datetime import datetime
from typing import Any

from .scalars import LARGEST, metric_value, step_number
from .unusable import Unusable


def column(values: Any, code: str) -> array[Any]:
    """The values as an array of doubles (``d``) or of 64-bit integers (``q``)."""
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
    except Unusable:
        raise
    except Exception as error:
        raise Unusable(f"{type(values).__name__} is no series: {error}") from error


def moments(values: Any) -> array[Any]:
    """Times as seconds since 1970; dates without a time zone are those of this machine."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and hasattr(values, "__array__"):
        found = numpy_array(values, numpy)
        if found.dtype.kind == "M":  # always of UTC
            if numpy.isnat(found).any():
                raise Unusable("some times are missing")
            return column(found.astype("datetime64[ns]").astype(numpy.int64) / 1e9, "d")
        values = found.tolist() if found.dtype.kind == "O" else found
    if isinstance(values, (list, tuple)):
        values = [one.timestamp() if isinstance(one, datetime) else one for one in values]
    return column(values, "d")


def numpy_array(values: Any, numpy: Any) -> Any:
    """The values as a numpy array."""
    if isinstance(values, numpy.ma.MaskedArray) and numpy.ma.getmaskarray(values).any():
        raise Unusable("some values are masked")
    try:
        return numpy.asarray(values)
    except TypeError:  # a type that numpy lacks, such as bfloat16
        return numpy.asarray(values.tolist())


def numpy_column(values: Any, code: str, numpy: Any) -> array[Any]:
    """A numpy array of one dimension as numbers."""
    if values.ndim != 1:
        raise Unusable(f"an array of {values.ndim} dimensions is no series; give one dimension")
    if values.dtype.kind not in ("biuf" if code == "d" else "biu"):
        return column(values.tolist(), code)
    kind = numpy.float64 if code == "d" else numpy.int64
    if values.dtype.kind == "u" and code == "q" and values.size and values.max() > LARGEST:
        raise Unusable("a step does not fit into 64 bits")
    result = array(code)
    result.frombytes(numpy.ascontiguousarray(values, dtype=kind).data.cast("B"))
    return result
