"""Folders of MLflow that MLflow refuses to read, written by hand as they were found."""

from __future__ import annotations

import math
import os
from pathlib import Path

import pytest

from specweave_ml import (
    FormatError,
    InvalidArgumentError,
    find_foreign_experiments,
    import_experiments,
    list_experiments,
    load_experiment,
)

RUN = "a" * 32
OTHER = "b" * 32


def experiment(folder: Path, name: str = "churn") -> Path:
    folder.mkdir(parents=True)
    (folder / "meta.yaml").write_text(
        f"artifact_location: /gone/mlruns/{folder.name}\nexperiment_id: '{folder.name}'\n"
        f"lifecycle_stage: active\nname: {name}\n"
    )
    return folder


def run(folder: Path, run_id: str, **metrics: str) -> Path:
    place = folder / run_id
    for name in ("metrics", "params", "tags", "artifacts"):
        (place / name).mkdir(parents=True)
    (place / "meta.yaml").write_text(
        f"artifact_uri: file:///gone/mlruns/{folder.name}/{run_id}/artifacts\n"
        "end_time: 1600000060000\n"
        f"experiment_id: '{folder.name}'\nlifecycle_stage: active\nrun_id: {run_id}\n"
        f"run_name: run-{run_id[0]}\nstart_time: 1600000000000\nstatus: 3\nuser_id: ada\n"
    )
    for key, lines in metrics.items():
        (place / "metrics" / key).write_text(lines)
    return place


def test_half_written_lines_are_named_and_the_others_read(project: Path) -> None:
    place = run(experiment(project / "mlruns" / "1"), RUN, loss="1600000000000 0.5 0\n")
    path = place / "metrics" / "loss"
    path.write_text(
        "1600000000000 0.5 0\n1600000000100 nan 1\n16000000001\n1600000000200 abc 2\n"
        "1600000000300 inf\n1600000000400 1 3 set abc\n1600000000500 2 99999999999999999999\n"
        "1600000000600 0.2"
    )
    report = import_experiments("mlruns")
    assert not report.ok
    assert report.equal
    assert report.runs[0].problems == [
        f"{path}: line 3: '16000000001' is no point",
        f"{path}: line 4: '1600000000200 abc 2' is no point",
        f"{path}: line 7: '1600000000500 2 99999999999999999999' is no point",
        f"{path}: line 8: '1600000000600 0.2' ends in the middle",
    ]
    history = load_experiment("run-a").history("loss")
    assert list(history.steps) == [0, 1, 0, 3]
    assert history.values[0] == 0.5
    assert math.isnan(history.values[1])
    assert list(history.values[2:]) == [math.inf, 1.0]
    assert history.times[1] == 1600000000.1
    with path.open("a") as file:
        file.write(" 4\n")
    again = import_experiments("mlruns")
    assert again.runs[0].points_new == 1
    assert load_experiment("run-a").metrics["loss"] == 0.2


def test_missing_meta_files_and_dots_in_names(project: Path) -> None:
    good = run(experiment(project / "mlruns" / "1"), RUN, loss="1600000000000 0.5 0\n")
    (good / "tags" / "mlflow.note.content").write_text("why")
    nameless = project / "mlruns" / "xgboost-lr0.1"
    lost = run(nameless, "my.run", loss="1600000001000 0.25 0\n1600000002000 0.2 1\n")
    (lost / "meta.yaml").unlink()
    (lost / "tags" / "mlflow.runName").write_text("named by its tag")
    report = import_experiments("mlruns")
    assert report.equal
    assert report.problems == [f"{nameless / 'meta.yaml'}: is missing"]
    assert [len(one.problems) for one in report.runs] == [0, 1]
    assert load_experiment("run-a").facts["about"]["description"] == "why"
    found = load_experiment("named by its tag")
    assert found.facts["imported"]["id"] == "my.run"
    assert found.facts["mlflow_experiment"] == {"id": "xgboost-lr0.1", "name": "xgboost-lr0.1"}
    assert found.status == "unknown"
    assert found._facts()["created"] == 1600000001.0
    assert list(found.history("loss").values) == [0.25, 0.2]
    assert not any(one.changed for one in import_experiments("mlruns").runs)


@pytest.mark.parametrize("meta", ["", "run_id: [", "\t: x", "a: 'b", "\0\0\0", "- a\n- b\n"])
def test_meta_files_that_are_none(project: Path, meta: str) -> None:
    place = run(experiment(project / "mlruns" / "1"), RUN, loss="1600000000000 0.5 0\n")
    (place / "meta.yaml").write_text(meta)
    report = import_experiments("mlruns")
    assert report.equal
    assert len(report.all_problems) == 1
    assert str(place / "meta.yaml") in report.all_problems[0]
    assert load_experiment(RUN).metrics["loss"] == 0.5


def test_datasets_whose_names_have_spaces_which_mlflow_cannot_read_back(project: Path) -> None:
    line = "1600000000000 0.9 7 test set 2981c147\n"
    run(experiment(project / "mlruns" / "1"), RUN, r2=line)
    assert import_experiments("mlruns").ok
    assert list(load_experiment("run-a").history("r2").steps) == [7]


def test_parents_that_are_missing_or_go_round_in_circles(project: Path) -> None:
    folder = experiment(project / "mlruns" / "1")
    for one, around in ((RUN, OTHER), (OTHER, RUN), ("c" * 32, "d" * 32)):
        (run(folder, one) / "tags" / "mlflow.parentRunId").write_text(around)
    report = import_experiments("mlruns")
    assert report.ok
    assert len(list_experiments(children=True)) == 3


def test_artifacts_that_are_links_or_elsewhere(project: Path, tmp_path: Path) -> None:
    place = run(experiment(project / "mlruns" / "1"), RUN)
    (tmp_path / "model.bin").write_bytes(b"m")
    (place / "artifacts" / "model.bin").symlink_to(tmp_path / "model.bin")
    (place / "artifacts" / "nothing").symlink_to("/nonexistent")
    (place / "artifacts" / "folder").symlink_to(tmp_path)
    remote = run(project / "mlruns" / "1", OTHER)
    meta = remote / "meta.yaml"
    meta.write_text(meta.read_text().replace("file:///gone", "s3://bucket/gone"))
    (remote / "artifacts").rmdir()
    report = import_experiments("mlruns")
    assert report.ok
    assert load_experiment("run-a").artifact_path("artifacts/model.bin").read_bytes() == b"m"
    assert report.left_out == [
        "run-a: artifacts/folder: a link to a folder",
        "run-a: artifacts/nothing: no file, or a link to nothing",
        f"run-b: its artifacts, which are at s3://bucket/gone/mlruns/1/{OTHER}/artifacts",
    ]


def test_one_experiment_of_a_folder(project: Path) -> None:
    run(experiment(project / "mlruns" / "1"), RUN)
    run(experiment(project / "mlruns" / "2", "other"), OTHER)
    assert [one.name for one in import_experiments("mlruns/2").runs] == ["run-b"]
    assert len(import_experiments("mlruns").runs) == 2
    (found,) = find_foreign_experiments()
    assert (found.path, found.kind, found.runs) == ("mlruns", "mlruns", 2)


def test_a_folder_that_is_none(project: Path, experiments: Path) -> None:
    (project / "mlruns").mkdir()
    with pytest.raises(FormatError, match="it has no experiments of MLflow"):
        import_experiments("mlruns", kind="mlruns")
    assert not experiments.exists()


def test_pipes_are_not_waited_for(project: Path) -> None:
    place = run(experiment(project / "mlruns" / "1"), RUN, loss="1600000000000 0.5 0\n")
    os.mkfifo(place / "metrics" / "pipe")
    os.mkfifo(project / "pipe.db")
    assert import_experiments("mlruns").ok
    assert [one.kind for one in find_foreign_experiments()] == ["mlruns"]
    with pytest.raises(InvalidArgumentError):
        import_experiments("pipe.db")


def test_a_folder_whose_name_is_no_text(project: Path) -> None:
    store = os.fsdecode(b"mlruns-\xff")
    run(experiment(project / store / "1"), RUN, loss="1600000000000 0.5 0\n")
    report = import_experiments(store)
    assert report.ok
    assert "\\xff" in repr(report)
    assert load_experiment("run-a").metrics["loss"] == 0.5
