"""Models trained and compared in one call. Run it: `python examples/python/compare_models.py`

Each model is an experiment with its parameters, scores and times; one that fails does not stop the
others. Needs scikit-learn, XGBoost and LightGBM.
"""

from __future__ import annotations

from lightgbm import LGBMClassifier
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
from xgboost import XGBClassifier

from specweave import Comparison, compare_models

MODELS = {
    "xgboost": XGBClassifier(n_jobs=1),
    "lightgbm": LGBMClassifier(verbose=-1, n_jobs=1),
    "random-forest": RandomForestClassifier(random_state=42),
}


def main() -> Comparison:
    X, y = load_wine(return_X_y=True, as_frame=True)
    X.columns = X.columns.str.replace("/", "_per_")
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=0.5, random_state=42, stratify=y
    )
    return compare_models(MODELS, X_train, y_train, X_test, y_test)


if __name__ == "__main__":
    print(main())
