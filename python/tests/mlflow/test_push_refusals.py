"""What an MLflow refuses of an experiment, and what is wrong there, keep nothing else back.

Runs in an environment with MLflow, by `make test-mlflow`.
"""

from __future__ import annotations

import filecmp
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mlflow.tracking import MlflowClient
from requests import HTTPError
from sqlalchemy.exc import OperationalError

from specweave_ml import (
    InvalidArgumentError,
    load_experiment,
    pull_from_mlflow,
    push_to_mlflow,
    track_experiment,
)
from specweave_ml.mlflow.transfer_commands import ended
from support import mlflow_files
from support.mlflow_server import QUIET, server

INCREMENT = "0042-refused"
# The packages that MLflow's database store uses warn of each other.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("mlflow")
    with server(folder, f"sqlite:///{folder}/mlflow.db") as address:
        yield address


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in QUIET.items():
        monkeypatch.setenv(name, value)
    entered(tmp_path / "here", monkeypatch)


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URI of a database without a server."""
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)  # MLflow before version 3 looks there
    return uri


def entered(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (folder / ".specweave" / "increments").mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def start(name: str, increment: str = INCREMENT) -> Any:
    return track_experiment(name, increment=increment, capture=False)


def runs(uri: str, increment: str = INCREMENT) -> tuple[MlflowClient, list[Any]]:
    client = MlflowClient(uri)
    found = client.get_experiment_by_name(increment)
    assert found is not None
    return client, list(client.search_runs([found.experiment_id]))


def content(increment: str = INCREMENT) -> dict[str, Path]:
    return mlflow_files.content(Path.cwd() / ".specweave/increments" / increment / "experiments")


def assert_comes_back(
    uri: str, folder: Path, monkeypatch: pytest.MonkeyPatch, increment: str = INCREMENT
) -> None:
    ours = content(increment)
    entered(folder, monkeypatch)
    assert pull_from_mlflow(increment, source=uri).left_out == []
    theirs = content(increment)
    assert set(ours) == set(theirs)
    different = [
        name
        for name, path in ours.items()
        if path.is_file() and not filecmp.cmp(path, theirs[name], False)
    ]
    assert different == []


def assert_readable_as_others(folder: Path) -> None:
    """Check that those who may read the increment may read a folder in it."""
    assert folder.stat().st_mode == folder.parent.parent.stat().st_mode


def test_refused_metrics_are_said_and_come_back_with_the_record(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    increment = "0001-metrics"
    with start("one", increment) as experiment:
        for key in ("acc@5", "genau_ü", "x" * 260, "loss"):
            experiment.log_series(key, [1.0, 2.0])
        experiment.log_series("old", [1.0, 2.0, 3.0], times=[-1000.5, 0, 1e9])
    report = push_to_mlflow(increment, to=address)
    assert report.points == 6
    assert report.left_out == [
        "one: 1 point of the metric 'old': refused",
        "one: 2 points of the metric 'acc@5': refused",
        f"one: 2 points of the metric {'x' * 260!r}: refused",
    ]
    _, (run,) = runs(address, increment)
    assert run.data.metrics == {"genau_ü": 2.0, "loss": 2.0, "old": 3.0}
    assert push_to_mlflow(increment, to=address).sent == 0
    assert_comes_back(address, tmp_path / "there", monkeypatch, increment)


def test_odd_artifacts_come_back_with_the_record(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", address)  # MLflow before version 3 looks there
    increment = "0002-artifacts"
    folder = tmp_path / "made"
    for name in ("whole/sub/f.txt", "odd/a#b.txt"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(name)
    (folder / "empty" / "inside").mkdir(parents=True)
    with start("one", increment) as experiment:
        for name in ("a#b.txt", "a%41b.txt", "specweave/record.zip", "ü x.txt", "none"):
            experiment.save_artifact(name, b"" if name == "none" else name.encode())
        for name in ("whole", "odd", "empty"):
            experiment.log_artifact(folder / name, name)
    report = push_to_mlflow(increment, to=address)
    assert report.left_out == [
        f"one: the artifact {name!r}: refused"
        for name in ("a#b.txt", "a%41b.txt", "empty", "odd", "specweave/record.zip")
    ]
    client, (run,) = runs(address, increment)
    assert {item.path for item in client.list_artifacts(run.info.run_id)} == {
        "none", "specweave", "whole", "ü x.txt",
    }  # fmt: skip
    assert_comes_back(address, tmp_path / "there", monkeypatch, increment)


def test_tags_with_the_names_of_the_marks_do_not_replace_them(database: str) -> None:
    with start("one") as experiment:
        for tag in ("specweave.id", "mlflow.runName"):
            experiment.add_tag(tag)
    push_to_mlflow(INCREMENT, to=database)
    assert push_to_mlflow(INCREMENT, to=database).sent == 0
    _, (run,) = runs(database)
    assert run.info.run_name == "one"


KILLED = """
import os, sys
from specweave_ml import push_to_mlflow, track_experiment
experiment = track_experiment("dead", increment=sys.argv[1], capture=False)
experiment.log_metric("loss", 1.0, step=0)
experiment.flush()
push_to_mlflow(sys.argv[1], to=sys.argv[2])
os.kill(os.getpid(), 9)
"""


def test_one_that_was_killed_after_a_push_ends_there(database: str) -> None:
    subprocess.run([sys.executable, "-c", KILLED, INCREMENT, database], check=False)
    assert load_experiment("dead").status == "crashed"
    assert push_to_mlflow(INCREMENT, to=database).sent == 1
    _, (run,) = runs(database)
    assert run.info.status == "FAILED"
    assert push_to_mlflow(INCREMENT, to=database).sent == 0


def test_one_that_runs_again_runs_there_again(database: str) -> None:
    start("one").finish("failed")
    push_to_mlflow(INCREMENT, to=database)
    again = track_experiment("one", increment=INCREMENT, capture=False, resume=True)
    push_to_mlflow(INCREMENT, to=database)
    _, (run,) = runs(database)
    assert run.info.status == "RUNNING"
    again.finish()


@pytest.mark.parametrize("damage", ["cut", "text", "gone", "other"])
def test_a_damaged_record_keeps_no_other_run_from_coming(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    for name in ("one", "two"):
        with start(name) as experiment:
            experiment.log_param("depth", 3)
            experiment.log_series("loss", [1.0, 2.0])
            experiment.save_artifact("a.json", {"a": 1})
    push_to_mlflow(INCREMENT, to=database)
    _, found = runs(database)
    (run,) = [run for run in found if run.info.run_name == "one"]
    record = Path(run.info.artifact_uri.removeprefix("file://")) / "specweave" / "record.zip"
    if damage == "gone":
        record.unlink()
    elif damage == "other":
        with zipfile.ZipFile(record, "w") as file:
            file.writestr("hello.txt", "x")
    else:
        bytes_ = record.read_bytes()
        record.write_bytes(bytes_[: len(bytes_) // 2] if damage == "cut" else b"nothing")
    entered(tmp_path / "there", monkeypatch)
    report = pull_from_mlflow(INCREMENT, source=database)
    (line,) = report.left_out
    assert "one: specweave/record.zip is " in line
    assert "what MLflow shows of it was brought" in line
    for name in ("one", "two"):
        experiment = load_experiment(name)
        assert (experiment.status, dict(experiment.params)) == ("completed", {"depth": 3})
        assert experiment.history("loss").values.tolist() == [1.0, 2.0]
        assert experiment.artifact_path("a.json").is_file()
    again = pull_from_mlflow(INCREMENT, source=database)
    assert (again.brought, again.left_out) == (0, [])


def test_an_artifact_that_is_gone_there_keeps_no_other_from_coming(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with start("one") as experiment:
        experiment.save_artifact("a.json", {"a": 1})
        experiment.save_artifact("b.json", {"b": 1})
    push_to_mlflow(INCREMENT, to=database)
    _, (run,) = runs(database)
    (Path(run.info.artifact_uri.removeprefix("file://")) / "a.json").unlink()
    entered(tmp_path / "there", monkeypatch)
    (line,) = pull_from_mlflow(INCREMENT, source=database).left_out
    assert "a.json" in line
    assert load_experiment("one").artifact_path("b.json").is_file()


def test_two_runs_of_one_experiment_come_as_one(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    start("one").finish()
    push_to_mlflow(INCREMENT, to=database)
    client, (run,) = runs(database)
    identity = run.data.tags["specweave.id"]
    for started in (0, run.info.start_time, run.info.start_time + 1):
        client.create_run(
            run.info.experiment_id, start_time=started, tags={"specweave.id": identity}
        )
    entered(tmp_path / "there", monkeypatch)
    assert pull_from_mlflow(INCREMENT, source=database).left_out == []
    assert [path for path in content() if path.endswith("metadata.yaml")] == ["one/metadata.yaml"]
    assert_readable_as_others(load_experiment("one").path)
    assert load_experiment("one").status == "completed"


def test_a_server_that_is_gone_is_no_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    from mlflow.exceptions import MlflowException

    from specweave_ml.mlflow.remote import Remote

    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    remote = Remote("http://127.0.0.1:9")
    with pytest.raises(MlflowException, match="failed with exception"):
        remote.log_params("a" * 32, {"depth": "3"})
    with pytest.raises(MlflowException, match="failed with exception"):
        remote.set_tags("a" * 32, {"depth": "3"})


@pytest.mark.parametrize("error", [OperationalError("connect", {}, OSError("gone")), HTTPError()])
def test_what_fails_on_the_way_is_a_message_of_the_command(
    capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    def run() -> None:
        raise error

    assert ended("push", run) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == f"specweave-ml push: MLflow: {error}\n"


@pytest.mark.parametrize("uri", ["", " "])
def test_an_empty_uri_is_refused(uri: str) -> None:
    start("one").finish()
    with pytest.raises(InvalidArgumentError, match="to is empty; give MLflow's tracking URI"):
        push_to_mlflow(INCREMENT, to=uri)
    with pytest.raises(InvalidArgumentError, match="source is empty"):
        pull_from_mlflow(INCREMENT, source=uri)
    assert os.listdir() == [".specweave"]


PULL = """
import sys
from specweave_ml import pull_from_mlflow
print(pull_from_mlflow(sys.argv[1], source=sys.argv[2], progress=False).brought)
"""


def test_two_pulls_at_once_bring_each_experiment_once(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(8):
        start(f"run-{number}").finish()
    push_to_mlflow(INCREMENT, to=database)
    entered(tmp_path / "there", monkeypatch)
    top = Path.cwd() / ".specweave" / "increments" / INCREMENT / "experiments"
    (top / ".pull" / "left-by-a-killed-one").mkdir(parents=True)
    command = [sys.executable, "-c", PULL, INCREMENT, database]
    pulls = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    brought = [pull.communicate()[0].strip() for pull in pulls]
    assert sorted(brought) == ["0", "8"]
    assert sorted(path.name for path in top.iterdir() if path.is_dir()) == [
        f"run-{number}" for number in range(8)
    ]
