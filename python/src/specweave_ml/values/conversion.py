"""The word between the modules that look at values and the calls that log them."""

from __future__ import annotations


class Unusable(Exception):  # noqa: N818 - a verdict on a value, never seen by users
    """A value that cannot be stored, with the reason for the warning."""


def brief(value: object, limit: int = 80) -> str:
    """A short text of a value for a message; never fails."""
    try:
        text = repr(value)
    except Exception as error:
        return f"<{type(value).__name__}, whose repr raised {type(error).__name__}>"
    return text if len(text) <= limit else text[: limit - 1] + "…"
