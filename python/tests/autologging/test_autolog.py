"""`autolog` with scikit-learn: what is recorded, and that nothing else changes."""

from __future__ import annotations

import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xgboost
from joblib import Parallel, delayed, parallel_config
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

import specweave
from conftest import Run
from specweave import (
    Experiment,
    autolog,
    compare_models,
    list_experiments,
    load_experiment,
    track_cross_validation,
    track_experiment,
    track_grid_search,
    track_sklearn_model,
)
from support import polyglot
from support.autologged import names, off_at_the_end  # noqa: F401
from support.c_header import ROOT

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


def inside(parent: Experiment) -> list[Experiment]:
    """Its children in the order in which they began."""
    found = list_experiments("0042", children=True)
    return [one for one in found if one.path.parent == parent.path]


def test_each_further_model_in_an_open_experiment_is_a_child_of_it() -> None:
    autolog(increment="0042")
    with track_experiment("mine", "0042", capture=False) as exp:
        first = Ridge(alpha=2.0).fit(X, y)
        second = SVC(C=3.0).fit(X, y)
        third = Ridge(alpha=5.0).fit(X, y)

    assert sorted(names()) == ["mine", "ridge", "svc"]
    assert (exp.params["alpha"], exp.metrics["train_r2"]) == (2.0, first.score(X, y))
    assert "C" not in exp.params
    svc, ridge = inside(exp)
    assert (svc.params["C"], svc.metrics["train_accuracy"]) == (3.0, second.score(X, y))
    assert "alpha" not in svc.params
    assert (ridge.params["alpha"], ridge.metrics["train_r2"]) == (5.0, third.score(X, y))
    for found, model in ((exp, first), (svc, second), (ridge, third)):
        saved = found.load_artifact("model.pkl", trust=True)
        assert saved.get_params() == model.get_params()
    assert [one.status for one in inside(exp)] == ["completed", "completed"]


def test_the_same_model_trained_again_goes_on_where_it_was() -> None:
    autolog(models=False)
    with track_experiment("mine", "0042", capture=False) as exp:
        first, second = Ridge(alpha=1.0), Ridge(alpha=2.0)
        for rows in (slice(0, 100), slice(50, 150), slice(None)):
            first.fit(X[rows], y[rows])
            second.fit(X[rows], y[rows])
        second.set_params(alpha=3.0).fit(X, y)

    assert len(exp.history("train_r2").values) == 3
    again, other = inside(exp)
    assert again.params["alpha"] == 2.0
    assert again.history("train_r2").values[-1] == Ridge(alpha=2.0).fit(X, y).score(X, y)
    assert len(again.history("train_r2").values) == 3
    assert other.params["alpha"] == 3.0


def test_boosters_in_one_experiment_keep_apart() -> None:
    autolog(models=False)
    data = xgboost.DMatrix(X, y)
    seen: list[dict[str, Any]] = [{}, {}]
    with track_experiment("mine", "0042", capture=False) as exp:
        for eta, results in zip((0.1, 0.5), seen, strict=True):
            settings = {"eta": eta, "nthread": 1}
            evals = [(data, "train")]
            xgboost.train(settings, data, 3, evals=evals, evals_result=results, verbose_eval=False)

    for found, eta, results in zip((exp, *inside(exp)), (0.1, 0.5), seen, strict=True):
        assert found.params["eta"] == eta
        assert list(found.history("train/rmse").values) == results["train"]["rmse"]


@pytest.mark.parametrize("pool", ["futures", "older", "threads", "joblib", "map"])
def test_in_the_threads_of_a_pool_each_model_is_a_child_of_the_open_experiment(pool: str) -> None:
    autolog(increment="0042", models=False)
    models = [Ridge(alpha=float(place)) for place in range(1, 5)]
    older = ThreadPoolExecutor(2)
    older.submit(int).result()
    with track_experiment("mine", "0042", capture=False) as exp:
        if pool in ("futures", "older"):
            executor = older if pool == "older" else ThreadPoolExecutor(2)
            with executor:
                for future in [executor.submit(model.fit, X, y) for model in models]:
                    future.result()
        elif pool == "threads":
            threads = [threading.Thread(target=model.fit, args=(X, y)) for model in models]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        elif pool == "joblib":
            Parallel(2, prefer="threads")(delayed(model.fit)(X, y) for model in models)
        else:
            with ThreadPool(2) as workers:
                workers.map(lambda model: model.fit(X, y), models)
    older.shutdown()

    assert [one.name for one in list_experiments("0042")] == ["mine"]
    assert "alpha" not in exp.params
    found = {one.params["alpha"]: one.metrics["train_r2"] for one in inside(exp)}
    assert found == {model.alpha: model.score(X, y) for model in models}


def test_threads_with_experiments_of_their_own_keep_to_them() -> None:
    autolog(increment="0042", models=False)
    together = threading.Barrier(2)

    def work(alpha: float) -> None:
        with track_experiment(f"mine-{alpha}", "0042", capture=False):
            together.wait(60)
            Ridge(alpha=alpha).fit(X, y)
            together.wait(60)
            # Which of the two a thread inside belongs to is unknown.
            thread = threading.Thread(target=SVC(C=alpha).fit, args=(X, y))
            thread.start()
            thread.join()
            together.wait(60)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, (1.0, 2.0)))
    found = {one.name: one for one in list_experiments("0042")}
    assert {name: one.params.get("alpha") for name, one in found.items() if "mine" in name} == {
        "mine-1.0": 1.0,
        "mine-2.0": 2.0,
    }
    assert [one.name for one in list_experiments("0042")].count("svc") == 2


def test_inside_several_that_are_inside_one_it_is_a_child_of_that_one() -> None:
    autolog(increment="0042", models=False)
    with track_experiment("outer", "0042", capture=False) as outer:
        begun, done = threading.Event(), threading.Event()

        def other() -> None:
            with track_experiment("other", parent=outer, capture=False):
                begun.set()
                done.wait(60)

        holding = threading.Thread(target=other)
        holding.start()
        begun.wait(60)
        fitting = threading.Thread(target=Ridge(alpha=4.0).fit, args=(X, y))
        fitting.start()
        fitting.join()
        with track_experiment("inner", parent=outer, capture=False) as inner:
            Ridge(alpha=5.0).fit(X, y)
        done.set()
        holding.join()

    assert [one.name for one in inside(outer)] == ["other", "ridge", "inner"]
    assert inside(outer)[1].params["alpha"] == 4.0
    assert inner.params["alpha"] == 5.0


def test_processes_that_are_forked_inside_an_open_experiment_are_children(run: Run) -> None:
    result = run(
        """
        from multiprocessing import get_context
        from sklearn.datasets import load_iris
        from sklearn.linear_model import Ridge
        import specweave

        X, y = load_iris(return_X_y=True)

        def train(alpha):
            return Ridge(alpha=alpha).fit(X, y).score(X, y)

        if __name__ == "__main__":
            specweave.autolog(models=False)
            with specweave.track_experiment("mine", "0042", capture=False):
                with get_context("fork").Pool(2) as pool:
                    pool.map(train, [1.0, 2.0, 3.0])
        """,
        warnings="default",
    )
    assert result.returncode == 0, result.stderr
    exp = load_experiment("mine")
    assert "alpha" not in exp.params
    assert {one.params["alpha"] for one in inside(exp)} == {1.0, 2.0, 3.0}
    assert [one.name for one in list_experiments("0042")] == ["mine"]


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
    with track_sklearn_model(SVC(), "0042", name="wrapped") as tracked:
        tracked.fit(X, y)

    assert sorted(names()) == ["0001", "a", "cv", "sweep", "wrapped"]


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
    with pytest.warns(specweave.TrackingWarning, match="svc was not recorded completely") as caught:
        model = SVC().fit(X, y)
    assert model.score(X, y) > 0.9
    assert caught[0].filename == __file__


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

    for name in ("logistic-regression", "grid-search-deci", "xgb-classifier"):
        assert name in output
    history = load_experiment("xgb-classifier").history("validation_0/logloss")
    assert len(history.values) == 20
