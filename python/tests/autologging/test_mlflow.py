"""Beside MLflow's autolog: each records what it does without the other.

Runs in an environment with MLflow, by `make test-mlflow`.
"""

from __future__ import annotations

import json
import signal
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from conftest import Run
from specweave import list_experiments, load_experiment
from support.autologged import names

X, y = load_iris(return_X_y=True)

MLFLOW = {
    "MLFLOW_ALLOW_FILE_STORE": "true",
    "MLFLOW_TRACKING_URI": "file:mlruns",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
}

BEGIN = """
import json, sys
import mlflow, specweave
from sklearn.datasets import load_iris
from sklearn.svm import SVC
X, y = load_iris(return_X_y=True)
OPTIONS = {"silent": True, "log_models": False, "log_datasets": False}

def theirs(part):
    part.autolog(**OPTIONS)

def ours(part):
    specweave.autolog(increment="0042", models=False)

def on(part, order):
    for one in order.split():
        globals()[one](part)

def runs():
    found = mlflow.MlflowClient().search_runs(["0"])
    return [{"params": run.data.params, "metrics": run.data.metrics} for run in found]
"""

ORDERS = ["ours theirs", "theirs ours"]


def output_of(run: Run, code: str, *arguments: str) -> Any:
    """What the last line says that the program prints."""
    result = run(BEGIN + code, *arguments, warnings="ignore", **MLFLOW)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])


@pytest.mark.parametrize("order", ORDERS)
def test_a_fit_is_recorded_by_both_as_without_the_other(run: Run, order: str) -> None:
    alone = output_of(
        run, "theirs(mlflow.sklearn); SVC(C=3.0).fit(X, y); print(json.dumps(runs()))"
    )
    both = output_of(
        run,
        """
on(mlflow.sklearn, sys.argv[1])
mlflow.set_tracking_uri("file:both")
SVC(C=3.0).fit(X, y)
print(json.dumps(runs()))
""",
        order,
    )
    assert len(both) == 1
    assert both == alone
    assert names() == ["svc"]
    found = load_experiment("svc")
    assert found.params["C"] == 3.0
    assert found.metrics.keys() == {"train_accuracy", "training_time"}
    assert found.metrics["train_accuracy"] == SVC(C=3.0).fit(X, y).score(X, y)


@pytest.mark.parametrize("order", ORDERS)
def test_what_a_search_fits_is_left_to_it_in_every_order(run: Run, order: str) -> None:
    output_of(
        run,
        """
from joblib import parallel_config
from sklearn.cluster import KMeans
from sklearn.model_selection import GridSearchCV, cross_val_score
on(mlflow.sklearn, sys.argv[1])
with parallel_config(backend="threading", n_jobs=2):
    GridSearchCV(SVC(), {"C": [0.1, 1.0]}, cv=2).fit(X, y)
cross_val_score(SVC(), X, y, cv=2)
KMeans(2, n_init=1).fit_predict(X)
print("null")
""",
        order,
    )
    assert names() == ["grid-search-svc", "k-means"]
    search = GridSearchCV(SVC(), {"C": [0.1, 1.0]}, cv=2).fit(X, y)
    found = load_experiment("grid-search-svc")
    assert found.metrics["accuracy"] == search.best_score_
    assert found.metrics["train_accuracy"] == search.score(X, y)


@pytest.mark.parametrize("order", ORDERS)
def test_off_leaves_theirs_on_and_the_other_way_round(run: Run, order: str) -> None:
    counts = output_of(
        run,
        """
on(mlflow.sklearn, sys.argv[1])
specweave.autolog(False)
SVC(C=1.0).fit(X, y)
counts = [len(runs())]
specweave.autolog(increment="0042", models=False)
mlflow.sklearn.autolog(disable=True)
SVC(C=2.0).fit(X, y)
print(json.dumps([*counts, len(runs())]))
""",
        order,
    )
    assert counts == [1, 1]
    assert [one.params["C"] for one in list_experiments("0042")] == [2.0]


SWEEP = """
import os, signal
from sklearn.tree import DecisionTreeClassifier

class Own(DecisionTreeClassifier):
    fits = 0

    def fit(self, X, y):
        Own.fits += 1
        if len(sys.argv) > 2 and Own.fits > int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().fit(X, y)

if sys.argv[1] == "with":
    theirs(mlflow.sklearn)
best, results = specweave.track_grid_search(
    Own(random_state=0), {"max_depth": [1, 2, 3]}, X, y, "0042",
    name="sweep", cv=3, resume="allow", importance=False, progress=False,
)
print(json.dumps([list(results.cv_results_["mean_test_score"]), results.best_params_, Own.fits]))
"""


@pytest.mark.parametrize(("first", "then"), [("without", "with"), ("with", "without")])
def test_a_killed_sweep_is_resumed_whether_theirs_was_on_or_is(
    run: Run, first: str, then: str
) -> None:
    killed = run(BEGIN + SWEEP, first, "4", warnings="ignore", **MLFLOW)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    scores, best, fits = output_of(run, SWEEP, then)

    plain = GridSearchCV(
        DecisionTreeClassifier(random_state=0), {"max_depth": [1, 2, 3]}, cv=3
    ).fit(X, y)
    assert np.array_equal(scores, plain.cv_results_["mean_test_score"])
    assert best == plain.best_params_
    assert fits == 9 - 4 + 1
    children = [one for one in list_experiments("0042", children=True) if one.name != "sweep"]
    for child, mean in zip(children, scores, strict=True):
        assert child.metrics["accuracy"] == mean
        assert not [key for key in child.metrics if key.endswith("score")]


@pytest.mark.parametrize("order", ORDERS)
def test_boosters_are_recorded_by_both(run: Run, order: str) -> None:
    found = output_of(
        run,
        """
import pickle, xgboost
from xgboost import train as held
on(mlflow.xgboost, sys.argv[1])
assert pickle.loads(pickle.dumps(held)) is held
data = xgboost.DMatrix(X, y)
settings = {"nthread": 1, "eta": 0.5}
seen = {}
xgboost.train(settings, data, 3, evals=[(data, "train")], evals_result=seen, verbose_eval=False)
print(json.dumps([seen["train"]["rmse"], runs()[0]["metrics"]]))
""",
        order,
    )
    losses, theirs = found
    assert names() == ["xgboost"]
    assert list(load_experiment("xgboost").history("train/rmse").values) == losses
    assert load_experiment("xgboost").params["eta"] == 0.5
    assert theirs["train-rmse"] == losses[-1]
