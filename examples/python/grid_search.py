"""scikit-learn's grid search with every combination on record.

Run it: `python examples/python/grid_search.py`. The best model and the scores are those of
`GridSearchCV`, to the last bit. Needs scikit-learn and XGBoost.
"""

from __future__ import annotations

from typing import Any

from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from xgboost import XGBClassifier

from specweave import SweepResults, track_grid_search

GRID = {"n_estimators": [10, 20, 50], "max_depth": [3, 6, 9]}

X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, train_size=200, random_state=42, stratify=y
)


def main() -> tuple[Any, SweepResults]:
    return track_grid_search(XGBClassifier(), GRID, X_train, y_train)


if __name__ == "__main__":
    best_model, results = main()
    print(results)
    print(f"on data it has not seen: {best_model.score(X_test, y_test):.4f}\n")
    print((results.experiment.path / "sweep.md").read_text(encoding="utf-8"))
