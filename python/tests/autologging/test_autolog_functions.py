"""With `autolog` the functions of other packages stay the objects that they were."""

from __future__ import annotations

import copy
import functools
import inspect
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import cloudpickle
import lightgbm
import numpy as np
import pytest
import sklearn
import xgboost
from joblib import Memory, Parallel, delayed, parallel_config
from joblib import hash as digest
from lightgbm import train as lightgbm_train
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from xgboost import train as xgboost_train

from conftest import Run
from specweave import autolog, list_experiments, load_experiment, track_experiment
from support.autologged import names, off_at_the_end  # noqa: F401

X, y = load_iris(return_X_y=True)

HELD: dict[str, Callable[..., Any]] = {
    "xgboost": xgboost_train,
    "lightgbm": lightgbm_train,
    "Ridge": Ridge.fit,
    "SVC": SVC.fit,
    "GridSearchCV": GridSearchCV.fit,
}
"""Held before `autolog`, as ``from xgboost import train`` holds it."""

NOW: dict[str, Callable[[], Callable[..., Any]]] = {
    "xgboost": lambda: xgboost.train,
    "lightgbm": lambda: lightgbm.train,
    "Ridge": lambda: Ridge.fit,
    "SVC": lambda: SVC.fit,
    "GridSearchCV": lambda: GridSearchCV.fit,
}


def again(value: Any, how: Any = pickle) -> Any:
    return pickle.loads(how.dumps(value))  # noqa: S301 - what it has pickled itself


@pytest.mark.parametrize("name", HELD)
def test_a_function_stays_the_object_that_it_was(name: str) -> None:
    held = HELD[name]
    facts = (held.__module__, held.__qualname__, held.__doc__, inspect.signature(held))
    source, key = inspect.getsource(held), digest(held)
    assert again(held) is held

    autolog(increment="0042")
    assert NOW[name]() is held
    assert (held.__module__, held.__qualname__, held.__doc__, inspect.signature(held)) == facts
    assert (inspect.getsource(held), digest(held)) == (source, key)
    assert copy.deepcopy(held) is held
    assert again(held) is again(held, cloudpickle) is held
    assert again(functools.partial(held, sample_weight=None)).func is held


def test_a_function_that_was_held_before_is_recorded() -> None:
    later = functools.partial(SVC.fit, sample_weight=np.ones(len(X)))
    bound = Ridge(alpha=2.0).fit
    autolog(increment="0042", models=False)
    later(SVC(C=3.0), X, y)
    bound(X, y)
    xgboost_train({"nthread": 1}, xgboost.DMatrix(X, y), 2)
    lightgbm_train({"verbosity": -1, "num_threads": 1}, lightgbm.Dataset(X, y), 2)

    assert sorted(names()) == ["lightgbm", "ridge", "svc", "xgboost"]
    assert load_experiment("svc").params["C"] == 3.0
    autolog(False)
    later(SVC(), X, y)
    bound(X, y)
    assert len(names()) == 4


def test_models_copy_pickle_and_clone_as_before() -> None:
    plain = pickle.dumps(SVC(C=2.0).fit(X, y))
    autolog(increment="0042", models=False)
    model = SVC(C=2.0).fit(X, y)

    assert pickle.dumps(model) == plain
    for other in (clone(model), copy.deepcopy(model), again(model)):
        assert other.get_params() == model.get_params()
        assert other.fit(X, y) is other
    assert again(SVC(C=2.0).fit)(X, y).score(X, y) == model.score(X, y)


def test_routing_of_metadata_sees_what_fit_takes() -> None:
    weights = np.linspace(0.1, 2, len(X))
    with sklearn.config_context(enable_metadata_routing=True):
        model = LogisticRegression(max_iter=300).set_fit_request(sample_weight=True)
        search = GridSearchCV(model.set_score_request(sample_weight=False), {"C": [1.0]})
        plain = clone(search).fit(X, y, sample_weight=weights)
        autolog(increment="0042", models=False)
        tracked = clone(search).fit(X, y, sample_weight=weights)

        class Own(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
            def fit(self, X: Any, y: Any, importance: Any = None) -> Any:  # noqa: N803
                self.classes_, self.importance_ = np.unique(y), importance
                return self

            def predict(self, X: Any) -> Any:  # noqa: N803
                return np.full(len(X), self.classes_[0])

        own = make_pipeline(StandardScaler(), Own().set_fit_request(importance=True))
        own.fit(X, y, importance=3)

    assert np.array_equal(plain.best_estimator_.coef_, tracked.best_estimator_.coef_)
    assert own[-1].importance_ == 3
    assert names() == ["grid-search-logistic-regression", "own"]


def test_what_others_put_around_a_function_leaves_open_who_called_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    autolog(increment="0042", models=False)
    held, seen = SVC.fit, []

    def theirs(self: Any, *arguments: Any, **named: Any) -> Any:
        seen.append(self)
        return held(self, *arguments, **named)

    monkeypatch.setattr(SVC, "fit", theirs)
    cross_val_score(SVC(), X, y, cv=2)
    with parallel_config(backend="threading", n_jobs=2):
        GridSearchCV(SVC(), {"C": [0.1, 1.0]}, cv=2).fit(X, y)
    assert names() == ["grid-search-svc"]
    SVC(C=7.0).fit(X, y)
    assert load_experiment("svc").params["C"] == 7.0
    assert len(seen) == 2 + 5 + 1


def test_what_others_have_put_around_before_is_recorded_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = SVC.fit

    def theirs(self: Any, *arguments: Any, **named: Any) -> Any:
        return held(self, *arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(SVC, "fit", theirs)
        autolog(increment="0042", models=False)
        SVC(C=7.0).fit(X, y)
        assert names() == ["svc"]
    # Theirs is off, and ours still on.
    SVC(C=8.0).fit(X, y)
    assert [one.params["C"] for one in list_experiments("0042")] == [7.0, 8.0]
    autolog(False)
    SVC().fit(X, y)
    assert len(names()) == 2


class Subclass(SVC):  # type: ignore[misc]
    def fit(self, X: Any, y: Any) -> Any:  # noqa: N803
        return super().fit(X, y)


def test_a_class_of_ones_own_in_the_threads_of_a_search_is_part_of_it() -> None:
    autolog(increment="0042", models=False)
    with parallel_config(backend="threading", n_jobs=2):
        GridSearchCV(Subclass(), {"C": [0.1, 1.0]}, cv=2).fit(X, y)
    assert names() == ["grid-search-subclass"]


@pytest.mark.parametrize("workers", ["joblib", "joblib, one", "futures"])
def test_fits_that_a_pool_of_the_program_calls_are_the_programs(workers: str) -> None:
    autolog(increment="0042", models=False)
    models = [Ridge(alpha=1.0), Ridge(alpha=2.0)]
    if workers == "futures":
        with ThreadPoolExecutor(2) as pool:
            for future in [pool.submit(model.fit, X, y) for model in models]:
                future.result()
    else:
        jobs = 1 if workers == "joblib, one" else 2
        Parallel(jobs, prefer="threads")(delayed(model.fit)(X, y) for model in models)
    assert {one.params["alpha"] for one in list_experiments("0042")} == {1.0, 2.0}


def test_steps_that_a_pipeline_keeps_in_a_memory_are_part_of_it(tmp_path: Any) -> None:
    autolog(increment="0042", models=False)
    memory = Memory(tmp_path, verbose=0)
    make_pipeline(StandardScaler(), SVC(), memory=memory).fit(X, y)
    assert names() == ["svc"]


def test_functions_travel_to_other_processes(run: Run) -> None:
    result = run(
        """
        from concurrent.futures import ProcessPoolExecutor
        from functools import partial
        from multiprocessing import get_context

        from joblib import Parallel, delayed
        from sklearn.base import BaseEstimator
        from sklearn.datasets import load_iris
        from sklearn.svm import SVC
        from xgboost import DMatrix, train

        import specweave

        X, y = load_iris(return_X_y=True)

        class Own(BaseEstimator):
            def fit(self, X, y):
                self.rows_ = len(X)
                return self

            def predict(self, X):
                return X

        def boost(train):
            return train({"nthread": 1}, DMatrix(X, y), 2).num_boosted_rounds()

        if __name__ == "__main__":
            specweave.autolog(increment="0042", models=False)
            fit = partial(SVC.fit, SVC(C=2.0))
            for method in ("spawn", "forkserver"):
                with ProcessPoolExecutor(1, mp_context=get_context(method)) as pool:
                    print(pool.submit(fit, X, y).result().C, pool.submit(boost, train).result())
            print([one.C for one in Parallel(2)(delayed(SVC(C=c).fit)(X, y) for c in (1, 2))])
            print([one.rows_ for one in Parallel(2)(delayed(Own().fit)(X, y) for _ in "ab")])
        """,
        warnings="default",
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == ["2.0 2", "2.0 2", "[1, 2]", "[150, 150]"]
    assert names() == []


def test_a_traceback_goes_through_the_function_and_names_it() -> None:
    autolog(increment="0042")
    with track_experiment("failing", "0042", capture=False), pytest.raises(TypeError) as error:
        SVC().fit()
    assert (
        str(error.value) == "BaseLibSVM.fit() missing 2 required positional arguments: 'X' and 'y'"
    )
