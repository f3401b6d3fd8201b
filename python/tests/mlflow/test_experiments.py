"""Increments are MLflow's experiments, by whatever URI they are meant."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from mlflow.entities import ViewType
from mlflow.exceptions import MlflowException

import specweave
from conftest import INCREMENT, Run
from support.mlflow_itself import MlflowClient, mlflow


def test_an_increment_is_an_experiment(client: Any, project: Path) -> None:
    other = project / ".specweave" / "increments" / "0007E-external"
    other.mkdir()
    found = {exp.experiment_id: exp.name for exp in client.search_experiments()}
    assert found == {"42": INCREMENT, "7E": "0007E-external"}
    assert client.get_experiment("0042").name == INCREMENT
    for name in (INCREMENT, "0042", "0042..."):
        assert client.get_experiment_by_name(name).experiment_id == "42"
    assert client.get_experiment_by_name("nothing") is None
    with pytest.raises(MlflowException, match="No Experiment with id=43 exists"):
        client.get_experiment("43")
    assert not (other / "experiments").exists()


def test_a_new_experiment_is_an_increment_with_its_exact_name(client: Any, project: Path) -> None:
    made = client.create_experiment("Churn, zweiter Versuch", tags={"team": "growth"})
    folder = project / ".specweave/increments/0043-churn-zweiter-versuch"
    assert made == "43"
    assert sorted(path.name for path in folder.iterdir()) == ["experiments"]
    found = client.get_experiment_by_name("Churn, zweiter Versuch")
    assert (found.experiment_id, found.tags) == ("43", {"team": "growth"})
    with pytest.raises(MlflowException, match="already exists"):
        client.create_experiment("Churn, zweiter Versuch")
    client.rename_experiment(made, "Churn")
    client.set_experiment_tag(made, "owner", "me")
    client._tracking_client.store.delete_experiment_tag(made, "team")
    found = client.get_experiment(made)
    assert (found.name, found.tags) == ("Churn", {"owner": "me"})
    assert folder.is_dir()


def test_a_deleted_experiment_is_only_marked(client: Any, project: Path) -> None:
    run_id = client.create_run("42").info.run_id
    client.set_terminated(run_id)
    client.delete_experiment("42")
    assert client.search_experiments() == []
    deleted = client.search_experiments(ViewType.DELETED_ONLY)
    assert [exp.name for exp in deleted] == [INCREMENT]
    assert client.get_run(run_id).info.lifecycle_stage == "deleted"
    assert client.search_runs(["42"]) == []
    with pytest.raises(MlflowException, match="must be in the 'active' state"):
        client.create_run("42")
    client.restore_experiment("42")
    assert [run.info.run_id for run in client.search_runs(["42"])] == [run_id]
    assert (project / ".specweave" / "increments" / INCREMENT).is_dir()


def test_reading_an_empty_project_makes_nothing(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    client = MlflowClient(f"specweave:{empty}")
    assert [(exp.experiment_id, exp.name) for exp in client.search_experiments()] == [
        ("0", "Default")
    ]
    assert client.search_runs(["0"]) == []
    assert list(empty.iterdir()) == []


def test_the_default_experiment_gets_a_folder_with_its_first_run(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    client = MlflowClient(f"specweave:{empty}")
    run = client.create_run("0")
    assert run.info.experiment_id == "0"
    assert [path.name for path in (empty / ".specweave/increments").iterdir()] == [
        "0001-experiments"
    ]
    assert client.create_experiment("second") == "2"
    assert {exp.name for exp in client.search_experiments()} == {"Default", "second"}
    assert [one.info.run_id for one in client.search_runs(["0"])] == [run.info.run_id]


def test_without_a_clear_increment_the_message_lists_them(client: Any, project: Path) -> None:
    (project / ".specweave/increments/0043-other").mkdir()
    with pytest.raises(MlflowException, match="0043-other") as caught:
        client.create_run("0")
    assert "mlflow.set_experiment" in str(caught.value)


@pytest.mark.parametrize(
    "uri",
    [
        "specweave:",
        "specweave:0042",
        "specweave:0042...",
        f"specweave:{INCREMENT}",
        "specweave:.",
        "specweave:.specweave/increments/0042.../experiments",
        "specweave:{project}",
        "specweave://{project}/.specweave",
        f"specweave:///{{project}}/.specweave/increments/{INCREMENT}",
        f".specweave/increments/{INCREMENT}",
        ".specweave/increments/0042.../experiments",
        f"{{project}}/.specweave/increments/{INCREMENT}/experiments/",
        f"file://{{project}}/.specweave/increments/{INCREMENT}",
    ],
)
def test_a_uri_means_the_increment(project: Path, uri: str) -> None:
    client = MlflowClient(uri.format(project=project))
    assert client.create_run("0").info.experiment_id == "42"
    assert client.search_registered_models() == []


def test_a_path_with_blanks_is_understood_in_both_ways(tmp_path: Path) -> None:
    place = tmp_path / "a b" / ".specweave" / "increments" / INCREMENT
    place.mkdir(parents=True)
    for uri in (f"specweave:{tmp_path}/a b", f"specweave://{tmp_path}/a%20b"):
        assert MlflowClient(uri).create_run("0").info.experiment_id == "42"
    assert len(specweave.list_experiments(place)) == 2


def test_other_uris_are_as_without_us(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    from mlflow.store.tracking.file_store import FileStore
    from mlflow.tracking._tracking_service.utils import _get_store

    store = _get_store(f"file://{tmp_path}/mlruns")
    assert type(store) is FileStore
    assert store.root_directory == f"{tmp_path}/mlruns"


def test_the_import_waits_for_mlflow_and_does_not_import_it(run: Run) -> None:
    result = run(
        """
        import sys
        import specweave
        assert not [name for name in sys.modules if name.partition(".")[0] == "mlflow"]
        import mlflow
        mlflow.set_tracking_uri(".specweave/increments/0042.../experiments")
        with mlflow.start_run() as run:
            pass
        print(run.info.experiment_id)
        """,
        warnings="ignore",
    )
    assert result.stdout == "42\n", result.stderr


def test_configure_mlflow_and_the_wrapper(run: Run) -> None:
    result = run(
        """
        import json
        import mlflow
        from specweave import configure_mlflow, list_experiments
        from specweave import mlflow as sw_mlflow
        with sw_mlflow.start_run("before"):
            sw_mlflow.log_metric("auc", 0.87)
        configure_mlflow(increment="0043-other")
        with sw_mlflow.start_run("xgboost") as first:
            sw_mlflow.log_param("depth", 3)
        with sw_mlflow.start_run(first.info.run_id):
            mlflow.log_param("lr", 0.1)
        with mlflow.start_run(run_name="plain"):
            assert sw_mlflow.active_run() == mlflow.active_run()
        print(json.dumps([
            [exp.name for exp in list_experiments(key)] for key in ("0042", "0043")
        ]))
        print(json.dumps(list_experiments("0043")[0].params))
        """,
        warnings="ignore",
    )
    assert result.returncode == 0, result.stderr
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        [["before"], ["xgboost", "plain"]],
        {"depth": 3, "lr": 0.1},
    ]


def test_a_broken_library_breaks_only_our_scheme(run: Run) -> None:
    result = run(
        """
        import mlflow
        mlflow.set_tracking_uri("specweave:0042")
        try:
            mlflow.start_run()
        except ImportError as error:
            print(type(error).__name__)
        mlflow.set_tracking_uri("sqlite:///mlflow.db")
        print(len(mlflow.search_experiments()))
        """,
        warnings="ignore",
        SPECWEAVE_LIBRARY="/nothing",
    )
    assert result.stdout == "LibraryError\n1\n", result.stderr


def test_mlflow_is_set_once(client: Any) -> None:
    assert mlflow.get_tracking_uri().startswith("specweave:")
    assert "specweave" in sys.modules
