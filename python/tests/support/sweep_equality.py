"""The cases in which a sweep is compared with scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn import config_context
from sklearn.cluster import KMeans
from sklearn.datasets import load_diabetes, load_iris
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier
from sklearn.metrics import accuracy_score, make_scorer, mean_pinball_loss
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    RepeatedStratifiedKFold,
    StratifiedGroupKFold,
    TimeSeriesSplit,
)
from sklearn.naive_bayes import MultinomialNB
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

X, Y = load_iris(return_X_y=True)
ORDER = np.random.default_rng(0).permutation(len(X))
X, Y = X[ORDER], Y[ORDER]
DX, DY = load_diabetes(return_X_y=True)
DX, DY = DX[:120], DY[:120]
NAMES = np.array(["setosa", "versicolor", "virginica"])
BINARY = (Y == 1).astype(int)
GROUPS = np.arange(len(X)) % 7
WEIGHTS = np.linspace(0.5, 2.0, len(X))
FRAME = pd.DataFrame(X, columns=["a", "b", "c", "d"])


@dataclass(frozen=True)
class Case:
    """One comparison; the texts are the row of the page."""

    model: Any
    grid: Any
    task: str
    X: Any = field(default_factory=lambda: X, repr=False)
    y: Any = field(default_factory=lambda: Y, repr=False)
    data: str = "array"
    cv: Any = 3
    options: dict[str, Any] = field(default_factory=dict)
    fit: dict[str, Any] = field(default_factory=dict)
    routing: bool = False
    extra: str = ""

    @property
    def row(self) -> tuple[str, ...]:
        """What the page says."""
        cv = f"{self.cv} folds" if isinstance(self.cv, int) else type(self.cv).__name__
        search = "random" if "n_iter" in self.options else "grid"
        return (short(self.model), self.task, self.data, cv, search, self.extra)


def short(model: Any) -> str:
    """The classes of a model."""
    steps = getattr(model, "steps", None)
    if steps:
        return " → ".join(type(step).__name__ for _, step in steps)
    return type(model).__name__


class Brittle(DecisionTreeClassifier):  # type: ignore[misc]
    """Fails for one depth."""

    def fit(self, X: Any, y: Any, **params: Any) -> Any:  # noqa: N803
        if self.max_depth == 2:
            raise ValueError("no depth of 2 today")
        return super().fit(X, y, **params)


def two_scores(estimator: Any, X: Any, y: Any) -> dict[str, float]:  # noqa: N803
    """A scorer that gives several scores."""
    right = estimator.predict(X) == y
    return {"right": float(right.mean()), "wrong": float((~right).mean())}


def second_best(results: dict[str, Any]) -> int:
    """A rule for the best that is not the highest score."""
    return int(np.argsort(-results["mean_test_score"], kind="stable")[1])


def routed() -> Any:
    """A model that asks for weights."""
    with config_context(enable_metadata_routing=True):
        return LogisticRegression(max_iter=500).set_fit_request(sample_weight=True)


def routed_score() -> Any:
    """A scorer that asks for weights."""
    with config_context(enable_metadata_routing=True):
        return make_scorer(accuracy_score).set_score_request(sample_weight=True)


def cases() -> list[Case]:
    """All of them."""
    tree = DecisionTreeClassifier(random_state=0)
    depths = {"max_depth": [1, 2, 4]}
    logistic = LogisticRegression(max_iter=500)
    scaled = make_pipeline(StandardScaler(), SVC())
    strengths = {"C": [0.01, 1.0]}
    f1_and_accuracy = {"scoring": ["accuracy", "f1_macro"], "refit": "f1_macro"}
    return [
        Case(tree, depths, "multi-class"),
        Case(
            tree,
            depths,
            "string labels",
            y=NAMES[Y],
            options={"return_train_score": True},
            extra="training scores",
        ),
        Case(tree, depths, "multi-class", options=f1_and_accuracy, extra="two scorers"),
        Case(
            tree,
            depths,
            "multi-class",
            options={**f1_and_accuracy, "refit": False},
            extra="two scorers, no refit",
        ),
        Case(
            tree,
            depths,
            "multi-class",
            options={"scoring": two_scores, "refit": "right"},
            extra="a scorer that gives two scores",
        ),
        Case(
            tree,
            depths,
            "multi-class",
            options={"refit": second_best},
            extra="the best by a function",
        ),
        Case(tree, depths, "binary", y=BINARY, options={"scoring": "roc_auc"}, extra="ROC AUC"),
        Case(tree, depths, "multi-class", cv=GroupKFold(3), fit={"groups": GROUPS}),
        Case(tree, depths, "multi-class", cv=StratifiedGroupKFold(3), fit={"groups": GROUPS}),
        Case(tree, depths, "multi-class", fit={"sample_weight": WEIGHTS}, extra="sample_weight"),
        Case(Brittle(random_state=0), depths, "multi-class", extra="one fails, error_score=nan"),
        Case(
            Brittle(random_state=0),
            depths,
            "multi-class",
            options={"error_score": -1.0},
            extra="one fails, error_score=-1",
        ),
        Case(logistic, strengths, "binary", X=FRAME, y=BINARY, data="DataFrame"),
        Case(
            logistic,
            strengths,
            "string labels",
            X=FRAME,
            y=pd.Series(NAMES[Y]),
            data="DataFrame",
            cv=RepeatedStratifiedKFold(n_splits=2, n_repeats=2, random_state=1),
        ),
        Case(logistic, strengths, "multi-class", X=csr_matrix(X), data="sparse"),
        Case(
            logistic,
            strengths,
            "multi-class",
            fit={"sample_weight": WEIGHTS},
            options=f1_and_accuracy,
            extra="sample_weight, two scorers",
        ),
        Case(
            routed(),
            strengths,
            "multi-class",
            fit={"sample_weight": WEIGHTS},
            routing=True,
            options={"scoring": routed_score()},
            extra="metadata routing of weights to model and scorer",
        ),
        Case(
            scaled,
            [{"svc__C": [0.1, 1.0]}, {"svc__kernel": ["linear"]}],
            "multi-class",
            extra="two grids",
        ),
        Case(
            scaled,
            {"standardscaler": ["passthrough", StandardScaler()], "svc": [SVC(), tree]},
            "multi-class",
            extra="steps of the pipeline",
        ),
        Case(
            RandomForestClassifier(5, random_state=0),
            {"max_features": [1, 2]},
            "binary",
            y=BINARY,
            cv=KFold(3, shuffle=True, random_state=0),
        ),
        Case(
            SGDClassifier(random_state=0),
            {"alpha": [1e-4, 1e-2]},
            "multi-class",
            X=csr_matrix(X),
            data="sparse",
            cv=KFold(3),
        ),
        Case(MultinomialNB(), {"alpha": [0.1, 1.0]}, "multi-class", X=csr_matrix(X), data="sparse"),
        Case(Ridge(), {"alpha": [0.1, 1.0, 10.0]}, "regression", X=DX, y=DY, cv=TimeSeriesSplit(3)),
        Case(Ridge(), {"alpha": [0.1, 1.0]}, "two targets", X=DX, y=np.column_stack([DY, -DY])),
        Case(
            Ridge(),
            {"alpha": [0.1, 1.0]},
            "regression",
            X=DX,
            y=DY,
            cv=KFold(4),
            options={
                "scoring": {
                    "mae": "neg_mean_absolute_error",
                    "pinball": make_scorer(mean_pinball_loss, greater_is_better=False, alpha=0.2),
                },
                "refit": "pinball",
            },
            extra="two scorers",
        ),
        Case(
            GradientBoostingRegressor(n_estimators=5, random_state=0),
            {"max_depth": [1, 2]},
            "regression",
            X=DX,
            y=DY,
            options={"scoring": "neg_root_mean_squared_error"},
        ),
        Case(
            KNeighborsRegressor(),
            {"n_neighbors": [2, 5]},
            "regression",
            X=pd.DataFrame(DX),
            y=DY,
            data="DataFrame",
            cv=GroupKFold(3),
            fit={"groups": np.arange(120) % 5},
        ),
        Case(
            DecisionTreeRegressor(random_state=0),
            {"max_depth": list(range(1, 9))},
            "regression",
            X=DX,
            y=DY,
            options={"n_iter": 4, "random_state": 3},
        ),
        Case(KMeans(n_init=1, random_state=0), {"n_clusters": [2, 3]}, "clusters", y=None),
    ]


def search_class(case: Case) -> Any:
    """scikit-learn's search for a case."""
    from sklearn.model_selection import GridSearchCV, RandomizedSearchCV

    return RandomizedSearchCV if "n_iter" in case.options else GridSearchCV
