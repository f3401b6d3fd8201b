"""Comparing models: trained here or before, classifiers and regressors, and one that fails."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lightgbm import LGBMClassifier
from sklearn import metrics as measures
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier

from specweave import (
    Comparison,
    InvalidArgumentError,
    MissingExtraError,
    TrackingWarning,
    compare_experiments,
    compare_models,
    list_experiments,
    load_experiment,
    track_experiment,
)

BINARY = train_test_split(*load_breast_cancer(return_X_y=True), random_state=0)
SEVERAL = train_test_split(*load_iris(return_X_y=True), random_state=0)
REGRESSION = train_test_split(*load_diabetes(return_X_y=True), random_state=0)


def compare(models: Any, data: Any, **named: Any) -> Comparison:
    rows, test_rows, target, test_target = data
    return compare_models(models, rows, target, test_rows, test_target, capture=False, **named)


class Broken(DecisionTreeClassifier):  # type: ignore[misc]
    """A model that cannot be trained."""

    def fit(self, *arguments: Any, **named: Any) -> Any:
        raise MemoryError("too big")


def test_models_are_trained_scored_and_compared(experiments: Path) -> None:
    models = {
        "xgboost": XGBClassifier(n_estimators=5),
        "lightgbm": LGBMClassifier(n_estimators=5, verbose=-1),
        "forest": RandomForestClassifier(n_estimators=5, random_state=0),
    }
    comparison = compare(models, BINARY, increment="0042")

    _, rows, _, truth = BINARY
    for name, model in models.items():
        read = load_experiment(name)
        predicted = model.predict(rows)
        assert read.status == "completed"
        assert read.metrics["accuracy"] == measures.accuracy_score(truth, predicted)
        assert read.metrics["precision"] == measures.precision_score(truth, predicted)
        assert read.metrics["recall"] == measures.recall_score(truth, predicted)
        assert read.metrics["f1"] == measures.f1_score(truth, predicted)
        area = measures.roc_auc_score(truth, model.predict_proba(rows)[:, 1])
        assert read.metrics["roc_auc"] == area
        assert read.metrics["training_time"] > 0
        assert read.metrics["prediction_time"] > 0
        (saved,) = read.artifacts
        assert read.metrics["model_size_bytes"] == saved["size"]
        assert read.params["averaging"] == "binary, positive class 1"
        assert read.params["n_estimators"] == 5
    assert [row["name"] for row in comparison.rows] == list(models)
    assert comparison.primary_metric == "accuracy"
    text = (experiments / "comparison.md").read_text("utf-8")
    assert text.endswith(comparison.markdown)
    assert "Averaging of precision, recall, f1, roc" in text
    assert "binary, positive class 1." in text


def test_trained_models_are_compared_by_the_metrics_that_are_named() -> None:
    rows, test_rows, target, truth = SEVERAL
    models = {
        "tree": DecisionTreeClassifier(random_state=0).fit(rows, target),
        "logistic": make_pipeline(StandardScaler(), LogisticRegression()).fit(rows, target),
    }
    comparison = compare_models(
        models, test_rows, truth, metrics=["accuracy", "f1_macro", "auc"], capture=False
    )
    read = load_experiment("logistic")
    predicted = models["logistic"].predict(test_rows)
    assert read.metrics["f1_macro"] == measures.f1_score(truth, predicted, average="macro")
    assert read.metrics["auc"] == measures.roc_auc_score(
        truth, models["logistic"].predict_proba(test_rows), multi_class="ovr"
    )
    assert "training_time" not in read.metrics
    headings = [column["heading"] for column in comparison.columns]
    assert headings[:3] == ["Accuracy", "F1 Macro", "AUC"]
    assert read.params["logisticregression__C"] == 1.0


def test_data_may_be_given_by_name() -> None:
    rows, test_rows, target, truth = SEVERAL
    tree = DecisionTreeClassifier(random_state=0)
    first = compare_models(
        {"a": tree}, X_train=rows, y_train=target, X_test=test_rows, y_test=truth, capture=False
    )
    second = compare_models({"b": tree}, X_test=test_rows, y_test=truth, capture=False)
    assert first.rows[0]["values"]["accuracy"] == second.rows[0]["values"]["accuracy"]


def test_regressors_have_metrics_of_their_own() -> None:
    models = [Ridge(), KNeighborsRegressor(), KNeighborsRegressor(n_neighbors=50)]
    comparison = compare(models, REGRESSION)
    names = ["ridge", "k-neighbors-regressor", "k-neighbors-regressor-2"]
    assert [row["name"] for row in comparison.rows] == names
    read = load_experiment("ridge")
    truth, predicted = REGRESSION[3], models[0].predict(REGRESSION[1])
    assert read.metrics["r2"] == measures.r2_score(truth, predicted)
    assert read.metrics["rmse"] == np.sqrt(measures.mean_squared_error(truth, predicted))
    assert read.metrics["mae"] == measures.mean_absolute_error(truth, predicted)
    assert "averaging" not in read.params
    best = comparison.best
    assert best is not None
    scores = {row["name"]: row["values"]["r2"] for row in comparison.rows}
    assert best.name == max(scores, key=lambda name: scores[name])


def test_one_failure_does_not_stop_the_others(experiments: Path) -> None:
    models = {"broken": Broken(), "tree": DecisionTreeClassifier(random_state=0)}
    with pytest.warns(TrackingWarning, match="broken failed .* MemoryError: too big"):
        comparison = compare(models, SEVERAL)
    assert load_experiment("broken").status == "failed"
    failure = load_experiment("broken").failure
    assert failure is not None
    assert failure["message"] == "too big"
    assert comparison.best is not None
    assert comparison.best.name == "tree"
    assert "broken: failed" in (experiments / "comparison.md").read_text("utf-8")


def test_only_these_models_are_compared() -> None:
    for accuracy in (0.1, 0.99):
        with track_experiment("tree", capture=False) as exp:
            exp.log_metric("accuracy", accuracy)
    comparison = compare({"tree": DecisionTreeClassifier(random_state=0)}, SEVERAL)
    (row,) = comparison.rows
    assert row["folder"] == "tree-3"
    assert len(compare_experiments(reruns="all", write=False)) == 3
    first = load_experiment("exp-001")
    assert [row["folder"] for row in compare_experiments(only=[first], write=False).rows] == [
        "tree"
    ]


@pytest.mark.parametrize(
    ("labels", "average", "expected_text"),
    [
        (["no", "yes"], "auto", "binary, positive class yes"),
        (["no", "yes"], "weighted", "weighted over classes"),
        (["a", "b", "c"], "auto", "macro over classes"),
    ],
)
def test_averaging_is_stated(labels: list[str], average: str, expected_text: str) -> None:
    rows, test_rows, target, truth = BINARY if len(labels) == 2 else SEVERAL
    names = np.array(labels)
    data = (rows, test_rows, names[target], names[truth])
    comparison = compare({"tree": DecisionTreeClassifier(random_state=0)}, data, average=average)
    read = load_experiment("tree")
    assert read.params["averaging"] == expected_text
    assert expected_text in comparison.markdown
    assert 0.8 < read.metrics["f1"] <= 1


def test_curve_is_left_out_where_it_is_not_defined() -> None:
    rows, test_rows, target, truth = SEVERAL
    one = truth == 0
    data = (rows, test_rows[one], target, truth[one])
    with_scores = {"tree": DecisionTreeClassifier(random_state=0)}
    compare(with_scores, data)
    read = load_experiment("tree")
    assert "roc_auc" not in read.metrics
    assert read.notes == ["roc_auc is not defined for this model on this data"]
    compare({"svc": LinearSVC()}, BINARY)
    assert load_experiment("svc").metrics["roc_auc"] > 0.9


def test_inside_an_open_experiment_they_are_children() -> None:
    with track_experiment("study", capture=False) as study:
        comparison = compare({"tree": DecisionTreeClassifier(random_state=0)}, SEVERAL)
    assert comparison.best is not None
    assert comparison.best.path == study.path / "tree"


def test_model_that_cannot_be_saved_is_judged_all_the_same() -> None:
    model = DecisionTreeClassifier(random_state=0)
    model.lock = threading.Lock()
    compare({"tree": model}, SEVERAL)
    read = load_experiment("tree")
    assert read.status == "completed"
    assert read.metrics["accuracy"] > 0.9
    assert "the model was not saved" in read.notes[0]
    assert "model_size_bytes" not in read.metrics


def test_wrong_arguments_are_named() -> None:
    tree = {"tree": DecisionTreeClassifier()}
    with pytest.raises(InvalidArgumentError, match="'acc'"):
        compare(tree, SEVERAL, metrics=["acc"])
    with pytest.raises(InvalidArgumentError, match="weighted"):
        compare(tree, SEVERAL, average="mean")
    with pytest.raises(InvalidArgumentError, match="no model"):
        compare({}, SEVERAL)
    with pytest.raises(TypeError, match="X_test"):
        compare_models(tree, SEVERAL[0])  # type: ignore[call-overload]


CHURN = np.array(["churn", "stay"])  # the positive class is the first of the alphabet


def churned() -> tuple[Any, Any, Any, Any]:
    """A rare positive class, which no score counts unless it is asked to."""
    rows, test_rows, target, truth = BINARY
    noisy = np.random.default_rng(0).normal(0, 200, (2, 3000, rows.shape[1]))
    return (
        rows[:, :8] + noisy[0, : len(rows), :8],
        test_rows[:, :8] + noisy[1, : len(test_rows), :8],
        CHURN[target],
        CHURN[truth],
    )


def own(model: Any, rows: Any, truth: Any) -> float:
    return float((model.predict(rows) == truth).sum())


def several(model: Any, rows: Any, truth: Any) -> dict[str, Any]:
    return {"right": own(model, rows, truth), "share": np.float32(0.5)}


F1_CHURN = measures.make_scorer(measures.f1_score, pos_label="churn")
F2_STAY = measures.make_scorer(measures.fbeta_score, beta=2, pos_label="stay")
AREA = measures.make_scorer(measures.roc_auc_score, response_method="predict_proba")


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"f1": F1_CHURN}, ["f1"]),
        ({"f1": F1_CHURN, "acc": "accuracy", "own": own, "score": None}, None),
        ([F1_CHURN, F2_STAY, "balanced_accuracy"], ["f1_score", "fbeta_score"]),
        ((AREA, own), ["roc_auc_score", "own"]),
        (F1_CHURN, ["f1_score"]),
        (own, ["own"]),
        (several, ["right", "share"]),
        ("accuracy", ["accuracy"]),
        ({"accuracy", "balanced_accuracy"}, None),
        (iter(["accuracy"]), ["accuracy"]),
    ],
)
def test_metrics_are_taken_as_scikit_learn_takes_scoring(asked: Any, names: Any) -> None:
    data = churned()
    model = DecisionTreeClassifier(max_depth=3, random_state=0).fit(data[0], data[2])
    single = asked if not hasattr(asked, "__next__") else ["accuracy"]
    if isinstance(single, (list, tuple)):  # scikit-learn has no names for these
        single = dict(zip([*(names or ()), "balanced_accuracy"], single, strict=False))
    scored = measures.check_scoring(model, scoring=single)(model, data[1], data[3])
    expected = scored if isinstance(scored, dict) else {names[0]: scored}

    compare_models({"tree": model}, data[1], data[3], metrics=asked, capture=False)
    found = load_experiment("tree").metrics
    assert {key: found[key] for key in expected} == expected
    assert found.keys() - expected.keys() == {"prediction_time", "model_size_bytes"}


def test_positive_class_may_be_named() -> None:
    data = churned()
    model = DecisionTreeClassifier(max_depth=3, random_state=0).fit(data[0], data[2])
    names = ["f1", "precision", "average_precision", "accuracy"]
    compare_models({"t": model}, data[1], data[3], metrics=names, pos_label="churn", capture=False)
    read = load_experiment("t")
    predicted, truth = model.predict(data[1]), data[3]
    assert read.metrics["f1"] == measures.f1_score(truth, predicted, pos_label="churn")
    assert read.metrics["f1"] != measures.f1_score(truth, predicted, pos_label="stay")
    assert read.metrics["precision"] == measures.precision_score(
        truth, predicted, pos_label="churn"
    )
    assert read.metrics["average_precision"] == measures.average_precision_score(
        truth, model.predict_proba(data[1])[:, 0], pos_label="churn"
    )
    assert read.metrics["accuracy"] == measures.accuracy_score(truth, predicted)
    assert read.params["averaging"] == "binary, positive class churn"
    with pytest.raises(InvalidArgumentError, match="'churn', 'stay'"):
        compare_models({"t": model}, data[1], data[3], pos_label="Churn", capture=False)
    with pytest.raises(InvalidArgumentError, match="two classes"):
        compare({"t": model}, SEVERAL, pos_label=1)
    with pytest.raises(InvalidArgumentError, match="regressor"):
        compare({"t": Ridge()}, REGRESSION, pos_label=1)


def test_of_a_scorer_higher_is_better_whatever_its_name() -> None:
    models = {"good": Ridge(alpha=1.0), "bad": Ridge(alpha=1e6)}
    loss = {"mae": "neg_mean_absolute_error"}
    for asked in (
        loss,
        {"max_error": measures.make_scorer(measures.max_error, greater_is_better=False)},
    ):
        best = compare(models, REGRESSION, metrics=asked).best
        assert best is not None
        assert best.name == "good"


def test_first_metric_named_decides() -> None:
    models = {"shallow": DecisionTreeClassifier(max_depth=1), "deep": DecisionTreeClassifier()}
    comparison = compare(models, BINARY, metrics=["recall", "accuracy"])
    assert comparison.primary_metric == "recall"


@pytest.mark.parametrize(
    ("asked", "expected_text"),
    [
        (measures.f1_score, "make_scorer"),
        ({"f1": measures.f1_score}, "make_scorer"),
        (lambda truth, predicted: 1.0, "make_scorer"),
        ([F1_CHURN, measures.make_scorer(measures.f1_score, pos_label="stay")], "two scorers"),
        ({"f1": 3}, "3 is not a metric"),
        ([], "metrics is empty"),
    ],
)
def test_what_is_no_scorer_is_refused_before_anything_starts(
    asked: Any, expected_text: str
) -> None:
    with pytest.raises(InvalidArgumentError, match=expected_text):
        compare({"tree": DecisionTreeClassifier()}, churned(), metrics=asked)
    assert len(list_experiments()) == 0


def test_missing_scikit_learn_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'specweave-ml\[sweeps\]'"):
        compare({"tree": DecisionTreeClassifier()}, SEVERAL)
