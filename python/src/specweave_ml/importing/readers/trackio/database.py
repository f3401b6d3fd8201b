"""Trackio's database of a project, of any age: the rows of each run."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from typing import Any, NamedTuple

NEEDED = {"run_name", "step", "metrics", "timestamp"}
"""The columns of the table `metrics` since the first version."""
OTHERS = frozenset(
    ("configs", "system_metrics", "alerts", "artifacts", "traces", "project_metadata")
)
"""One of these is beside it, but in the very first versions."""
SCHEMA = 2
"""The newest schema that is known."""


class Key(NamedTuple):
    """What tells runs of a project apart; before 0.24 only the name did."""

    identity: str
    name: str


class Rows:
    """The rows of one database."""

    def __init__(self, connection: sqlite3.Connection, columns: dict[str, set[str]]) -> None:
        self.connection = connection
        self.columns = columns
        self.version = int(connection.execute("PRAGMA user_version").fetchone()[0])

    def has(self, table: str, *columns: str) -> bool:
        """Return whether there is a table with these columns."""
        return set(columns) <= self.columns.get(table, set()) if columns else table in self.columns

    def keys(self) -> list[Key]:
        """Return the runs, in the order in which they are met first."""
        found: dict[str, Key] = {}
        for table in ("configs", "metrics", "system_metrics", "alerts"):
            if not self.has(table, "run_name"):
                continue
            identity = "run_id" if self.has(table, "run_id") else "run_name"
            rows = self.connection.execute(
                f"SELECT {identity}, run_name, min(rowid) FROM {table} "  # noqa: S608 - own names
                f"GROUP BY 1 ORDER BY 3"
            )
            for run, name, _ in rows:
                text = str(run if run is not None else name)
                found.setdefault(text, Key(text, str(name)))
        return list(found.values())

    def of(self, table: str, key: Key, *wanted: str) -> Iterator[tuple[Any, ...]]:
        """Yield columns of the rows of a run in the order of their numbers, which come first.

        A column that this database does not have is NULL.
        """
        if not self.has(table, "run_name"):
            return
        there = self.columns[table]
        columns = ", ".join(name if name in there else "NULL" for name in wanted)
        condition, values = ("run_name = ?", (key.name,))
        if "run_id" in there:
            condition = "run_id = ? OR (run_id IS NULL AND run_name = ?)"
            values = (key.identity, key.name)  # type: ignore[assignment]
        yield from self.connection.execute(
            f"SELECT rowid, {columns} FROM {table} WHERE {condition} "  # noqa: S608
            f"ORDER BY rowid",
            values,
        )

    def artifacts(self, key: Key) -> Iterator[tuple[Any, ...]]:
        """Yield the versions of artifacts that a run has made or used.

        Name, type, description, version, manifest, metadata, time, "output" or "input", aliases.
        """
        if not (self.has("artifacts") and self.has("artifact_versions", "producer_run_name")):
            return
        links = (
            "(SELECT min(direction) FROM run_artifact_links l WHERE l.artifact_version_id = v.id "
            "AND (l.run_id = :run OR (l.run_id IS NULL AND l.run_name = :name)))"
            if self.has("run_artifact_links", "run_id", "run_name", "direction")
            else "NULL"
        )
        aliases = (
            "(SELECT group_concat(alias, char(10)) FROM artifact_aliases s "
            "WHERE s.artifact_version_id = v.id)"
            if self.has("artifact_aliases", "alias", "artifact_version_id")
            else "NULL"
        )
        yield from self.connection.execute(
            "SELECT a.name, a.type, a.description, v.version, v.manifest, v.metadata, "  # noqa: S608
            f"v.created_at, CASE WHEN v.producer_run_id = :run OR (v.producer_run_id IS NULL AND "
            f"v.producer_run_name = :name) THEN 'output' ELSE {links} END AS direction, {aliases} "
            "FROM artifact_versions v JOIN artifacts a ON a.id = v.artifact_id "
            "WHERE direction IS NOT NULL ORDER BY a.id, v.version",
            {"run": key.identity, "name": key.name},
        )


def is_project(columns: dict[str, set[str]]) -> bool:
    """Return whether tables are those of a project of Trackio."""
    metrics = columns.get("metrics", set())
    return metrics >= NEEDED and (bool(OTHERS & columns.keys()) or metrics <= NEEDED | {"id"})


def canonical(project: str) -> str:
    """Return what Trackio calls the files of a project."""
    kept = "".join(c for c in project if c.isalnum() or c in ("-", "_")).rstrip()
    return kept or "default"


def blob(folder: str, project: str, digest: str) -> str:
    """Return where Trackio keeps content by its SHA-256."""
    place = os.path.join(folder, "artifacts", canonical(project), "blobs", "sha256")
    return os.path.join(place, digest[:2], digest)
