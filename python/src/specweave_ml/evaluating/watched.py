"""scikit-learn's `cross_validate`, its folds counted where somebody looks."""

from __future__ import annotations

import inspect
from types import FunctionType
from typing import Any

from ..display.progress import Bar
from ..sweeps.fits import borrowed
from ..sweeps.scikit import Fits, Result, Task


def watched(original: Any, bar: Bar) -> Any:
    """The function itself, or with a bar one that does the same and counts its fits."""
    plain = inspect.unwrap(original)
    names = getattr(plain, "__globals__", {})
    constraints = getattr(original, "_skl_parameter_constraints", None)
    known = {"Parallel", "_fit_and_score"} <= names.keys() and isinstance(plain, FunctionType)
    if not bar.wanted or not known or constraints is None:
        return original
    from sklearn.utils._param_validation import validate_params

    def begin(tasks: list[Task]) -> dict[int, Result]:
        bar.begin(len(tasks), "fold")
        return {}

    def seen(index: int, result: Result) -> None:
        bar.advance()

    def parallel(**options: Any) -> Fits:
        return Fits(options, begin, seen)

    counted = borrowed(plain, Parallel=parallel)
    return validate_params(constraints, prefer_skip_nested_validation=False)(counted)
