"""A decision, in the project's documentation. Run it: `python examples/python/living_docs.py`

Two baselines and a model; the model is selected, with reasons. `sync_living_docs` writes what was
tried, what was selected and why, and how to train it again. Needs scikit-learn.
"""

from __future__ import annotations

from pathlib import Path

from sklearn.datasets import load_wine
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

from specweave import sync_living_docs, track_experiment

CLASSIFIERS = {
    "exp-001-baseline": ("Random classifier", DummyClassifier(strategy="uniform", random_state=0)),
    "exp-002-popularity": ("Popularity baseline", DummyClassifier(strategy="most_frequent")),
    "exp-003-forest": ("Random forest", RandomForestClassifier(n_estimators=50, random_state=0)),
}


def main() -> list[Path]:
    X_train, X_test, y_train, y_test = train_test_split(*load_wine(return_X_y=True), random_state=0)
    for name, (description, classifier) in CLASSIFIERS.items():
        with track_experiment(name, description=description) as exp:
            exp.log_params(classifier.get_params())
            exp.log_data("train", X_train)
            classifier.fit(X_train, y_train)
            exp.log_metric("accuracy", classifier.score(X_test, y_test))
            if name == "exp-003-forest":
                exp.save_model(classifier, "model.pkl")
                exp.select(rationale=["Fast inference", "Good explainability"])
    return [file.path for file in sync_living_docs().files]


if __name__ == "__main__":
    pages = main()
    print(pages[0].read_text(encoding="utf-8"))
    for page in pages:
        print(page)
