"""What stands in a row that is logged: media become files, all else numbers and plain values."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..runs.rows import number_of
from .plain_values import MOST_LEVELS, plain

if TYPE_CHECKING:
    from .run_state import RunState

SIMPLE = (int, float, str, bool, type(None))


def logged_row(row: Mapping[Any, Any], run: RunState, step: int | str) -> dict[str, Any]:
    """Return a row in which every value is a number or plain."""
    if all(isinstance(value, SIMPLE) for value in row.values()):
        return dict(row)
    if not run.disabled:
        from .media.rows import logged_row as with_media

        # What holds itself has no end; it is cut below.
        with suppress(RecursionError):
            row = with_media(row, run._files, step)
    return {key: plain_value(value) for key, value in row.items()}


def plain_value(value: Any, levels: int = MOST_LEVELS) -> Any:
    """Return a value that is no medium."""
    if isinstance(value, SIMPLE):
        return value
    if levels <= 0:
        return f"<{type(value).__name__}>"
    if isinstance(value, Mapping):
        return {key: plain_value(item, levels - 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_value(item, levels - 1) for item in value]
    number = number_of(value)
    return plain(value) if number is None else number
