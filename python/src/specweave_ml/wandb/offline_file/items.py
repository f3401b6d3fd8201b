"""The items of rows, settings and measurements: keys, and a value as JSON text.

Rows of the history are most of a file, so their usual form is read without detours.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .changes import Changes, Path, put
from .records import HistoryRow
from .wire import WireError, content, double, fields, signed, text, unsigned, varint, zigzag

KEY, NESTED_KEY, NONE, BOOLEAN, INTEGER, NUMBER, TEXT, JSON = 1, 2, 3, 4, 5, 6, 7, 8
VALUE_JSON = 16

_ROW_ITEM, _ROW_STEP = 1, 2
_TAG_ITEM = _ROW_ITEM << 3 | 2
_TAGS_KEY = (KEY << 3 | 2, NESTED_KEY << 3 | 2)
_TAG_VALUE, _TAG_VALUE_END = VALUE_JSON << 3 & 0x7F | 2 | 0x80, VALUE_JSON >> 4
_SHORT = 0x7F
_BEFORE_VALUE = 3
"""How many bytes stand between the text of a key and that of a short value."""
_CHANGED, _REMOVED = 1, 2
_FRAMES = 5
"""How many bytes the smallest item of a key and a value has, without both."""
MOST_NAMES = 10_000

_scan_json: Callable[[str, int], tuple[Any, int]] = vars(json.JSONDecoder())["scan_once"]


def json_of(data: bytes) -> Any:
    """Return the value of JSON text, which may be NaN or infinite.

    Raises:
        WireError: It is no JSON, or deeper than Python reads.
    """
    try:
        written = data.decode("utf-8", "backslashreplace")
        try:
            value, end = _scan_json(written, 0)
        except StopIteration:
            return json.loads(written)
        return value if end == len(written) else json.loads(written)
    except RecursionError:
        raise WireError("a value of JSON that is nested too deeply") from None
    except ValueError as error:
        raise WireError(f"a value that is no JSON: {error}") from None


def item_of(data: bytes) -> tuple[Path, Any]:
    """Return the keys and the value of an item."""
    key: tuple[str, ...] = ("",)
    nested: list[str] = []
    value: Any = None
    read = False
    for number, found in fields(data):
        if number == KEY:
            key = (text(found),)
        elif number == NESTED_KEY:
            nested.append(text(found))
        elif number == VALUE_JSON:
            value, read = json_of(content(found)), True
        elif not read and NONE <= number <= JSON:
            value = typed_value(number, found)
    return tuple(nested) or key, value


def typed_value(number: int, found: int | bytes) -> Any:
    """Return the value of an item that is not written as JSON."""
    if number == BOOLEAN:
        return bool(unsigned(found))
    if number == INTEGER:
        return zigzag(found)
    if number == NUMBER:
        return double(found)
    if number == TEXT:
        return text(found)
    return json_of(content(found)) if number == JSON else None


class RowReader:
    """Reads rows of the history; it knows the names that it has met."""

    def __init__(self) -> None:
        self._names: dict[bytes, str] = {}
        self._paths: dict[bytes, Path] = {}

    def row(self, data: bytes) -> HistoryRow:
        """Return the row that a message holds.

        Raises:
            WireError: It holds none.
        """
        values: dict[str, Any] = {}
        names = self._names
        position = 0
        size = len(data)
        while position + 1 < size and data[position] == _TAG_ITEM:
            length = data[position + 1]
            start = position + 2
            if length > _SHORT:
                length, start = varint(data, position + 1)
            position = start + length
            if position > size:
                raise WireError("a value that is longer than its row")
            value_at = short_value(data, start, position)
            if value_at:
                key = data[start + 2 : value_at - _BEFORE_VALUE]
                name = names.get(key)
                values[self._name(key) if name is None else name] = json_of(data[value_at:position])
                continue
            path, value = item_of(data[start:position])
            put(values, path, value)
        step: int | None = None
        for number, found in fields(data[position:]):
            if number == _ROW_ITEM:
                path, value = item_of(content(found))
                put(values, path, value)
            elif number == _ROW_STEP:
                step = step_of(content(found))
        if step is None:
            named = values.get("_step")
            step = named if isinstance(named, int) else None
        return HistoryRow(step, values)

    def changes(self, data: bytes) -> Changes:
        """Return the changes that a message of the configuration or the summary holds."""
        values: list[tuple[Path, Any]] = []
        removed: list[Path] = []
        for number, found in fields(data):
            item = content(found)
            if number == _CHANGED:
                value_at = short_value(item, 0, len(item))
                if value_at:
                    key = item[2 : value_at - _BEFORE_VALUE]
                    path = self._paths.get(key) or self._path(key)
                    values.append((path, json_of(item[value_at:])))
                else:
                    values.append(item_of(item))
            elif number == _REMOVED:
                removed.append(item_of(item)[0])
        return Changes(tuple(values), tuple(removed))

    def _path(self, key: bytes) -> Path:
        """Return the path that is one name, and keep it."""
        path = (text(key),)
        if len(self._paths) < MOST_NAMES:
            self._paths[key] = path
        return path

    def _name(self, key: bytes) -> str:
        """Return the name that bytes are, and keep it."""
        name = text(key)
        if len(self._names) < MOST_NAMES:
            self._names[key] = name
        return name


def short_value(data: bytes, start: int, end: int) -> int:
    """Return where the value of an item begins that has one key and a short value; else 0.

    Such a one is: key, its length, its text, and the same of the value.
    """
    if end - start <= _FRAMES or data[start] not in _TAGS_KEY or data[start + 1] > _SHORT:
        return 0
    behind = start + 2 + data[start + 1]
    value_at = behind + _BEFORE_VALUE
    if (
        value_at <= end
        and data[behind] == _TAG_VALUE
        and data[behind + 1] == _TAG_VALUE_END
        and data[behind + 2] <= _SHORT
        and value_at + data[behind + 2] == end
    ):
        return value_at
    return 0


def step_of(data: bytes) -> int:
    """Return the number of a step; zeros are not written."""
    return next((signed(found) for number, found in fields(data) if number == 1), 0)
