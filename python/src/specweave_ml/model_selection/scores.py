"""Scorers in all forms that scikit-learn takes, and what a score is called as a metric."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from .._native.optional_packages import need
from ..errors import InvalidArgumentError

Scoring: TypeAlias = "str | Callable[..., Any] | Iterable[Any] | Mapping[str, Any] | None"
"""What scikit-learn takes as ``scoring``, and a list of scorers."""


def scorers_of(scoring: Any) -> Any:
    """Return the scoring as scikit-learn takes it.

    It refuses a list with scorers in it, since they have no names; here they have those that a
    single one would have.
    """
    if scoring is None or isinstance(scoring, (str, Mapping)) or callable(scoring):
        return scoring
    try:
        chosen = list(scoring)
    except TypeError:
        return scoring
    if all(isinstance(scorer, str) for scorer in chosen):
        return sorted(chosen) if isinstance(scoring, (set, frozenset)) else chosen
    named: dict[str, Any] = {}
    for scorer in chosen:
        name = scorer if isinstance(scorer, str) else own_score(None, scorer)
        if name in named:
            raise InvalidArgumentError(
                f"two scorers are called {name!r}; name them: {{'{name}': …, '{name} of …': …}}"
            )
        named[name] = scorer
    return named


def metric_name(key: str, model: Any, scoring: Any) -> str:
    """Return the metric for a key of `cross_validate`: ``accuracy`` for ``test_accuracy``.

    A single scorer is called ``test_score`` whatever it is; here it keeps its own name. Scores of
    the training rows keep their ``train_``.
    """
    part, _, name = key.partition("_")
    if name == "score":
        name = scoring if isinstance(scoring, str) else own_score(model, scoring)
    return name if part == "test" else f"train_{name}"


def own_score(model: Any, scoring: Any) -> str:
    """Return the name of a scorer that is a function, or of the model's own ``score``."""
    measured = getattr(scoring, "_score_func", scoring)
    if measured is not None:
        name = str(getattr(measured, "__name__", "score"))
        return name if name.isidentifier() else "score"
    base = need("sklearn.base", "track_cross_validation", extra="sweeps")
    steps = getattr(model, "steps", None)
    last = type(steps[-1][-1] if isinstance(steps, list) and steps else model)
    method = plain(getattr(last, "score", None))
    if method is plain(base.ClassifierMixin.score):
        return "accuracy"
    return "r2" if method is plain(base.RegressorMixin.score) else "score"


def plain(method: Any) -> Any:
    """Return the original method where another tracker, such as MLflow, has wrapped it."""
    return method if method is None else inspect.unwrap(method)
