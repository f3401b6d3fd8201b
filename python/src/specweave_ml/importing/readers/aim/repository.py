"""An Aim repository, opened through Aim's own package on a copy.

Aim writes to what it opens, also only to read it: it recovers logs, builds an index, takes locks.
So it is given a copy, in which the tables of RocksDB, which are never changed, are hard links where
the file system allows it. Of the package only what reads one run's trees is used; the index, which
`aim up` makes, need not be there.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, NamedTuple

from ...._native.optional_packages import need
from ...runs import Faults
from ...sqlite_files import columns_in, opened

FOLDER = ".aim"
DATABASE = "run_metadata.sqlite"
IMMUTABLE = (".sst",)


class Properties(NamedTuple):
    """What the database says of a run."""

    hash: str
    name: str | None = None
    description: str | None = None
    is_archived: bool = False
    created: str | None = None
    finalized: str | None = None
    experiment: str | None = None


@dataclass
class Details:
    """What other tables say of a run."""

    tags: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Sequence(NamedTuple):
    """What was tracked under one name in one context."""

    name: str
    context: dict[str, Any]
    kind: str
    rows: list[tuple[int, Any, Any, Any]]
    """Step, value, epoch and time, in the order of the steps."""


def home_of(path: str) -> str | None:
    """Return the folder ``.aim`` that a path is, or that is in it; None if there is none."""
    for folder in (path, os.path.join(path, FOLDER)):
        if os.path.basename(os.path.abspath(folder)) == FOLDER and os.path.isfile(
            os.path.join(folder, DATABASE)
        ):
            return folder
    return None


def properties_in(home: str, faults: Faults) -> tuple[list[Properties], dict[str, Details]]:
    """Return the runs of a repository in the order in which they were made, and their details."""
    path = os.path.join(home, DATABASE)
    details: dict[str, Details] = {}
    with opened(path, faults) as connection:
        columns = columns_in(connection)
        if not {"hash", "name"} <= columns.get("run", set()):
            raise faults.wrong(path, "", "it is no database of Aim: it has no table of runs")
        wanted = ["r.hash"]
        for name in ("name", "description", "is_archived", "created_at", "finalized_at"):
            wanted.append(f"r.{name}" if name in columns["run"] else "NULL")
        found = [
            Properties(str(row[0]), row[1], row[2], bool(row[3]), row[4], row[5], row[6])
            for row in connection.execute(
                f"SELECT {', '.join(wanted)}, e.name FROM run r "  # noqa: S608 - own names
                "LEFT JOIN experiment e ON e.id = r.experiment_id ORDER BY r.id"
            )
        ]
        for run, tag in connection.execute(
            "SELECT r.hash, t.name FROM run_tag rt JOIN run r ON r.id = rt.run_id "
            "JOIN tag t ON t.id = rt.tag_id ORDER BY t.id"
        ):
            details.setdefault(str(run), Details()).tags.append(str(tag))
        if "content" in columns.get("note", set()):
            for run, text in connection.execute(
                "SELECT r.hash, n.content FROM note n JOIN run r ON r.id = n.run_id ORDER BY n.id"
            ):
                details.setdefault(str(run), Details()).notes.append(str(text))
    return found, details


@contextmanager
def aim_of(home: str) -> Iterator[Any]:
    """Give Aim's `Repo` of a copy."""
    aim = need("aim", f"the import of {home}", extra="aim")
    with tempfile.TemporaryDirectory(prefix="specweave-import-") as folder:
        copied(home, os.path.join(folder, FOLDER))
        before = set(map(id, cleaner()._finalizers))
        try:
            with closing(aim.Repo(folder)) as repository:
                yield repository
        finally:
            finish(before)


def copied(source: str, target: str) -> None:
    """Copy a repository; what never changes is linked."""

    def copy(one: str, other: str) -> str:
        if one.endswith(IMMUTABLE):
            with suppress(OSError):
                os.link(one, other)
                return other
        # A file that a running program has removed meanwhile is not missed.
        with suppress(FileNotFoundError):
            shutil.copyfile(one, other)
        return other

    shutil.copytree(source, target, copy_function=copy, symlinks=True)


def cleaner() -> Any:
    """Return the class by which Aim closes at the end of the program what is still open."""
    return import_module("aim.ext.cleanup").AutoClean


def finish(before: set[int]) -> None:
    """Close what Aim would close when the program ends: since Python 3.12 it cannot do so then.

    What the program itself has opened with Aim before stays open.
    """
    auto_clean = cleaner()
    for instance, (_, finalizer) in list(auto_clean._finalizers.items()):
        if id(instance) not in before:
            finalizer()
            auto_clean._finalizers.pop(instance, None)
    if not before:
        atexit.unregister(auto_clean.cleanup)
        auto_clean._registered_with_atexit = False


def attributes_of(repository: Any, run: str) -> dict[str, Any]:
    """Return what is recorded of a run beside sequences; nothing if there is nothing."""
    tree = repository.request_tree("meta", run, read_only=True).subtree(("meta", "chunks", run))
    try:
        found = tree.collect()
    except KeyError:
        return {}
    return found if isinstance(found, dict) else {}


def sequences_of(repository: Any, run: str, meta: dict[str, Any]) -> Iterator[Sequence]:
    """Yield the sequences of a run."""
    top = repository.request_tree("seqs", run, read_only=True).subtree("seqs")
    contexts = meta.get("contexts", {})
    for number, names in meta.get("traces", {}).items():
        for name, known in names.items():
            version = known.get("version", 1)
            head = ("chunks", run) if version == 1 else (f"v{version}", "chunks", run)
            tree = top.subtree((*head, number, name))
            columns: dict[str, dict[int, Any]] = {
                column: dict(zip(*tree.array(column).sparse_list(), strict=True))
                for column in ("val", "step", "epoch", "time")
            }
            rows = [
                (
                    int(columns["step"].get(place, place)),
                    value,
                    columns["epoch"].get(place),
                    columns["time"].get(place),
                )
                for place, value in columns["val"].items()
            ]
            rows.sort(key=lambda row: row[0])
            context = contexts.get(number) or {}
            yield Sequence(str(name), dict(context), str(known.get("dtype", "float")), rows)
