"""Status codes of the library become exceptions."""

from __future__ import annotations

import json
from typing import Any

from ..errors import CLASSES, InternalError, TrackingError
from .library import library


def check(code: int) -> int:
    """Raise the exception of a failure; return ``ET_OK`` or ``ET_DEFERRED``."""
    if code < 0:
        raise failure(code)
    return code


def failure(code: int) -> TrackingError:
    """Return the exception for the failure that this thread has just seen."""
    facts = last_error()
    if facts.get("code") != code:
        facts = {"message": f"the library failed with code {code} and no message"}
    error = CLASSES.get(code, InternalError)(
        "\n  ".join([str(facts.get("message", "")), *facts.get("excerpt", [])]),
        code=code,
        candidates=[str(candidate) for candidate in facts.get("candidates", [])],
    )
    if isinstance(error, OSError):
        error.errno = facts.get("errno") or None
    return error


def last_error() -> dict[str, Any]:
    """Return what the library says of the last failure on this thread."""
    data = library().et_last_error_json() or b"{}"
    facts = json.loads(data.decode("utf-8", "replace"))
    return facts if isinstance(facts, dict) else {}


def last_message() -> str:
    """Return the first line of the last failure or deferral on this thread."""
    return str(last_error().get("message", ""))
