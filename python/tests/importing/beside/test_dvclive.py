"""Folders that DVCLive has written."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

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
import numpy as np
from dvclive import Live
with open("model.txt", "w") as file:
    file.write("a model")
with Live("dvclive", save_dvc_exp=False) as live:
    live.log_params({"lr": 0.1, "optimizer": {"name": "adam", "betas": [0.9, 0.999]},
        "flag": True, "nothing": None, "text": "yes", "number": "007", "long": "word " * 40,
        "lines": "a\\nb", "colon": "a: b"})
    for step in range(10):
        live.log_metric("train/loss", 1 / (step + 1))
        live.log_metric("accuracy", step / 10, timestamp=True)
        live.log_metric("odd", float(["nan", "inf", "-inf"][step % 3]))
        live.log_metric("word", f"w{step}")
        live.log_metric("hidden", step, plot=False)
        live.next_step()
    live.log_sklearn_plot("confusion_matrix", [0, 1, 1], [0, 1, 0])
    live.log_image("digit.png", np.zeros((4, 4, 3), dtype="uint8"))
    live.log_artifact("model.txt", type="model", name="best", desc="d", labels=["a"], meta={"k": 1})
    live.summary["final"] = 0.75
"""


def dvclive(folder: Path, program: str = PROGRAM) -> None:
    """Run a program that logs with DVCLive, in a repository as DVCLive needs it."""
    folder.mkdir(exist_ok=True)
    if not (folder / ".git").exists():
        subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
        commit = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet"]
        subprocess.run([*commit, "--allow-empty", "-m", "begin"], cwd=folder, check=True)
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder, capture_output=True, text=True, timeout=200, check=False,
        env={**os.environ, "DVC_NO_ANALYTICS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a run, which no test changes."""
    folder = tmp_path_factory.mktemp("logged") / "churn"
    dvclive(folder)
    return folder


def test_everything_in_the_folder(logged: Path) -> None:
    report = import_experiments(logged / "dvclive")
    assert report.ok
    assert report.equal
    experiment = load_experiment("churn")
    assert experiment.params == {
        "lr": 0.1, "optimizer": {"name": "adam", "betas": [0.9, 0.999]}, "flag": True,
        "nothing": None, "text": "yes", "number": "007", "long": "word " * 40, "lines": "a\nb",
        "colon": "a: b",
    }  # fmt: skip
    loss = experiment.history("train/loss")
    assert list(loss.steps) == list(range(10))
    assert list(loss.values) == [1 / (step + 1) for step in range(10)]
    rows = (logged / "dvclive/plots/metrics/accuracy.tsv").read_text().splitlines()[1:]
    accuracy = experiment.history("accuracy")
    assert list(accuracy.times) == [int(row.split("\t")[0]) / 1000 for row in rows]
    assert list(accuracy.values) == [step / 10 for step in range(10)]
    odd = experiment.history("odd")
    assert math.isnan(odd.values[0])
    assert list(odd.values[1:3]) == [math.inf, -math.inf]
    assert experiment.metrics["hidden"] == 9
    assert list(experiment.history("hidden").steps) == [9]
    assert experiment.metrics["final"] == 0.75
    lines = experiment.artifact_path("history.jsonl").read_text().splitlines()
    assert [json.loads(line)["value"] for line in lines] == [f"w{step}" for step in range(10)]
    assert experiment.created.timestamp() == accuracy.times[0]


def test_plots_and_artifacts(logged: Path) -> None:
    import_experiments(logged / "dvclive")
    experiment = load_experiment("churn")
    for name in ("plots/sklearn/confusion_matrix.json", "plots/images/digit.png"):
        assert (
            experiment.artifact_path(name).read_bytes() == (logged / "dvclive" / name).read_bytes()
        )
    assert experiment.artifact_path("model.txt").read_text() == "a model"
    details = {one["path"]: one["details"] for one in experiment.artifacts}["model.txt"]
    assert (details["name"], details["desc"], details["meta"]) == ("best", "d", {"k": 1})


def test_more_of_a_run_is_added_and_the_next_run_is_another(project: Path) -> None:
    folder = project / "work"
    first = """
from dvclive import Live
with Live("dvclive", save_dvc_exp=False, dvcyaml=None, resume=RESUME) as live:
    for step in range(3):
        live.log_metric("loss", START - step)
        live.next_step()
"""
    dvclive(folder, first.replace("RESUME", "False").replace("START", "9"))
    assert import_experiments("work/dvclive").ok
    dvclive(folder, first.replace("RESUME", "True").replace("START", "6"))
    grown = import_experiments("work/dvclive")
    assert [(run.is_new, run.points_new) for run in grown.runs] == [(False, 3)]
    assert list(load_experiment("work").history("loss").values) == [9, 8, 7, 6, 5, 4]
    dvclive(folder, first.replace("RESUME", "False").replace("START", "5"))
    other = import_experiments("work/dvclive")
    assert [run.is_new for run in other.runs] == [True]
    assert len(list_experiments()) == 2
    assert not any(run.changed for run in import_experiments("work/dvclive").runs)


def test_the_folders_of_older_versions(project: Path) -> None:
    Path("old").mkdir()
    Path("old/loss.tsv").write_text(
        "timestamp\tstep\tloss\n1600000000000\t0\t0.5\n1600000001000\t1\t0.25\n"
    )
    Path("old.json").write_text('{"step": 1, "loss": 0.25}')
    Path("one/scalars/train").mkdir(parents=True)
    Path("one/scalars/train/acc.tsv").write_text("step\tacc\n0\t0.5\n1\t0.75\n")
    Path("one/metrics.json").write_text('{"step": 1, "train": {"acc": 0.75}}')
    found = [(source.path, source.kind) for source in find_foreign_experiments()]
    assert found == [("old", "dvclive"), ("one", "dvclive")]
    assert import_experiments("old").ok
    assert import_experiments("one").ok
    assert list(load_experiment("old").history("loss").times) == [1600000000.0, 1600000001.0]
    assert load_experiment("old").status == "unknown"  # the files were written just now
    os.utime("old/loss.tsv", (1.6e9, 1.6e9))
    os.utime("old.json", (1.6e9, 1.6e9))
    assert import_experiments("old").ok
    assert load_experiment("old").status == "completed"
    assert list(load_experiment("one").history("train/acc").values) == [0.5, 0.75]


def test_damage_is_named_by_its_line(logged: Path, project: Path) -> None:
    import shutil

    shutil.copytree(logged / "dvclive", "copy")
    with open("copy/plots/metrics/accuracy.tsv", "a") as file:
        file.write("1600\n17000x\t11\t0.5\n")
    with open("copy/params.yaml", "a") as file:
        file.write("bad: &anchor [1\n")
    report = import_experiments("copy")
    assert report.equal
    assert len(report.all_problems) == 3
    assert "accuracy.tsv: line 12: 1 cells instead of 3" in report.all_problems[0]
    assert "accuracy.tsv: line 13: invalid literal" in report.all_problems[1]
    assert "params.yaml: line " in report.all_problems[2]
    assert load_experiment("copy").artifact_path("params.yaml").is_file()
    assert len(load_experiment("copy").history("accuracy")) == 10


def test_other_tables_are_none_of_dvclives(project: Path) -> None:
    Path("data/plots/metrics").mkdir(parents=True)
    Path("data/plots/metrics/x.tsv").write_text("step\ty\n0\t1\n")
    Path("data/metrics.json").write_text('{"accuracy": 0.5}')
    Path("metrics.json").write_text('{"step": 7, "accuracy": 0.5}')
    Path("dvc.yaml").write_text("stages: {}\n")
    Path("train.py").touch()
    assert [source.kind for source in find_foreign_experiments() if source.kind == "dvclive"] == []
    with pytest.raises(FormatError, match="no folder of DVCLive"):
        import_experiments("data", kind="dvclive")


def test_a_folder_with_last_values_only(project: Path) -> None:
    folder = project / "work"
    program = """
from dvclive import Live
for place in ("live", "dvclive"):
    with Live(place, save_dvc_exp=False, dvcyaml=None) as live:
        live.log_param("lr", 0.1)
        live.log_metric("loss", 0.5, plot=False)
        if place == "live":
            live.next_step()
"""
    dvclive(folder, program)
    found = [(source.path, source.kind) for source in find_foreign_experiments()]
    assert found == [("work/dvclive", "dvclive"), ("work/live", "dvclive")]
    for name, place in (("work", "work/dvclive"), ("live", "work/live")):
        assert import_experiments(place).ok
        assert load_experiment(name).params == {"lr": 0.1}
        assert load_experiment(name).metrics["loss"] == 0.5
