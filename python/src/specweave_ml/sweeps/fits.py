"""One fit in a worker, and why its score is missing if it is.

scikit-learn tells of a fit that failed in its result, of a score that failed only in a warning. So
the function that scores gets a module `warnings` of its own, which passes everything on.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from types import FunctionType
from typing import Any

FAILED = "Scoring failed."
SCORE_ERROR = "score_error"


def fit_and_score(function: Any, args: Any, kwargs: Any) -> dict[str, Any]:
    """What scikit-learn's function gives, with ``score_error`` where a score failed."""
    errors: list[str] = []
    result: dict[str, Any] = heard(function, errors.append)(*args, **kwargs)
    if errors:
        result[SCORE_ERROR] = errors[0]
    return result


def heard(function: Any, tell: Callable[[str], None]) -> Any:
    """The same function, which tells the traceback of each score that failed."""
    names = getattr(function, "__globals__", {})
    score = names.get("_score")
    if not isinstance(function, FunctionType) or not isinstance(score, FunctionType):
        return function
    # What was warned about once is remembered in the module, not in a copy of its names.
    score.__globals__.setdefault("__warningregistry__", {})
    return borrowed(function, _score=borrowed(score, warnings=Warnings(tell)))


def borrowed(function: FunctionType, **names: Any) -> FunctionType:
    """The same code with some of the names around it replaced."""
    other = FunctionType(
        function.__code__,
        {**function.__globals__, **names},
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    other.__kwdefaults__ = function.__kwdefaults__
    return other


class Warnings:
    """Stands for the module `warnings`."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.tell = tell

    def __getattr__(self, name: str) -> Any:
        return getattr(warnings, name)

    def warn(self, message: Any, category: Any = None, stacklevel: int = 1, **more: Any) -> None:
        """Pass a warning on, and tell if it is about a score."""
        text = str(message)
        if text.startswith(FAILED):
            self.tell(text.partition("Details:")[2].strip() or text)
        warnings.warn(message, category, stacklevel + 1, **more)
