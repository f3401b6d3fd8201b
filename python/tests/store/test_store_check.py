"""A check of the store finds what is wrong, says so, and repairs what can be."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from specweave import (
    ExperimentPipeline,
    check_store,
    compare_experiments,
    load_experiment,
    track_experiment,
)
from support import fixture_store
from support.schema_check import validate

PROGRAM = """
import os, sys
from specweave import track_experiment
exp = track_experiment("killed", increment="0042", capture=False, writes=sys.argv[1])
for step in range(1000):
    exp.log_metric("loss", 1 / (step + 1), step=step)
os.kill(os.getpid(), 9)
"""


def killed(writes: str = "direct") -> None:
    """Leave an experiment whose process was killed."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, writes],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL


def kinds(repair: bool = False) -> dict[str, str]:
    """What is found in the increment, by path."""
    report = check_store("0042", artifacts=True, repair=repair)
    validate("check", report._facts)
    return {finding.path: finding.kind for finding in report.findings}


def test_healthy_stores_have_no_finding(experiments: Path) -> None:
    with track_experiment("plain", capture=False) as exp:
        exp.log_metrics({"auc": 0.5, "loss": float("nan")})
        exp.save_artifact("folder/a.json", {"a": 1})
        exp.save_artifact("folder/a.json", {"a": 2})
        exp.log_data("train", [1, 2, 3])
    exp.log_note("after the end")
    load_experiment("plain").add_tag("late")
    with track_experiment("captured", capture_output=True):
        print("one line")
    load_experiment("captured").save_report()
    with track_experiment("sweep", capture=False, kind="sweep") as sweep:
        for depth in (1, 2):
            child = track_experiment(f"depth-{depth}", parent=sweep, capture=False)
            child.log_param("depth", depth)
            child.finish()
    pipeline = ExperimentPipeline("pipeline", capture=False)
    with pipeline.stage("first") as stage:
        stage.log_metric("rows", 1)
    with track_experiment("several", capture=False) as exp:
        exp.log_metric("loss", 1.0)
        join = 'track_experiment("several", join=True, capture=False).log_metric("loss", 2.0)'
        subprocess.run(
            [sys.executable, "-c", f"from specweave import *; {join}"],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            check=True,
        )
    compare_experiments()
    with track_experiment("running", capture=False) as exp:
        exp.log_metric("loss", 1.0)
        steps: list[tuple[int, int]] = []
        report = check_store(
            artifacts=True, progress=lambda done, total: steps.append((done, total))
        )
        assert report.findings == []
        assert report.healthy
        assert repr(report) == f"{report.experiments} experiments checked: nothing found."
        assert steps[-1] == (report.experiments + 1, report.experiments + 1)
    assert check_store("all", artifacts=True).findings == []


@pytest.mark.parametrize("writes", ["direct", "buffered"])
def test_a_killed_experiment_is_recorded_as_crashed(experiments: Path, writes: str) -> None:
    killed(writes)
    before = load_experiment("killed")
    assert before.status == "crashed"
    history = list(before.history("loss").values)
    found = kinds()
    assert found["killed"] == "crashed"
    report = check_store(repair=True)
    assert all(finding.repaired for finding in report.findings)
    assert report.healthy
    assert kinds() == {}
    after = load_experiment("killed")
    assert (after.status, len(history)) == ("crashed", 1000)
    assert list(after.history("loss").values) == history
    assert "status: crashed" in (experiments / "killed" / "metadata.yaml").read_text("utf-8")
    assert not list((experiments / "killed").glob("pending-*"))


def test_a_view_that_was_edited_is_kept(experiments: Path) -> None:
    with track_experiment("x", capture=False) as exp:
        exp.log_param("depth", 6)
    (experiments / "x" / "params.json").write_text('{"depth": 7}\n', "utf-8")
    assert kinds() == {"x/params.json": "edited-view"}
    report = check_store(repair=True)
    assert [finding.repaired for finding in report.findings] == [True]
    assert "repaired" in repr(report)
    assert "<table" in report._repr_html_()
    assert (experiments / "x" / "params.json.edited").read_text("utf-8") == '{"depth": 7}\n'
    assert load_experiment("x").params["depth"] == 6
    assert kinds() == {}


def test_an_artifact_that_changed_is_an_error(experiments: Path) -> None:
    with track_experiment("x", capture=False) as exp:
        exp.save_artifact("model.bin", b"abc")
    (experiments / "x" / "model.bin").write_bytes(b"abd")
    assert check_store().findings == []
    report = check_store(artifacts=True, repair=True)
    assert [(found.severity, found.kind, found.repaired) for found in report.findings] == [
        ("error", "artifact-changed", False),
    ]
    assert not report.healthy
    assert (experiments / "x" / "model.bin").read_bytes() == b"abd"


def test_the_fixture_store_has_the_faults_that_it_was_made_with(project: Path) -> None:
    shutil.rmtree(project / ".specweave")
    shutil.copytree(fixture_store.STORE / ".specweave", project / ".specweave")
    report = check_store(artifacts=True)
    found: dict[str, set[str]] = {}
    for finding in report.findings:
        found.setdefault(finding.path.split("/")[0], set()).add(finding.kind)
    for healthy in ("python-curve", "line-swift", "c-oscillator", "failed", "grid"):
        assert healthy not in found, found[healthy]
    assert found["flipped-byte"] >= {"damaged-record"}
    assert found["garbage"] == {"unreadable"}
    assert found["views-only"] >= {"incomplete-copy"}
    assert found["edited-views"] >= {"edited-view"}
    assert found["events-only"] >= {"missing-view"}
    for foreign in ("mlruns", "wandb", "0"):
        assert found[foreign] == {"foreign-file"}
    files = {path: path.stat().st_mtime_ns for path in project.rglob("*") if path.is_file()}
    check_store(artifacts=True)
    assert files == {path: path.stat().st_mtime_ns for path in files}
