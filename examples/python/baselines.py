"""Baselines: how well does guessing do? Run it: `python examples/python/baselines.py`

Every model worth its name must beat these. The data is the breast cancer set of scikit-learn.
"""

from __future__ import annotations

from sklearn.datasets import load_breast_cancer
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import train_test_split

from specweave import Comparison, compare_experiments, track_experiment

# Our names, and what scikit-learn calls the same.
STRATEGIES = {"random": "uniform", "majority": "most_frequent", "stratified": "stratified"}


def main() -> Comparison:
    X, y = load_breast_cancer(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=42, stratify=y)

    for name, strategy in STRATEGIES.items():
        with track_experiment(f"baseline-{name}") as exp:
            model = DummyClassifier(strategy=strategy, random_state=42)
            model.fit(X_train, y_train)

            accuracy = model.score(X_test, y_test)
            exp.log_param("strategy", strategy)
            exp.log_metric("accuracy", accuracy)
            exp.log_note(f"Baseline: {name}")

    return compare_experiments()


if __name__ == "__main__":
    print(main())
