"""Tables: pandas and polars frames, arrays, lists of records, as CSV, TSV, JSON and Parquet.

Cells are written exactly as they are, also those that begin with ``=``, ``+``, ``-`` or ``@``: a
CSV artifact is data, and a changed cell is a wrong cell. A spreadsheet program may run such a cell
as a formula; open a table that strangers could have filled as text.
Types are recorded beside the file, so that `load` returns what was saved (see `frames`).
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .._native.optional_packages import is_a, need, optional
from .._native.text import to_bytes, to_text
from . import cells, frames, marks, pandas_columns
from .encoding import Details, Encoding, Encodings, as_text, streamed
from .structured import finite

SEPARATORS = {".csv": ",", ".tsv": "\t"}


def encodings(obj: Any) -> Encodings:
    """Return CSV and TSV for every table; more where the package of the frame writes it."""
    if is_a(obj, "pandas.DataFrame", "pandas.Series"):
        return pandas_encodings(obj)
    if is_a(obj, "polars.DataFrame", "polars.Series"):
        return polars_encodings(obj)
    if is_a(obj, "pyarrow.Table"):
        write = streamed(lambda f: need("pyarrow.parquet", "Saving .parquet").write_table(obj, f))
        return {".parquet": Encoding("table", "pyarrow", write)}
    return texts(obj, "csv") if is_table(obj) else {}


def texts(obj: Any, serialiser: str) -> Encodings:
    """Return the encodings CSV and TSV."""
    return {
        extension: Encoding("table", serialiser, separated(obj, mark))
        for extension, mark in SEPARATORS.items()
    }


def objects(obj: Any, serialiser: str) -> Encodings:
    """Return JSON and JSON Lines of a frame: an object for each row."""
    return {
        ".json": Encoding("table", serialiser, as_objects(obj, ("[\n  ", ",\n  ", "\n]\n"))),
        ".jsonl": Encoding("table", serialiser, as_objects(obj, ("", "\n", "\n"))),
    }


def pandas_encodings(obj: Any) -> Encodings:
    """Return a frame; a series is a frame of one column."""

    def frame() -> Any:
        return obj.to_frame() if is_a(obj, "pandas.Series") else obj

    def parquet(path: Path) -> Details:
        need("pyarrow", "Saving .parquet from pandas")
        whole = frame()
        index = not is_a(whole.index, "pandas.RangeIndex") or whole.index.name is not None
        streamed(lambda file: whole.to_parquet(file, index=index or None))(path)
        series = is_a(obj, "pandas.Series")
        name = pandas_columns.labels([obj.name]) if series else None
        return {"restore": {"of": "pandas", "series": series, "name": name}}

    def page() -> str:
        whole = frame()
        index = not is_a(whole.index, "pandas.RangeIndex") or whole.index.name is not None
        text: str = whole.to_html(index=index)
        return text

    return {
        **texts(obj, "pandas"),
        ".parquet": Encoding("table", "pandas", parquet, packages=("pyarrow",)),
        **objects(obj, "pandas"),
        ".html": Encoding("table", "pandas", as_text(page)),
    }


def polars_encodings(obj: Any) -> Encodings:
    """Return a frame; a series is a frame of one column."""
    series = is_a(obj, "polars.Series")

    def parquet(path: Path) -> Details:
        streamed((obj.to_frame() if series else obj).write_parquet)(path)
        return {"restore": {"of": "polars", "series": series}}

    return {
        **texts(obj, "polars"),
        ".parquet": Encoding("table", "polars", parquet),
        **objects(obj, "polars"),
    }


def separated(obj: Any, mark: str) -> Callable[[Path], Details]:
    """Write a table as text with this mark between its cells."""

    def write(path: Path) -> Details:
        table = frames.table_of(obj)
        columns = [cells.to_text(column, table.truth) for column in table.columns]
        with path.open("xb") as file:
            writer = csv.writer(LineFeeds(file), delimiter=mark, lineterminator="\r\n")
            if table.headings and not any(len(row) for row in table.headings):
                file.write(b"\n" * len(table.headings))
            else:
                writer.writerows(table.headings)
            if columns:
                writer.writerows(zip(*(found for found, _ in columns), strict=True))
            else:
                file.write(b"\n" * table.rows)
        details = marks.recorded(
            table.spec
            and {**table.spec, "cells": [spec for _, spec in columns], "rows": table.rows},
            path.name,
        )
        return {"headings": len(table.headings), **(details or {})}

    return write


class LineFeeds:
    """A file for rows that end in plain line feeds.

    The writer is configured so that rows end in a carriage return and a line feed, since it quotes
    cells for the characters of that end, and a carriage return must be quoted too.
    """

    def __init__(self, file: Any) -> None:
        self.file = file

    def write(self, row: str) -> None:
        """Write a row."""
        self.file.write(to_bytes(row[:-2] + "\n"))


def as_objects(obj: Any, around: tuple[str, str, str]) -> Callable[[Path], Details | None]:
    """Write a frame as an object of JSON for each row, on a line of its own."""

    def write(path: Path) -> Details | None:
        table = frames.table_of(obj)
        keys = distinct(["/".join(parts) for parts in zip(*table.headings, strict=True)])
        columns = [[word(x) for x in column] for column in table.columns]
        rows = zip(*columns, strict=True) if columns else [()] * table.rows
        encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
        lines = (encoder.encode(dict(zip(keys, row, strict=True))) for row in rows)
        as_text(lambda: joined(lines, around))(path)
        return marks.recorded(table.spec and {**table.spec, "keys": keys}, path.name)

    return write


def joined(lines: Iterator[str], around: tuple[str, str, str]) -> str:
    """Return the lines, and what stands before, between and after them."""
    found = around[1].join(lines)
    if not found:
        return "[]\n" if around[0] else ""
    return around[0] + found + around[2]


def word(value: Any) -> Any:
    """Return the value, or the word for a number that is not finite."""
    return finite(value) if type(value) is float and not math.isfinite(value) else value


def distinct(names: Sequence[str]) -> list[str]:
    """Return the names, repeated ones with a number, for the keys of a JSON object."""
    found: dict[str, None] = {}
    for name in names:
        chosen, number = name, 1
        while chosen in found:
            number += 1
            chosen = f"{name} ({number})"
        found[chosen] = None
    return list(found)


def is_table(obj: Any) -> bool:
    """Return whether it is a table without being a frame."""
    if is_a(obj, "numpy.ndarray"):
        return obj.ndim in (1, 2) and obj.dtype.names is None
    if isinstance(obj, Mapping):
        return frames.are_columns(obj) or are_values(obj)
    if not isinstance(obj, (list, tuple)) or not obj:
        return False
    return all(isinstance(row, Mapping) for row in obj) or all(
        isinstance(row, (list, tuple)) for row in obj
    )


def are_values(obj: Mapping[Any, Any]) -> bool:
    """Return whether every value is a single one, as in a mapping of metrics."""
    return bool(obj) and all(isinstance(x, (str, int, float)) for x in obj.values())


def load(path: Path, details: Details) -> Any:
    """Return what was saved; of a file that was copied a pandas frame.

    Without pandas, the records of a CSV whose types are not known are dictionaries of text.
    """
    extension = path.suffix.lower()
    spec = details.get("restore")
    if extension == ".parquet":
        return load_parquet(path, details)
    mark = SEPARATORS[extension]
    if isinstance(spec, dict) and (spec["of"] not in ("pandas", "polars") or optional(spec["of"])):
        rows = lines(path, mark)[details["headings"] :]
        columns = [
            cells.from_text([row[index] for row in rows], each)
            for index, each in enumerate(spec["cells"])
        ]
        return frames.made(columns, spec["rows"], spec)
    array = details.get("python_type") == "numpy.ndarray"
    headings = details.get("headings", 0 if array else 1)
    pandas = optional("pandas")
    if pandas is not None:
        # Text columns of pandas hold nothing else than UTF-8: other bytes show as in parameters.
        return pandas.read_csv(
            path,
            sep=mark,
            header="infer" if headings else None,
            encoding_errors="backslashreplace",
        )
    found = lines(path, mark)
    return [dict(zip(found[0], row, strict=False)) for row in found[1:]] if headings else found


def lines(path: Path, mark: str) -> list[list[str]]:
    """Return the rows of a file, as text."""
    csv.field_size_limit(2**31 - 1)
    text = io.StringIO(to_text(path.read_bytes()), newline="")
    return list(csv.reader(text, delimiter=mark))


def load_objects(found: Any, details: Details) -> Any:
    """Return the frame that the objects were the rows of; else the objects."""
    spec = details.get("restore")
    if not isinstance(spec, Mapping) or not optional(spec["of"]):
        return found
    columns = [[row[key] for row in found] for key in spec["keys"]]
    return frames.made(columns, len(found), spec)


def load_parquet(path: Path, details: Details) -> Any:
    """Return a table in the package that wrote it, or in pandas."""
    kind = details.get("python_type")
    if kind == "pyarrow.lib.Table" and optional("pyarrow.parquet") is not None:
        return need("pyarrow.parquet", f"Loading {path.name}").read_table(path)
    spec = details.get("restore") or {}
    polars = optional("polars") if spec.get("of") == "polars" else None
    if polars is not None:
        frame = polars.read_parquet(path)
        return frame.to_series() if spec["series"] else frame
    found = need("pandas", f"Loading {path.name}", extra="pandas").read_parquet(path)
    if spec.get("of") == "pandas" and spec["series"]:
        return found.iloc[:, 0].rename(marks.unmark(*spec["name"][0]))
    return found
