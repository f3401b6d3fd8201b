"""Tables: rows of numbers, text, media, lists and arrays under the names of columns."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from ...._native.optional_packages import is_a, need, pandas
from .column_types import ColumnType, of_dtype
from .json_text import json_bytes, plain
from .run_files import RunFiles
from .table_cells import (
    allowed,
    any_type,
    artifact_cell,
    comparable,
    heading,
    is_large_array,
    moment_of,
    per_column,
    value_of_cell,
)
from .value import Media, WBValue, safe_key

if TYPE_CHECKING:
    from ..artifacts.artifact import Artifact

LOG_MODES = ("IMMUTABLE", "MUTABLE", "INCREMENTAL")
USUAL_COLUMNS = ("Input", "Output", "Expected")


class RowIndex(int):
    """The number of a row, which knows its table."""

    _table: Table

    @classmethod
    def of(cls, table: Table, number: int) -> RowIndex:
        """Return the index of a row."""
        index = cls(number)
        index._table = table
        return index

    def get_row(self) -> dict[Any, Any]:
        """Return the row as a dict."""
        return dict(zip(self._table.columns, self._table.data[self], strict=True))


class Table(Media):
    """Rows under the names of columns; cells are numbers, text, media, lists, dicts or arrays.

    All rows are kept, however many they are. With ``log_mode="IMMUTABLE"`` a table that was logged
    stays as it was then; "MUTABLE" logs it anew after a change; "INCREMENTAL" logs the rows that
    are new since the last time.
    """

    MAX_ROWS = 10_000
    MAX_ARTIFACT_ROWS = 200_000
    _log_type: ClassVar[str] = "table"
    folder: ClassVar[str] = "media/table"
    kind: ClassVar[str] = "table"

    def __init__(
        self,
        columns: Sequence[Any] | None = None,
        data: Any = None,
        rows: Any = None,
        dataframe: Any = None,
        dtype: Any = None,
        optional: bool | Sequence[bool] = True,
        allow_mixed_types: bool = False,
        log_mode: str | None = "IMMUTABLE",
    ) -> None:
        super().__init__()
        if log_mode not in LOG_MODES:
            raise ValueError(f"log_mode is one of {', '.join(LOG_MODES)}, not {log_mode!r}")
        self.log_mode = log_mode
        self.data: list[list[Any]] = []
        self._logged_rows = 0
        self._increments: list[str] = []
        if is_a(data, "pandas.DataFrame", "pandas.core.frame.DataFrame"):
            dataframe, data = data, None
        if dataframe is not None:
            columns = [heading(column) for column in dataframe.columns]
            data = list(dataframe.itertuples(index=False, name=None))
        self.columns: list[Any] = list(USUAL_COLUMNS if columns is None else columns)
        if not all(type(column) in (str, int) for column in self.columns):
            raise AssertionError(f"columns are text or integers, not {self.columns!r}")
        types = per_column(any_type() if allow_mixed_types else dtype, self.columns)
        options = per_column(optional, self.columns)
        self._column_types: dict[Any, ColumnType] = {
            column: of_dtype(kind, bool(may))
            for column, kind, may in zip(self.columns, types, options, strict=False)
        }
        for row in (rows or ()) if data is None else data:
            self.add_data(*row)
        self._bound = None

    def add_data(self, *data: Any) -> None:
        """Add a row.

        Raises:
            ValueError: It has another number of values than there are columns.
            TypeError: A value is of another type than those above it.
        """
        if len(data) != len(self.columns):
            raise ValueError(
                f"This table expects {len(self.columns)} columns: {self.columns}, found {len(data)}"
            )
        types = dict(self._column_types)
        for column, value in zip(self.columns, data, strict=True):
            types[column] = self._fitting(column, types[column], value)
        self._column_types = types
        self.data.append(list(data))
        self._changed()

    def _fitting(self, column: Any, kind: ColumnType, value: Any) -> ColumnType:
        """Return the type of a column with one more value."""
        found = kind.with_value(value)
        if found is None:
            raise TypeError(
                f"Data row contained incompatible types: {value!r} is not {kind}, as the column "
                f"{column!r} is; Table(allow_mixed_types=True) takes values of all types"
            )
        return found

    def add_row(self, *row: Any) -> None:
        """Add a row, as `add_data`."""
        self.add_data(*row)

    def add_column(self, name: str, data: Any, optional: bool = False) -> None:
        """Add a column with a value for each row."""
        if not isinstance(name, str) or name in self.columns:
            raise AssertionError(f"a column has a name that is new, not {name!r}")
        if self.log_mode == "INCREMENTAL":
            raise ValueError("a table with log_mode='INCREMENTAL' gets rows, not columns")
        values = list(data)
        if self.columns and len(values) != len(self.data):
            raise AssertionError(f"Expected length {len(self.data)}, found {len(values)}")
        kind = ColumnType(optional=optional)
        for value in values:
            kind = self._fitting(name, kind, value)
        if not self.columns:
            self.data = [[] for _ in values]
        for row, value in zip(self.data, values, strict=True):
            row.append(value)
        self.columns.append(name)
        self._column_types[name] = kind
        self._changed()

    def add_computed_columns(self, fn: Callable[[int, dict[Any, Any]], dict[str, Any]]) -> None:
        """Add columns that a function makes of the number of a row and the row as a dict."""
        found: dict[str, list[Any]] = {}
        for index, row in self.iterrows():
            for name, value in fn(index, dict(zip(self.columns, row, strict=True))).items():
                found.setdefault(name, []).append(value)
        for name, values in found.items():
            self.add_column(name, values)

    def cast(self, col_name: Any, dtype: Any, optional: bool = False) -> None:
        """Say of which type a column is.

        Raises:
            TypeError: Some of its values are not.
        """
        if col_name not in self.columns:
            raise AssertionError(f"there is no column {col_name!r}; there are {self.columns}")
        kind = of_dtype(dtype, optional)
        for value in self.get_column(col_name):
            kind = self._fitting(col_name, kind, value)
        self._column_types[col_name] = kind
        self._changed()

    def _changed(self) -> None:
        if self.log_mode == "MUTABLE":
            self._bound = None

    def get_column(self, name: Any, convert_to: str | None = None) -> Any:
        """Return a column as a list, or as an array with ``convert_to="numpy"``."""
        if name not in self.columns:
            raise AssertionError(f"there is no column {name!r}; there are {self.columns}")
        place = self.columns.index(name)
        values = [row[place] for row in self.data]
        if convert_to is None:
            return values
        if convert_to != "numpy":
            raise AssertionError(f"convert_to is 'numpy' or None, not {convert_to!r}")
        plainly = [v.to_data_array() if isinstance(v, WBValue) else v for v in values]
        return need("numpy", "Table.get_column(convert_to='numpy')", extra="numpy").array(plainly)

    def get_index(self) -> list[RowIndex]:
        """Return the numbers of the rows; in other tables they are links."""
        return [RowIndex.of(self, number) for number in range(len(self.data))]

    def index_ref(self, index: int) -> RowIndex:
        """Return the number of a row, as a link."""
        return RowIndex.of(self, range(len(self.data))[index])

    def iterrows(self) -> Iterator[tuple[RowIndex, list[Any]]]:
        """Yield the number and the values of each row."""
        for number, row in enumerate(self.data):
            yield RowIndex.of(self, number), row

    def get_dataframe(self) -> Any:
        """Return the table as a DataFrame of pandas."""
        frames = pandas("Table.get_dataframe()")
        return frames.DataFrame.from_records(self.data, columns=self.columns)

    def content_digest(self) -> str:
        """Return a short digest of the columns and rows."""
        content = json_bytes([self.columns, comparable(self.data)])
        return hashlib.sha256(content).hexdigest()[:12]

    def has_been_logged(self) -> bool:
        """Return whether it was logged."""
        return self._bound is not None

    def for_run(self, files: RunFiles, key: str, step: int | str) -> dict[str, Any]:
        """Put the rows, and the media among them, into the run and return the JSON."""
        incremental = self.log_mode == "INCREMENTAL"
        if self._bound is not None and self._bound[0] is files and not incremental:
            return {**self._bound[1], "nrows": len(self.data)}
        rows = self.data[self._logged_rows :] if incremental else self.data
        cells = [[self._cell(files, key, step, value) for value in row] for row in rows]
        content = json_bytes({"columns": self.columns, "data": cells})
        self._set_bytes(content, ".table.json")
        found = super().for_run(files, key, step)
        found |= {
            "_type": "incremental-table-file" if incremental else "table-file",
            "ncols": len(self.columns),
            "nrows": len(self.data),
            "log_mode": self.log_mode,
        }
        found |= files.table_artifact(self, safe_key(key))
        if incremental:
            found["increment_num"] = len(self._increments)
            found["previous_increments_paths"] = list(self._increments)
            self._increments.append(found["path"])
            self._logged_rows = len(self.data)
        self._bound = (files, found)
        return found

    def _cell(self, files: RunFiles, key: str, step: int | str, value: Any) -> Any:
        """Return a cell as the run's file has it."""
        if isinstance(value, WBValue):
            return value.for_run(files, key, step)
        return value

    def for_artifact(self, artifact: Artifact) -> dict[str, Any]:
        """Add what is in the cells to an artifact and return the JSON of the table."""
        apart = {
            place: self._array_file(artifact, column)
            for place, column in enumerate(self.columns)
            if is_large_array(self._column_types[column])
        }
        cells = [
            [None if place in apart else artifact_cell(v, artifact) for place, v in enumerate(row)]
            for row in self.data
        ]
        types = {str(column): self._type_json(column, apart) for column in self.columns}
        return {
            "_type": self._log_type,
            "columns": self.columns,
            "data": cells,
            "ncols": len(self.columns),
            "nrows": len(cells),
            "column_types": {"wb_type": "typedDict", "params": {"type_map": types}},
            "log_mode": self.log_mode,
        }

    def _type_json(self, column: Any, apart: dict[int, dict[str, str]]) -> dict[str, Any]:
        """Return the type of a column, with the file that its arrays are in."""
        kind = self._column_types[column]
        place = self.columns.index(column)
        if place in apart and kind.kind is not None:
            params = {**kind.kind["params"], "serialization_path": apart[place]}
            return ColumnType({"wb_type": "ndarray", "params": params}, kind.optional).json()
        return kind.json()

    def _array_file(self, artifact: Artifact, column: Any) -> dict[str, str]:
        """Add a column of arrays to an artifact as a file of numpy."""
        numpy = need("numpy", "A table with arrays", extra="numpy")
        content = io.BytesIO()
        numpy.savez_compressed(content, **{str(column): numpy.array(self.get_column(column))})
        name = hashlib.sha256(content.getvalue()).hexdigest()[:20]
        path = f"media/serialized_data/{name}.npz"
        artifact.add_bytes(content.getvalue(), path)
        return {"path": path, "key": str(column)}

    @classmethod
    def from_json(cls, json_obj: dict[str, Any], source_artifact: Artifact) -> Table:
        """Return the table that an artifact holds as this JSON."""
        columns = json_obj["columns"]
        types = json_obj.get("column_types", {}).get("params", {}).get("type_map", {})
        loaded: dict[int, Any] = {}
        times: set[int] = set()
        for place, column in enumerate(columns):
            for kind in allowed(types.get(str(column), {})):
                stored = kind.get("params", {}).get("serialization_path")
                if stored:
                    path = source_artifact.get_entry(stored["path"]).download()
                    numpy = need("numpy", "A table with arrays", extra="numpy")
                    loaded[place] = numpy.load(path, allow_pickle=False)[stored["key"]]
                if kind.get("wb_type") == "timestamp":
                    times.add(place)
        rows = []
        for number, cells in enumerate(json_obj["data"]):
            row = [value_of_cell(cell, source_artifact) for cell in cells]
            for place, arrays in loaded.items():
                row[place] = arrays[number]
            for place in times:
                row[place] = moment_of(row[place])
            rows.append(row)
        mode = json_obj.get("log_mode") or "IMMUTABLE"
        return cls(columns=columns, data=rows, allow_mixed_types=True, log_mode=mode)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Table)
            and self.columns == other.columns
            and plain(comparable(self.data)) == plain(comparable(other.data))
        )

    __hash__ = WBValue.__hash__

    def __repr__(self) -> str:
        return f"<Table of {len(self.data)} rows: {', '.join(map(str, self.columns))}>"


class EvalTable(Table):
    """A table of what a model answered: the columns of inputs, outputs and scores."""

    _log_type: ClassVar[str] = "table"
