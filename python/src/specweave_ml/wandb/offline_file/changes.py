"""Changes of nested settings, as of the configuration and the summary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Path = tuple[str, ...]
"""The keys that lead to a value."""


def put(tree: dict[str, Any], path: Path, value: Any) -> None:
    """Set a value; a value that stands in the way of its keys is replaced."""
    for key in path[:-1]:
        inner = tree.get(key)
        if not isinstance(inner, dict):
            inner = tree[key] = {}
        tree = inner
    tree[path[-1]] = value


def tree_of(values: Iterable[tuple[Path, Any]]) -> dict[str, Any]:
    """Return the nested dicts that hold the values."""
    tree: dict[str, Any] = {}
    for path, value in values:
        put(tree, path, value)
    return tree


@dataclass(frozen=True)
class Changes:
    """Values that are set and those that are removed, in this order."""

    values: tuple[tuple[Path, Any], ...] = ()
    removed: tuple[Path, ...] = ()

    def apply(self, tree: dict[str, Any]) -> None:
        """Change nested dicts."""
        for path, value in self.values:
            put(tree, path, value)
        for path in self.removed:
            inner: Any = tree
            for key in path[:-1]:
                inner = inner.get(key) if isinstance(inner, dict) else None
            if isinstance(inner, dict):
                inner.pop(path[-1], None)

    def as_dict(self) -> dict[str, Any]:
        """Return the values as nested dicts."""
        return tree_of(self.values)
