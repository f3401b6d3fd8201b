"""Experiments that go to a real server of MLflow and come back.

Runs in an environment with MLflow, by `make test-mlflow`.
"""

from __future__ import annotations

import filecmp
import math
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mlflow.entities import Metric
from mlflow.tracking import MlflowClient

from specweave_ml import (
    NotFoundError,
    list_experiments,
    load_experiment,
    pull_from_mlflow,
    push_to_mlflow,
    track_experiment,
)
from support.mlflow_files import content
from support.mlflow_server import QUIET, database, server

INCREMENT = "0042-recommendation-model"
pytestmark = pytest.mark.usefixtures("_quiet")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("mlflow")
    with database(folder) as backend, server(folder, backend) as address:
        yield address


@pytest.fixture
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in QUIET.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return entered(tmp_path / "here", monkeypatch)


def entered(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a project and work in it."""
    (folder / ".specweave" / "increments").mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def start(name: str, increment: str, **options: Any) -> Any:
    return track_experiment(name, increment=increment, capture=False, **options)


def fill(increment: str) -> None:
    """Make experiments with everything that MLflow has no place for."""
    with start("whole", increment, params={"n": 3, "rate": 0.1, "flag": True, "text": "3"}) as exp:
        exp.log_param("net", {"depth": 2, "sizes": [64, 32]})
        exp.log_metrics({"loss": 0.5, "odd": math.inf}, step=0)
        exp.log_metric("odd", math.nan, step=1)
        exp.log_metric("odd", -math.inf, step=2)
        exp.log_metric("loss", 1 / 3, step=-7)
        exp.log_metric("count", 2**62 + 1, step=2**40)
        exp.log_note("the first try")
        exp.add_tag("baseline")
        exp.save_artifact("conf/settings.json", {"a": 1})
        exp.save_artifact("conf/settings.json", {"a": 2})
        exp.save_artifact("blob.bin", bytes(range(256)) * 100)
        with track_experiment("inner", parent=exp, capture=False) as inner:
            inner.log_series("curve", [float(step) for step in range(2500)])
    failing = start("failing", increment)
    failing.finish("failed")


def assert_same(left: Path, right: Path) -> None:
    ours, theirs = content(left), content(right)
    assert set(ours) == set(theirs)
    different = [name for name, path in ours.items() if not filecmp.cmp(path, theirs[name], False)]
    assert different == []


def test_what_was_pushed_comes_back_byte_for_byte(
    project: Path, tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    increment = "0001-round-trip"
    fill(increment)
    sent = push_to_mlflow(increment, to=address)
    assert (sent.experiments, sent.sent, sent.points, sent.artifacts) == (3, 3, 2506, 2)
    assert sent.left_out == []

    again = push_to_mlflow(increment, to=address)
    assert (again.sent, again.points, again.artifacts) == (0, 0, 0)

    entered(tmp_path / "there", monkeypatch)
    brought = pull_from_mlflow(increment, source=address)
    assert (brought.runs, brought.brought, brought.points, brought.artifacts) == (3, 3, 2506, 2)
    assert brought.left_out == []
    place = Path(".specweave/increments") / increment / "experiments"
    assert_same(project / place, place)
    whole = load_experiment("whole")
    assert whole.params["net"] == {"depth": 2, "sizes": [64, 32]}
    assert whole.params["text"] == "3"
    assert [repr(float(value)) for value in whole.history("odd").values] == ["inf", "nan", "-inf"]
    assert whole.metrics["count"] == 2**62 + 1
    assert [str(note) for note in whole.notes] == ["the first try"]
    assert len(load_experiment("inner").history("curve")) == 2500
    assert load_experiment("failing").status == "failed"

    assert pull_from_mlflow(increment, source=address).brought == 0
    assert push_to_mlflow(increment, to=address).sent == 0


def test_people_see_it_in_mlflow(
    project: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", address)  # MLflow before version 3 looks there
    increment = "0002-seen"
    fill(increment)
    push_to_mlflow(increment, to=address)
    client = MlflowClient(address)
    experiment = client.get_experiment_by_name(increment)
    assert experiment is not None
    runs = {run.info.run_name: run for run in client.search_runs([experiment.experiment_id])}
    assert set(runs) == {"whole", "inner", "failing"}
    whole, inner = runs["whole"], runs["inner"]
    assert whole.data.params == {
        "n": "3", "rate": "0.1", "flag": "True", "text": "3",
        "net.depth": "2", "net.sizes": "[64, 32]",
    }  # fmt: skip
    assert inner.data.tags["mlflow.parentRunId"] == whole.info.run_id
    assert whole.data.tags["baseline"] == ""
    assert (whole.info.status, runs["failing"].info.status) == ("FINISHED", "FAILED")
    local = load_experiment("whole", increment)
    assert whole.info.start_time == round(local._facts()["created"] * 1000)
    assert whole.info.end_time == round(local._facts()["ended"] * 1000)
    loss = client.get_metric_history(whole.info.run_id, "loss")
    assert sorted((point.step, point.value) for point in loss) == [(-7, 1 / 3), (0, 0.5)]
    artifacts = {item.path for item in client.list_artifacts(whole.info.run_id)}
    assert artifacts == {"conf", "blob.bin", "specweave"}


def test_only_what_is_new_is_sent(project: Path, address: str) -> None:
    increment = "0003-growing"
    experiment = start("long", increment)
    experiment.log_series("loss", [1.0] * 1500)
    assert push_to_mlflow(increment, to=address).points == 1500
    client = MlflowClient(address)
    found = client.get_experiment_by_name(increment)
    assert found is not None
    (run,) = client.search_runs([found.experiment_id])
    assert run.info.status == "RUNNING"
    experiment.log_series("loss", [2.0] * 700)
    experiment.add_tag("late")
    experiment.finish()
    assert push_to_mlflow(increment, to=address).points == 700
    (run,) = client.search_runs([found.experiment_id])
    assert (run.info.status, run.data.tags["late"]) == ("FINISHED", "")
    assert len(client.get_metric_history(run.info.run_id, "loss")) == 2200


PUSH = """
import sys
from specweave_ml import push_to_mlflow
push_to_mlflow(sys.argv[1], to=sys.argv[2])
"""


def test_a_push_that_was_killed_is_continued(
    project: Path, tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    increment = "0004-killed"
    for number in range(3):
        with start(f"run-{number}", increment) as experiment:
            experiment.log_series("loss", [float(step) for step in range(12_000)])
    client = MlflowClient(address)
    process = subprocess.Popen([sys.executable, "-c", PUSH, increment, address])
    while process.poll() is None:
        found = client.get_experiment_by_name(increment)
        if found is not None and any(
            "loss" in run.data.metrics for run in client.search_runs([found.experiment_id])
        ):
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    push_to_mlflow(increment, to=address)
    found = client.get_experiment_by_name(increment)
    assert found is not None
    runs = client.search_runs([found.experiment_id])
    assert sorted(run.info.run_name for run in runs) == [f"run-{number}" for number in range(3)]
    for run in runs:
        points = client.get_metric_history(run.info.run_id, "loss")
        assert sorted(point.step for point in points) == list(range(12_000))
    entered(tmp_path / "there", monkeypatch)
    assert pull_from_mlflow(increment, source=address).left_out == []
    place = Path(".specweave/increments") / increment / "experiments"
    assert_same(project / place, place)


def test_tags_that_were_changed_there_come_along(project: Path, address: str) -> None:
    increment = "0005-tags"
    start("one", increment).finish()
    push_to_mlflow(increment, to=address)
    client = MlflowClient(address)
    found = client.get_experiment_by_name(increment)
    assert found is not None
    (run,) = client.search_runs([found.experiment_id])
    client.set_tag(run.info.run_id, "mlflow.note.content", "looked at by Ada")
    client.set_tag(run.info.run_id, "reviewed", "")
    assert pull_from_mlflow(increment, source=address).brought == 1
    one = load_experiment("one", increment)
    assert one.tags == ["reviewed"]
    assert one._facts()["facts"]["about"]["description"] == "looked at by Ada"


def test_runs_of_mlflow_itself_become_experiments(
    project: Path, tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", address)  # MLflow before version 3 looks there
    client = MlflowClient(address)
    experiment = client.create_experiment("Fraud detection")
    run = client.create_run(experiment, start_time=1_700_000_000_123, run_name="forest/1")
    run_id = run.info.run_id
    client.log_param(run_id, "depth", 6)
    client.log_param(run_id, "rate", "0.10")
    client.log_param(run_id, "flag", True)
    client.log_batch(
        run_id,
        metrics=[
            Metric("auc", 0.5 + step / 100, 1_700_000_001_000 + step, step) for step in range(9)
        ],
    )
    client.log_metric(run_id, "bad", float("nan"))
    client.set_tag(run_id, "team", "risk")
    (tmp_path / "report.txt").write_text("fine\n")
    client.log_artifact(run_id, str(tmp_path / "report.txt"), "docs")
    child = client.create_run(experiment, tags={"mlflow.parentRunId": run_id}, run_name="fold")
    client.set_terminated(child.info.run_id, "KILLED", 1_700_000_009_000)
    client.set_terminated(run_id, "FINISHED", 1_700_000_010_456)

    report = pull_from_mlflow("0006-fraud", source=address, experiment="Fraud detection")
    assert (report.runs, report.brought, report.points, report.artifacts) == (2, 2, 10, 1)
    forest = load_experiment("forest/1")
    facts = forest._facts()
    assert facts["id"] == run_id
    assert (facts["created"], facts["ended"]) == (1_700_000_000.123, 1_700_000_010.456)
    assert forest.status == "completed"
    assert dict(forest.params) == {"depth": 6, "rate": "0.10", "flag": True}
    history = forest.history("auc")
    assert history.steps.tolist() == list(range(9))
    assert [round(time * 1000) for time in history.times.tolist()] == [
        1_700_000_001_000 + step for step in range(9)
    ]
    assert math.isnan(forest.metrics["bad"])
    assert facts["facts"]["mlflow"]["tags.team"] == "risk"
    assert forest.artifact_path("docs/report.txt").read_text() == "fine\n"
    fold = next(one for one in list_experiments("0006-fraud", children=True) if one.name == "fold")
    assert fold.status == "interrupted"
    assert fold.path.parent == forest.path

    again = pull_from_mlflow("0006-fraud", source=address, experiment="Fraud detection")
    assert (again.brought, again.points, again.artifacts) == (0, 0, 0)
    client.log_metric(run_id, "auc", 0.75, timestamp=1_700_000_002_000, step=50)
    more = pull_from_mlflow("0006-fraud", source=address, experiment="Fraud detection")
    assert (more.brought, more.points) == (1, 1)
    assert load_experiment("forest/1").history("auc").steps.tolist() == [*range(9), 50]


def test_an_experiment_that_is_not_there_is_said_with_those_that_are(
    project: Path, address: str
) -> None:
    with pytest.raises(NotFoundError, match="no experiment 'Fraud'"):
        pull_from_mlflow("0007-none", source=address, experiment="Fraud")


def test_the_commands_do_the_same(project: Path, address: str) -> None:
    increment = "0008-commands"
    fill(increment)
    call = "import sys; from specweave_ml.mlflow.transfer_commands import {0}; sys.exit({0}())"

    def run(command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", call.format(command), *arguments],
            capture_output=True, text=True, check=False,
            env={**os.environ, "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0"},
        )  # fmt: skip

    done = run("push", "--to", address, "--increment", "0008")
    assert (done.returncode, done.stderr) == (0, "")
    assert "3 experiments of 3 of 0008-commands had something new: 2506 points" in done.stdout
    shutil.rmtree(Path(".specweave/increments") / increment)
    done = run("pull", "--from", address, "--increment", increment)
    assert done.returncode == 0, done.stderr
    assert "3 runs of 3" in done.stdout
    done = run("push", "--to", address, "--increment", "0099")
    assert done.returncode == 3
    assert "0099" in done.stderr
    done = run("pull", "--from", "http://127.0.0.1:9", "--increment", increment)
    assert done.returncode == 1
    assert done.stdout == ""


def test_a_record_cannot_leave_its_folder(project: Path, tmp_path: Path) -> None:
    import zipfile

    from specweave_ml.errors import InvalidNameError
    from specweave_ml.mlflow.experiment_record import unpack

    for name in ("../outside", "/etc/outside", "a/../../outside", "a//b"):
        archive = tmp_path / "record.zip"
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr(name, "x")
        folder = tmp_path / "record"
        folder.mkdir()
        with pytest.raises(InvalidNameError, match="leads elsewhere"):
            unpack(str(archive), str(folder))
        assert os.listdir(folder) == []
        folder.rmdir()
