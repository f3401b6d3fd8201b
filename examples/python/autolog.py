"""Record trainings without a line in them. Run it: `python examples/python/autolog.py`

The pipeline, the search and the boosted trees know nothing of it; each is an experiment with its
parameters, its data, its scores and its model. Needs scikit-learn and XGBoost.
"""

from __future__ import annotations

from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier

from specweave import ExperimentList, autolog, list_experiments

X_train, X_test, y_train, y_test = train_test_split(
    *load_breast_cancer(return_X_y=True, as_frame=True), random_state=42
)


def main() -> ExperimentList:
    autolog()
    make_pipeline(StandardScaler(), LogisticRegression()).fit(X_train, y_train)
    GridSearchCV(DecisionTreeClassifier(random_state=42), {"max_depth": [2, 4, 8]}, cv=3).fit(
        X_train, y_train
    )
    XGBClassifier(n_estimators=20, max_depth=3).fit(
        X_train, y_train, eval_set=[(X_test, y_test)], verbose=False
    )
    autolog(False)
    return list_experiments()


if __name__ == "__main__":
    print(main())
