"""Every kind of model with every kind of folds, for searches and cross-validations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn import config_context
from sklearn.datasets import load_diabetes, load_iris
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier
from sklearn.metrics import get_scorer
from sklearn.model_selection import GroupKFold, KFold, TimeSeriesSplit
from sklearn.naive_bayes import MultinomialNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

ROWS = 90
ORDER = np.random.default_rng(1).permutation(150)[:ROWS]
FLOWERS = load_iris(return_X_y=True)
X, Y = FLOWERS[0][ORDER], FLOWERS[1][ORDER]
PATIENTS = load_diabetes(return_X_y=True)
GROUPS = np.arange(ROWS) % 7
WEIGHTS = np.linspace(0.5, 2.0, ROWS)

TARGETS: dict[str, Any] = {
    "binary": (Y == 1).astype(int),
    "multi-class": Y,
    "string labels": np.array(["setosa", "versicolor", "virginica"])[Y],
    "regression": PATIENTS[1][:ROWS],
}
SCORES = {
    "classification": ["accuracy", "f1_macro"],
    "regression": ["r2", "neg_mean_absolute_error"],
}
SPLITTERS = [KFold(3), GroupKFold(3), TimeSeriesSplit(3)]
FORMS = ["array", "DataFrame", "sparse"]
EXTRAS = ["", "sample_weight", "two scorers"]


@dataclass(frozen=True)
class Entry:
    """One model, one kind of folds, one form of the data, and what else."""

    model: Any
    grid: dict[str, list[Any]]
    task: str
    splitter: Any
    form: str
    extra: str
    routing: bool = False
    options: dict[str, Any] = field(default_factory=dict)
    weights: str = "sample_weight"
    """How the weights reach the model; through a pipeline they need the name of the step."""

    @property
    def X(self) -> Any:  # noqa: N802 - as the field writes it
        """The rows."""
        rows = PATIENTS[0][:ROWS] if self.task == "regression" else X
        if self.form == "DataFrame":
            return pd.DataFrame(rows, columns=[f"c{place}" for place in range(rows.shape[1])])
        return csr_matrix(rows) if self.form == "sparse" else rows

    @property
    def y(self) -> Any:
        """The target."""
        return TARGETS[self.task]

    @property
    def fit(self) -> dict[str, Any]:
        """What is passed to ``fit``, the groups left out."""
        return {self.weights: WEIGHTS} if self.extra != "two scorers" and self.extra else {}

    @property
    def groups(self) -> dict[str, Any]:
        """The groups, for the splitter that asks for them."""
        return {"groups": GROUPS} if isinstance(self.splitter, GroupKFold) else {}

    @property
    def scoring(self) -> Any:
        """The scorers."""
        kind = "regression" if self.task == "regression" else "classification"
        return SCORES[kind] if self.extra == "two scorers" else self.options.get("scoring")

    def named(self) -> str:
        """What the test is called."""
        parts = [short(self.model), self.task, type(self.splitter).__name__, self.form, self.extra]
        return ", ".join(part for part in parts if part)


def short(model: Any) -> str:
    """The classes of a model."""
    steps = getattr(model, "steps", None)
    if steps:
        return " → ".join(type(step).__name__ for _, step in steps)
    return type(model).__name__


def models() -> list[tuple[Any, dict[str, list[Any]], str, str]]:
    """Model, grid, task, and the name of its weights."""
    plain = "sample_weight"
    scaled = make_pipeline(MaxAbsScaler(), SVC())
    return [
        (DecisionTreeClassifier(random_state=0), {"max_depth": [1, 3]}, "multi-class", plain),
        (LogisticRegression(max_iter=300), {"C": [0.1, 1.0]}, "binary", plain),
        (
            RandomForestClassifier(4, random_state=0),
            {"max_depth": [2, 4]},
            "string labels",
            plain,
        ),
        (scaled, {"svc__C": [0.1, 1.0]}, "multi-class", "svc__sample_weight"),
        (MultinomialNB(), {"alpha": [0.1, 1.0]}, "string labels", plain),
        (SGDClassifier(random_state=0), {"alpha": [1e-4, 1e-2]}, "binary", plain),
        (Ridge(), {"alpha": [0.1, 1.0]}, "regression", plain),
        (
            GradientBoostingRegressor(n_estimators=4, random_state=0),
            {"max_depth": [1, 2]},
            "regression",
            plain,
        ),
        (KNeighborsClassifier(), {"n_neighbors": [3, 5]}, "multi-class", ""),
    ]


def entries() -> Iterator[Entry]:
    """Every model with every splitter; each splitter meets each form and each extra."""
    for place, (model, grid, task, weights) in enumerate(models()):
        for turn, splitter in enumerate(SPLITTERS):
            extra = EXTRAS[(place + 2 * turn) % 3]
            if extra == "sample_weight" and not weights:
                extra = "two scorers"
            form = FORMS[(place + turn) % 3]
            yield Entry(model, grid, task, splitter, form, extra, weights=weights)
    yield from routed()


def routed() -> Iterator[Entry]:
    """Weights that model and scorer ask for, with each kind of folds."""
    with config_context(enable_metadata_routing=True):
        model = LogisticRegression(max_iter=300).set_fit_request(sample_weight=True)
        scorer = get_scorer("accuracy").set_score_request(sample_weight=True)
        ridge = Ridge().set_fit_request(sample_weight=True)
        fitted = get_scorer("r2").set_score_request(sample_weight=True)
    asking = [
        (model, {"C": [0.1, 1.0]}, "multi-class", scorer),
        (ridge, {"alpha": [0.1, 1.0]}, "regression", fitted),
    ]
    for place, (asked, grid, task, score) in enumerate(asking):
        for turn, splitter in enumerate(SPLITTERS):
            form, options = FORMS[(place + turn) % 3], {"scoring": score}
            yield Entry(asked, grid, task, splitter, form, "metadata routing", True, options)


def cell(entry: Entry) -> str:
    """What a cell of the table says."""
    return ", ".join(part for part in (entry.form, entry.extra) if part)


def table() -> list[str]:
    """The lines of the table."""
    rows: dict[tuple[str, str], list[str]] = {}
    for entry in entries():
        key = short(entry.model), entry.task
        cells = rows.setdefault(key, [""] * len(SPLITTERS))
        place = SPLITTERS.index(entry.splitter)
        cells[place] = "; ".join(part for part in (cells[place], cell(entry)) if part)
    head = ("Model", "Task", *(type(splitter).__name__ for splitter in SPLITTERS))
    lines = [head, ("---",) * len(head), *((*key, *cells) for key, cells in rows.items())]
    return ["| " + " | ".join(line) + " |" for line in lines]
