"""Tables of every kind as named columns of plain values, and back as what they were.

An index of pandas that says something (anything but 0, 1, 2 …) is the first columns. Headings are
text; the labels themselves, and all types, are recorded beside the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._native.optional_packages import is_a, need
from ..errors import SerialisationError
from . import marks, pandas_columns, polars_columns
from .cells import ABSENT
from .pandas_columns import cell
from .structured import plain


@dataclass
class Table:
    """What is written: headings (one row or several, or none) and columns of plain values."""

    headings: list[list[str]]
    columns: list[list[Any]]
    rows: int
    spec: dict[str, Any] | None
    """How to make the object again; None if it cannot be."""
    truth: tuple[str, str] = ("False", "True")


def table_of(obj: Any) -> Table:
    """Return the columns of a frame, a series, an array, or a table of Python's own."""
    if is_a(obj, "pandas.DataFrame", "pandas.Series"):
        return of_pandas(obj)
    if is_a(obj, "polars.DataFrame", "polars.Series"):
        return of_polars(obj)
    if is_a(obj, "numpy.ndarray"):
        return of_array(obj)
    if isinstance(obj, Mapping):
        return of_columns(obj) if are_columns(obj) else of_values(obj)
    if isinstance(obj[0], Mapping):
        return of_records(obj)
    return of_rows(obj)


def made(columns: Sequence[Sequence[Any]], rows: int, spec: Mapping[str, Any]) -> Any:
    """Return the object that `table_of` was given, from its columns."""
    match spec["of"]:
        case "pandas":
            return made_pandas(columns, rows, spec)
        case "polars":
            frame = polars_columns.frame_of(columns, spec["schema"])
            return frame.to_series() if spec["series"] else frame
        case "array":
            return made_array(columns, spec)
        case "columns":
            return made_columns(columns, spec)
        case "values":
            return marks.unmark(dict(zip(*columns, strict=True)), spec["restore"])
        case "records":
            lines = [
                {key: x for key, x in zip(spec["keys"], row, strict=True) if x is not ABSENT}
                for row in by_row(columns, rows)
            ]
            return marks.unmark(lines, spec["restore"])
    found = [[x for x in row if x is not ABSENT] for row in by_row(columns, rows)]
    return marks.unmark(found, spec["restore"])


def by_row(columns: Sequence[Sequence[Any]], rows: int) -> list[tuple[Any, ...]]:
    """Return the columns as rows, of which there are some even without columns."""
    return list(zip(*columns, strict=True)) if columns else [()] * rows


def of_pandas(obj: Any) -> Table:
    """Return a frame; a series is a frame of one column."""
    frame = obj.to_frame() if is_a(obj, "pandas.Series") else obj
    unsaid = is_a(frame.index, "pandas.RangeIndex") and frame.index.name is None
    spec: dict[str, Any] | None
    try:
        levels, index = pandas_columns.index(frame.index)
        labels, headings = pandas_columns.index(frame.columns)
        count = frame.shape[1]
        found = [pandas_columns.column(frame.iloc[:, position]) for position in range(count)]
        spec = {
            "of": "pandas",
            "series": is_a(obj, "pandas.Series"),
            "index": index,
            "shown": not unsaid,
            "labels": [[plain(label) for label in level] for level in labels],
            "headings": headings,
            "columns": [each for _, each in found],
        }
        if is_a(obj, "pandas.Series"):
            spec["name"] = pandas_columns.labels([obj.name])
        columns = [values for values, _ in found]
    except pandas_columns.NoWayBackError:
        spec = None
        levels = [texts(frame.index.get_level_values(n)) for n in range(frame.index.nlevels)]
        columns = [texts(frame.iloc[:, position]) for position in range(frame.shape[1])]
    heads = [
        [*shown(frame.index.names, unsaid), *(str(x) for x in frame.columns.get_level_values(n))]
        for n in range(frame.columns.nlevels)
    ]
    return Table(heads, [*([] if unsaid else levels), *columns], len(frame), spec)


def shown(names: Sequence[Any], unsaid: bool) -> list[str]:
    """Return the headings of the levels of an index."""
    return [] if unsaid else ["" if name is None else str(name) for name in names]


def texts(values: Any) -> list[Any]:
    """Return values of a type that has no plain form as text."""
    missing = values.isna()
    return [None if gone else str(value) for value, gone in zip(values, missing, strict=True)]


def made_pandas(columns: Sequence[Sequence[Any]], rows: int, spec: Mapping[str, Any]) -> Any:
    """Return the frame or the series."""
    pandas = need("pandas", "Loading a table", extra="pandas")
    levels = len(spec["index"]["names"]) if spec["shown"] else 0
    index = pandas_columns.restored_index(columns[:levels], spec["index"])
    series = [
        pandas.Series(found, index=index, dtype=found.dtype)
        for found in (
            pandas_columns.array(values, each)
            for values, each in zip(columns[levels:], spec["columns"], strict=True)
        )
    ]
    if spec["series"]:
        return series[0].rename(marks.unmark(*spec["name"][0]))
    frame = pandas.DataFrame(dict(enumerate(series)), index=index)
    frame.columns = pandas_columns.restored_index(spec["labels"], spec["headings"])
    return frame


def of_polars(obj: Any) -> Table:
    """Return a frame; a series is a frame of one column."""
    series = is_a(obj, "polars.Series")
    frame = obj.to_frame() if series else obj
    spec: dict[str, Any] | None
    try:
        columns = [polars_columns.column(each) for each in frame.get_columns()]
        spec = {"of": "polars", "series": series, "schema": polars_columns.schema(frame)}
    except pandas_columns.NoWayBackError:
        spec = None
        columns = [[plain(x) for x in each.to_list()] for each in frame.get_columns()]
    return Table([list(frame.columns)], columns, frame.height, spec, ("false", "true"))


def of_array(obj: Any) -> Table:
    """Return an array of one or two dimensions; it has no headings."""
    flat = obj.reshape(len(obj), -1) if obj.size else obj.reshape(len(obj), 0)
    found, each = pandas_columns.of_numpy(flat.reshape(-1))
    width = flat.shape[1]
    columns = [found[index::width] for index in range(width)]
    spec = {"of": "array", "shape": list(obj.shape), "type": each}
    return Table([], columns, len(obj) if obj.size else 0, spec)


def made_array(columns: Sequence[Sequence[Any]], spec: Mapping[str, Any]) -> Any:
    """Return the array."""
    flat = [value for row in zip(*columns, strict=True) for value in row]
    each = spec["type"]
    found = (
        pandas_columns.objects(marks.unmark(flat, each["restore"]))
        if each["dtype"] == "object"
        else pandas_columns.numpy_array(flat, each)
    )
    return found.reshape(spec["shape"])


def are_columns(obj: Mapping[Any, Any]) -> bool:
    """Return whether every value is a column."""
    return bool(obj) and all(
        isinstance(x, (list, tuple)) or (is_a(x, "numpy.ndarray") and x.ndim == 1)
        for x in obj.values()
    )


def of_columns(obj: Mapping[Any, Any]) -> Table:
    """Return a mapping of equally long columns."""
    if len({len(column) for column in obj.values()}) > 1:
        lengths = ", ".join(f"{key}: {len(x)}" for key, x in obj.items())
        raise SerialisationError(f"the columns of the table differ in length ({lengths})")
    columns, specs = [], []
    for key, values in obj.items():
        if is_a(values, "numpy.ndarray"):
            found, spec = pandas_columns.of_numpy(values)
        else:
            found, spec = (
                [cell(x) for x in values],
                {"restore": marks.mark(values, cell)},
            )
        columns.append(found)
        specs.append({**spec, "key": pandas_columns.labels([key])[0]})
    heads = [str(key) for key in obj]
    return Table([heads], columns, len(columns[0]), {"of": "columns", "columns": specs})


def made_columns(columns: Sequence[Sequence[Any]], spec: Mapping[str, Any]) -> dict[Any, Any]:
    """Return the mapping of columns."""
    result = {}
    for values, each in zip(columns, spec["columns"], strict=True):
        if each.get("dtype") == "object":
            found = pandas_columns.objects(marks.unmark(list(values), each["restore"]))
        elif "dtype" in each:
            found = pandas_columns.numpy_array(values, each)
        else:
            found = marks.unmark(list(values), each["restore"])
        result[marks.unmark(*each["key"])] = found
    return result


def of_values(obj: Mapping[Any, Any]) -> Table:
    """Return a mapping of single values, such as metrics."""
    columns = [[str(key) for key in obj], [cell(value) for value in obj.values()]]
    spec = {"of": "values", "restore": marks.mark(obj, cell)}
    return Table([["name", "value"]], columns, len(obj), spec)


def of_records(obj: Sequence[Mapping[Any, Any]]) -> Table:
    """Return a list of dicts, which need not have the same keys."""
    keys = list(dict.fromkeys(key for row in obj for key in row))
    heads = [str(key) for key in keys]
    columns = [[cell(row[key]) if key in row else ABSENT for row in obj] for key in keys]
    spec = {"of": "records", "keys": heads, "restore": marks.mark(obj, cell)}
    return Table([heads], columns, len(obj), spec if len(set(heads)) == len(heads) else None)


def of_rows(obj: Sequence[Sequence[Any]]) -> Table:
    """Return a list of rows, which has no headings; shorter rows are filled up."""
    width = max(len(row) for row in obj)
    columns = [[cell(row[n]) if n < len(row) else ABSENT for row in obj] for n in range(width)]
    return Table([], columns, len(obj), {"of": "rows", "restore": marks.mark(obj, cell)})
