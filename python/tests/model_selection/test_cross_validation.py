"""Cross-validation: scikit-learn's own numbers, recorded fold by fold."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any

import matplotlib.image
import numpy as np
import pandas as pd
import pytest
from scipy.stats import t
from sklearn.datasets import load_diabetes, load_iris
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import f1_score, make_scorer, max_error
from sklearn.model_selection import (
    GroupKFold,
    RepeatedStratifiedKFold,
    ShuffleSplit,
    StratifiedKFold,
    TimeSeriesSplit,
    cross_val_predict,
    cross_validate,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from specweave import (
    CrossValidation,
    InvalidArgumentError,
    MissingExtraError,
    load_experiment,
    track_cross_validation,
    track_experiment,
)
from specweave_ml.model_selection import fold_figure

X, y = load_iris(return_X_y=True)
NAMED = pd.DataFrame(X, columns=["a", "b", "c", "d"])
A, b = load_diabetes(return_X_y=True)
GROUPS = np.arange(len(A)) % 7
TREE = DecisionTreeClassifier(random_state=0)
LINEAR = make_pipeline(StandardScaler(), LogisticRegression())


def track(model: Any, *data: Any, **named: Any) -> CrossValidation:
    return track_cross_validation(model, *data, capture=False, **named)


@pytest.mark.parametrize(
    ("model", "data", "named"),
    [
        (TREE, (X, y), {}),
        (LINEAR, (NAMED, y), {"cv": StratifiedKFold(4), "scoring": "roc_auc_ovr"}),
        (TREE, (X, np.array(list("abc"))[y]), {"scoring": ["accuracy", "f1_macro"], "cv": 3}),
        (DecisionTreeRegressor(random_state=0), (A, b), {"cv": GroupKFold(3), "groups": GROUPS}),
        (Ridge(), (A, b), {"cv": TimeSeriesSplit(4), "scoring": "neg_mean_absolute_error"}),
        (Ridge(), (A, b), {"fit_params": {"sample_weight": GROUPS + 1.0}}),
        (TREE, (X, y), {"return_train_score": True, "return_indices": True, "n_jobs": 2}),
        (TREE, (X, y), {"cv": RepeatedStratifiedKFold(n_splits=3, n_repeats=2, random_state=1)}),
    ],
)
def test_scores_are_those_of_scikit_learn(model: Any, data: Any, named: Any) -> None:
    expected_named = {("params" if key == "fit_params" else key): x for key, x in named.items()}
    expected = cross_validate(model, *data, **{"cv": 5, **expected_named})
    results = track(model, *data, **named)
    assert list(results) == list(expected)
    for key in expected:
        if key.startswith(("test_", "train_")):
            assert results[key].tobytes() == expected[key].tobytes()
    if "indices" in expected:
        for ours, theirs in zip(
            results["indices"]["test"], expected["indices"]["test"], strict=True
        ):
            assert (ours == theirs).all()


def test_every_fold_is_recorded() -> None:
    results = track(TREE, X, y, cv=5, increment="0042")
    scores = cross_validate(TREE, X, y, cv=5)["test_score"]
    read = load_experiment("decision-tree-classifier-cv")
    assert read.path == results.experiment.path
    assert read._facts()["kind"] == "cross-validation"
    assert read.status == "completed"
    assert read.metrics["accuracy"] == results.mean == scores.mean()
    assert read.metrics["accuracy_std"] == results.std == scores.std()
    folds = read.history("fold/accuracy")
    assert list(folds.steps) == [0, 1, 2, 3, 4]
    assert list(folds.values) == list(scores)
    assert read.params["model"] == "sklearn.tree._classes.DecisionTreeClassifier"
    assert read.params["random_state"] == 0
    assert read.facts["data"]["X"]["shape"] == [150, 4]
    assert read.facts["cross_validation"]["scores"]["accuracy"]["min"] == scores.min()
    assert "wider" in read.facts["cross_validation"]["interval"]


def test_confidence_interval_is_students() -> None:
    results = track(TREE, X, y, cv=7)
    scores = results["test_score"]
    low, high = t.interval(0.95, 6, loc=scores.mean(), scale=scores.std(ddof=1) / math.sqrt(7))
    accuracy = results.summary["accuracy"]
    assert (accuracy.low, accuracy.high) == pytest.approx((low, high), rel=1e-12)
    assert (accuracy.min, accuracy.max, accuracy.folds) == (
        scores.min(),
        scores.max(),
        7,
    )


def test_several_scorers_have_names() -> None:
    results = track(TREE, X, y, scoring={"acc": "accuracy", "f1": "f1_macro"})
    assert results.mean == {
        "acc": results["test_acc"].mean(),
        "f1": results["test_f1"].mean(),
    }
    assert "fold/f1" in results.experiment.metrics
    assert "f1: 0." in repr(results)


@pytest.mark.parametrize(
    ("model", "scoring", "metric"),
    [
        (LINEAR, None, "accuracy"),
        (Ridge(), None, "r2"),
        (Ridge(), "neg_mean_squared_error", "neg_mean_squared_error"),
        (Ridge(), lambda model, rows, target: model.score(rows, target), "score"),
        (Ridge(), make_scorer(max_error, greater_is_better=False), "max_error"),
    ],
)
def test_one_scorer_keeps_its_name(model: Any, scoring: Any, metric: str) -> None:
    data = (X, y) if model is LINEAR else (A, b)
    assert list(track(model, *data, cv=3, scoring=scoring).summary) == [metric]


def test_a_list_may_have_scorers_in_it() -> None:
    first = np.where(y == 0, "a", "b")
    scorer = make_scorer(f1_score, pos_label="a")
    expected = cross_validate(TREE, X, first, cv=3, scoring={"f1_score": scorer, "acc": "accuracy"})
    results = track(TREE, X, first, cv=3, scoring=[scorer, "accuracy"])
    assert results["test_f1_score"].tobytes() == expected["test_f1_score"].tobytes()
    assert results["test_accuracy"].tobytes() == expected["test_acc"].tobytes()
    scoring = results.experiment.facts["cross_validation"]["scoring"]
    assert "pos_label=a" in scoring["f1_score"]


def test_picture_shows_the_folds() -> None:
    results = track(TREE, X, y, scoring=["accuracy", "f1_macro"])
    pixels = matplotlib.image.imread(results.experiment.artifact_path("fold_scores.png"))
    assert pixels.shape[1] > 500
    assert len(np.unique(pixels.reshape(-1, pixels.shape[2]), axis=0)) > 50


def exactly(path: Path) -> pd.DataFrame:
    """A table of numbers with every digit, which pandas' own parser may round."""
    table: pd.DataFrame = pd.read_csv(path, dtype=str).astype(float)
    return table


@pytest.mark.parametrize("method", ["predict", "predict_proba"])
def test_predictions_out_of_fold(method: str) -> None:
    results = track(LINEAR, NAMED, y, cv=3, return_predictions=method)
    expected = cross_val_predict(LINEAR, NAMED, y, cv=3, method=method)
    path = results.experiment.artifact_path("out_of_fold_predictions.csv")
    table = exactly(path)
    ordered = table.set_index("row").sort_index()
    assert (ordered["actual"].to_numpy() == y).all()
    predicted = ordered.drop(columns=["fold", "actual"]).to_numpy().reshape(expected.shape)
    assert (predicted == expected).all()
    assert "estimator" not in results
    assert "indices" not in results


def test_rows_may_be_in_several_folds_or_in_none() -> None:
    splitter = ShuffleSplit(3, test_size=10, random_state=0)
    results = track(TREE, X, y, cv=splitter, return_predictions=True)
    path = results.experiment.artifact_path("out_of_fold_predictions.csv")
    table = exactly(path)
    assert table.groupby("fold").size().tolist() == [10, 10, 10]
    assert results.predictions is not None
    assert [len(part) for part in results.predictions] == [10, 10, 10]


def test_models_of_the_folds() -> None:
    results = track(TREE, X, y, cv=3, return_estimator=True, save_models=True)
    assert len(results["estimator"]) == 3
    loaded = results.experiment.load_artifact("models/fold-2.pkl", trust=True)
    assert (loaded.predict(X) == results["estimator"][2].predict(X)).all()


class Fragile(DecisionTreeClassifier):  # type: ignore[misc]
    """A model that refuses data without the first row."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:  # noqa: N803
        if X[0].tolist() != [5.1, 3.5, 1.4, 0.2]:
            raise ValueError("no first row")
        return super().fit(X, y)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
def test_fold_that_fails_has_no_score() -> None:
    results = track(Fragile(), X, y, cv=3, return_predictions=True)
    assert np.isnan(results["test_score"]).tolist() == [True, False, False]
    assert math.isnan(results.mean)
    assert math.isnan(results.experiment.metrics["accuracy"])
    assert results.predictions is not None
    assert results.predictions[0] is None


def test_failure_is_recorded_and_goes_on() -> None:
    with pytest.raises(ValueError, match="no first row"):
        track(Fragile(), X, y, cv=3, error_score="raise")
    read = load_experiment("fragile-cv")
    assert read.status == "failed"
    assert read.failure is not None
    assert "no first row" in read.failure["message"]


def test_inside_an_open_experiment_it_is_a_child() -> None:
    with track_experiment("study", capture=False) as study:
        results = track(TREE, X, y)
        elsewhere = track(TREE, X, y, parent=results.experiment)
    assert results.experiment.path.parent == study.path
    assert elsewhere.experiment.path.parent == results.experiment.path


def test_wrong_method_is_named() -> None:
    with pytest.raises(InvalidArgumentError, match="predict_proba"):
        track(TREE, X, y, return_predictions="predictions")


def test_without_matplotlib_it_says_what_was_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*arguments: Any, **options: Any) -> Any:
        raise MissingExtraError("pip install 'specweave-ml[plots]'")

    monkeypatch.setattr(fold_figure, "need", missing)
    results = track(TREE, X, y)
    assert results.experiment.artifacts == []
    assert "fold_scores.png was left out" in results.experiment.notes[0]


def test_missing_scikit_learn_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.model_selection", None)
    with pytest.raises(MissingExtraError) as caught:
        track(TREE, X, y)
    assert str(caught.value) == (
        "track_cross_validation needs scikit-learn: pip install 'specweave-ml[sweeps]'"
    )
