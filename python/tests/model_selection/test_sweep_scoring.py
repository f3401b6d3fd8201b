"""A combination that cannot be scored is a failed experiment, as one that cannot be fitted."""

from __future__ import annotations

import importlib
import warnings
from typing import Any

import numpy as np
import pytest
from joblib import parallel_config
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, make_scorer
from sklearn.model_selection import GridSearchCV
from sklearn.tree import DecisionTreeClassifier

from specweave import InvalidArgumentError, track_grid_search

X, y = load_iris(return_X_y=True)
DEPTHS = {"max_depth": [1, 2, 3]}


def scorer() -> Any:
    def unsure(estimator: Any, X: Any, y: Any) -> float:  # noqa: N803
        if estimator.max_depth == 2:
            raise ZeroDivisionError("nothing to divide by")
        return float(estimator.score(X, y))

    return unsure


def swept(scoring: Any, **options: Any) -> Any:
    settings = {"cv": 3, "importance": False, "refit": False, "scoring": scoring, **options}
    return track_grid_search(DecisionTreeClassifier(random_state=0), DEPTHS, X, y, **settings)[1]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("backend", ["threading", "loky"])
@pytest.mark.parametrize("several", [False, True], ids=["one scorer", "several scorers"])
def test_it_is_failed_with_the_traceback_and_the_sweep_goes_on(backend: str, several: bool) -> None:
    scoring = {"mine": scorer(), "accuracy": "accuracy"} if several else scorer()
    with parallel_config(backend=backend, n_jobs=2):
        results = swept(scoring)

    assert [child.status for child in results] == ["completed", "failed", "completed"]
    failed = results[1].failure
    assert failed["type"] == "ZeroDivisionError"
    assert failed["message"] == "nothing to divide by"
    assert "in unsure" in failed["traceback"]
    assert np.isnan(results.cv_results_[f"mean_test_{'mine' if several else 'score'}"][1])
    assert "1 failed" in (results.experiment.path / "sweep.md").read_text("utf-8")


def test_the_warnings_are_those_of_scikit_learn() -> None:
    def results_of(run: Any) -> list[tuple[str, str, str]]:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            run()
        return [(w.category.__name__, str(w.message)[:60], w.filename) for w in caught]

    tree = DecisionTreeClassifier(random_state=0)
    plain = GridSearchCV(tree, DEPTHS, cv=3, scoring=scorer(), refit=False)
    assert results_of(lambda: swept(scorer())) == results_of(lambda: plain.fit(X, y))


@pytest.mark.filterwarnings("ignore")
def test_resumed_it_stays_failed() -> None:
    swept(scorer(), name="sweep")
    results = swept(scorer(), name="sweep", resume=True)

    assert [child.status for child in results] == ["completed", "failed", "completed"]
    assert list(results[1].facts["failed_scores"]) == ["0", "1", "2"]


def test_a_list_may_have_scorers_in_it() -> None:
    first = np.where(y == 0, "a", "b")
    scorers = [make_scorer(f1_score, pos_label="a"), make_scorer(f1_score, pos_label="b")]
    tree = DecisionTreeClassifier(random_state=0)
    settings: dict[str, Any] = {"cv": 3, "importance": False, "refit": "f1_score"}
    _, results = track_grid_search(
        tree, DEPTHS, X, first, scoring=[scorers[0], "accuracy"], **settings
    )
    plain = GridSearchCV(
        tree, DEPTHS, cv=3, refit="f1", scoring={"f1": scorers[0], "accuracy": "accuracy"}
    ).fit(X, first)
    means = results.cv_results_["mean_test_f1_score"]
    assert means.tobytes() == plain.cv_results_["mean_test_f1"].tobytes()
    assert results[0].metrics["f1_score"] == means[0]
    with pytest.raises(InvalidArgumentError, match="two scorers are called 'f1_score'"):
        track_grid_search(tree, DEPTHS, X, first, scoring=scorers, **settings)


def test_an_error_that_is_to_be_raised_is_raised() -> None:
    with pytest.raises(ZeroDivisionError, match="nothing to divide by"):
        swept(scorer(), error_score="raise")


def test_callbacks_of_the_estimator_are_called_as_by_scikit_learn() -> None:
    found = importlib.util.find_spec("sklearn.callback")
    if found is None:  # before scikit-learn 1.9 there are none
        return
    calls: list[str] = []

    class Counting:
        def setup(self, estimator: Any, context: Any) -> None:
            calls.append("setup")

        def teardown(self, estimator: Any, context: Any) -> None:
            calls.append("teardown")

        def on_fit_task_begin(self, estimator: Any, context: Any, **_: Any) -> None:
            calls.append("begin")

        def on_fit_task_end(self, estimator: Any, context: Any, **_: Any) -> bool:
            calls.append("end")
            return False

    model = LogisticRegression(max_iter=20).set_callbacks(Counting())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        GridSearchCV(model, {"C": [0.1, 1.0]}, cv=2).fit(X, y)
        expected = list(calls)
        calls.clear()
        track_grid_search(model, {"C": [0.1, 1.0]}, X, y, cv=2, importance=False)

    assert calls == expected
    assert "begin" in calls
