"""Searches and cross-validations of every kind give what scikit-learn gives, to the last bit."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.tree import DecisionTreeClassifier
from threadpoolctl import threadpool_limits

from specweave import track_cross_validation, track_grid_search
from support.equality_matrix import Entry, X, Y, entries

ENTRIES = list(entries())
every = pytest.mark.parametrize("entry", ENTRIES, ids=[entry.named() for entry in ENTRIES])
pytestmark = pytest.mark.filterwarnings("ignore")  # of models that have not converged
PARAMS = "params" if "params" in inspect.signature(cross_validate).parameters else "fit_params"


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """On so little data, threads only wait for each other."""
    with threadpool_limits(1):
        yield


def same(found: Any, expected: Any) -> None:
    """Everything but the times is equal, bit for bit."""
    assert list(found) == list(expected)
    for key, values in expected.items():
        if "time" not in key and not key.startswith("param"):
            assert np.asarray(found[key]).tobytes() == np.asarray(values).tobytes(), key


@every
def test_a_search_is_that_of_scikit_learn(entry: Entry) -> None:
    several = isinstance(entry.scoring, list)
    settings = {
        "cv": entry.splitter,
        "scoring": entry.scoring,
        "refit": entry.scoring[0] if several else True,
    }
    with sklearn.config_context(enable_metadata_routing=entry.routing):
        given = {**entry.fit, **entry.groups}
        plain = GridSearchCV(clone(entry.model), entry.grid, **settings)
        plain.fit(entry.X, entry.y, **given)
        _, results = track_grid_search(
            entry.model, entry.grid, entry.X, entry.y, importance=False, **settings, **given
        )
    same(results.cv_results_, plain.cv_results_)
    assert results.best_params_ == plain.best_params_
    assert results.best_score_ == plain.best_score_
    assert (results.best_estimator_.predict(entry.X) == plain.predict(entry.X)).all()


@every
def test_a_cross_validation_is_that_of_scikit_learn(
    entry: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The picture is not what is compared, and takes most of the time.
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    settings = {"cv": entry.splitter, "scoring": entry.scoring, "return_train_score": True}
    with sklearn.config_context(enable_metadata_routing=entry.routing):
        # With metadata routing the groups are metadata too.
        given = {**entry.fit, **(entry.groups if entry.routing else {})} or None
        groups = {} if entry.routing else entry.groups
        expected = cross_validate(
            clone(entry.model), entry.X, entry.y, **{PARAMS: given}, **settings, **groups
        )
        found = track_cross_validation(
            entry.model,
            entry.X,
            entry.y,
            fit_params=given,
            capture=False,
            **settings,
            **groups,
        )
    same(found, expected)


class Brittle(DecisionTreeClassifier):  # type: ignore[misc]
    """Fails where the first row is odd."""

    def fit(self, X: Any, y: Any) -> Any:  # noqa: N803
        if Y[0] != y[0]:
            raise ValueError("not these rows")
        return super().fit(X, y)


@pytest.mark.parametrize("error_score", [float("nan"), -1.0])
def test_a_cross_validation_with_folds_that_fail_is_that_of_scikit_learn(error_score: Any) -> None:
    settings: Any = {"cv": 3, "error_score": error_score}
    expected = cross_validate(Brittle(random_state=0), X, Y, **settings)
    found = track_cross_validation(Brittle(random_state=0), X, Y, capture=False, **settings)
    same(found, expected)
    assert (expected["test_score"] != error_score).any()
    assert len(set(np.nan_to_num(expected["test_score"], nan=-1.0))) > 1
