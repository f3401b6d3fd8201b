"""Values that know what of them was changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any


class Changes(dict[str, Any]):
    """A dict, also with its values as attributes, that knows what was changed."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self._before = deepcopy(dict(values))
        self._store: Callable[[], None] | None = None

    def bind(self, store: Callable[[], None]) -> None:
        """Say what `update` calls to store the changes."""
        self._store = store

    def changes(self) -> dict[str, Any]:
        """Return what is new or has another value now."""
        return {
            key: value
            for key, value in self.items()
            if key not in self._before or not same(self._before[key], value)
        }

    @property
    def removed(self) -> list[str]:
        """The keys that were removed."""
        return [key for key in self._before if key not in self]

    def update(self, *values: Any, **named: Any) -> None:
        """Set values, and store them if this is a summary."""
        super().update(*values, **named)
        if self._store is not None:
            self._store()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self:
            raise AttributeError(name)
        return self[name]


def same(one: Any, other: Any) -> bool:
    """Return whether two values are the same; NaN is the same as NaN."""
    return type(one) is type(other) and (bool(one == other) or (one != one and other != other))
