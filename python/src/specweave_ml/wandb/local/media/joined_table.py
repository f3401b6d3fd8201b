"""Two tables that belong together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from .run_files import RunFiles
from .table import Table
from .value import WBValue

if TYPE_CHECKING:
    from ..artifacts.artifact import Artifact


class JoinedTable(WBValue):
    """Two tables of an artifact that belong together by the values of a column."""

    _log_type: ClassVar[str] = "joined-table"

    def __init__(self, table1: Any, table2: Any, join_key: str | Sequence[str]) -> None:
        if not isinstance(join_key, str) and len(join_key) != 2:
            raise ValueError("join_key is the name of a column, or a list of two names")
        for table in (table1, table2):
            if not isinstance(table, (str, Table)) and not hasattr(table, "path"):
                raise ValueError(f"a JoinedTable joins tables or their paths, not {table!r}")
        self._tables = (table1, table2)
        self._join_key = join_key

    def for_artifact(self, artifact: Artifact) -> dict[str, Any]:
        """Add the tables to an artifact and return the JSON."""
        paths = []
        for number, table in enumerate(self._tables, 1):
            path = getattr(table, "path", table)
            if isinstance(table, Table):
                path = artifact.add(table, f"t{number}_{table.content_digest()}").path
            paths.append(path)
        return {
            "_type": self._log_type,
            "table1": paths[0],
            "table2": paths[1],
            "join_key": self._join_key,
        }

    def for_run(self, files: RunFiles, key: str, step: int | str) -> dict[str, Any]:
        """Put both tables into the run and return the JSON."""
        if not all(isinstance(table, Table) for table in self._tables):
            raise ValueError("a JoinedTable of paths is added to an artifact, not logged")
        parts = [t.for_run(files, f"{key}_{n}", step) for n, t in enumerate(self._tables, 1)]
        return {
            "_type": self._log_type,
            "table1": parts[0],
            "table2": parts[1],
            "join_key": self._join_key,
        }

    @classmethod
    def from_json(cls, json_obj: dict[str, Any], source_artifact: Artifact) -> JoinedTable:
        """Return the joined tables that an artifact holds as this JSON."""
        first, second = (
            source_artifact.get(json_obj[name]) or json_obj[name] for name in ("table1", "table2")
        )
        return cls(first, second, json_obj["join_key"])
