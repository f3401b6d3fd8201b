"""Pushes at the same time, from one clone or from several, leave one run of each experiment.

Runs in an environment with MLflow, by `make test-mlflow`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from mlflow.tracking import MlflowClient

from specweave_ml import (
    InvalidArgumentError,
    pull_from_mlflow,
    push_to_mlflow,
    track_experiment,
)
from specweave_ml.mlflow.remote import Remote
from support.mlflow_files import content

INCREMENT = "0042-recommendation-model"
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def database(tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URI of a database without a server."""
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)  # MLflow before version 3 looks there
    return uri


def make(*names: str) -> None:
    for name in names:
        with track_experiment(name, increment=INCREMENT, capture=False) as experiment:
            experiment.log_series("loss", [1.0, 0.5])
            with track_experiment("fold", parent=experiment, capture=False) as fold:
                fold.log_metric("auc", 0.5)


def runs(database: str) -> list[Any]:
    client = MlflowClient(database)
    found = client.get_experiment_by_name(INCREMENT)
    assert found is not None
    return list(client.search_runs([found.experiment_id]))


def assert_one_of_each(database: str, count: int) -> None:
    there = runs(database)
    by_id = {run.info.run_id: run for run in there}
    assert len({run.data.tags["specweave.id"] for run in there}) == len(there) == count
    for run in there:
        assert run.info.status == "FINISHED"
        assert run.data.metrics == ({"auc": 0.5} if run.info.run_name == "fold" else {"loss": 0.5})
        if run.info.run_name == "fold":
            assert run.data.tags["mlflow.parentRunId"] in by_id


PUSH = """
import sys
from specweave_ml import push_to_mlflow
print(push_to_mlflow(sys.argv[1], to=sys.argv[2], progress=False).sent)
"""


def test_two_pushes_of_one_clone_take_turns(database: str) -> None:
    make("one", "two", "three")
    MlflowClient(database).create_experiment(INCREMENT)
    command = [sys.executable, "-c", PUSH, INCREMENT, database]
    pushes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert sorted(push.communicate()[0].strip() for push in pushes) == ["0", "6"]
    assert_one_of_each(database, 6)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_two_clones_that_make_the_same_runs_leave_one_of_each(
    database: str, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    make("one", "two")
    create = Remote.create
    others: list[Any] = []

    def create_twice(
        self: Remote, experiment: str, name: str, started: int, tags: Mapping[str, str]
    ) -> Any:
        # One as another clone does. MLflow draws the ids, and the smallest stays: half are ours.
        pair = [create(self, experiment, name, started, tags) for _ in range(2)]
        pair.sort(key=lambda run: run.info.run_id, reverse=len(others) % 2 == 0)
        others.append(pair[1])
        return pair[0]

    # The other clone may make its runs after this one has looked again.
    looked = []
    found = Remote.runs

    def look(self: Remote, experiment: str) -> Any:
        looked.append(experiment)
        is_early = moment == "after" and len(looked) == 2
        late = {one.info.run_id for one in others} if is_early else set()
        return [run for run in found(self, experiment) if run.info.run_id not in late]

    with monkeypatch.context() as patched:
        patched.setattr(Remote, "create", create_twice)
        patched.setattr(Remote, "runs", look)
        push_to_mlflow(INCREMENT, to=database)
    assert len(others) == 4
    assert len(looked) == 3
    # What the other clone does: its runs are where they were chosen, sent whole by its own push.
    assert push_to_mlflow(INCREMENT, to=database).left_out == []
    push_to_mlflow(INCREMENT, to=database)
    assert_one_of_each(database, 4)
    assert {run.info.run_id for run in runs(database)} == {
        min(run.info.run_id for run in same) for same in by_experiment(database).values()
    }


def by_experiment(database: str) -> dict[str, list[Any]]:
    """Return all runs, the deleted ones too, by experiment."""
    client = MlflowClient(database)
    found = client.get_experiment_by_name(INCREMENT)
    assert found is not None
    same: dict[str, list[Any]] = {}
    for run in client.search_runs([found.experiment_id], run_view_type=3):
        same.setdefault(run.data.tags["specweave.id"], []).append(run)
    return same


def test_what_a_killed_push_left_twice_is_deleted_by_the_next(database: str) -> None:
    make("one")
    push_to_mlflow(INCREMENT, to=database)
    client = MlflowClient(database)
    for run in runs(database):
        for _ in range(3):
            client.create_run(
                run.info.experiment_id, tags={"specweave.id": run.data.tags["specweave.id"]}
            )
    push_to_mlflow(INCREMENT, to=database)
    assert_one_of_each(database, 2)


def test_those_inside_one_that_was_deleted_there_are_inside_its_new_run(database: str) -> None:
    make("one")
    push_to_mlflow(INCREMENT, to=database)
    client = MlflowClient(database)
    (outer,) = [run for run in runs(database) if run.info.run_name == "one"]
    client.delete_run(outer.info.run_id)
    assert push_to_mlflow(INCREMENT, to=database).sent == 2
    assert_one_of_each(database, 2)
    assert push_to_mlflow(INCREMENT, to=database).sent == 0


def test_a_run_that_mlflow_made_is_never_the_one_that_goes(database: str) -> None:
    client = MlflowClient(database)
    experiment = client.create_experiment(INCREMENT)
    run = client.create_run(experiment, run_name="theirs", start_time=1)
    client.log_metric(run.info.run_id, "loss", 0.5)
    client.set_terminated(run.info.run_id)
    pull_from_mlflow(INCREMENT, source=database)
    copy = client.create_run(experiment, tags={"specweave.id": run.info.run_id})
    push_to_mlflow(INCREMENT, to=database)
    (left,) = runs(database)
    assert left.info.run_id == run.info.run_id
    assert client.get_run(copy.info.run_id).info.lifecycle_stage == "deleted"


def test_an_increment_is_not_sent_to_itself(project: Path) -> None:
    here = MlflowClient(f"specweave:{project}")
    run = here.create_run("42", run_name="ours")
    here.log_text(run.info.run_id, "text", "a.txt")
    here.set_terminated(run.info.run_id)
    make("one")
    before = {name: path.read_bytes() for name, path in files(project).items()}
    with pytest.raises(InvalidArgumentError, match="shows this experiment itself, not a copy"):
        push_to_mlflow(INCREMENT, to=f"specweave:{project}")
    assert pull_from_mlflow(INCREMENT, source=f"specweave:{project}").brought == 0
    assert {name: path.read_bytes() for name, path in files(project).items()} == before


def files(project: Path) -> dict[str, Path]:
    return content(project / ".specweave" / "increments" / INCREMENT / "experiments")


def test_an_artifact_whose_file_is_gone_keeps_nothing_back_from_another_project(
    project: Path, tmp_path: Path
) -> None:
    with track_experiment("one", increment=INCREMENT, capture=False) as experiment:
        experiment.save_artifact("gone.txt", "x")
        experiment.save_artifact("kept.txt", "y")
    (experiment.path / "gone.txt").unlink()
    other = tmp_path / "other"
    (other / ".specweave" / "increments").mkdir(parents=True)
    report = push_to_mlflow(INCREMENT, to=f"specweave:{other}")
    assert report.left_out == ["one: the artifact 'gone.txt' is not there"]
    assert (report.sent, report.artifacts) == (1, 1)
    client = MlflowClient(f"specweave:{other}")
    found = client.get_experiment_by_name(INCREMENT)
    assert found is not None
    (run,) = client.search_runs([found.experiment_id])
    assert "kept.txt" in {item.path for item in client.list_artifacts(run.info.run_id)}
    assert push_to_mlflow(INCREMENT, to=f"specweave:{other}").sent == 0
