"""JSON as files of media hold it: arrays of numpy as lists, dates as milliseconds, no spaces."""

from __future__ import annotations

import datetime
import enum
import json
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ...._native.optional_packages import is_a


def json_text(value: Any) -> str:
    """Return a value as JSON without spaces; what JSON does not know becomes text."""
    return json.dumps(plain(value), separators=(",", ":"), ensure_ascii=False)


def json_bytes(value: Any) -> bytes:
    """Return a value as JSON in UTF-8; halves of letters, which are none, as they are."""
    return json_text(value).encode("utf-8", "surrogatepass")


def plain(value: Any) -> Any:
    """Return a value as what JSON knows; NaN becomes null."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return None if math.isnan(value) else float(value)
    if isinstance(value, Mapping):
        return {key_of(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset, range)):
        return [plain(item) for item in value]
    if isinstance(value, (datetime.datetime, datetime.date)):
        return milliseconds(value)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "replace")
    if is_a(value, "torch.Tensor"):
        value = value.detach().cpu()
    for name in ("tolist", "item"):
        convert = getattr(value, name, None)
        if callable(convert):
            found = convert()
            return plain(found) if type(found) is not type(value) else str(value)
    return str(value)


def key_of(key: Any) -> str | int | float | bool | None:
    """Return a key of a JSON object."""
    found = plain(key)
    return found if isinstance(found, (str, int, float, bool)) or found is None else str(key)


def milliseconds(moment: datetime.date) -> int:
    """Return a date or a time, in UTC unless it says otherwise, in milliseconds since 1970."""
    if not isinstance(moment, datetime.datetime):
        moment = datetime.datetime(moment.year, moment.month, moment.day)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.timezone.utc)
    return int(moment.timestamp() * 1000)
