"""Four experiments in one table, and which is best. Run it: `python examples/python/comparison.py`

From guessing to a neural network, on handwritten digits. Names that begin with exp-NNN take that
number. comparison.md has the same table for the team. Needs scikit-learn, XGBoost and LightGBM.
"""

from __future__ import annotations

import time
from typing import Any

from lightgbm import LGBMClassifier
from sklearn.datasets import load_digits
from sklearn.dummy import DummyClassifier
from sklearn.metrics import accuracy_score, precision_recall_fscore_support
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from xgboost import XGBClassifier

from specweave import Comparison, compare_experiments, track_experiment

MODELS: dict[str, Any] = {
    "exp-001-baseline": DummyClassifier(strategy="stratified", random_state=42),
    "exp-002-xgboost": XGBClassifier(n_estimators=30, n_jobs=1),
    "exp-003-lightgbm": LGBMClassifier(n_estimators=30, verbose=-1, n_jobs=1),
    "exp-004-neural-net": MLPClassifier((64,), max_iter=400, random_state=42),
}


def main() -> Comparison:
    X, y = load_digits(return_X_y=True, as_frame=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=42, stratify=y)

    for name, model in MODELS.items():
        with track_experiment(name) as exp:
            start = time.perf_counter()
            model.fit(X_train, y_train)
            exp.log_metric("training_time", time.perf_counter() - start)

            predicted = model.predict(X_test)
            precision, recall, f1, _ = precision_recall_fscore_support(
                y_test, predicted, average="macro", zero_division=0
            )
            exp.log_metric("accuracy", accuracy_score(y_test, predicted))
            exp.log_metrics({"precision": precision, "recall": recall, "f1": f1})

    return compare_experiments()


if __name__ == "__main__":
    comparison = main()
    print(comparison)
    print(f"\nThe same for your team: {comparison.path}")
