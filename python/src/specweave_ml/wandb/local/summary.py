"""``run.summary``: the last value of everything, and what the run sets itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any


class Summary:
    """The summary of a run, or a dict inside it, as items and as attributes."""

    def __init__(
        self,
        read: Callable[[], dict[str, Any]],
        write: Callable[[tuple[str, ...], Any], None],
        remove: Callable[[tuple[str, ...]], None],
        path: tuple[str, ...] = (),
    ) -> None:
        object.__setattr__(self, "_read", read)
        object.__setattr__(self, "_write", write)
        object.__setattr__(self, "_remove", remove)
        object.__setattr__(self, "_path", path)

    def _as_dict(self) -> dict[str, Any]:
        """Return what stands here now."""
        found: Any = self._read()
        for name in self._path:
            found = found.get(name) if isinstance(found, dict) else None
        return found if isinstance(found, dict) else {}

    def keys(self) -> list[str]:
        """Return the names."""
        return list(self._as_dict())

    def values(self) -> list[Any]:
        """Return the values."""
        return [self[key] for key in self.keys()]

    def items(self) -> list[tuple[str, Any]]:
        """Return names and values."""
        return [(key, self[key]) for key in self.keys()]

    def get(self, key: str, default: Any = None) -> Any:
        """Return a value, or the default where there is none."""
        try:
            return self[key]
        except KeyError:
            return default

    def update(self, d: Mapping[str, Any] | None = None, **named: Any) -> None:
        """Set several values."""
        for key, value in {**(d or {}), **named}.items():
            self._write((*self._path, key), value)

    def __getitem__(self, key: str) -> Any:
        found = self._as_dict()[key]
        if not isinstance(found, dict) or "_type" in found:
            return found
        return Summary(self._read, self._write, self._remove, (*self._path, key))

    def __getattr__(self, key: str) -> Any:
        if key.startswith("__"):
            raise AttributeError(key)
        try:
            return self[key]
        except KeyError as error:
            raise AttributeError(f"the summary has no {key!r}") from error

    def __setitem__(self, key: str, value: Any) -> None:
        self._write((*self._path, key), value)

    __setattr__ = __setitem__

    def __delitem__(self, key: str) -> None:
        self._remove((*self._path, key))

    __delattr__ = __delitem__

    def __contains__(self, key: object) -> bool:
        return key in self._as_dict()

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self._as_dict())

    def __eq__(self, other: object) -> bool:
        inside = other._as_dict() if isinstance(other, Summary) else other
        return bool(self._as_dict() == inside)

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return repr(self._as_dict())


def nested(entries: Mapping[str, Any], separated: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """Return the entries as dicts in dicts, for those whose names are known to be paths."""
    found: dict[str, Any] = {}
    for key, value in entries.items():
        *around, last = separated.get(key, (key,))
        place = found
        for name in around:
            inside = place.get(name)
            if not isinstance(inside, dict):
                inside = place[name] = {}
            place = inside
        place[last] = value
    return found


def paths_of(
    row: Mapping[str, Any], around: tuple[str, ...] = ()
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the name of each value inside a dict of a row with its path."""
    for key, value in row.items():
        path = (*around, str(key))
        if isinstance(value, Mapping) and value and "_type" not in value:
            yield from paths_of(value, path)
        elif around:
            yield ".".join(path), path
