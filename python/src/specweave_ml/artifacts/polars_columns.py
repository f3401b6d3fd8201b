"""The columns of polars as plain values, and back in the very same type.

The types themselves are recorded as polars writes them: an empty frame in its own format.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any

from .._native.optional_packages import need
from . import times
from .marks import WORDS
from .pandas_columns import NoWayBackError
from .structured import plain


def schema(frame: Any) -> str:
    """Return the names and types of the columns, as text."""
    buffer = io.BytesIO()
    frame.clear().write_ipc(buffer)
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def frame_of(columns: Sequence[Sequence[Any]], recorded: str) -> Any:
    """Return the frame with these plain values."""
    polars = need("polars", "Loading a table of polars")
    empty = polars.read_ipc(io.BytesIO(base64.b64decode(recorded)))
    made = [
        series(values, series_of_type.dtype).alias(series_of_type.name)
        for values, series_of_type in zip(columns, empty.get_columns(), strict=True)
    ]
    return polars.DataFrame(made)


def column(values: Any) -> list[Any]:
    """Return the plain values of a series: of JSON, except that floats stay floats."""
    polars = need("polars", "Saving a table of polars")
    kind = values.dtype
    if kind == polars.Float32:
        numbers = values.to_numpy().astype(str).astype(float).tolist()
        return [None if gone else x for x, gone in zip(numbers, values.is_null(), strict=True)]
    if kind == polars.Datetime:
        utc = values.to_physical()
        wall = values.dt.replace_time_zone(None).to_physical() if kind.time_zone else utc
        return times.texts(whole(wall), kind.time_unit, whole(utc) if kind.time_zone else None)
    if kind == polars.Duration:
        return times.duration_texts(whole(values.to_physical()), kind.time_unit)
    if kind == polars.Time:
        return [x and x.partition("T")[2] for x in times.texts(whole(values.to_physical()), "ns")]
    if kind == polars.Binary:
        return [None if x is None else base64.b64encode(x).decode("ascii") for x in values]
    if kind.is_nested():
        if any(word in str(kind) for word in ("Date", "Time", "Duration", "Binary", "Decimal")):
            raise NoWayBackError(f"the type {kind}")
        return [plain(item, "a cell") for item in values.to_list()]
    if kind.is_temporal() or kind.is_decimal() or kind in (polars.Categorical, polars.Enum):
        return list(values.cast(polars.String))
    if kind.is_numeric() or kind in (polars.String, polars.Boolean, polars.Null):
        return list(values)
    raise NoWayBackError(f"the type {kind}")


def whole(values: Any) -> Any:
    """Return the physical numbers of a series; a missing one is what numpy takes for no time."""
    numpy = need("numpy", "Saving a table of polars")
    return values.fill_null(numpy.iinfo("int64").min).to_numpy()


def series(values: Sequence[Any], kind: Any) -> Any:
    """Return the series of this type."""
    polars = need("polars", "Loading a table of polars")
    if kind in (polars.Datetime, polars.Duration):
        read = times.numbers if kind == polars.Datetime else times.duration_numbers
        numbers = read(values, kind.time_unit).tolist()
        items = [None if x is None else n for n, x in zip(numbers, values, strict=True)]
        return polars.Series(items, dtype=polars.Int64).cast(kind)
    if kind == polars.Date:
        return polars.Series(values, dtype=polars.String).str.to_date("%Y-%m-%d")
    if kind == polars.Time:
        numbers = times.numbers([x and f"1970-01-01T{x}" for x in values], "ns").tolist()
        items = [None if x is None else n for n, x in zip(numbers, values, strict=True)]
        return polars.Series(items, dtype=polars.Int64).cast(kind)
    if kind == polars.Binary:
        return polars.Series(
            [None if x is None else base64.b64decode(x) for x in values], dtype=kind
        )
    if kind.is_decimal() or kind in (polars.Categorical, polars.Enum):
        return polars.Series(values, dtype=polars.String).cast(kind)
    if kind.is_float():
        return polars.Series([WORDS.get(x, x) for x in values], dtype=kind)
    return polars.Series(list(values), dtype=kind)
