"""Databases that are damaged, old, or not MLflow's; made by hand with the tables that matter."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from specweave_ml import (
    FormatError,
    InvalidArgumentError,
    find_foreign_experiments,
    import_experiments,
    list_experiments,
    load_experiment,
)

OLD = """
CREATE TABLE experiments (experiment_id INTEGER, name TEXT, artifact_location TEXT,
    lifecycle_stage TEXT);
CREATE TABLE runs (run_uuid TEXT, name TEXT, source_type TEXT, source_name TEXT,
    entry_point_name TEXT, user_id TEXT, status TEXT, start_time BIGINT, end_time BIGINT,
    source_version TEXT, lifecycle_stage TEXT, artifact_uri TEXT, experiment_id INTEGER);
CREATE TABLE metrics (key TEXT, value FLOAT, timestamp BIGINT, run_uuid TEXT);
CREATE TABLE params (key TEXT, value TEXT, run_uuid TEXT);
CREATE TABLE tags (key TEXT, value TEXT, run_uuid TEXT);
INSERT INTO experiments VALUES (1, 'old', './mlruns/1', 'active');
INSERT INTO params VALUES ('lr', '0.1', '{run}');
INSERT INTO tags VALUES ('mlflow.note.content', 'why', '{run}');
"""
RUN = "c" * 32


def database(path: Path, points: int = 2) -> Path:
    """Return a database as MLflow 1.0 made it: without steps, NaN and many tables."""
    base = sqlite3.connect(path)
    base.executescript(OLD.replace("{run}", RUN))
    base.execute(
        "INSERT INTO runs VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (RUN, "first", "LOCAL", "train.py", "main", "ada", "KILLED", 1550000000000, 1550000009000,
         "abc123", "active", f"./mlruns/1/{RUN}/artifacts", 1),
    )  # fmt: skip
    rows = [("loss", 1 / (i + 1), 1550000000000 + i, RUN) for i in range(points)]
    base.executemany("INSERT INTO metrics VALUES (?,?,?,?)", rows)
    base.commit()
    base.close()
    return path


def test_a_database_of_the_first_version(project: Path) -> None:
    path = database(project / "mlflow.db")
    files = project / "mlruns" / "1" / RUN / "artifacts"
    files.mkdir(parents=True)
    (files / "a.txt").write_text("a")
    report = import_experiments(path)
    assert report.ok
    experiment = load_experiment("first")
    assert experiment._facts()["id"] == RUN
    assert experiment.status == "interrupted"
    assert experiment.duration == 9.0
    assert experiment.params == {"lr": 0.1}
    assert list(experiment.history("loss").values) == [1.0, 0.5]
    assert list(experiment.history("loss").times) == [1550000000.0, 1550000000.001]
    assert experiment.facts["git"] == {"commit": "abc123"}
    assert experiment.facts["mlflow"]["tags.mlflow.source.name"] == "train.py"
    assert experiment.artifact_path("artifacts/a.txt").read_text() == "a"
    (found,) = [one for one in find_foreign_experiments() if one.kind == "mlflow-db"]
    assert (found.runs, found.points) == (1, 2)


def test_values_that_are_no_numbers_are_left_out_and_said(project: Path) -> None:
    path = database(project / "mlflow.db")
    base = sqlite3.connect(path)
    base.execute("INSERT INTO metrics VALUES ('loss', 'many', 1550000000009, ?)", (RUN,))
    base.execute("INSERT INTO metrics VALUES ('loss', 7, 1550000000010, ?)", (RUN,))
    base.commit()
    base.close()
    report = import_experiments(path)
    assert report.equal
    assert report.all_problems == ["first: 1 points whose value is no number"]
    assert list(load_experiment("first").history("loss").values) == [1.0, 0.5, 7.0]


def test_a_database_that_is_written_meanwhile_is_to_be_read_again(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = database(project / "mlflow.db")
    from specweave_ml.importing.readers import mlflow_database

    read = mlflow_database.series_of

    def written_meanwhile(base: Any, record: Any) -> Any:
        other = sqlite3.connect(path, timeout=0)
        other.execute("INSERT INTO metrics VALUES ('late', 1, 1550000000009, ?)", (RUN,))
        other.commit()
        other.close()
        return read(base, record)

    with monkeypatch.context() as patched:
        patched.setattr(mlflow_database, "series_of", written_meanwhile)
        (problem,) = import_experiments(path).all_problems
    assert problem == (
        f"{path}: it was changed while it was read; import it again to have the rest"
    )
    assert import_experiments(path).ok
    assert load_experiment("first").metrics["late"] == 1


def test_a_damaged_database_gives_what_can_be_read_and_leaves_no_half(project: Path) -> None:
    path = database(project / "mlflow.db", 50_000)
    content = bytearray(path.read_bytes())
    size = len(content)
    for place in range(size // 2, size - 4096, 4096):
        content[place : place + 64] = b"\xff" * 64
    path.write_bytes(content)
    report = import_experiments(path, kind="mlflow-db")
    assert not report.ok
    assert any("SQLite" in line or "malformed" in line for line in report.all_problems)
    for one in list_experiments():
        assert len(one.history("loss")) == next(run.points for run in report.runs)


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", b"SQLite format 3\0" + b"x" * 5000])
def test_what_is_no_database(project: Path, experiments: Path, content: bytes) -> None:
    Path("mlflow.db").write_bytes(content)
    with pytest.raises(InvalidArgumentError):
        import_experiments("mlflow.db")
    assert "mlflow.db" in said_of("mlflow.db")
    assert len(list_experiments()) == 0


def said_of(path: str) -> str:
    """Return what is wrong with a file that is imported as a database of MLflow."""
    try:
        return import_experiments(path, kind="mlflow-db").all_problems[0]
    except FormatError as error:
        return str(error)


def test_another_database_is_not_taken_for_one(project: Path) -> None:
    base = sqlite3.connect("other.db")
    base.execute("CREATE TABLE runs (id INTEGER)")
    base.commit()
    base.close()
    assert find_foreign_experiments() == []
    with pytest.raises(FormatError, match=r"it has no table experiments, metrics"):
        import_experiments("other.db", kind="mlflow-db")
