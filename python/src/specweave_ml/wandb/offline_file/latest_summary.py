"""The summary as it is after the last change of it, for readers that need nothing in between.

W&B writes the summary again with every row of the history. Here only the last bytes of each key are
kept, and decoded in the end.
"""

from __future__ import annotations

from typing import Any

from .changes import Changes, put
from .items import RowReader, item_of
from .wire import WireError

_ITEM, _KEYS = 1 << 3 | 2, (1 << 3 | 2, 2 << 3 | 2)
_SHORT = 0x7F


class LatestSummary:
    """Takes the changes of a summary as the bytes of their messages."""

    def __init__(self) -> None:
        self.damaged = 0
        """How many values could not be decoded, known when `tree` was called."""
        self._items: dict[bytes, bytes] = {}
        self._tree: dict[str, Any] = {}
        self._reader = RowReader()

    def begin(self, changes: Changes) -> None:
        """Take what the run had in its summary before, as one that is continued has."""
        self._decode()
        changes.apply(self._tree)

    def add(self, data: bytes) -> None:
        """Take a change."""
        items = self._items
        position, size = 0, len(data)
        while position + 1 < size and data[position] == _ITEM and data[position + 1] <= _SHORT:
            start = position + 2
            position = start + data[position + 1]
            behind = start
            while behind + 1 < position and data[behind] in _KEYS and data[behind + 1] <= _SHORT:
                behind += 2 + data[behind + 1]
            if behind == start or behind > position or position > size:
                position = start - 2
                break
            key = data[start:behind]
            # A value that is set again comes after those of the meantime, which may hold it.
            items.pop(key, None)
            items[key] = data[start:position]
        if position < size:
            self._decode()
            self._reader.changes(data[position:]).apply(self._tree)

    def tree(self) -> dict[str, Any]:
        """Return the summary as nested dicts."""
        self._decode()
        return self._tree

    def _decode(self) -> None:
        """Decode what waits."""
        for item in self._items.values():
            try:
                path, value = item_of(item)
            except WireError:
                self.damaged += 1
                continue
            put(self._tree, path, value)
        self._items.clear()
