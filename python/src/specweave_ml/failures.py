"""How an exception ends an experiment."""

from __future__ import annotations

from typing import Any

from .param_calls import safe_text

MAXIMUM_TRACEBACK = 256 * 1024


def status_of(error: BaseException | None) -> str | None:
    """The status after an exception; None keeps what was set, or else is ``completed``."""
    if error is None or isinstance(error, GeneratorExit):
        return None
    if isinstance(error, SystemExit):
        return status_of_exit(error.code)
    if isinstance(error, KeyboardInterrupt) or type(error).__name__ == "CancelledError":
        return "interrupted"
    return "failed"


def status_of_exit(code: object) -> str | None:
    """The status after ``sys.exit(code)``."""
    return None if code is None or code == 0 else "failed"


def failure_of(error: BaseException | None) -> dict[str, Any]:
    """The type, message and traceback of the exception."""
    if error is None or status_of(error) is None:
        return {}
    kind = type(error)
    name = kind.__qualname__
    if kind.__module__ not in ("builtins", "__main__"):
        name = f"{kind.__module__}.{name}"
    return {"type": name, "message": safe_text(error), "traceback": traceback_of(error)}


def traceback_of(error: BaseException) -> str:
    """The traceback as Python prints it; the middle of an endless one is left out."""
    import traceback  # costs as much as the rest of the package

    try:
        text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    except Exception as problem:
        return f"no traceback: {type(problem).__name__} while it was formatted"
    if len(text) <= MAXIMUM_TRACEBACK:
        return text
    half = MAXIMUM_TRACEBACK // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters …\n{text[-half:]}"
