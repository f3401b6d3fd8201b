"""Folders and databases that MLflow wrote: the store has what its own client says of them."""

from __future__ import annotations

import math
import os
import shutil
import sqlite3
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from specweave_ml import (
    check_store,
    find_foreign_experiments,
    import_experiments,
    list_experiments,
    load_experiment,
)
from support.mlflow_itself import IS_3, MlflowClient, mlflow

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The specified dataset source"),
    pytest.mark.filterwarnings("ignore:Failed to determine whether"),
]


@pytest.fixture(autouse=True)
def _own_stores(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    monkeypatch.setenv("DO_NOT_TRACK", "true")
    for name in ("_tracking_service", "_model_registry"):
        registry = import_module(f"mlflow.tracking.{name}.registry")
        for kind in ("TrackingStoreRegistry", "ModelRegistryStoreRegistry"):
            if hasattr(registry, kind):
                getattr(registry, kind)._get_store_with_resolved_uri.cache_clear()
    yield
    while mlflow.active_run():
        mlflow.end_run()
    mlflow.set_tracking_uri(None)
    mlflow.tracking.fluent._active_experiment_id = None
    os.environ.pop("MLFLOW_EXPERIMENT_ID", None)


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of MLflow without runs, which takes MLflow long to make."""
    path = tmp_path_factory.mktemp("empty") / "mlflow.db"
    MlflowClient(uri_of(path)).search_experiments()
    return path


@pytest.fixture(params=["folder", "database"])
def source(request: pytest.FixtureRequest, project: Path) -> Path:
    """A store with one of everything, written by MLflow."""
    path = project / ("mlruns" if request.param == "folder" else "mlflow.db")
    if request.param == "database":
        shutil.copy(request.getfixturevalue("empty"), path)
    mlflow.set_tracking_uri(uri_of(path))
    write_everything()
    return path


def uri_of(path: Path) -> str:
    return f"sqlite:///{path}" if path.suffix == ".db" else str(path)


def write_everything() -> None:
    mlflow.set_experiment("churn: “best”")
    mlflow.set_experiment_tag("team", "Ä")
    with mlflow.start_run(run_name="parent", description="a note\nof 'two' lines: and # more " * 9):
        mlflow.log_params(
            {"depth": 6, "lr": 0.1, "flag": True, "text": "a: b", "n": "007", "m": "a\nb", "ü": "ö"}
        )
        for step in range(5):
            mlflow.log_metric("train/loss", 1 / (step + 1), step=step)
        mlflow.log_metric("nan", math.nan, step=1)
        mlflow.log_metric("inf", -math.inf, step=-2)
        mlflow.log_metric("back", 1, step=5)
        mlflow.log_metric("back", 2, step=3)
        mlflow.set_tags({"release": "1.0", "checked": "", "k:v": ""})
        mlflow.log_text("hello", "notes/a.txt")
        mlflow.log_dict({"a": 1}, "params.json")
        mlflow.log_input(dataset("train"), context="training")
        with mlflow.start_run(nested=True, run_name="child.1"):
            mlflow.log_metric("acc", 0.5)
        if IS_3:
            log_external_model()
    with pytest.raises(ZeroDivisionError), mlflow.start_run(run_name="failed"):
        mlflow.log_metric("x", 1 / 0)
    with mlflow.start_run(run_name="deleted") as run:
        mlflow.log_metric("x", 2)
    mlflow.delete_run(run.info.run_id)
    mlflow.set_experiment("gone")
    with mlflow.start_run(run_name="in gone"):
        pass
    mlflow.delete_experiment(mlflow.get_experiment_by_name("gone").experiment_id)
    client = MlflowClient()
    living = client.create_run(mlflow.get_experiment_by_name("churn: “best”").experiment_id)
    client.log_metric(living.info.run_id, "y", 3)


def dataset(name: str) -> Any:
    numpy = pytest.importorskip("numpy")
    return mlflow.data.from_numpy(numpy.array([1, 2]), name=name, source="data.npy")


def log_external_model() -> None:
    model = mlflow.create_external_model(name="ext", params={"k": "v"}, model_type="agent")
    mlflow.log_metric("r2", 0.9, step=1, model_id=model.model_id, dataset=dataset("tests"))


def runs_of(client: Any) -> dict[str, Any]:
    """Return all runs of a client by id, deleted ones too."""
    everything = mlflow.entities.ViewType.ALL
    ids = [one.experiment_id for one in client.search_experiments(view_type=everything)]
    return {run.info.run_id: run for run in client.search_runs(ids, "", everything, 1000)}


def history_of(client: Any, run_id: str, key: str) -> list[tuple[int, int, str]]:
    points = client.get_metric_history(run_id, key)
    return sorted((one.step, one.timestamp, repr(float(one.value))) for one in points)


def test_everything_is_what_mlflow_says_of_it(source: Path, project: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*") if path.is_file()}
    report = import_experiments(source)
    assert report.equal
    assert report.all_problems == []
    clamped = [line for line in report.left_out if "infinities" in line]
    assert len(clamped) == (source.suffix == ".db")
    assert all(path.stat().st_mtime_ns == time for path, time in before.items())
    theirs, ours = MlflowClient(uri_of(source)), MlflowClient(f"specweave:{project}")
    wanted, found = runs_of(theirs), runs_of(ours)
    assert wanted.keys() == found.keys()
    assert len(wanted) == 6
    for run_id, run in wanted.items():
        same = found[run_id]
        for name in ("run_name", "user_id", "status", "start_time", "end_time", "lifecycle_stage"):
            assert getattr(same.info, name) == getattr(run.info, name), name
        assert same.data.params == run.data.params
        assert same.data.tags == run.data.tags
        assert {key: repr(value) for key, value in same.data.metrics.items()} == {
            key: repr(value) for key, value in run.data.metrics.items()
        }
        for key in run.data.metrics:
            if key == "r2" and source.is_dir():
                # MLflow's own reader takes 0 for the step of a line that names a dataset.
                assert [point[0] for point in history_of(theirs, run_id, key)] == [0]
                assert [point[0] for point in history_of(ours, run_id, key)] == [1]
                continue
            assert history_of(ours, run_id, key) == history_of(theirs, run_id, key), key
        assert files_of(ours, run_id) == files_of(theirs, run_id)
        assert inputs_of(same) == inputs_of(run)
    parent = load_experiment("parent")
    assert parent.params["n"] == "007"
    assert parent.params["lr"] == 0.1
    assert parent.params["flag"] is True
    assert parent.facts["mlflow_experiment"]["name"] == "churn: “best”"
    assert parent.facts["mlflow_experiment"]["tags"] == {"team": "Ä"}
    assert load_experiment("child.1").label == f"{parent.label}.1"
    assert {one.name for one in list_experiments()} >= {"parent", "failed"}
    assert "deleted" not in {one.name for one in list_experiments()}
    if IS_3:
        assert models_of(ours) == models_of(theirs)
        assert models_of(ours) != []
    assert check_store(artifacts=True).healthy


def files_of(client: Any, run_id: str) -> dict[str, bytes]:
    return {
        path: Path(client.download_artifacts(run_id, path)).read_bytes()
        for path in ("notes/a.txt", "params.json")
        if any(
            one.path == path for one in client.list_artifacts(run_id, os.path.dirname(path) or None)
        )
    }


def inputs_of(run: Any) -> list[Any]:
    found = [
        (one.dataset.to_dictionary(), [(tag.key, tag.value) for tag in one.tags])
        for one in run.inputs.dataset_inputs
    ]
    return sorted(found, key=repr)


def models_of(client: Any) -> list[Any]:
    everything = mlflow.entities.ViewType.ALL
    ids = [one.experiment_id for one in client.search_experiments(view_type=everything)]
    return [
        (
            one.model_id, one.name, one.model_type, one.source_run_id, one.params, one.tags,
            one.creation_timestamp, one.status,
            [(m.key, m.value, m.step, m.timestamp, m.dataset_name) for m in one.metrics or []],
        )
        for one in client.search_logged_models(experiment_ids=ids)
    ]  # fmt: skip


def test_imported_again_only_what_is_new_is_added(source: Path) -> None:
    import_experiments(source)
    again = import_experiments(source)
    assert [run.changed for run in again.runs] == [False] * 6
    mlflow.set_experiment("churn: “best”")
    (living,) = [run for run in runs_of(MlflowClient()).values() if run.info.status == "RUNNING"]
    client = MlflowClient()
    client.log_metric(living.info.run_id, "y", 4, step=1)
    client.log_param(living.info.run_id, "late", 1)
    client.set_terminated(living.info.run_id, "KILLED")
    report = import_experiments(source)
    assert [(run.points_new, run.is_new) for run in report.runs if run.changed] == [(1, False)]
    experiment = load_experiment(living.info.run_id)
    assert experiment.status == "interrupted"
    assert experiment.params == {"late": 1}
    assert list(experiment.history("y").values) == [3, 4]
    assert len(list_experiments(children=True, archived=True)) == 6


def test_a_store_that_was_moved_has_its_artifacts_and_is_the_same(
    source: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for path in (source, source.parent / "mlruns"):
        if path.exists():
            shutil.move(path, elsewhere / path.name)
    report = import_experiments(elsewhere / source.name)
    assert report.equal
    parent = load_experiment("parent")
    assert parent.artifact_path("artifacts/notes/a.txt").read_text() == "hello"
    shutil.copytree(elsewhere, tmp_path / "copy")
    again = import_experiments(tmp_path / "copy" / source.name)
    assert not any(run.changed for run in again.runs)


def test_a_database_with_a_pending_journal_is_read_whole_and_left_as_it_is(
    project: Path, empty: Path
) -> None:
    path = project / "mlflow.db"
    shutil.copy(empty, path)
    mlflow.set_tracking_uri(uri_of(path))
    with mlflow.start_run(run_name="r") as run:
        mlflow.log_metric("a", 1)
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA journal_mode=wal")
    writer.execute("PRAGMA wal_autocheckpoint=0")
    row = (run.info.run_id, "pending", 2.5, 1700000000000, 7, 0)
    writer.execute(
        "INSERT INTO metrics (run_uuid, key, value, timestamp, step, is_nan) VALUES (?,?,?,?,?,?)",
        row,
    )
    writer.commit()
    # One that is at work holds the lock of writers; it is not waited for.
    writer.execute("BEGIN IMMEDIATE")
    journal = project / "mlflow.db-wal"
    before = (path.read_bytes(), journal.read_bytes())
    assert before[1]
    report = import_experiments(path)
    assert report.ok
    assert load_experiment("r").metrics["pending"] == 2.5
    assert (path.read_bytes(), journal.read_bytes()) == before
    assert not (project / "mlflow.db-journal").exists()
    writer.rollback()
    writer.close()


def test_both_are_found_in_a_project(source: Path) -> None:
    found = [(one.path, one.kind, one.runs) for one in find_foreign_experiments()]
    kind = "mlflow-db" if source.suffix == ".db" else "mlruns"
    assert (source.name, kind, 6) in found


def test_through_the_client_of_mlflow(source: Path) -> None:
    report = import_experiments(uri_of(source), kind="mlflow")
    assert report.equal
    assert report.all_problems == []
    assert {run.name for run in report.runs} >= {"parent", "child.1", "failed"}
    assert report.points == report.points_equal >= 9
    assert load_experiment("parent").params["lr"] == 0.1
    assert not any(run.is_new for run in import_experiments(uri_of(source), kind="mlflow").runs)
