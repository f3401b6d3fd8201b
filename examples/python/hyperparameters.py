"""Every combination of a grid, and which parameter mattered.

Run it: `python examples/python/hyperparameters.py`. A model class and its grid; a training that is
interrupted continues with `resume=True`. Needs scikit-learn and XGBoost; with matplotlib the
importance becomes a picture too.
"""

from __future__ import annotations

from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from xgboost import XGBClassifier

from specweave import SweepResults, track_hyperparameters

GRID = {"n_estimators": [10, 50], "max_depth": [3, 6, 9], "learning_rate": [0.01, 0.1, 0.3]}


def main() -> SweepResults:
    X, y = load_breast_cancer(return_X_y=True)
    X_train, _, y_train, _ = train_test_split(X, y, train_size=200, random_state=42, stratify=y)
    return track_hyperparameters(
        model=XGBClassifier, param_grid=GRID, X_train=X_train, y_train=y_train, cv=3
    )


if __name__ == "__main__":
    results = main()
    print(results)
    print(results.importance)
    for place in results.ordered()[:3]:
        experiment = results[place]
        print(f"{results.ranks[place]:>3}. {results.scores[place]:.4f}  {experiment.params}")
