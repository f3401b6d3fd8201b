"""A sweep gives what scikit-learn gives, to the last bit."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from specweave import track_hyperparameters
from support import equality_page, sweep_equality
from support.sweep_equality import Case, search_class

CASES = sweep_equality.cases()


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """On so little data, threads only wait for each other."""
    with threadpool_limits(1):
        yield


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("case", CASES, ids=[" ".join(case.row).strip() for case in CASES])
def test_everything_but_the_times_is_equal(case: Case) -> None:
    with sklearn.config_context(enable_metadata_routing=case.routing):
        data = (case.X,) if case.y is None else (case.X, case.y)
        search = search_class(case)(clone(case.model), case.grid, cv=case.cv, **case.options)
        plain = search.fit(*data, **case.fit)
        results = track_hyperparameters(
            case.model,
            case.grid,
            case.X,
            case.y,
            cv=case.cv,
            importance=False,
            progress=False,
            save_models="none",
            **case.options,
            **case.fit,
        )

    assert list(results.cv_results_) == list(plain.cv_results_)
    for key, values in plain.cv_results_.items():
        if "time" not in key:
            same(results.cv_results_[key], values, key)
    assert results.best_index_ == getattr(plain, "best_index_", None)
    assert results.best_score_ == getattr(plain, "best_score_", None)
    assert repr(results.best_params_) == repr(getattr(plain, "best_params_", None))
    if case.options.get("refit", True):
        expected = plain.best_estimator_.predict(case.X)
        assert (results.best_estimator_.predict(case.X) == expected).all()


def same(values: Any, expected: Any, key: str) -> None:
    if key.startswith("param"):
        assert repr(values) == repr(expected), key
        return
    assert values.dtype == expected.dtype, key
    assert values.tobytes() == expected.tobytes() or np.array_equal(
        values, expected, equal_nan=True
    ), key


def test_the_combinations_hold_the_numbers_of_cv_results() -> None:
    case = CASES[2]
    results = track_hyperparameters(case.model, case.grid, case.X, case.y, cv=5, **case.options)

    for place, child in enumerate(results):
        for name in ("accuracy", "f1_macro"):
            stored = [float(results.cv_results_[f"split{n}_test_{name}"][place]) for n in range(5)]
            assert list(child.history(f"fold/{name}").values) == stored
            assert child.metrics[name] == results.cv_results_[f"mean_test_{name}"][place]
            assert child.metrics[f"{name}_std"] == results.cv_results_[f"std_test_{name}"][place]


def test_the_page_lists_these_cases() -> None:
    assert equality_page.PAGE.read_text("utf-8") == equality_page.page()


def test_the_warnings_are_those_of_scikit_learn() -> None:
    case = next(case for case in CASES if "error_score=nan" in case.extra)
    with warnings.catch_warnings(record=True) as plain:
        warnings.simplefilter("always")
        search_class(case)(case.model, case.grid, cv=3).fit(case.X, case.y)
    with warnings.catch_warnings(record=True) as tracked:
        warnings.simplefilter("always")
        track_hyperparameters(case.model, case.grid, case.X, case.y, cv=3, importance=False)

    kinds = [warning.category.__name__ for warning in plain]
    assert [warning.category.__name__ for warning in tracked] == kinds
    assert "FitFailedWarning" in kinds
