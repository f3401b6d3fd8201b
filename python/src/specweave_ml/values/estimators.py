"""What is recorded of an estimator of scikit-learn's kind."""

from __future__ import annotations

import re
from typing import Any

from .objects import qualified

WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def model_params(model: Any) -> dict[str, Any]:
    """Return the class as ``model`` and every parameter, those of the steps of a pipeline included.

    The estimators within are described by their own parameters, as ``svc__C``, and are left out.
    """
    kind = model if isinstance(model, type) else type(model)
    params: dict[str, Any] = {"model": qualified(kind)}
    get_params = getattr(model, "get_params", None)
    if isinstance(model, type) or not callable(get_params):
        return params
    return params | {
        name: value for name, value in get_params(deep=True).items() if not holds_estimator(value)
    }


def holds_estimator(value: Any) -> bool:
    """Return whether it is an estimator or a list of named ones."""
    if isinstance(value, (list, tuple)):
        return any(holds_estimator(item) for item in value)
    return hasattr(value, "get_params") and not isinstance(value, type)


def short_name(model: Any) -> str:
    """Return the class's name as experiments are called: ``random-forest-classifier``.

    Of a pipeline it is that of its last step.
    """
    steps = getattr(model, "steps", None)
    if isinstance(steps, list) and steps and hasattr(steps[-1][-1], "get_params"):
        return short_name(steps[-1][-1])
    kind = model if isinstance(model, type) else type(model)
    return WORDS.sub("-", kind.__name__).lower()
