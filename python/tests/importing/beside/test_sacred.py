"""Folders that Sacred's FileStorageObserver has written."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from specweave_ml import (
    FormatError,
    find_foreign_experiments,
    import_experiments,
    list_experiments,
    load_experiment,
)

PROGRAM = """
import warnings
warnings.simplefilter("ignore")
import os, sys, time
import numpy as np
from sacred import SETTINGS, Experiment
from sacred.observers import FileStorageObserver
from sacred.utils import TimeoutInterrupt

# The other ways wait a second for another process, and lose what it has not written by then.
SETTINGS.CAPTURE_MODE = "sys"
ex = Experiment("churn", save_git_info=False)
ex.observers.append(FileStorageObserver("sacred"))

@ex.config
def config():
    lr = 0.1
    layers = [1, 2]
    optimizer = {"name": "adam"}
    nothing = None
    pair = (1, 2)
    weights = np.arange(40.0).reshape(2, 20)
    many = np.arange(100.0)
    size = np.int64(7)
    huge = 2**70
    how = "well"

@ex.main
def main(_run, how):
    print("printed")
    for step in range(10):
        _run.log_scalar("train.loss", 1 / (step + 1), step)
        _run.log_scalar("accuracy", np.float32(step / 10))
    _run.log_scalar("odd", float("nan"), 0)
    _run.log_scalar("odd", float("inf"), 7)
    _run.info["matrix"] = np.array([[1, 2], [3, 4]])
    with open("curve.txt", "w") as file:
        file.write("a curve")
    ex.add_artifact("curve.txt", name="curves.txt")
    with ex.open_resource("data.csv"):
        pass
    if how == "fail":
        raise ValueError("no data")
    if how == "interrupt":
        raise KeyboardInterrupt
    if how == "timeout":
        raise TimeoutInterrupt
    if how == "die":
        _run._emit_heartbeat()
        os._exit(9)
    return {"score": 0.75, "name": "x"}

for how in sys.argv[1:]:
    try:
        if how == "queue":
            ex.run(options={"--queue": True})
        else:
            ex.run(config_updates={"how": how}, options={"--comment": f"went {how}"})
    except (ValueError, KeyboardInterrupt, TimeoutInterrupt):
        pass
"""


@pytest.fixture(scope="module")
def observed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of several runs, which no test changes."""
    folder = tmp_path_factory.mktemp("observed")
    (folder / "data.csv").write_text("a,b\n1,2\n")
    (folder / "program.py").write_text(PROGRAM)
    for arguments in (["well", "fail", "interrupt", "timeout", "queue"], ["die"]):
        subprocess.run(
            [sys.executable, "program.py", *arguments],
            cwd=folder, capture_output=True, timeout=200, check=False,
        )  # fmt: skip
    return folder / "sacred"


def run_file(folder: Path, name: str = "run.json") -> dict[str, Any]:
    """Return what a file of a run says."""
    found: dict[str, Any] = json.loads((folder / name).read_text())
    return found


def seconds(text: str) -> float:
    """Return a time of Sacred's, which is UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp()


def test_every_run(observed: Path) -> None:
    report = import_experiments(observed)
    assert report.ok
    assert report.equal
    statuses = {one.name: one.status for one in list_experiments()}
    assert statuses == {
        "churn-1": "completed", "churn-2": "failed", "churn-3": "interrupted",
        "churn-4": "interrupted", "churn-6": "unknown",
    }  # fmt: skip
    assert report.left_out == ["churn-1: the run 5, which is queued and has not begun"]
    experiment = load_experiment("churn-1")
    assert experiment.params["lr"] == 0.1
    assert experiment.params["layers"] == [1, 2]
    assert experiment.params["pair"] == [1, 2]
    assert experiment.params["optimizer"] == {"name": "adam"}
    assert experiment.params["nothing"] is None
    assert experiment.params["size"] == 7
    assert experiment.params["huge"] == 2**70
    rows = [list(map(float, range(20))), list(map(float, range(20, 40)))]
    assert experiment.params["weights"] == rows
    assert experiment.params["many"] == list(map(float, range(100)))
    assert isinstance(experiment.params["seed"], int)
    found = run_file(observed / "1")
    assert experiment.created.timestamp() == seconds(found["start_time"])
    assert experiment.duration == pytest.approx(
        seconds(found["stop_time"]) - seconds(found["start_time"])
    )
    assert experiment.facts["about"]["description"] == "went well"
    assert experiment.facts["sacred"]["info"] == {"matrix": [[1, 2], [3, 4]]}
    assert experiment.facts["sacred"]["result"] == {"score": 0.75, "name": "x"}
    assert experiment.metrics["result.score"] == 0.75


def test_metrics_have_their_steps_and_times(observed: Path) -> None:
    import_experiments(observed)
    experiment = load_experiment("churn-1")
    metrics = run_file(observed / "1", "metrics.json")
    for key in ("train.loss", "accuracy", "odd"):
        history = experiment.history(key)
        assert list(history.steps) == metrics[key]["steps"]
        assert list(map(str, history.values)) == list(map(str, metrics[key]["values"]))
        assert list(history.times) == [seconds(text) for text in metrics[key]["timestamps"]]
    assert list(experiment.history("train.loss").values) == [1 / (n + 1) for n in range(10)]
    assert math.isnan(experiment.history("odd").values[0])


def test_files_sources_and_resources(observed: Path) -> None:
    import_experiments(observed)
    experiment = load_experiment("churn-1")
    printed = experiment.artifact_path("cout.txt").read_bytes()
    assert printed == (observed / "1" / "cout.txt").read_bytes()
    assert b"printed" in printed
    assert experiment.artifact_path("curves.txt").read_text() == "a curve"
    assert experiment.artifact_path("resources/data.csv").read_text() == "a,b\n1,2\n"
    assert experiment.artifact_path("sources/program.py").read_text() == PROGRAM
    assert json.loads(experiment.artifact_path("info.json").read_text())["matrix"]


def test_failures(observed: Path) -> None:
    import_experiments(observed)
    failure = load_experiment("churn-2").failure
    assert failure is not None
    assert (failure["type"], failure["message"]) == ("ValueError", "no data")
    assert 'raise ValueError("no data")' in failure["traceback"]
    assert load_experiment("churn-4").facts["sacred"]["status"] == "TIMEOUT"


def test_a_run_without_a_sign_of_life_has_failed(observed: Path, project: Path) -> None:
    shutil.copytree(observed, "old")
    found = run_file(Path("old/6"))
    assert found["status"] == "RUNNING"
    found["heartbeat"] = "2026-01-02T03:04:05.000006"
    Path("old/6/run.json").write_text(json.dumps(found))
    assert import_experiments("old").ok
    experiment = load_experiment("churn-6")
    assert experiment.status == "failed"
    assert experiment.failure is not None
    assert "2026-01-02T03:04:05.000006" in experiment.failure["message"]


def test_twice_and_one_run_alone(observed: Path) -> None:
    import_experiments(observed)
    assert not any(run.changed for run in import_experiments(observed).runs)
    alone = import_experiments(observed / "2")
    assert [run.changed for run in alone.runs] == [False]
    assert len(list_experiments()) == 5


def test_files_that_were_cut_off(observed: Path, project: Path) -> None:
    shutil.copytree(observed, "torn")
    metrics = Path("torn/1/metrics.json")
    whole = metrics.read_bytes()
    cut = whole.index(b'"train.loss"') + 40
    metrics.write_bytes(whole[:cut])
    os.remove("torn/1/curves.txt")
    run = Path("torn/2/run.json")
    run.write_text("{")
    report = import_experiments("torn")
    assert report.equal
    problems = [problem for problem in report.all_problems if "torn/1/" in problem]
    assert len(problems) == 2
    line = whole[:cut].count(b"\n") + 1
    assert f"metrics.json: line {line}, byte " in problems[0]
    assert "the artifact 'curves.txt' is missing" in problems[1]
    assert any("torn/2/run.json: line 1, byte 1" in problem for problem in report.all_problems)
    experiment = load_experiment("churn-1")
    assert set(experiment.metrics) == {"accuracy", "odd", "result.score"}
    assert "churn-2" not in [one.name for one in list_experiments()]


def test_only_folders_of_sacred_are_found(observed: Path, project: Path) -> None:
    shutil.copytree(observed, "runs/sacred")
    Path("runs/other/1").mkdir(parents=True)
    Path("runs/other/1/run.json").write_text('{"status": "COMPLETED"}')
    Path("runs/other/1/config.json").write_text("{}")
    found = [(source.path, source.kind, source.runs) for source in find_foreign_experiments()]
    assert found == [("runs/sacred", "sacred", 6)]
    with pytest.raises(FormatError, match=r"no folder with a run\.json"):
        import_experiments("runs", kind="sacred")
