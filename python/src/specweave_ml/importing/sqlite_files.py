"""Databases of SQLite that other programs own: read without a lock and without a byte written.

SQLite writes beside a database even to read it, where there is a write-ahead log: it makes the
``-shm`` file, and removes both files if it is the last to close. So a database with a log, or with
a journal of a transaction that was cut short, is read from a copy. Another one is opened as one
that nobody changes, and it is said if somebody did.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import quote

from .runs import Faults

MAGIC = b"SQLite format 3\0"
LOGS = ("-wal", "-journal")
TRIES = 5
UNREADABLE = (sqlite3.DatabaseError, UnicodeDecodeError)
"""How damage shows; SQLite quotes damaged names in its messages."""


def is_database(path: str) -> bool:
    """Return whether a file begins as a database of SQLite."""
    try:
        with open(path, "rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


@contextmanager
def opened(path: str, faults: Faults) -> Iterator[sqlite3.Connection]:
    """Give a connection to a database as it is now.

    Raises:
        FormatError: It is no database, or SQLite cannot read what is asked for.
    """
    try:
        with unchecked(path, faults) as connection:
            yield connection
    except UNREADABLE as error:
        raise faults.wrong(path, "", f"SQLite cannot read it: {error}") from error


@contextmanager
def unchecked(path: str, faults: Faults) -> Iterator[sqlite3.Connection]:
    """Give a connection, whose errors are those of SQLite."""
    if not is_database(path):
        raise faults.wrong(path, "byte 0", "it is no database of SQLite")
    logs = [path + ending for ending in LOGS if has_content(path + ending)]
    if not logs:
        before = identity(path)
        with closing(connected(path, "mode=ro&immutable=1", faults)) as connection:
            yield connection
        if identity(path) != before:
            faults.add(
                path, "", "it was written to while it was read; import it again for the rest"
            )
        return
    with tempfile.TemporaryDirectory(prefix="specweave-import-") as folder:
        copy = copied(path, folder)
        with closing(connected(copy, "mode=rw", faults, named=path)) as connection:
            yield connection


def connected(
    path: str, options: str, faults: Faults, named: str | None = None
) -> sqlite3.Connection:
    """Open a database and read its schema."""
    connection = sqlite3.connect(f"file:{quote(os.fsencode(path))}?{options}", uri=True, timeout=0)
    connection.text_factory = text_of
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except UNREADABLE as error:
        connection.close()
        raise faults.wrong(named or path, "byte 0", f"SQLite cannot read it: {error}") from error
    return connection


def text_of(data: bytes) -> str:
    """Return a text of the database; bytes that are none are shown as escapes."""
    return data.decode("utf-8", "backslashreplace")


def copied(path: str, folder: str) -> str:
    """Copy a database with its logs, and return the copy's path.

    Only a checkpoint changes the database itself while a log is there; then it is copied again.
    """
    copy = os.path.join(folder, "copy.db")
    for _ in range(TRIES):
        before = identity(path)
        shutil.copyfile(path, copy)
        for ending in LOGS:
            try:
                shutil.copyfile(path + ending, copy + ending)
            except FileNotFoundError:
                if os.path.exists(copy + ending):
                    os.remove(copy + ending)
        if identity(path) == before:
            break
    return copy


def identity(path: str) -> tuple[int, int, int]:
    """Return what changes when a file is written to."""
    status = os.stat(path)
    return status.st_ino, status.st_size, status.st_mtime_ns


def has_content(path: str) -> bool:
    """Return whether there is a file that is not empty."""
    try:
        return os.path.getsize(path) > 0
    except OSError:
        return False


def columns_in(connection: sqlite3.Connection) -> dict[str, set[str]]:
    """Return the names of the columns of each table."""
    tables = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    ]
    return {
        table: {row[1] for row in connection.execute(f"PRAGMA table_info({quoted(table)})")}
        for table in tables
    }


def quoted(name: str) -> str:
    """Return a name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def tables_of(path: str) -> dict[str, set[str]]:
    """Return the columns of the tables of a database; nothing if it is none. It never raises."""
    if not is_database(path):
        return {}
    try:
        # Nearly always the log says nothing more of the tables, and copies take time.
        with closing(connected(path, "mode=ro&immutable=1", Faults())) as connection:
            found = columns_in(connection)
        if found or not has_content(path + LOGS[0]):
            return found
        with opened(path, Faults()) as connection:
            return columns_in(connection)
    except (sqlite3.Error, OSError, ValueError):
        return {}
