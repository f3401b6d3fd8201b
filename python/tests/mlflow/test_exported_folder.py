"""A real MLflow reads what `export_experiments(..., format="mlflow")` writes.

Runs in an environment with MLflow, by `make test-mlflow`.
"""

from __future__ import annotations

import json
import math
import subprocess
from pathlib import Path

import pytest
from mlflow.entities import Run as MlflowRun
from mlflow.tracking import MlflowClient

from specweave import export_experiments, load_experiment, track_experiment

VALUES = [1.0, math.nan, math.inf, -math.inf, -0.0, 5e-324, 0.1, 1.7976931348623157e308]
STEPS = [-7, 0, 1, 2, 3, 2**40, 5, 6]
KEYS = [
    "loss", "acc@5", "a", "a/b", "a//b", "../up", "..", "/top", "end/", "ü x", "tab\there", "100%",
    "_x0040_", "long" * 100, ":",
]  # fmt: skip


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """MLflow takes folders, and tells nobody."""
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    monkeypatch.setenv("DO_NOT_TRACK", "true")


def exported() -> tuple[MlflowClient, dict[str, MlflowRun]]:
    """MLflow on the exported folder, and its runs by name."""
    path = export_experiments("0042", "ml runs", "mlflow", children=True)
    client = MlflowClient(tracking_uri=f"file:{path}")
    (experiment,) = client.search_experiments()
    assert experiment.name == "0042-recommendation-model"
    runs = client.search_runs([experiment.experiment_id])
    return client, {run.info.run_name: run for run in runs}


def test_every_point_of_every_key_is_read() -> None:
    with track_experiment("first", increment="0042", capture=False) as exp:
        for key in KEYS:
            for step, value in zip(STEPS, VALUES, strict=True):
                exp.log_metric(key, value, step=step)
        exp.log_metric("count", 2**53)
    client, runs = exported()
    run = runs["first"]
    names = json.loads(run.data.tags["specweave.names"])["metrics"]
    originals = {names.get(name, name): name for name in run.data.metrics}
    assert set(originals) == {*KEYS, "count"}
    assert {key: name for key, name in originals.items() if key != name} == {
        "acc@5": "acc_x0040_5",
        "a/b": "a_x002F_b",
        "a//b": "a_x002F__x002F_b",
        "../up": "_x002E_._x002F_up",
        "..": "_x002E_.",
        "/top": "_x002F_top",
        "end/": "end_x002F_",
        "tab\there": "tab_x0009_here",
        "100%": "100_x0025_",
        "_x0040_": "_x005F_x0040_",
        "long" * 100: "long" * 45 + "-2",
    }
    for key in KEYS:
        history = load_experiment("first").history(key)
        points = client.get_metric_history(run.info.run_id, originals[key])
        assert [point.step for point in points] == STEPS
        assert [point.timestamp for point in points] == [
            math.floor(time * 1000 + 0.5) for time in history.times
        ]
        assert [repr(point.value) for point in points] == [repr(value) for value in VALUES]
    assert run.data.metrics["count"] == 2**53


def test_params_tags_and_artifacts_are_read(project: Path) -> None:
    subprocess.run(["git", "init", "-q"], check=True, cwd=project)
    identity = ["-c", "user.name=x", "-c", "user.email=x@y"]
    subprocess.run(
        ["git", *identity, "commit", "-q", "--allow-empty", "-m", "x"], check=True, cwd=project
    )
    with track_experiment("first", increment="0042", description="What it is.") as exp:
        exp.log_params({"lr": 0.1, "flag": True, "none": None, "nan": math.nan, "text": "a\nb"})
        exp.log_params({"model": {"depth": 3, "layers": [1, "x"]}, "big": 2**70, "opt@": "adam"})
        exp.log_note("one **note**")
        exp.add_tag("production")
        exp.add_tag("mlflow.runName")
        exp.save_artifact("report.txt", "ten bytes\n")
        exp.save_artifact("deep/data.json", {"a": 1})
    client, runs = exported()
    run = runs["first"]
    assert run.data.params == {
        "lr": "0.1", "flag": "True", "none": "None", "nan": "nan", "text": "a\nb",
        "model.depth": "3", "model.layers": '[1, "x"]', "big": str(2**70), "opt_x0040_": "adam",
    }  # fmt: skip
    tags = run.data.tags
    assert tags["mlflow.runName"] == "first"
    assert tags["mlflow.note.content"] == "What it is.\n\none **note**"
    assert tags["mlflow.source.type"] == "LOCAL"
    commit = subprocess.check_output(["git", "rev-parse", "HEAD"], text=True, cwd=project).strip()
    assert tags["mlflow.source.git.commit"] == commit
    assert tags["production"] == tags["_x006D_lflow.runName"] == "true"
    assert json.loads(tags["specweave.names"]) == {
        "params": {"opt_x0040_": "opt@"}, "tags": {"_x006D_lflow.runName": "mlflow.runName"},
    }  # fmt: skip
    assert tags["specweave.folder"] == "first"
    times = json.loads(str(export_experiments("0042", format="jsonl", fields="created,ended")))
    assert run.info.start_time == round(times["created"] * 1000)
    assert run.info.end_time == round(times["ended"] * 1000)
    found = {item.path for item in client.list_artifacts(run.info.run_id)}
    assert {"report.txt", "deep"} <= found
    report = client.download_artifacts(run.info.run_id, "report.txt")
    assert Path(report).read_text() == "ten bytes\n"
    data = client.download_artifacts(run.info.run_id, "deep/data.json")
    assert json.loads(Path(data).read_text()) == {"a": 1}


def test_status_and_parents_are_read() -> None:
    with track_experiment("sweep", increment="0042", capture=False) as sweep:
        track_experiment("inner", parent=sweep, capture=False).finish()
    track_experiment("failed", increment="0042", capture=False).finish(error=ValueError("no"))
    track_experiment("stopped", increment="0042", capture=False).finish(status="interrupted")
    track_experiment("running", increment="0042", capture=False)
    client, runs = exported()
    assert {name: run.info.status for name, run in runs.items()} == {
        "sweep": "FINISHED", "inner": "FINISHED", "failed": "FAILED", "stopped": "KILLED",
        "running": "RUNNING",
    }  # fmt: skip
    assert runs["running"].info.end_time is None
    assert runs["inner"].data.tags["mlflow.parentRunId"] == runs["sweep"].info.run_id
    assert runs["failed"].data.tags["specweave.failure"] == "ValueError: no"
    found = client.search_runs(["1"], "tags.specweave.status = 'interrupted'")
    assert [run.info.run_name for run in found] == ["stopped"]


def test_mlflow_goes_on_in_the_folder() -> None:
    with track_experiment("first", increment="0042", capture=False) as exp:
        exp.log_metric("loss", 0.5)
    client, runs = exported()
    run = runs["first"]
    client.log_metric(run.info.run_id, "loss", 0.25, step=1)
    client.set_tag(run.info.run_id, "seen", "yes")
    points = client.get_metric_history(run.info.run_id, "loss")
    assert [(point.step, point.value) for point in points] == [(0, 0.5), (1, 0.25)]
    new = client.create_run("1", run_name="second")
    assert {one.info.run_name for one in client.search_runs(["1"])} == {"first", "second"}
    assert new.info.artifact_uri.endswith(f"/ml%20runs/1/{new.info.run_id}/artifacts")
