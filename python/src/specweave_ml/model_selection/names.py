"""What the metrics of a combination are called.

=====================================  ============================================================
metric                                 value
=====================================  ============================================================
``accuracy`` (the scorer's name)       the mean over the folds
``accuracy_std``                       the standard deviation over the folds
``train_accuracy``                     the mean on the training data, if asked for
``fit_time``, ``score_time``           the mean time, in seconds
``fold/accuracy``, ``fold/fit_time``   the value of each fold; the step is the fold, from 0
=====================================  ============================================================
"""

from __future__ import annotations

import numbers
from typing import Any

from .scores import own_score

COMBINATION = "combination"
FOLD = "fold/"
FOLD_TRAIN = "train_"


class Scores:
    """Between scikit-learn's scores, a number or several by name, and the names of metrics."""

    def __init__(self, scoring: Any, estimator: Any) -> None:
        self.single = scoring if isinstance(scoring, str) else own_score(estimator, scoring)
        self.several = not (scoring is None or isinstance(scoring, str) or callable(scoring))

    def named(self, scores: Any) -> dict[str, float]:
        """Return the scores of one fold by name."""
        if isinstance(scores, numbers.Number):
            return {self.single: float(scores)}  # type: ignore[arg-type]
        return {str(name): float(score) for name, score in scores.items()}

    def restored(self, scores: dict[str, float]) -> Any:
        """Return the form in which scikit-learn gave these scores."""
        if self.several or scores.keys() != {self.single}:
            return dict(scores)
        return scores[self.single]

    def primary(self, refit: Any, names: list[str]) -> str:
        """Return the name of the score that decides."""
        if isinstance(refit, str) and refit in names:
            return refit
        return names[0] if names else self.single
