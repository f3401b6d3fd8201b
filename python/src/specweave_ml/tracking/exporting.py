"""Exporting experiments for other programs."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from .._native.increments import IncrementName
from .._native.library import library
from .._native.optional_packages import need
from .._native.text import encoded_json, encoded_path, owned_json
from .._native.warn import warn
from ..errors import InvalidArgumentError
from ..reading.listing import Listing
from ..values.several import several
from .lookup import listing_of

BLOCK = 1 << 16
"""So many rows are in memory at once."""


def export_experiments(
    increment: IncrementName | Iterable[IncrementName] | None = None,
    path: str | os.PathLike[str] | None = None,
    format: str = "csv",
    *,
    fields: str | Iterable[str] | None = None,
    points: bool = False,
    where: str | None = None,
    sort_by: str | None = None,
    descending: bool = False,
    limit: int | None = None,
    children: bool = False,
    archived: bool = False,
    overwrite: bool = False,
) -> str | Path:
    """Export experiments: a table for spreadsheets and programs, TensorBoard or MLflow.

        export_experiments("0042", "experiments.csv")
        export_experiments("0042", "points.parquet", "parquet", points=True)
        export_experiments("0042", "mlruns", "mlflow", children=True)

    A file or folder is built beside its place and is there whole or not at all.

    Args:
        increment: The increment, ``"all"`` or a list, as in `list_experiments`.
        path: The file, which is replaced if it is there; for ``"tensorboard"`` and ``"mlflow"`` a
            folder that is not there yet. None returns the text.
        format: ``"csv"``, ``"json"``, ``"jsonl"``, ``"rows"``, ``"parquet"``, ``"tensorboard"`` or
            ``"mlflow"``; docs/exporting.md describes each.
        fields: The columns of a table, as ``"name,metrics.auc.max,params.lr"``; all without it.
        points: Every point of every metric, a row each, and not a row for each experiment.
        where: Only those that fulfil this condition.
        sort_by: A metric's name, or a field of conditions.
        descending: The largest first.
        limit: The most experiments to export.
        children: Export also those within a sweep or a pipeline.
        archived: Export also those in ``_archive``.
        overwrite: Replace an earlier export in the folder; no other folder ever is.

    Returns:
        The absolute path, or the text.

    Raises:
        InvalidArgumentError: The folder is there already, or the choices do not go together.
        MissingExtraError: Parquet needs pyarrow.
    """
    listing = listing_of(
        increment,
        {
            "where": where,
            "sort_by": sort_by,
            "descending": descending,
            "limit": limit,
            "children": children,
            "archived": archived,
        },
    )
    options: dict[str, Any] = {"format": format, "points": points, "overwrite": overwrite}
    if fields is not None:
        options["fields"] = ",".join(several("fields", fields))
    if format == "parquet":
        if path is None:
            raise InvalidArgumentError("the form 'parquet' is a file; say which one")
        return write_parquet(listing, Path(path).absolute(), {**options, "format": "rows"})
    found = export(listing, path, options)
    return str(found["text"]) if path is None else Path(found["path"])


def export(
    listing: Listing, path: str | os.PathLike[str] | None, options: dict[str, Any]
) -> dict[str, Any]:
    """Let the library export a listing, and warn of what it tells."""
    place = None if path is None else encoded_path(path)
    found: dict[str, Any] = owned_json(
        library().et_listing_export, listing._native, place, encoded_json(options)
    )
    for note in found["notes"]:
        warn(note)
    return found


def write_parquet(listing: Listing, path: Path, options: dict[str, Any]) -> Path:
    """Write the rows of an export as Parquet, each column with its type."""
    arrow = need("pyarrow", "An export as Parquet", extra="parquet")
    parquet = need("pyarrow.parquet", "An export as Parquet", extra="parquet")
    types = {
        "boolean": arrow.bool_(),
        "integer": arrow.int64(),
        "number": arrow.float64(),
        "time": arrow.timestamp("us", tz="UTC"),
        "text": arrow.string(),
        "texts": arrow.list_(arrow.string()),
    }
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        rows, table = Path(folder, "rows"), Path(folder, "table")
        export(listing, rows, options)
        with rows.open(encoding="utf-8") as lines:
            columns = json.loads(next(lines))["columns"]
            schema = arrow.schema([(column["name"], types[column["type"]]) for column in columns])
            readers = [numbers if column["type"] == "number" else list for column in columns]
            with parquet.ParquetWriter(table, schema) as writer:
                for block in blocks_of(lines):
                    values = zip(*block, strict=True)
                    writer.write_table(
                        arrow.Table.from_arrays(
                            [
                                arrow.array(read(column), field.type)
                                for read, column, field in zip(readers, values, schema, strict=True)
                            ],
                            schema=schema,
                        )
                    )
        os.replace(table, path)
    return path


def blocks_of(lines: Iterable[str]) -> Iterator[list[list[Any]]]:
    """Yield the rows of an export, some at a time."""
    rows = map(json.loads, lines)
    while block := list(islice(rows, BLOCK)):
        yield block


def numbers(values: Iterable[Any]) -> list[float | None]:
    """Return the values of a column of numbers; those that JSON cannot write are texts there."""
    return [None if value is None else float(value) for value in values]
