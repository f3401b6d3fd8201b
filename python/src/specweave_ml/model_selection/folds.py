"""The scores of the folds in a few numbers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

CONFIDENCE = 0.95
CAVEAT = (
    "95 % interval of the mean by Student's t, as if the folds were independent; they share "
    "training data, so that the true interval is wider"
)


@dataclass(frozen=True)
class FoldSummary:
    """One score over all folds; a fold without a score makes them NaN, as numpy does."""

    mean: float
    std: float
    """The standard deviation as ``scores.std()`` gives it: of these folds, not an estimate."""
    min: float
    max: float
    low: float
    """The lower end of the 95 % confidence interval of the mean; NaN for a single fold.

    Student's t with the estimated standard deviation, as if the folds were independent. They share
    training data, so the true interval is wider (Nadeau and Bengio, 2003).
    """
    high: float
    """The upper end of that interval."""
    folds: int

    def facts(self) -> dict[str, Any]:
        """Return the numbers by name."""
        return asdict(self)


def summary(scores: Any) -> FoldSummary:
    """Return the summary of an array of scores, one for each fold."""
    import numpy as np
    from scipy.stats import t

    count = len(scores)
    mean = float(np.mean(scores))
    reach = float("nan")
    if count > 1:
        error = float(np.std(scores, ddof=1)) / count**0.5
        reach = float(t.ppf((1 + CONFIDENCE) / 2, count - 1)) * error
    return FoldSummary(
        mean=mean,
        std=float(np.std(scores)),
        min=float(np.min(scores)),
        max=float(np.max(scores)),
        low=mean - reach,
        high=mean + reach,
        folds=count,
    )
