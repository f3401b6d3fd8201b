"""What is raised for a value that cannot be stored, and how a value is shown in a message."""

from __future__ import annotations


class ConversionError(Exception):
    """A value that cannot be stored, with the reason for the warning."""


def brief(value: object, limit: int = 80) -> str:
    """Return a short text of a value for a message; never fails."""
    try:
        text = repr(value)
    except Exception as error:
        return f"<{type(value).__name__}, whose repr raised {type(error).__name__}>"
    return text if len(text) <= limit else text[: limit - 1] + "…"
