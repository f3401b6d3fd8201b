"""JSON of a file that was perhaps cut off: what is readable before, and where it ends."""

from __future__ import annotations

import json
import re
from typing import Any

SPACE = re.compile(r"[ \t\r\n]*")


def object_in(data: bytes) -> tuple[dict[str, Any], str]:
    """Return the members of the object in a file that can be read, and what is wrong behind them.

    The second is empty if nothing is, else it says the line, the byte and what was expected there.
    """
    text = data.decode("utf-8", "surrogateescape")
    try:
        found = json.loads(text)
    except RecursionError:
        return {}, "byte 0: values inside each other too many times"
    except ValueError as error:
        return members(text, error)
    if not isinstance(found, dict):
        return {}, f"byte 0: a {type(found).__name__} where an object was expected"
    return found, ""


def members(text: str, error: ValueError) -> tuple[dict[str, Any], str]:
    """Return the members of an object up to the first that cannot be read."""
    decoder = json.JSONDecoder()
    entries: dict[str, Any] = {}
    place = skipped(text, 0)
    if text[place : place + 1] == "{":
        place += 1
        while True:
            try:
                key, end = decoder.raw_decode(text, skipped(text, place))
                end = skipped(text, end)
                if text[end : end + 1] != ":":
                    break
                value, end = decoder.raw_decode(text, skipped(text, end + 1))
            except (ValueError, RecursionError):
                break
            end = skipped(text, end)
            if text[end : end + 1] not in (",", "}"):
                break  # a number that goes on behind the end
            entries[str(key)] = value
            place = end + 1
            if text[end] == "}":
                break
    what = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
    at = error.pos if isinstance(error, json.JSONDecodeError) else place
    line = text.count("\n", 0, at) + 1
    offset = len(text[:at].encode("utf-8", "surrogateescape"))
    return entries, f"line {line}, byte {offset}: {what}"


def skipped(text: str, place: int) -> int:
    """Return the next place that is no white space."""
    found = SPACE.match(text, place)
    return found.end() if found is not None else place
