"""A server that dies during a push: the push says so, and the next one continues it.

Runs in an environment with MLflow, by `make test-mlflow`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from mlflow.tracking import MlflowClient

from specweave_ml import pull_from_mlflow, push_to_mlflow, track_experiment
from support.mlflow_files import content
from support.mlflow_server import QUIET, server

INCREMENT = "0042-recommendation-model"
COUNT = 10
PUSH = """
import sys
from specweave_ml.mlflow.transfer_commands import push
sys.exit(push(["--to", sys.argv[1], "--increment", "0042", "--quiet"]))
"""


def files(project: Path) -> dict[str, bytes]:
    top = project / ".specweave" / "increments" / INCREMENT / "experiments"
    return {name: path.read_bytes() for name, path in content(top).items()}


def test_a_push_to_a_server_that_dies_is_continued(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**QUIET, "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0"}.items():
        monkeypatch.setenv(name, value)
    for number in range(COUNT):
        with track_experiment(f"run-{number}", "0042", capture=False) as experiment:
            experiment.log_series("loss", [float(step) for step in range(1500)])
            experiment.save_artifact("a.txt", f"{number}")
    folder = tmp_path / "server"
    folder.mkdir()
    backend = f"sqlite:///{folder}/mlflow.db"
    with server(folder, backend) as address:
        client = MlflowClient(address)
        process = subprocess.Popen(
            [sys.executable, "-c", PUSH, address], stderr=subprocess.PIPE, text=True
        )
        while process.poll() is None:
            found = client.get_experiment_by_name(INCREMENT)
            if found is not None and any(
                run.data.metrics for run in client.search_runs([found.experiment_id])
            ):
                break
            time.sleep(0.05)
    _, said = process.communicate()
    assert process.returncode == 1
    assert "specweave-ml push: MLflow: " in said
    assert "Traceback" not in said

    with server(folder, backend) as address:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", address)  # MLflow before version 3 looks there
        report = push_to_mlflow(INCREMENT, to=address)
        assert report.left_out == []
        assert report.sent > 0
        assert push_to_mlflow(INCREMENT, to=address).sent == 0
        other = tmp_path / "other"
        (other / ".specweave" / "increments").mkdir(parents=True)
        monkeypatch.chdir(other)
        pulled = pull_from_mlflow(INCREMENT, source=address)
        assert (pulled.runs, pulled.brought, pulled.left_out) == (COUNT, COUNT, [])
    assert files(project) == files(other)
    assert os.listdir(other) == [".specweave"]
