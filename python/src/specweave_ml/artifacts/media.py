"""The form of what `log_text`, `log_table` and `log_figure` save, where the name has no ending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from .._native.optional_packages import is_a, type_name
from ..display.text import count
from ..errors import SerialisationError
from . import figures, files, frames, structured, tables, text
from .encoding import Details, Encoding, Encodings

USUAL = {"text": (".txt",), "table": (".csv", ".parquet"), "figure": (".png", ".html")}
"""The ending of a name that has none: the first that the object can have."""


def form(kind: str, name: str, content: Any, columns: Sequence[str] | None) -> tuple[str, Encoding]:
    """Return the path without the step, and how the object is written there."""
    if kind == "text":
        path = name if files.extension(name) else name + USUAL[kind][0]
        if not files.for_text_only(path):
            raise SerialisationError(f"{path} is not a text file; choose a name such as {name}.txt")
        return path, text.content(content)
    choices = figure_forms(content) if kind == "figure" else table_forms(content, columns)
    wanted = files.extension(name)
    if wanted in choices:
        return name, choices[wanted]
    if not choices:
        raise SerialisationError(f"a {type_name(content)} is not a {kind}")
    if wanted in every_ending():
        raise SerialisationError(
            f"a {type_name(content)} cannot be saved as {wanted}; choose one of "
            f"{', '.join(choices)}"
        )
    # "loss.v2" has no ending either.
    explored = kind == "figure" and ".html" in choices
    first = (".html",) if explored else USUAL[kind]
    usual = next(ending for ending in (*first, *choices) if ending in choices)
    return name + usual, choices[usual]


def every_ending() -> frozenset[str]:
    """Return the endings that say what a file is; any other belongs to the name."""
    own = (*tables.SEPARATORS, ".json", ".jsonl", ".yaml", ".yml", *figures.DRAWN)
    return frozenset((*own, *text.EXTENSIONS, *text.BINARY))


def figure_forms(content: Any) -> Encodings:
    """Return how a figure can be saved; of plotly first what needs no further package."""
    found = figures.encodings(content)
    if ".html" in found:
        return {ending: found[ending] for ending in (".html", *found)}
    return found


def table_forms(content: Any, columns: Sequence[str] | None) -> Encodings:
    """Return how a table can be saved."""
    table = with_headings(content, columns) if columns is not None else plain(content)
    found = {**structured_forms(table, columns), **tables.encodings(table)}
    if is_a(table, "pandas.DataFrame", "pandas.Series", "polars.DataFrame", "polars.Series"):
        return found
    return {ending: as_frame(encoding, columns) for ending, encoding in found.items()}


def structured_forms(table: Any, columns: Sequence[str] | None) -> Encodings:
    """Return JSON and JSON Lines of a table that is not a frame: an object or list a row."""
    if columns is not None:
        rows: Any = [dict(zip(table[0], row, strict=True)) for row in table[1:]]
    elif isinstance(table, Mapping) and frames.are_columns(table):
        rows = [dict(zip(table, row, strict=False)) for row in zip(*table.values(), strict=False)]
    elif isinstance(table, Mapping):
        rows = [{"name": name, "value": value} for name, value in table.items()]
    else:
        rows = table.tolist() if is_a(table, "numpy.ndarray") else table
    forms = structured.encodings(rows) if tables.is_table(table) else {}
    return {ending: forms[ending] for ending in (".json", ".jsonl") if ending in forms}


def as_frame(encoding: Encoding, columns: Sequence[str] | None) -> Encoding:
    """Return the same file, recorded as a table and not as the lists it was made of."""

    def write(path: Path) -> Details | None:
        details = encoding.write(path)
        if details is None or "headings" not in details:
            return details
        return {"headings": details["headings"] if columns is None else 1}

    return replace(encoding, write=write)


def plain(content: Any) -> Any:
    """Return the table with its columns as lists, whatever sequences they are."""
    if isinstance(content, Mapping) and content:
        sequences = {key: as_list(value) for key, value in content.items()}
        if all(isinstance(value, list) for value in sequences.values()):
            return sequences
        return {key: as_scalar(value) for key, value in content.items()}
    return content


def with_headings(content: Any, columns: Sequence[str]) -> Any:
    """Return rows or an array with the given headings."""
    headings = [str(column) for column in columns]
    if is_a(content, "numpy.ndarray"):
        content = content.reshape(len(content), -1).tolist() if content.size else []
    if not isinstance(content, (list, tuple)) or any(isinstance(row, Mapping) for row in content):
        raise SerialisationError(
            f"columns are for rows and arrays without headings of their own, not for a "
            f"{type_name(content)}"
        )
    rows = [list(row) if isinstance(row, (list, tuple)) else [row] for row in content]
    wrong = next((row for row in rows if len(row) != len(headings)), None)
    if wrong is not None:
        raise SerialisationError(
            f"columns names {count(len(headings), 'column')}, but a row has "
            f"{count(len(wrong), 'value')}"
        )
    return [headings, *rows]


def as_list(column: Any) -> Any:
    """Return a column as a list; anything else as it is."""
    if isinstance(column, (list, tuple, range)):
        return list(column)
    if getattr(column, "ndim", None) == 1 and callable(getattr(column, "tolist", None)):
        return column.tolist()
    return column


def as_scalar(value: Any) -> Any:
    """Return a single value as Python's own."""
    if getattr(value, "ndim", None) == 0 and callable(getattr(value, "item", None)):
        return value.item()
    return value
