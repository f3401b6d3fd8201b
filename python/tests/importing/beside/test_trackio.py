"""Projects that Trackio has logged, in each of its ways of storing."""

from __future__ import annotations

import hashlib
import json
import math
import os
import sqlite3
import subprocess
import sys
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
import numpy, trackio
run = trackio.init(project="churn", name="baseline", group="first", config={
    "lr": 0.1, "layers": [1, 2], "optimizer": {"name": "adam"}, "flag": True, "none": None})
for step in range(20):
    trackio.log({"loss": 1 / (step + 1), "n": step, "part": {"a": step}, "note": f"step {step}"})
trackio.log({"odd": float("nan")}, step=20)
trackio.log({"odd": float("inf")}, step=21)
trackio.log({"odd": float("-inf")}, step=22)
trackio.log({"digit": trackio.Image(numpy.zeros((4, 4, 3), dtype="uint8"))}, step=23)
trackio.log({"rows": trackio.Table(columns=["a", "b"], data=[[1, "x"], [2, "y"]])}, step=24)
trackio.log({"weights": trackio.Histogram([1, 2, 3, 3], num_bins=2)}, step=25)
trackio.log({"chat": trackio.Trace(messages=[{"role": "user", "content": "hello"}])}, step=26)
trackio.log_system({"gpu/load": 33.0})
trackio.alert("diverged", text="loss is nan", level=trackio.AlertLevel.ERROR)
for content in (b"first", b"second"):
    with open("model.bin", "wb") as file:
        file.write(content)
    artifact = trackio.Artifact("model", type="model", metadata={"k": 1})
    artifact.add_file("model.bin")
    trackio.log_artifact(artifact, aliases=["best"] if content == b"first" else None)
trackio.save("model.bin", project="churn")
trackio.finish()
run = trackio.init(project="churn", name="second", config={"lr": 0.2})
for step in range(0, 50, 10):
    trackio.log({"loss": step}, step=step)
trackio.finish()
"""


def trackio_runs(program: str, folder: Path, **environment: str) -> None:
    """Run a program that logs with Trackio into a folder."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "TRACKIO_DIR": str(folder), **environment},
        capture_output=True, text=True, timeout=200, check=False, cwd=folder.parent,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a program, which no test changes."""
    folder = tmp_path_factory.mktemp("logged") / "trackio"
    folder.mkdir()
    trackio_runs(PROGRAM, folder)
    return folder


def content_of(folder: Path) -> dict[str, str]:
    """Return a digest and the time of every file of a folder."""
    return {
        str(path.relative_to(folder)): f"{hashlib.sha256(path.read_bytes()).hexdigest()} "
        f"{path.stat().st_mtime_ns}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows_of(folder: Path, query: str) -> list[tuple[Any, ...]]:
    """Ask Trackio's database."""
    connection = sqlite3.connect(folder / "churn.db")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_everything_of_a_project(logged: Path) -> None:
    before = content_of(logged)
    report = import_experiments(logged / "churn.db")
    assert content_of(logged) == before
    assert report.ok
    assert report.equal
    experiment = load_experiment("baseline")
    assert experiment.params == {
        "lr": 0.1, "layers": [1, 2], "optimizer": {"name": "adam"}, "flag": True, "none": None
    }  # fmt: skip
    query = "SELECT step, timestamp FROM metrics WHERE run_name = 'baseline'"
    times = dict(rows_of(logged, query))
    loss = experiment.history("loss")
    assert list(loss.steps) == list(range(20))
    assert list(loss.values) == [1 / (step + 1) for step in range(20)]
    from datetime import datetime

    assert list(loss.times) == [
        datetime.fromisoformat(times[step]).timestamp() for step in range(20)
    ]
    assert list(experiment.history("part.a").values) == list(range(20))
    odd = experiment.history("odd")
    assert math.isnan(odd.values[0])
    assert list(odd.values[1:]) == [math.inf, -math.inf]
    assert list(odd.steps) == [20, 21, 22]
    assert list(experiment.history("system/gpu/load").values) == [33.0]
    (identity,) = rows_of(logged, "SELECT run_id FROM configs WHERE run_name = 'baseline'")[0]
    assert experiment._facts()["id"] == identity
    assert experiment.facts["trackio"]["group"] == "first"
    assert len(experiment.notes) == 1
    assert "error at step 26" in experiment.notes[0]
    assert "diverged: loss is nan" in experiment.notes[0]
    assert list(load_experiment("second").history("loss").steps) == [0, 10, 20, 30, 40]


def test_values_files_and_versions(logged: Path) -> None:
    report = import_experiments(logged)
    experiment = load_experiment("baseline")
    lines = experiment.artifact_path("history.jsonl").read_text().splitlines()
    values = {(one["key"], one["step"]): one["value"] for one in map(json.loads, lines)}
    assert values["note", 7] == "step 7"
    assert values["rows", 24]["_value"] == [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]
    assert values["weights", 25]["_type"] == "histogram"
    assert sum(values["weights", 25]["values"]) == 4
    picture = next(path for path in logged.rglob("*.png"))
    kept = experiment.artifact_path(f"media/digit/step-000023-{picture.name}")
    assert kept.read_bytes() == picture.read_bytes()
    assert experiment.artifact_path("model/v0/model.bin").read_bytes() == b"first"
    assert experiment.artifact_path("model/v1/model.bin").read_bytes() == b"second"
    details = {one["path"]: one["details"] for one in experiment.artifacts}
    assert details["model/v0/model.bin"]["aliases"] == ["best"]
    assert details["model/v1/model.bin"]["aliases"] == ["latest"]
    assert details["model/v0/model.bin"]["metadata"] == {"k": 1}
    assert report.left_out == [
        "baseline: 1 trace (chat)",
        "baseline: files of the project 'churn', which belong to no run: model.bin",
    ]


def test_twice_brings_nothing_twice_by_folder_or_file(logged: Path) -> None:
    import_experiments(logged)
    for source in (logged, logged / "churn.db"):
        again = import_experiments(source)
        assert again.ok
        assert not any(run.changed for run in again.runs)
    assert len(list_experiments()) == 2


def test_a_database_that_is_being_written(project: Path) -> None:
    folder = project / "trackio"
    folder.mkdir()
    program = PROGRAM.replace("trackio.finish()\nrun", "import os; os._exit(0)\nrun").replace(
        "trackio.alert(", "import time; time.sleep(2)\ntrackio.alert("
    )
    trackio_runs(program, folder)
    holder = sqlite3.connect(folder / "churn.db")
    holder.execute("PRAGMA journal_mode=WAL")
    holder.execute("PRAGMA wal_autocheckpoint=0")
    (identity,) = holder.execute("SELECT run_id FROM metrics LIMIT 1").fetchone()
    holder.execute(
        "INSERT INTO metrics (run_id, timestamp, run_name, step, metrics) VALUES "
        "(?, '2026-01-02T03:04:05+00:00', 'baseline', 99, '{\"late\": 0.5}')",
        (identity,),
    )
    holder.commit()
    assert (folder / "churn.db-wal").stat().st_size > 0
    holder.execute("BEGIN IMMEDIATE")  # a lock that nobody else gets
    before = {name: text for name, text in content_of(folder).items() if "-shm" not in name}
    report = import_experiments("trackio")
    after = {name: text for name, text in content_of(folder).items() if "-shm" not in name}
    assert before == after
    assert report.ok
    assert list(load_experiment("baseline").history("late").steps) == [99]
    holder.close()


def test_records_of_the_inbox_and_then_of_the_database(project: Path) -> None:
    folder = project / "trackio"
    folder.mkdir()
    program = """
import trackio
run = trackio.init(project="jobs", name="node-7", config={"lr": 0.1})
for step in range(3):
    trackio.log({"loss": 1 / (step + 1), "note": "x"})
trackio.log_system({"load": 1.0})
trackio.alert("slow", text="very")
trackio.finish()
"""
    trackio_runs(program, folder, TRACKIO_STORAGE_MODE="jsonl")
    assert not (folder / "jobs.db").exists()
    assert [source.kind for source in find_foreign_experiments()] == ["trackio"]
    report = import_experiments("trackio")
    assert report.ok
    experiment = load_experiment("node-7")
    assert list(experiment.history("loss").values) == [1.0, 0.5, 1 / 3]
    assert list(experiment.history("system/load").values) == [1.0]
    assert experiment.params == {"lr": 0.1}
    assert "slow: very" in experiment.notes[0]
    kept = {path: path.read_bytes() for path in folder.rglob("*.jsonl")}
    trackio_runs("from trackio import fragments; assert fragments.import_inbox_dir() == 5", folder)
    assert (folder / "jobs.db").exists()
    assert not list(folder.rglob("*.jsonl"))
    for path, content in kept.items():  # as if Trackio had died before removing them
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    again = import_experiments("trackio")
    assert again.ok
    assert (again.points, again.points_equal) == (4, 4)
    assert not any(run.changed for run in again.runs)


def test_a_damaged_line_of_the_inbox_is_named(project: Path) -> None:
    inbox = project / "trackio" / "inbox" / "w"
    inbox.mkdir(parents=True)
    record = {
        "v": 1, "kind": "metric", "project": "p", "run": "r", "run_id": "a" * 32, "step": 0,
        "metrics": {"loss": 1.5}, "timestamp": "2026-01-02T03:04:05+00:00", "log_id": "b",
    }  # fmt: skip
    (inbox / "00000000.jsonl").write_text(
        json.dumps(record) + "\n" + json.dumps({**record, "kind": "video"}) + "\n{torn"
    )
    report = import_experiments("trackio")
    assert report.equal
    assert [problem.rpartition("jsonl: ")[2][:24] for problem in report.problems] == [
        "line 2: a record of the ", "line 3: no JSON: Expecti"
    ]  # fmt: skip
    assert list(load_experiment("r").history("loss").values) == [1.5]


def test_rows_that_cannot_be_read_and_content_that_is_damaged(logged: Path, project: Path) -> None:
    import shutil

    shutil.copytree(logged, "copy")
    connection = sqlite3.connect("copy/churn.db")
    connection.execute(
        "UPDATE metrics SET metrics = '{torn' WHERE run_name = 'second' AND step = 20"
    )
    connection.execute("UPDATE metrics SET timestamp = 'x' WHERE run_name = 'second' AND step = 30")
    connection.commit()
    connection.close()
    blob = next(
        path for path in Path("copy/artifacts").rglob("*")
        if path.is_file() and path.read_bytes() == b"first"
    )  # fmt: skip
    blob.write_bytes(b"fresh")
    report = import_experiments("copy")
    assert report.equal
    assert len(report.all_problems) == 3
    assert f"{blob.name}: model.bin of model:v0 is damaged" in report.all_problems[0]
    assert "churn.db: metrics, row " in report.all_problems[1]
    assert "no JSON" in report.all_problems[1]
    assert "'x' is no time" in report.all_problems[2]
    assert list(load_experiment("second").history("loss").steps) == [0, 10, 40]


def test_what_is_no_database_of_trackio(project: Path) -> None:
    Path("text.db").write_text("no database")
    connection = sqlite3.connect("other.db")
    connection.execute("CREATE TABLE metrics (name TEXT, value REAL)")
    connection.commit()
    connection.close()
    assert find_foreign_experiments() == []
    with pytest.raises(FormatError, match=r"text\.db: byte 0: it is no database of SQLite"):
        import_experiments("text.db", kind="trackio")
    with pytest.raises(FormatError, match=r"other\.db: it is no database of Trackio"):
        import_experiments("other.db", kind="trackio")


def test_without_a_path_it_is_where_trackio_keeps_everything(
    logged: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from specweave_ml.importing.commands import main

    monkeypatch.setenv("TRACKIO_DIR", str(logged))
    assert main(["--from", "trackio"]) == 0
    assert "(Trackio): 2 runs, 2 new" in capsys.readouterr().out
    assert sorted(one.name for one in list_experiments()) == ["baseline", "second"]
