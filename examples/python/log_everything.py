"""Names that say what was tried, and every setting on record.

Run it: `python examples/python/log_everything.py`. Git, packages, the command and the code are
captured without being asked for. Needs scikit-learn.
"""

from __future__ import annotations

import sys

import sklearn
from sklearn.datasets import load_wine
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import train_test_split

from specweave import Experiment, track_experiment

DEPTH, RATE, SEED = 6, 0.1, 42


def main() -> Experiment:
    X, y = load_wine(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=SEED, stratify=y)

    with track_experiment(f"boosting-tuned-depth{DEPTH}-lr{RATE}") as exp:
        exp.log_param("random_seed", SEED)
        exp.log_param("data_version", "2024-01")
        exp.log_param("python_version", sys.version)
        exp.log_param("sklearn_version", sklearn.__version__)
        exp.log_params({"max_depth": DEPTH, "learning_rate": RATE})

        model = HistGradientBoostingClassifier(
            max_depth=DEPTH, learning_rate=RATE, max_iter=30, random_state=SEED
        )
        model.fit(X_train, y_train)
        exp.log_metric("accuracy", model.score(X_test, y_test))
    return exp


if __name__ == "__main__":
    exp = main()
    for name, value in exp.params.items():
        print(f"{name:<16} {value}")
    print(f"captured too: {', '.join(exp.facts)}")
