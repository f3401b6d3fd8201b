"""The columns and indices of pandas as plain values, and back in the very same type.

A plain value is one of JSON, except that floats stay floats; what is missing is None. Beside the
values of a column there is what makes them its type again.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from .._native.optional_packages import is_a, need
from . import marks, times
from .structured import plain

Spec = dict[str, Any]


class NoWayBackError(Exception):
    """A type that plain values cannot be turned into again."""


def column(values: Any) -> tuple[list[Any], Spec]:
    """Return the plain values of a series, and what `array` needs to make it again."""
    kind = values.dtype
    if is_a(kind, "numpy.dtype"):
        return of_numpy(values.to_numpy())
    if is_a(kind, "pandas.CategoricalDtype"):
        names, spec = column(series(kind.categories))
        codes = values.cat.codes.tolist()
        return [None if code < 0 else names[code] for code in codes], {
            "dtype": "category",
            "categories": [plain(name) for name in names],
            "of": spec,
            "ordered": bool(kind.ordered),
        }
    if is_a(kind, "pandas.DatetimeTZDtype"):
        return of_zoned(values, kind), {"dtype": named(kind), "unit": kind.unit}
    if is_a(kind, "pandas.PeriodDtype"):
        return texts_of(values), {"dtype": named(kind)}
    if is_a(kind, "pandas.IntervalDtype"):
        return of_intervals(values, kind)
    if is_a(kind, "pandas.SparseDtype"):
        found, spec = column(values.sparse.to_dense())
        return found, {"dtype": named(kind), "of": spec}
    items = [None if gone else item for item, gone in zip(values, values.isna(), strict=True)]
    if is_a(kind, "pandas.StringDtype"):
        nan = kind.na_value is not sys.modules["pandas"].NA
        return items, {"dtype": "string", "storage": kind.storage, "nan": nan}
    return of_objects(items, named(kind))


def named(kind: Any) -> str:
    """Return the name of a type of pandas, if that says all of it."""
    pandas = sys.modules["pandas"]
    try:
        if pandas.api.types.pandas_dtype(str(kind)) == kind:
            return str(kind)
    except (TypeError, ValueError, NotImplementedError):
        pass
    raise NoWayBackError(f"the type {kind}")


def of_numpy(values: Any) -> tuple[list[Any], Spec]:
    """Return the plain values of a flat array."""
    kind = values.dtype
    spec: Spec = {"dtype": kind.str}
    if kind.kind in "biuU":
        return values.tolist(), spec
    if kind.kind == "f" and kind.itemsize <= 8:
        if kind.itemsize < 8:  # 0.1 and not 0.10000000149011612, which reads back the same
            values = values.astype(str).astype(float)
        return [None if value != value else value for value in values.tolist()], spec
    unit = sys.modules["numpy"].datetime_data(kind)[0] if kind.kind in "mM" else ""
    if unit in times.PER_SECOND:
        numbers = values.astype(f"{kind.kind}8[{unit}]").view("int64")
        render = times.texts if kind.kind == "M" else times.duration_texts
        return render(numbers, unit), {**spec, "unit": unit}
    if kind.kind in "mM":
        return [None if x == "NaT" else x for x in values.astype(str).tolist()], spec
    if kind.kind == "c":
        return [str(value) for value in values.tolist()], spec
    if kind.kind == "O":
        return of_objects(values.tolist(), "object")
    raise NoWayBackError(f"the type {kind}")


def of_objects(items: Sequence[Any], dtype: str) -> tuple[list[Any], Spec]:
    """Return Python objects in their JSON form; one without a JSON form is, and stays, text."""
    found = [cell(item) for item in items]
    return found, {"dtype": dtype, "restore": marks.mark(list(items), cell)}


def cell(value: Any) -> Any:
    """Return a value of Python's own as JSON has it.

    Floats stay floats, other objects become text.
    """
    return float(value) if isinstance(value, float) else plain(value, "a cell", strict=False)


def of_zoned(values: Any, kind: Any) -> list[Any]:
    """Return times of a time zone, as the clocks there show them, with their distance from UTC."""
    utc = values.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy().view("int64")
    wall = values.dt.tz_localize(None).to_numpy().view("int64")
    return times.texts(wall, kind.unit, utc)


def texts_of(values: Any) -> list[Any]:
    """Return the values as text."""
    return [None if gone else str(x) for x, gone in zip(values, values.isna(), strict=True)]


def of_intervals(values: Any, kind: Any) -> tuple[list[Any], Spec]:
    """Return intervals as text: ``(0.5, 1.0]``."""
    pandas = sys.modules["pandas"]
    inner = values.array
    left, spec = column(pandas.Series(inner.left))
    right, _ = column(pandas.Series(inner.right))
    opening = "[" if kind.closed in ("left", "both") else "("
    closing = "]" if kind.closed in ("right", "both") else ")"
    found = [
        None if gone else f"{opening}{low}, {high}{closing}"
        for low, high, gone in zip(left, right, values.isna(), strict=True)
    ]
    return found, {"dtype": "interval", "closed": kind.closed, "of": spec}


def array(values: Sequence[Any], spec: Mapping[str, Any]) -> Any:
    """Return the array of numpy or pandas that the plain values came from."""
    pandas = need("pandas", "Loading a table", extra="pandas")
    dtype = spec["dtype"]
    if dtype == "category":
        names = array(spec["categories"], spec["of"])
        codes = {name: code for code, name in enumerate(spec["categories"])}
        found = [-1 if value is None else codes[plain(value)] for value in values]
        kept = pandas.Index(names, dtype=names.dtype)
        return pandas.Categorical.from_codes(found, categories=kept, ordered=spec["ordered"])
    if dtype == "string":
        na = float("nan") if spec["nan"] else pandas.NA
        kind = pandas.StringDtype(spec["storage"], na_value=na)
        return pandas.array(list(values), dtype=kind)
    if dtype == "interval":
        return intervals(values, spec)
    if dtype == "object":
        return objects(marks.unmark(list(values), spec["restore"]))
    if "of" in spec:
        return pandas.arrays.SparseArray(array(values, spec["of"]), dtype=dtype)
    if dtype.startswith("datetime64["):
        kind = pandas.api.types.pandas_dtype(dtype)
        stamps = times.numbers(values, spec["unit"]).view(f"M8[{spec['unit']}]")
        return pandas.DatetimeIndex(stamps).tz_localize("UTC").tz_convert(kind.tz).array
    if dtype.startswith("period["):
        return pandas.array([pandas.NaT if x is None else x for x in values], dtype=dtype)
    if "restore" in spec:
        return nullable(marks.unmark(list(values), spec["restore"]), dtype)
    return numpy_array(values, spec)


def numpy_array(values: Sequence[Any], spec: Mapping[str, Any]) -> Any:
    """Return a flat array of numpy."""
    numpy = need("numpy", "Loading a table")
    kind = numpy.dtype(spec["dtype"])
    if "unit" in spec:
        read = times.numbers if kind.kind == "M" else times.duration_numbers
        return read(values, spec["unit"]).view(f"{kind.kind}8[{spec['unit']}]").astype(kind)
    if kind.kind == "f":
        nan = float("nan")
        values = [nan if x is None else marks.WORDS.get(x, x) for x in values]
    elif kind.kind in "mM":
        values = ["NaT" if x is None else x for x in values]
    elif kind.kind == "c":
        values = [complex(x) for x in values]
    return numpy.array(values, kind)


def nullable(values: Sequence[Any], dtype: str) -> Any:
    """Return an array of pandas' own types.

    In ``Float64`` a NaN is not the same as a missing value.
    """
    pandas = need("pandas", "Loading a table", extra="pandas")
    if dtype not in ("Float32", "Float64"):
        return pandas.array(list(values), dtype=dtype)
    numpy = need("numpy", "Loading a table")
    gone = numpy.array([value is None for value in values], bool)
    numbers = [0.0 if value is None else value for value in values]
    return pandas.arrays.FloatingArray(numpy.array(numbers, dtype.lower()), gone)


def objects(values: Sequence[Any]) -> Any:
    """Return a flat array of Python objects."""
    numpy = need("numpy", "Loading a table")
    found = numpy.empty(len(values), object)
    for index, value in enumerate(values):
        found[index] = value
    return found


def intervals(values: Sequence[Any], spec: Mapping[str, Any]) -> Any:
    """Return intervals from their text."""
    pandas = need("pandas", "Loading a table", extra="pandas")
    number = "unit" not in spec["of"] and spec["of"]["dtype"].lstrip("<>|=")[0] in "iuf"
    read = (int if spec["of"]["dtype"].lstrip("<>|=")[0] in "iu" else float) if number else str
    ends: list[list[Any]] = [[], []]
    for text in values:
        parts = [None, None] if text is None else [read(x) for x in text[1:-1].split(", ")]
        for side, part in zip(ends, parts, strict=True):
            side.append(part)
    if number and read is int:
        ends = [[0 if x is None else x for x in side] for side in ends]
    left, right = (array(side, spec["of"]) for side in ends)
    return pandas.arrays.IntervalArray.from_arrays(left, right, closed=spec["closed"])


def index(values: Any) -> tuple[list[list[Any]], Spec]:
    """Return the plain values of the levels of an index, and what `restored_index` needs."""
    if is_a(values, "pandas.RangeIndex"):
        return [values.tolist()], {
            "range": [values.start, values.stop, values.step],
            "names": labels(values.names),
        }
    levels = [column(series(values.get_level_values(n))) for n in range(values.nlevels)]
    spec: Spec = {"levels": [spec for _, spec in levels], "names": labels(values.names)}
    regular = is_a(values, "pandas.DatetimeIndex", "pandas.TimedeltaIndex")
    if regular and values.freq is not None:
        spec["freq"] = values.freqstr
    return [found for found, _ in levels], spec


def series(values: Any) -> Any:
    """Return the values of an index as a series of the same type, which pandas does not promise."""
    return sys.modules["pandas"].Series(values.array, dtype=values.dtype)


def restored_index(levels: Sequence[Sequence[Any]], spec: Mapping[str, Any]) -> Any:
    """Return the index of pandas."""
    pandas = need("pandas", "Loading a table", extra="pandas")
    names = [marks.unmark(*name) for name in spec["names"]]
    if "range" in spec:
        return pandas.RangeIndex(*spec["range"], name=names[0])
    arrays = [array(found, each) for found, each in zip(levels, spec["levels"], strict=True)]
    if len(arrays) > 1:
        parts = [pandas.Series(each, dtype=each.dtype) for each in arrays]
        return pandas.MultiIndex.from_arrays(parts, names=names)
    found = pandas.Index(arrays[0], name=names[0], dtype=arrays[0].dtype)
    if "freq" in spec:
        found.freq = spec["freq"]
    return found


def labels(names: Sequence[Any]) -> list[Any]:
    """Return names of any kind, each with its mark."""
    return [[plain(name, "a name"), marks.mark(name, plain)] for name in names]
