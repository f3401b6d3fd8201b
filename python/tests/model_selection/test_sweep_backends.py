"""A sweep runs where joblib is configured to, and only the process that started it writes."""

from __future__ import annotations

import importlib
import os
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from joblib import parallel_config
from joblib._parallel_backends import ThreadingBackend
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.tree import DecisionTreeClassifier

from specweave import track_grid_search

X, y = load_iris(return_X_y=True)
GRID = {"max_depth": [1, 2, 3], "min_samples_leaf": [1, 5]}
TREE = DecisionTreeClassifier(random_state=0)


def swept(n_jobs: int | None = None) -> Any:
    def where(estimator: Any, X: Any, y: Any) -> dict[str, float]:  # noqa: N803
        # Within a function it travels by value: workers need not find this file.
        return {"score": float(estimator.score(X, y)), "process": float(os.getpid())}

    _, results = track_grid_search(
        TREE, GRID, X, y, scoring=where, refit="score", n_jobs=n_jobs, importance=False
    )
    plain = GridSearchCV(TREE, GRID).fit(X, y)
    assert (results.cv_results_["mean_test_score"] == plain.cv_results_["mean_test_score"]).all()
    assert (results.cv_results_["rank_test_score"] == plain.cv_results_["rank_test_score"]).all()
    assert [child.params for child in results] == plain.cv_results_["params"]
    assert {child.status for child in results} == {"completed"}
    for child in results:
        assert [writer["pid"] for writer in child.writers] == [os.getpid()]
        assert sorted(child.history("fold/score").steps) == [0, 1, 2, 3, 4]
    return results


class Together(ThreadingBackend):  # type: ignore[misc]
    """Cannot give one result after the other, as that of Ray."""

    supports_return_generator = False


def processes(results: Any) -> set[int]:
    columns = [results.cv_results_[f"split{fold}_test_process"] for fold in range(5)]
    return {int(process) for process in np.concatenate(columns)}


def test_in_this_process() -> None:
    assert processes(swept()) == {os.getpid()}


def test_in_threads() -> None:
    with parallel_config(backend="threading", n_jobs=2):
        assert processes(swept()) == {os.getpid()}


def test_in_processes_of_loky() -> None:
    with parallel_config(backend="loky", n_jobs=2):
        assert os.getpid() not in processes(swept())
    assert os.getpid() not in processes(swept(n_jobs=2))


def test_where_results_come_only_together() -> None:
    with parallel_config(backend=Together(), n_jobs=2):
        assert processes(swept()) == {os.getpid()}


@pytest.fixture
def cluster() -> Iterator[Any]:
    distributed: Any = importlib.import_module("distributed")

    with (
        warnings.catch_warnings(),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
        ) as workers,
        distributed.Client(workers) as client,
    ):
        yield client


@pytest.mark.filterwarnings("default")
def test_on_a_dask_cluster(cluster: Any) -> None:
    with parallel_config(backend="dask"):
        used = processes(swept())

    assert used
    assert used <= set(cluster.run(os.getpid).values()) - {os.getpid()}
