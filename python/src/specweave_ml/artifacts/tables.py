"""Tables: pandas and polars frames, arrays, lists of records.

Cells are written exactly as they are, also those that begin with ``=``, ``+``, ``-`` or ``@``: a
CSV artifact is data, and a changed cell is a wrong cell. A spreadsheet program may run such a cell
as a formula; open a table that strangers could have filled as text.
An index of pandas that says something (anything but 0, 1, 2 …) is written as the first columns.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import SerialisationError
from .encoding import Encoding, Encodings, as_text, streamed
from .packages import is_a, need, optional

SEPARATORS = {".csv": ",", ".tsv": "\t"}


def encodings(obj: Any) -> Encodings:
    """CSV and TSV for every table; more where the package of the frame writes it."""
    if is_a(obj, "pandas.DataFrame", "pandas.Series"):
        return pandas_encodings(obj)
    if is_a(obj, "polars.DataFrame", "polars.Series"):
        return polars_encodings(obj)
    if is_a(obj, "pyarrow.Table"):
        write = streamed(lambda f: need("pyarrow.parquet", "Saving .parquet").write_table(obj, f))
        return {".parquet": Encoding("table", "pyarrow", write)}
    if not is_table(obj):
        return {}
    return {extension: plain_table(obj, mark) for extension, mark in SEPARATORS.items()}


def plain_table(obj: Any, mark: str) -> Encoding:
    """CSV by Python itself."""
    return Encoding("table", "csv", as_text(lambda: delimited(rows_of(obj), mark)))


def pandas_encodings(obj: Any) -> Encodings:
    """A frame; a series is a frame of one column."""
    frame = obj.to_frame() if is_a(obj, "pandas.Series") else obj
    index = not is_a(frame.index, "pandas.RangeIndex") or frame.index.name is not None

    def separated(mark: str) -> Encoding:
        render = as_text(lambda: frame.to_csv(None, sep=mark, index=index, lineterminator="\n"))
        return Encoding("table", "pandas", render)

    def parquet(file: Any) -> None:
        need("pyarrow", "Saving .parquet from pandas")
        frame.to_parquet(file, index=index or None)

    whole = frame.reset_index(drop=not index)
    as_json = as_text(lambda: whole.to_json(orient="records", indent=2))
    as_lines = as_text(lambda: whole.to_json(orient="records", lines=True))
    return {
        ".csv": separated(","),
        ".tsv": separated("\t"),
        ".parquet": Encoding("table", "pandas", streamed(parquet), packages=("pyarrow",)),
        ".json": Encoding("table", "pandas", as_json),
        ".jsonl": Encoding("table", "pandas", as_lines),
        ".html": Encoding("table", "pandas", as_text(lambda: frame.to_html(index=index))),
    }


def polars_encodings(obj: Any) -> Encodings:
    """A frame; a series is a frame of one column."""
    frame = obj.to_frame() if is_a(obj, "polars.Series") else obj
    return {
        ".csv": Encoding("table", "polars", streamed(frame.write_csv)),
        ".tsv": Encoding(
            "table", "polars", streamed(lambda file: frame.write_csv(file, separator="\t"))
        ),
        ".parquet": Encoding("table", "polars", streamed(frame.write_parquet)),
        ".json": Encoding("table", "polars", streamed(frame.write_json)),
        ".jsonl": Encoding("table", "polars", streamed(frame.write_ndjson)),
    }


def is_table(obj: Any) -> bool:
    """Whether it is a table without being a frame."""
    if is_a(obj, "numpy.ndarray"):
        return obj.ndim in (1, 2) and obj.dtype.names is None
    if isinstance(obj, Mapping):
        return are_columns(obj) or are_values(obj)
    if not isinstance(obj, (list, tuple)) or not obj:
        return False
    return all(isinstance(row, Mapping) for row in obj) or all(
        isinstance(row, (list, tuple)) for row in obj
    )


def are_columns(obj: Mapping[Any, Any]) -> bool:
    """Whether every value is a column."""
    return bool(obj) and all(
        isinstance(x, (list, tuple)) or (is_a(x, "numpy.ndarray") and x.ndim == 1)
        for x in obj.values()
    )


def are_values(obj: Mapping[Any, Any]) -> bool:
    """Whether every value is a single one, as in a mapping of metrics."""
    return bool(obj) and all(isinstance(x, (str, int, float)) for x in obj.values())


def rows_of(obj: Any) -> Iterable[Sequence[Any]]:
    """The rows of a table, headings first where it has some."""
    if is_a(obj, "numpy.ndarray"):
        return obj.reshape(len(obj), -1).tolist() if obj.size else []
    if isinstance(obj, Mapping):
        return from_columns(obj) if are_columns(obj) else [("name", "value"), *obj.items()]
    if isinstance(obj[0], Mapping):
        headings = list(dict.fromkeys(key for row in obj for key in row))
        return [headings, *([row.get(key, "") for key in headings] for row in obj)]
    return list(obj)


def from_columns(obj: Mapping[Any, Any]) -> Iterable[Sequence[Any]]:
    """A mapping of equally long columns as rows."""
    columns = [x.tolist() if is_a(x, "numpy.ndarray") else x for x in obj.values()]
    if len({len(column) for column in columns}) > 1:
        lengths = ", ".join(f"{key}: {len(x)}" for key, x in zip(obj, columns, strict=True))
        raise SerialisationError(f"the columns of the table differ in length ({lengths})")
    return [list(obj), *zip(*columns, strict=True)]


def delimited(rows: Iterable[Sequence[Any]], mark: str) -> str:
    """The rows as CSV; floats in the shortest form that reads back the same."""
    text = io.StringIO()
    csv.writer(text, delimiter=mark, lineterminator="\n").writerows(rows)
    return text.getvalue()


def load(path: Path, *, headings: bool = True) -> Any:
    """A table as a pandas frame; without pandas, the records of a CSV as dictionaries of text."""
    extension = path.suffix.lower()
    pandas = optional("pandas")
    if extension == ".parquet":
        return need("pandas", f"Loading {path.name}", extra="pandas").read_parquet(path)
    mark = SEPARATORS[extension]
    if pandas is not None:
        return pandas.read_csv(path, sep=mark, header="infer" if headings else None)
    with path.open(encoding="utf-8", newline="") as file:
        return list((csv.DictReader if headings else csv.reader)(file, delimiter=mark))
