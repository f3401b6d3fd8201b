"""The first experiment, and what it leaves. Run it: `python examples/python/first_experiment.py`

Nothing is configured: the increment is found, or made in a project without one. Needs scikit-learn.
"""

from __future__ import annotations

from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

from specweave import Experiment, track_experiment


def main() -> Experiment:
    X, y = load_breast_cancer(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=42, stratify=y)
    model = RandomForestClassifier(n_estimators=100, random_state=42)

    with track_experiment("forest-v1") as exp:
        exp.log_param("n_estimators", 100)
        model.fit(X_train, y_train)
        exp.log_metric("auc", roc_auc_score(y_test, model.predict_proba(X_test)[:, 1]))
        exp.save_model(model, "model.pkl")
    return exp


if __name__ == "__main__":
    exp = main()
    print(f"{exp.name} is {exp.status}: {dict(exp.metrics)}")
    for path in sorted(exp.path.iterdir()):
        print(f"  {path.name:<24} {path.stat().st_size:>9,} bytes")
