"""Related attempts in their order. Run it: `python examples/python/series.py`

The comparison shows what each attempt changed, and what that brought. Needs scikit-learn.
"""

from __future__ import annotations

from typing import Any

from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from specweave import Comparison, compare_experiments, track_experiment

SERIES: dict[str, dict[str, Any]] = {
    "linear-baseline": {"alpha": 10.0, "penalty": "l2"},
    "linear-tuned-v1": {"alpha": 0.1, "penalty": "l2"},
    "linear-tuned-v2": {"alpha": 0.001, "penalty": "l2"},
    "linear-tuned-v3-final": {"alpha": 0.001, "penalty": "l1"},
}


def main() -> Comparison:
    X, y = load_digits(return_X_y=True)
    for name, params in SERIES.items():
        with track_experiment(name, params=params) as exp:
            model = make_pipeline(StandardScaler(), SGDClassifier(**params, random_state=42))
            exp.log_metric("accuracy", cross_val_score(model, X, y, cv=3).mean())
    return compare_experiments(experiments=list(SERIES))


if __name__ == "__main__":
    print(main())
