"""`autolog` with scikit-learn: what is recorded, and that nothing else changes."""

from __future__ import annotations

import sys
import threading
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from joblib import parallel_config
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import BaggingClassifier, RandomForestClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

import polyglot
import specweave
from autologged import names, off_at_the_end  # noqa: F401
from c_header import ROOT
from specweave import (
    autolog,
    compare_models,
    list_experiments,
    load_experiment,
    track_cross_validation,
    track_experiment,
    track_grid_search,
    track_sklearn_model,
)

X, y = load_iris(return_X_y=True)


def test_a_fit_is_an_experiment() -> None:
    autolog(increment="0042")
    model = DecisionTreeClassifier(max_depth=2, random_state=0).fit(X, y)

    found = load_experiment("decision-tree-classifier")
    assert found.status == "completed"
    assert found.params["max_depth"] == 2
    assert found.params["model"] == "sklearn.tree._classes.DecisionTreeClassifier"
    assert found.metrics["train_accuracy"] == model.score(X, y)
    assert found.metrics["training_time"] >= 0
    assert found.facts["data"]["X_train"]["shape"] == [150, 4]
    assert found.facts["models"]["model"]["features"] == 4
    assert (found.load_artifact("model.pkl", trust=True).predict(X) == model.predict(X)).all()


def test_within_an_open_experiment_it_is_recorded_there() -> None:
    autolog(models=False)
    with track_experiment("mine", "0042", capture=False) as exp:
        Ridge(alpha=2.0).fit(X, y)
        exp.log_note("and goes on")

    assert names() == ["mine"]
    assert exp.params["alpha"] == 2.0
    assert "train_r2" in exp.metrics
    assert exp.artifacts == []


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (make_pipeline(StandardScaler(), SVC(C=3.0)), "svc"),
        (BaggingClassifier(DecisionTreeClassifier(), n_estimators=4), "bagging-classifier"),
        (
            VotingClassifier([("a", SVC()), ("b", DecisionTreeClassifier())], n_jobs=2),
            "voting-classifier",
        ),
        (RandomForestClassifier(4), "random-forest-classifier"),
    ],
    ids=["pipeline", "bagging", "voting", "forest"],
)
def test_what_holds_others_is_one_training(model: Any, name: str) -> None:
    autolog(increment="0042")
    with parallel_config(backend="threading", n_jobs=2):
        model.fit(X, y)

    assert names() == [name]


@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_a_search_is_one_experiment_with_the_best_and_a_table(backend: str) -> None:
    autolog(increment="0042")
    with parallel_config(backend=backend, n_jobs=2):
        search = GridSearchCV(SVC(), {"C": [0.01, 1.0, 10.0]}, cv=3).fit(X, y)

    assert names() == ["grid-search-svc"]
    found = load_experiment("grid-search-svc")
    best = search.best_index_
    assert found.params["C"] == search.best_params_["C"]
    assert found.metrics["accuracy"] == search.best_score_
    assert found.metrics["accuracy_std"] == search.cv_results_["std_test_score"][best]
    assert found.metrics["train_accuracy"] == search.score(X, y)
    table = (found.path / "cv_results.csv").read_text("utf-8").splitlines()
    assert table[0].startswith("mean_fit_time,std_fit_time,mean_score_time,std_score_time,param_C")
    assert len(table) == 4
    assert found.load_artifact("model.pkl", trust=True).get_params() == (
        search.best_estimator_.get_params()
    )


def test_a_search_with_several_scores_and_without_refit() -> None:
    autolog(increment="0042")
    scores = {"scoring": ["accuracy", "f1_macro"], "cv": 3}
    GridSearchCV(SVC(), {"C": [0.1, 1.0]}, refit="f1_macro", **scores).fit(X, y)
    GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, refit=False, cv=3).fit(X, y)

    first, second = load_experiment("grid-search-svc"), load_experiment("grid-search-ridge")
    assert {"f1_macro", "f1_macro_std", "train_f1_macro"} <= first.metrics.keys()
    assert "cv_results.csv" in {saved["path"] for saved in second.artifacts}
    assert second.status == "completed"


def test_clusters_without_a_target_are_recorded_and_transformers_are_not() -> None:
    autolog(increment="0042")
    StandardScaler().fit_transform(X)
    KMeans(2, n_init=1, random_state=0).fit_predict(X)

    assert names() == ["k-means"]


def test_what_scikit_learn_and_this_package_fit_is_left_to_them() -> None:
    autolog(increment="0042")
    cross_val_score(SVC(), X, y, cv=3)
    track_cross_validation(SVC(), X, y, 3, "0042", name="cv")
    track_grid_search(SVC(), {"C": [1.0]}, X, y, "0042", name="sweep", importance=False, cv=2)
    compare_models({"a": SVC()}, X, y, X, y, increment="0042")
    with track_sklearn_model(SVC(), "0042", name="door") as tracked:
        tracked.fit(X, y)

    assert sorted(names()) == ["0001", "a", "cv", "door", "sweep"]


def test_an_exception_passes_and_is_recorded() -> None:
    autolog(increment="0042")
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        SVC().fit(X, y[:-1])

    assert load_experiment("svc").status == "failed"


def test_results_and_the_random_state_are_as_without() -> None:
    def trained() -> tuple[Any, Any, Any]:
        np.random.seed(3)
        model = RandomForestClassifier(3).fit(X, y)
        other = DummyClassifier(strategy="uniform").fit(X, y)
        return model.predict_proba(X), other.predict(X), np.random.random()

    plain = trained()
    autolog(increment="0042")
    tracked = trained()

    assert all(np.array_equal(one, other) for one, other in zip(plain, tracked, strict=True))
    assert len(names()) == 2


def test_fit_returns_the_same_object_and_is_called_once() -> None:
    calls = []

    class Own(DecisionTreeClassifier):  # type: ignore[misc]
        def fit(self, X: Any, y: Any) -> Any:  # noqa: N803
            calls.append(self)
            return super().fit(X, y)

    autolog(increment="0042")
    model = Own()
    assert model.fit(X, y) is model
    assert len(calls) == 1
    assert names() == ["own"]


def test_what_cannot_be_recorded_does_not_reach_the_training() -> None:
    autolog(increment="no-such-increment")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        SVC().fit(X, y)  # also where every warning is an exception
    with pytest.warns(specweave.TrackingWarning, match="svc was not recorded completely") as told:
        model = SVC().fit(X, y)
    assert model.score(X, y) > 0.9
    assert told[0].filename == __file__


def test_trainings_in_several_threads_are_several_experiments() -> None:
    autolog(increment="0042", models=False)
    threads = [
        threading.Thread(target=Ridge(alpha=float(place)).fit, args=(X, y)) for place in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = list_experiments("0042")
    assert {experiment.params["alpha"] for experiment in found} == {0.0, 1.0, 2.0, 3.0}


def test_weights_reach_the_model() -> None:
    autolog(increment="0042")
    weights = np.linspace(0.1, 2, len(X))
    model = LogisticRegression(max_iter=300).fit(X, y, sample_weight=weights)
    autolog(False)
    plain = LogisticRegression(max_iter=300).fit(X, y, sample_weight=weights)
    assert np.array_equal(model.coef_, plain.coef_)


def test_the_example_runs(project: Path) -> None:
    output = polyglot.run([sys.executable, str(ROOT / "examples/python/autolog.py")], project)

    for name in ("logistic-regression", "grid-search-decision-tree", "xgb-classifier"):
        assert name in output
    told = load_experiment("xgb-classifier").history("validation_0/logloss")
    assert len(told.values) == 20
