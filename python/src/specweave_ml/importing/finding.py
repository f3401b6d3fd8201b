"""Finding what can be imported in a project."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..errors import TrackingError
from .kinds import KINDS, Kind
from .runs import Survey

NOT_LOOKED_INTO = frozenset((
    ".git", ".hg", ".svn", ".specweave", ".venv", "venv", "node_modules", "__pycache__", ".tox",
    ".mypy_cache", ".ruff_cache", ".pytest_cache", "site-packages", ".dvc", ".trash",
))  # fmt: skip
DEEPEST = 8
"""Folders that are deeper in a project are not looked into."""


@dataclass(frozen=True)
class ForeignSource:
    """Something that `import_experiments` takes."""

    path: str
    kind: str
    tool: str
    runs: int | None
    """How many runs it seems to have; None where only reading all of it would say that."""
    points: int | None
    """How many points, where that is known without reading them."""
    size: int
    """How many bytes."""
    problem: str = ""
    """Why it cannot be surveyed."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return dict(vars(self))


def find_foreign_experiments(directory: str | os.PathLike[str] = ".") -> list[ForeignSource]:
    """Find what `import_experiments` could bring from a folder and those inside it.

    Stores of this package, version control, environments and caches are not looked into. Nothing is
    imported or changed.

    Args:
        directory: The folder, usually the project's.

    Returns:
        What was found, in the order of the paths.

    Example:
        >>> [source.path for source in find_foreign_experiments(".")]
        ['mlruns', 'wandb/offline-run-20261128_101500-x1']
    """
    top = os.fspath(directory)
    found = [surveyed(path, kind) for path, kind in found_below(top, 0)]
    # Beside a database MLflow makes a folder for its artifacts that looks like a store.
    return [source for source in found if source.runs != 0]


def found_below(folder: str, depth: int) -> Iterator[tuple[str, Kind]]:
    """Yield the sources in a folder; a source is not looked into for others."""
    kind = detected(folder)
    if kind is not None:
        yield folder, kind
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        path = entry.name if folder == "." else entry.path
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in NOT_LOOKED_INTO and depth < DEEPEST:
                yield from found_below(path, depth + 1)
        elif entry.is_file(follow_symlinks=False):
            kind = detected(path)
            if kind is not None:
                yield path, kind


def detected(path: str) -> Kind | None:
    """Return the kind that a file or folder is."""
    return next((kind for kind in KINDS if kind.reader.detect(path)), None)


def surveyed(path: str, kind: Kind) -> ForeignSource:
    """Return what a source seems to hold."""
    problem = ""
    try:
        survey = kind.reader.survey(path)
    except (TrackingError, ImportError, OSError, ValueError) as error:
        survey, problem = Survey(None), str(error)
    return ForeignSource(
        path, kind.name, kind.tool, survey.runs, survey.points, size_of(path), problem
    )


def size_of(path: str) -> int:
    """Return how many bytes a file, or all files in a folder, have."""
    if not os.path.isdir(path):
        return os.path.getsize(path)
    total = 0
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                total += os.lstat(os.path.join(folder, name)).st_size
            except OSError:
                continue
    return total
