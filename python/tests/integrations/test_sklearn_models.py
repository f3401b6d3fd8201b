"""`track_sklearn_model`, `ModelExperiment` and `run_experiments` with the real scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import Ridge
from sklearn.tree import DecisionTreeClassifier

from seed.project import X_test, X_train, y_test, y_train
from specweave import ModelExperiment, load_experiment, run_experiments, track_sklearn_model
from specweave_ml.errors import InvalidArgumentError


def test_fit_and_evaluate_are_recorded() -> None:
    model = RandomForestClassifier(n_estimators=5, random_state=0)
    with track_sklearn_model(model, increment="0042") as tracked:
        tracked.fit(X_train, y_train)
        scores = tracked.evaluate(X_test, y_test)

    found = load_experiment("random-forest-classifier")
    predicted = model.predict(X_test)
    assert (tracked.predict(X_test) == predicted).all()
    assert scores["accuracy"] == metrics.accuracy_score(y_test, predicted)
    assert scores["f1"] == metrics.f1_score(y_test, predicted)
    assert scores["roc_auc"] == metrics.roc_auc_score(y_test, model.predict_proba(X_test)[:, 1])
    assert found.metrics.items() >= scores.items()
    assert found.metrics["training_time"] > 0
    assert found.params["n_estimators"] == 5
    assert found.params["averaging"].startswith("binary")
    assert found.facts["data"]["X_train"]["shape"] == list(X_train.shape)
    assert found.facts["models"]["model"]["features"] == X_train.shape[1]
    loaded = found.load_artifact("model.pkl", trust=True)
    assert (loaded.predict(X_test) == predicted).all()


def test_a_regressor_has_the_scores_of_a_regressor() -> None:
    rows = np.arange(20.0).reshape(10, 2)
    tracked = track_sklearn_model(Ridge(), "0042", name="line").fit(rows, rows[:, 0] * 3)
    scores = tracked.evaluate(rows, rows[:, 0] * 3, metrics=["r2", "mae"])
    tracked.finish()

    assert scores.keys() == {"r2", "mae"}
    assert load_experiment("line").metrics["r2"] == scores["r2"]


def test_failure_of_fit_is_recorded() -> None:
    with (
        pytest.raises(ValueError, match="inconsistent"),
        track_sklearn_model(Ridge(), "0042", name="failing") as tracked,
    ):
        tracked.fit(X_train, y_train[:3])
    assert load_experiment("failing").status == "failed"


def test_experiments_are_trained_and_compared() -> None:
    comparison = run_experiments(
        [
            ModelExperiment("stump", DecisionTreeClassifier, {"max_depth": 1, "random_state": 0}),
            ModelExperiment("tree", DecisionTreeClassifier, {"max_depth": 4, "random_state": 0}),
        ],
        X_train,
        y_train,
        X_test,
        y_test,
        increment="0042",
        save_to="experiments/",
    )

    assert comparison.best is not None
    best = max(("stump", "tree"), key=lambda name: float(load_experiment(name).metrics["accuracy"]))
    assert comparison.best.name == best
    assert load_experiment("stump").params["max_depth"] == 1


def test_missing_data_and_other_folders_are_refused() -> None:
    tree = ModelExperiment("tree", DecisionTreeClassifier)
    with pytest.raises(InvalidArgumentError, match="give X_train, y_train, X_test, y_test"):
        run_experiments([tree], increment="0042")
    with pytest.raises(InvalidArgumentError, match="leave save_to out"):
        run_experiments([tree], save_to="elsewhere/")
    with pytest.raises(InvalidArgumentError, match="a name of its own"):
        run_experiments([tree, tree], X_train, y_train, X_test, y_test)


def test_evaluate_takes_scorers_and_a_positive_class() -> None:
    names = np.array(["churn", "stay"])
    truth = names[(y_test == 0).astype(int)]
    with track_sklearn_model(DecisionTreeClassifier(max_depth=1, random_state=0)) as tracked:
        tracked.fit(X_train, names[(y_train == 0).astype(int)])
        f2 = metrics.make_scorer(metrics.fbeta_score, beta=2, pos_label="churn")
        scores = tracked.evaluate(X_test, truth, metrics={"f2": f2, "f1": "f1"}, pos_label="churn")
    predicted = tracked.predict(X_test)
    assert scores == {
        "f2": metrics.fbeta_score(truth, predicted, beta=2, pos_label="churn"),
        "f1": metrics.f1_score(truth, predicted, pos_label="churn"),
    }
