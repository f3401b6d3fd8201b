"""`mlflow server` on the increments of a project, and its clients, which see only HTTP.

Runs in an environment with MLflow, by `make test-mlflow`.
"""

from __future__ import annotations

import io
import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from specweave import load_experiment, track_experiment
from specweave_ml.mlflow.plugin_entry_points import artifact_repository, tracking_store
from support.mlflow_itself import IS_3, MlflowClient, log_model, mlflow
from support.mlflow_on_increments import Server, server


@pytest.fixture
def served(project: Path) -> Iterator[Server]:
    with server(project) as started:
        yield started


@pytest.fixture
def remote(served: Server) -> Iterator[Any]:
    """A client of the server, and MLflow's functions too."""
    mlflow.set_tracking_uri(served.url)
    yield MlflowClient()
    while mlflow.active_run():
        mlflow.end_run()
    mlflow.set_tracking_uri(None)
    mlflow.tracking.fluent._active_experiment_id = None


def kept(name: str) -> dict[str, int]:
    return {one["path"]: one["size"] for one in load_experiment(name).artifacts}


@pytest.mark.filterwarnings("ignore")  # MLflow's own, of models
def test_clients_save_and_read_artifacts_in_the_experiment(
    project: Path, experiments: Path, served: Server, remote: Any, tmp_path: Path
) -> None:
    with track_experiment("native", "0042", capture=False) as native:
        native.save_artifact("scores.json", {"auc": 0.9})

    mlflow.set_experiment("0042-recommendation-model")
    with mlflow.start_run(run_name="far away") as run:
        mlflow.log_text("hello", "notes/hello.txt")
        mlflow.log_dict({"a": 1}, "params.json")
        model = LogisticRegression().fit(np.array([[0.0], [1.0]]), [0, 1])
        logged = log_model(model, "model", "Churn")
    remote.set_registered_model_alias("Churn", "champion", 1)
    run_id = run.info.run_id
    assert run.info.artifact_uri == f"mlflow-artifacts:/42/{run_id}/artifacts"

    listed = [(one.path, one.is_dir, one.file_size) for one in remote.list_artifacts(run_id)]
    models = [] if IS_3 else [("model", True, None)]
    assert listed == [*models, ("notes", True, None), ("params.json", False, 12)]
    copied = remote.download_artifacts(run_id, "notes/hello.txt", str(tmp_path))
    assert Path(copied).read_text() == "hello"
    assert mlflow.sklearn.load_model(f"runs:/{run_id}/model").predict([[1.0]]) == [1]
    assert mlflow.sklearn.load_model("models:/Churn@champion").predict([[0.0]]) == [0]
    natives = remote.search_runs(["42"], "attributes.run_name = 'native'")
    assert [one.path for one in remote.list_artifacts(natives[0].info.run_id)] == ["scores.json"]
    assert served.failures() == []

    paths = kept("far away")
    assert paths["artifacts/notes/hello.txt"] == 5
    assert paths["artifacts/params.json"] == 12
    place = f"models/{logged.model_id}" if IS_3 else "artifacts/model"
    assert f"{place}/MLmodel" in paths
    assert not (project / "mlartifacts").exists()
    version = next((project / ".specweave/models").rglob("version-1.json"))
    source = f"models:/{logged.model_id}" if IS_3 else f"{run.info.artifact_uri}/model"
    assert json.loads(version.read_text())["source"] == source

    # Without the server the same is there.
    mlflow.set_tracking_uri(f"specweave:{project}")
    assert mlflow.sklearn.load_model("models:/Churn/1").predict([[1.0]]) == [1]
    assert mlflow.artifacts.load_text(f"runs:/{run_id}/notes/hello.txt") == "hello"


def test_what_the_page_of_a_run_asks_for_is_answered(
    served: Server, remote: Any, tmp_path: Path
) -> None:
    (tmp_path / "a.bin").write_bytes(b"\0\1")
    run_id = remote.create_run("42").info.run_id
    remote.log_artifact(run_id, str(tmp_path / "a.bin"), "b")
    remote.log_artifact(run_id, str(tmp_path / "a.bin"), "b")
    with urllib.request.urlopen(  # noqa: S310
        f"{served.url}/get-artifact?path=b%2Fa.bin&run_uuid={run_id}"
    ) as answer:
        assert answer.read() == b"\0\1"
    for path in ("..%2Fparams.json", "b%2F..%2F..%2Fparams.json", "%2Fetc%2Fpasswd", "gone"):
        with pytest.raises(urllib.error.HTTPError) as refusal:
            urllib.request.urlopen(  # noqa: S310
                f"{served.url}/get-artifact?path={path}&run_uuid={run_id}"
            )
        refusal.value.close()
        assert refusal.value.code in {400, 404}
    assert served.failures() == []


@pytest.mark.parametrize(
    ("root", "place"),
    [
        (None, "file://{}/.specweave/increments/0043-next/experiments"),
        ("./mlruns", "file://{}/.specweave/increments/0043-next/experiments"),
        ("mlflow-artifacts:/", "file://{}/.specweave/increments/0043-next/experiments"),
        ("s3://bucket/root", "s3://bucket/root/43"),
    ],
)
def test_new_experiments_have_the_artifact_root_that_was_chosen(
    project: Path, root: str | None, place: str
) -> None:
    store = tracking_store(f"specweave:{project}", root)
    made = store.get_experiment(store.create_experiment("next"))
    assert (made.experiment_id, made.artifact_location) == ("43", place.format(project))
    kept = store.get_experiment("42")
    assert kept.artifact_location.startswith(f"file://{project}/.specweave/increments/0042-")


@pytest.mark.parametrize("path", ["", "42", "42/run/artifacts", "../x/artifacts", "42/models"])
def test_a_path_of_no_run_is_refused(project: Path, path: str) -> None:
    with pytest.raises(mlflow.MlflowException, match="is no path of artifacts"):
        artifact_repository(f"specweave:{project}").list_artifacts(path)


def test_the_destination_of_a_server_keeps_the_paths_of_runs(client: Any, project: Path) -> None:
    run_id = client.create_run("42").info.run_id
    served = artifact_repository(f"specweave:{project}")
    served.log_artifact_from_stream(io.BytesIO(b"ab"), "a.bin", f"root/42/{run_id}/artifacts/b")
    listed = served.list_artifacts(f"root/42/{run_id}/artifacts/b")
    assert [(one.path, one.file_size) for one in listed] == [
        (f"root/42/{run_id}/artifacts/b/a.bin", 2)
    ]
    assert served.get_local_path(f"42/{run_id}/artifacts/b/a.bin").endswith("/artifacts/b/a.bin")
    with pytest.raises(mlflow.MlflowException, match="not found"):
        served.list_artifacts(f"42/{'0' * 32}/artifacts")
