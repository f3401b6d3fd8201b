"""Cells and columns of tables: what they are in an artifact, and what they are again."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ...._native.warn import warn
from .column_types import ColumnType
from .json_text import plain
from .value import Media, WBValue

if TYPE_CHECKING:
    from ..artifacts.artifact import Artifact


def any_type() -> Any:
    """Return the ``dtype`` of columns that take everything."""
    return Any


def per_column(value: Any, columns: Sequence[Any]) -> list[Any]:
    """Return a value for each column."""
    return value if isinstance(value, list) else [value] * len(columns)


def heading(column: Any) -> Any:
    """Return the name of a column of pandas."""
    return column if type(column) in (str, int) else str(column)


def is_large_array(kind: ColumnType) -> bool:
    """Return whether a column holds arrays of one shape that is not a short vector."""
    if kind.kind is None or kind.kind["wb_type"] != "ndarray":
        return False
    shape = kind.kind.get("params", {}).get("shape")
    return shape is not None and not (len(shape) == 1 and shape[0] <= 150)


def artifact_cell(value: Any, artifact: Artifact) -> Any:
    """Return a cell as a table in an artifact has it."""
    if isinstance(value, WBValue):
        return value.for_artifact(artifact)
    return plain(value)


def value_of_cell(cell: Any, artifact: Artifact) -> Any:
    """Return the value of a cell of a table in an artifact."""
    if isinstance(cell, dict) and "_type" in cell:
        found = WBValue.init_from_json(cell, artifact)
        if found is None:
            warn(f"a cell of type {cell['_type']!r} is given as its JSON")
            return cell
        return found
    return cell


def allowed(kind: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """Return the types that a column allows."""
    return kind.get("params", {}).get("allowed_types", [kind]) if kind else ()


def moment_of(value: Any) -> Any:
    """Return the time that stands as milliseconds since 1970."""
    if not isinstance(value, (int, float)):
        return value
    return datetime.datetime.fromtimestamp(value / 1000, tz=datetime.timezone.utc)


def comparable(rows: Iterable[Iterable[Any]]) -> list[list[Any]]:
    """Return rows in which media are their digests."""
    return [[cell._sha256 if isinstance(cell, Media) else cell for cell in row] for row in rows]
