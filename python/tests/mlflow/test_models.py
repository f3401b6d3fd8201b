"""Models of MLflow 3, its datasets, and what its autologging records."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mlflow.entities import Metric
from mlflow.exceptions import MlflowException
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

from conftest import Run
from specweave import load_experiment
from support.mlflow_itself import mlflow

X, y = load_iris(return_X_y=True)

entities = import_module("mlflow.entities")
LoggedModelStatus: Any = getattr(entities, "LoggedModelStatus", None)
LoggedModelTag: Any = getattr(entities, "LoggedModelTag", None)
of_version_3 = pytest.mark.skipif(
    LoggedModelStatus is None, reason="MLflow has logged models since version 3"
)


@of_version_3
@pytest.mark.filterwarnings("ignore")
def test_a_logged_model_loads_and_its_files_are_artifacts(client: Any, experiments: Path) -> None:
    model = LogisticRegression(max_iter=1000).fit(X, y)
    with mlflow.start_run(run_name="linear") as run:
        logged = mlflow.sklearn.log_model(
            model, name="model", pip_requirements=["scikit-learn"], registered_model_name="iris"
        )
        mlflow.log_metric("auc", 0.9, model_id=logged.model_id)
    uris = (f"runs:/{run.info.run_id}/model", f"models:/{logged.model_id}", "models:/iris/1")
    for uri in uris:
        loaded = mlflow.sklearn.load_model(uri)
        assert np.array_equal(loaded.predict(X), model.predict(X))
    folder = f"models/{logged.model_id}"
    saved = {one["path"]: one for one in load_experiment("linear").artifacts}
    assert saved[f"{folder}/MLmodel"]["kind"] == "model"
    assert len(saved[f"{folder}/MLmodel"]["sha256"]) == 64
    assert (experiments / "linear" / folder / "MLmodel").is_file()
    found = client.get_logged_model(logged.model_id)
    assert (found.name, found.source_run_id, found.status) == (
        "model",
        run.info.run_id,
        LoggedModelStatus.READY,
    )
    assert [(point.key, point.value) for point in found.metrics] == [("auc", 0.9)]
    outputs = client.get_run(run.info.run_id).outputs.model_outputs
    assert [one.model_id for one in outputs] == [logged.model_id]


@of_version_3
def test_models_are_searched_tagged_and_deleted(client: Any) -> None:
    run_id = client.create_run("42").info.run_id
    made = [
        client.create_logged_model("42", name, source_run_id=run_id, params={"depth": str(depth)})
        for depth, name in enumerate("abc")
    ]
    alone = client.create_logged_model("42", "alone")
    for place, model in enumerate(made):
        point = Metric("auc", place / 10, 1000, 0, model_id=model.model_id, run_id=run_id)
        client.log_batch(run_id, [point])
    names = [one.name for one in client.search_logged_models(["42"], "metrics.auc >= 0.1")]
    assert sorted(names) == ["b", "c"]
    ordered = client.search_logged_models(
        ["42"], order_by=[{"field_name": "metrics.auc", "ascending": False}], max_results=2
    )
    assert [one.name for one in ordered] == ["c", "b"]
    client.set_logged_model_tags(made[0].model_id, {"stage": "prod"})
    assert client.get_logged_model(made[0].model_id).tags == {"stage": "prod"}
    client.delete_logged_model_tag(made[0].model_id, "stage")
    assert client.get_logged_model(made[0].model_id).tags == {}
    client.delete_logged_model(made[0].model_id)
    with pytest.raises(MlflowException, match="not found"):
        client.get_logged_model(made[0].model_id)
    assert sorted(one.name for one in client.search_logged_models(["42"])) == ["alone", "b", "c"]
    client.finalize_logged_model(alone.model_id, LoggedModelStatus.READY)
    assert client.get_logged_model(alone.model_id).status == LoggedModelStatus.READY
    assert [run.info.run_id for run in client.search_runs(["42"])] == [run_id]


@of_version_3
def test_a_model_is_found_by_a_process_that_did_not_make_it(client: Any, run: Run) -> None:
    run_id = client.create_run("42").info.run_id
    made = client.create_logged_model("42", "m", source_run_id=run_id, tags={"a": "b"})
    result = run(
        """
        import sys
        import mlflow
        mlflow.set_tracking_uri("specweave:")
        print(mlflow.get_logged_model(sys.argv[1]).tags)
        """,
        made.model_id,
        warnings="ignore",
    )
    assert result.stdout == "{'a': 'b'}\n", result.stderr


@pytest.mark.filterwarnings("ignore")
def test_datasets_of_mlflow_are_data_of_the_experiment(client: Any) -> None:
    data = mlflow.data.from_numpy(X, targets=y, name="iris")
    with mlflow.start_run(run_name="uses") as run:
        mlflow.log_input(data, context="training")
        mlflow.log_input(data, context="training")
    found = client.get_run(run.info.run_id).inputs.dataset_inputs
    assert [(one.dataset.name, one.dataset.digest) for one in found] == [("iris", data.digest)]
    assert [(tag.key, tag.value) for tag in found[0].tags] == [("mlflow.data.context", "training")]
    assert json.loads(found[0].dataset.profile) == json.loads(json.dumps(data.profile))
    assert load_experiment("uses").facts["data"]["iris"]["digest"] == data.digest
    names = [run.info.run_name for run in client.search_runs(["42"], "datasets.name = 'iris'")]
    assert names == ["uses"]


def test_artifacts_are_hashed_and_kept_as_versions(client: Any) -> None:
    with mlflow.start_run(run_name="files") as run:
        mlflow.log_text("first", "notes/a.txt")
        mlflow.log_text("second", "notes/a.txt")
        mlflow.log_dict({"depth": 3}, "params.json")
    exp = load_experiment("files")
    versions = exp.artifact_versions("artifacts/notes/a.txt")
    assert [one["version"] for one in versions] == [2, 1]
    assert versions[1]["file"].read_text() == "first"
    exp.check_artifact("artifacts/params.json")
    listed = {one.path for one in client.list_artifacts(run.info.run_id)}
    assert {"notes", "params.json"} <= listed
    local = client.download_artifacts(run.info.run_id, "notes/a.txt")
    assert Path(local).read_text() == "second"


AUTOLOG = """
import json
import mlflow, specweave
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.tree import DecisionTreeClassifier
import lightgbm, xgboost

X, y = load_iris(return_X_y=True)
specweave.configure_mlflow("0042")
mlflow.autolog(log_models=False, log_datasets=False, silent=True)
with mlflow.start_run(run_name="grid"):
    GridSearchCV(DecisionTreeClassifier(random_state=0), {"max_depth": [1, 2]}, cv=3).fit(X, y)
with mlflow.start_run(run_name="xgb"):
    settings = {"nthread": 1, "eta": 0.5}
    data = xgboost.DMatrix(X, y)
    xgboost.train(settings, data, 3, evals=[(data, "train")], verbose_eval=False)
with mlflow.start_run(run_name="lgb"):
    settings = {"num_threads": 1, "verbose": -1}
    data = lightgbm.Dataset(X, y)
    lightgbm.train(settings, data, 3, valid_sets=[data], valid_names=["train"])
"""


def test_autologging_records_into_the_increment(client: Any, run: Run) -> None:
    result = run(AUTOLOG, warnings="ignore", SPECWEAVE_CAPTURE_SECONDS="5")
    assert result.returncode == 0, result.stderr
    runs = client.search_runs(["42"])
    names = [run.info.run_name for run in runs if "mlflow.parentRunId" not in run.data.tags]
    assert sorted(names) == ["grid", "lgb", "xgb"]
    grid = load_experiment("grid")
    inside = [run for run in runs if run.data.tags.get("mlflow.parentRunId") == grid._facts()["id"]]
    assert [run.info.status for run in inside] == ["FINISHED", "FINISHED"]
    assert sorted(run.data.params["max_depth"] for run in inside) == ["1", "2"]
    assert {load_experiment(run.info.run_id).path.parent for run in inside} == {grid.path}
    assert grid.metrics["best_cv_score"] == max(
        run.data.metrics["mean_test_score"] for run in inside
    )
    assert len(load_experiment("xgb").history("train-rmse")) == 3
    assert load_experiment("xgb").params["eta"] == 0.5
    assert len(load_experiment("lgb").history("train-l2")) == 3


@of_version_3
def test_tags_of_models_of_any_kind_stay_text(client: Any) -> None:
    run_id = client.create_run("42").info.run_id
    made = client.create_logged_model("42", "m", source_run_id=run_id)
    store = mlflow.tracking._tracking_service.utils._get_store()
    store.set_logged_model_tags(made.model_id, [LoggedModelTag("number", 3)])
    assert client.get_logged_model(made.model_id).tags == {"number": "3"}
