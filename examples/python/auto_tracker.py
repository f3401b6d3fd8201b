"""Wrap the training code and nothing else. Run it: `python examples/python/auto_tracker.py`

Recorded are the arguments with their defaults, the data, the model with its parameters, and the
numbers returned, named as in the `return` statement. Needs scikit-learn.
"""

from __future__ import annotations

from sklearn.datasets import load_breast_cancer
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier

from specweave import AutoTracker, Comparison, compare_experiments

tracker = AutoTracker()

X_train, X_test, y_train, y_test = train_test_split(
    *load_breast_cancer(return_X_y=True, as_frame=True), random_state=42
)


@tracker.track(name="tree")
def train_model(max_depth: int = 3, seed: int = 42) -> tuple[DecisionTreeClassifier, float, float]:
    """A single tree."""
    model = DecisionTreeClassifier(max_depth=max_depth, random_state=seed)
    model.fit(X_train, y_train)
    accuracy = model.score(X_test, y_test)
    f1 = f1_score(y_test, model.predict(X_test))
    return model, accuracy, f1


def main() -> Comparison:
    for depth in (1, 3, 6):
        train_model(max_depth=depth)
    return compare_experiments(reruns="all")


if __name__ == "__main__":
    print(main())
