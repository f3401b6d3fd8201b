"""What a score of scikit-learn is called as a metric."""

from __future__ import annotations

from typing import Any

from ..extras import extra


def metric_name(key: str, model: Any, scoring: Any) -> str:
    """The metric for a key of `cross_validate`: ``accuracy`` for ``test_accuracy``.

    A single scorer is called ``test_score`` whatever it is; here it keeps its own name. Scores of
    the training rows keep their ``train_``.
    """
    part, _, name = key.partition("_")
    if name == "score":
        name = scoring if isinstance(scoring, str) else own_score(model, scoring)
    return name if part == "test" else f"train_{name}"


def own_score(model: Any, scoring: Any) -> str:
    """The name of a scorer that is a function, or of the model's own ``score``."""
    measured = getattr(scoring, "_score_func", scoring)
    if measured is not None:
        name = str(getattr(measured, "__name__", "score"))
        return name if name.isidentifier() else "score"
    base = extra("sklearn.base", "track_cross_validation", "sweeps")
    steps = getattr(model, "steps", None)
    last = type(steps[-1][-1] if isinstance(steps, list) and steps else model)
    method = getattr(last, "score", None)
    if method is base.ClassifierMixin.score:
        return "accuracy"
    return "r2" if method is base.RegressorMixin.score else "score"
