"""Artifacts of runs that MLflow made come along whatever they are called, and each comes once.

Runs in an environment with MLflow, by `make test-mlflow`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from mlflow.tracking import MlflowClient

from specweave_ml import load_experiment, pull_from_mlflow, push_to_mlflow
from support.mlflow_itself import mlflow

INCREMENT = "0042-recommendation-model"
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def database(tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URI of a database without a server."""
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)  # MLflow before version 3 looks there
    return uri


def run_with(database: str, files: dict[str, str]) -> tuple[MlflowClient, str]:
    client = MlflowClient(database)
    run = client.create_run(client.create_experiment("theirs"), run_name="one", start_time=1)
    for name, text in files.items():
        client.log_text(run.info.run_id, text, name)
    client.set_terminated(run.info.run_id)
    return client, run.info.run_id


def pulled(database: str) -> Any:
    return pull_from_mlflow(INCREMENT, source=database, experiment="theirs")


NAMES = (
    "params.json", "metrics.json", "metadata.yaml", "comparison.md", "environment/pip.txt",
    "artifacts/params.json", "docs/fine.txt", "events.out.tfevents.17.host.v2",
    "shot: 1?.txt", "specweave/mine.txt",
)  # fmt: skip


def test_an_artifact_with_a_name_of_the_store_is_saved_elsewhere_and_once(database: str) -> None:
    run_with(database, {name: f"text of {name}" for name in NAMES})
    report = pulled(database)
    assert (report.artifacts, report.left_out) == (len(NAMES), [])
    one = load_experiment("one", INCREMENT)
    places = {
        artifact["details"].get("path_in_mlflow", artifact["path"]): artifact["path"]
        for artifact in one._facts()["artifacts"]
    }
    assert set(places) == set(NAMES)
    assert {name: one.artifact_path(place).read_text() for name, place in places.items()} == {
        name: f"text of {name}" for name in NAMES
    }
    assert places["docs/fine.txt"] == "docs/fine.txt"
    assert places["metrics.json"] == "artifacts/metrics.json"
    assert places["artifacts/params.json"] == "artifacts/params.json"
    assert places["params.json"].startswith("artifacts/params.json~")
    assert places["shot: 1?.txt"].endswith(".txt")
    assert json.loads((one.path / "params.json").read_text()) == {}

    again = pulled(database)
    assert (again.brought, again.artifacts, again.left_out) == (0, 0, [])


def test_mlflow_shows_them_on_the_increment_by_their_names(
    database: str, project: Path, tmp_path: Path
) -> None:
    _, run_id = run_with(database, {"params.json": "{}", "docs/fine.txt": "fine"})
    pulled(database)
    here = MlflowClient(f"specweave:{project}")
    assert {item.path for item in here.list_artifacts(run_id)} == {"docs", "params.json"}
    mlflow.set_tracking_uri(f"specweave:{project}")
    try:
        path = mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="params.json")
        assert Path(path).read_text() == "{}"
    finally:
        mlflow.set_tracking_uri(None)


def test_an_artifact_that_was_written_again_there_becomes_a_new_version(database: str) -> None:
    client, run_id = run_with(database, {"table.json": "short", "params.json": "1"})
    pulled(database)
    client.log_text(run_id, "much longer than before", "table.json")
    client.log_text(run_id, "12345", "params.json")
    assert pulled(database).artifacts == 2
    one = load_experiment("one", INCREMENT)
    assert one.artifact_path("table.json").read_text() == "much longer than before"
    assert one.artifact_path("artifacts/params.json").read_text() == "12345"
    kept = [artifact for artifact in one._facts()["artifacts"] if artifact["kept_as"]]
    assert sorted(artifact["path"] for artifact in kept) == ["artifacts/params.json", "table.json"]
    assert pulled(database).artifacts == 0


def test_what_mlflow_wrote_here_has_the_same_names_there(
    database: str, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = MlflowClient(f"specweave:{project}")
    run = here.create_run("42", run_name="ours")
    for name in ("params.json", "specweave/mine.txt", "plots/a.txt"):
        here.log_text(run.info.run_id, name, name)
    here.set_terminated(run.info.run_id)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", database)
    assert push_to_mlflow(INCREMENT, to=database).left_out == []
    there = MlflowClient(database)
    found = there.get_experiment_by_name(INCREMENT)
    assert found is not None
    (sent,) = there.search_runs([found.experiment_id])
    listed = {item.path for item in there.list_artifacts(sent.info.run_id)}
    assert listed - {"environment"} == {"params.json", "plots", "specweave", "artifacts"}

    other = tmp_path / "other"
    (other / ".specweave" / "increments").mkdir(parents=True)
    monkeypatch.chdir(other)
    report = pull_from_mlflow(INCREMENT, source=database)
    assert report.left_out == []
    ours = load_experiment("ours", INCREMENT)
    assert ours.artifact_path("artifacts/params.json").read_text() == "params.json"
    assert ours.artifact_path("artifacts/specweave/mine.txt").read_text() == "specweave/mine.txt"
