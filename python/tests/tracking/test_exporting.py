"""`export_experiments`: every form, with every value exact."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer

import specweave
from specweave import (
    InvalidArgumentError,
    MissingExtraError,
    TrackingWarning,
    export_experiments,
    list_experiments,
    load_experiment,
    track_experiment,
)
from support.command import output, run
from support.tensorboard_server import ask, server

LOSSES = [1.0, math.nan, math.inf, -math.inf, -0.0, 1e-300, 0.1]
STEPS = [-20, -10, 0, 10, 20, 30, 40]


@pytest.fixture
def store(project: Path) -> Path:
    """Two experiments and a sweep of one, with values that are hard to keep."""
    with track_experiment("first", increment="0042", capture=False) as exp:
        exp.log_params({"lr": 0.1, "flag": True, "none": None, "opt@": "adam", "n": 2**53 + 1})
        exp.log_param("model", {"depth": 3, "layers": [1, 2]})
        for step, value in zip(STEPS, LOSSES, strict=True):
            exp.log_metric("loss", value, step=step)
        exp.log_metric("acc@5", 0.5, step=3)
        exp.log_metric("count", 2**53 + 1)
        exp.log_note("one **note**")
        exp.log_note("another")
        exp.add_tag("production")
    with track_experiment("sweep", increment="0042", capture=False) as sweep:
        child = track_experiment("inner", parent=sweep, capture=False)
        child.log_param("lr", 1)
        child.log_metric("auc", 0.75)
        child.finish()
    return project


def same(left: float, right: float) -> bool:
    """Whether both are the same double."""
    return (math.isnan(left) and math.isnan(right)) or (
        left == right and math.copysign(1, left) == math.copysign(1, right)
    )


def test_text_is_what_the_command_gives(store: Path) -> None:
    for form in ("csv", "json", "jsonl", "rows"):
        assert export_experiments("0042", format=form) == output("export", "--format", form)
        points = export_experiments("0042", format=form, points=True, children=True)
        assert points == output("export", "--points", "--children", "--format", form)
    chosen = export_experiments(
        "0042", format="csv", fields=["name", "auc"], where="status == 'completed'",
        sort_by="created", descending=True, limit=1, children=True,
    )  # fmt: skip
    assert chosen == "name,auc\r\ninner,0.75\r\n"
    assert chosen == export_experiments("0042", fields="name,auc", sort_by="created",
                                        descending=True, limit=1, children=True)  # fmt: skip


def test_a_file_is_what_the_command_writes(store: Path) -> None:
    path = export_experiments("0042", "python.csv")
    assert path == store / "python.csv"
    assert output("export", "0042", "-o", "command.csv") == ""
    assert (store / "python.csv").read_bytes() == (store / "command.csv").read_bytes()
    assert path.read_bytes().decode() == export_experiments("0042")
    with pytest.raises(specweave.StorageError):
        export_experiments("0042", "missing/out.csv")
    (store / "folder").mkdir()
    with pytest.raises(InvalidArgumentError, match="is no file and is not replaced"):
        export_experiments("0042", "folder")
    os.symlink("/dev/null", store / "null")
    with pytest.raises(InvalidArgumentError, match="is no file and is not replaced"):
        export_experiments("0042", "null")
    assert sorted(os.listdir(store)) == [
        ".specweave", "command.csv", "folder", "null", "python.csv",
    ]  # fmt: skip


def test_text_cells_compute_nothing_and_numbers_stay(project: Path) -> None:
    texts = {"a": "=1", "b": "+1", "c": "-1", "d": "@x", "e": "\tx", "f": "\rx", "g": "x=1"}
    with track_experiment("=cmd|x", increment="0042", capture=False) as exp:
        exp.log_params({**texts, "n": -3, "m": -0.5, "inf": -math.inf})
        exp.log_metric("@metric", -2.5)
        exp.log_param("=param,\n", 1)
    whole = export_experiments("0042")
    assert isinstance(whole, str)
    header, row = csv.reader(io.StringIO(whole, newline=""))
    cells = dict(zip(header, row, strict=True))
    assert cells["name"] == "'=cmd|x"
    assert [cells[f"params.{key}"] for key in "abcdefg"] == [
        "'=1", "'+1", "'-1", "'@x", "'\tx", "\\rx", "x=1",
    ]  # fmt: skip
    assert (cells["params.n"], cells["params.m"], cells["params.inf"]) == ("-3", "-0.5", "-inf")
    assert cells["metrics.@metric"] == "-2.5"
    assert cells["params.=param,\n"] == "1"
    alone = export_experiments("0042", fields="@metric")
    assert alone == "'@metric\r\n-2.5\r\n"
    points = export_experiments("0042", points=True)
    assert isinstance(points, str)
    assert points.splitlines()[1].split(",")[1:4] == ["'@metric", "0", "-2.5"]
    assert points.splitlines()[1].split(",")[0] == load_experiment("=cmd|x").path.name


def test_tensorboard_reads_every_scalar(store: Path) -> None:
    path = export_experiments("0042", "logs", "tensorboard", children=True)
    assert path == store / "logs"
    seen = EventMultiplexer(size_guidance={"scalars": 0, "tensors": 0})
    seen.AddRunsFromDirectory(str(path)).Reload()
    assert set(seen.Runs()) == {"first", "sweep", "sweep/inner"}
    assert set(seen.Runs()["first"]["scalars"]) == {"loss", "acc@5", "count"}
    history = load_experiment("first").history("loss")
    points = seen.Scalars("first", "loss")
    assert [point.step for point in points] == STEPS
    assert [point.wall_time for point in points] == list(history.times)
    floats = [1.0, math.nan, math.inf, -math.inf, -0.0, 0.0, 0.10000000149011612]
    assert all(same(point.value, value) for point, value in zip(points, floats, strict=True))
    notes = seen.Tensors("first", "notes")
    assert [note.tensor_proto.string_val[0] for note in notes] == [b"one **note**", b"another"]
    assert [note.step for note in notes] == [0, 1]


@pytest.mark.parametrize("loader", ["true", "false"])
def test_the_hparams_tab_shows_params(store: Path, loader: str) -> None:
    path = export_experiments("0042", "logs", "tensorboard", children=True)
    assert isinstance(path, Path)
    whole = {"experimentName": ""}
    with server(path, loader) as address:
        ask(f"{address}/tags", lambda tags: "sweep/inner" in tags)
        plugin = address.replace("/scalars", "/hparams")
        experiment = ask(f"{plugin}/experiment", lambda found: "hparamInfos" in found, 60, whole)
        names = {info["name"] for info in experiment["hparamInfos"]}
        request = {
            **whole, "allowedStatuses": ["STATUS_SUCCESS"], "sliceSize": 100,
            "colParams": [{"hparam": name} for name in sorted(names)],
        }  # fmt: skip
        groups = ask(
            f"{plugin}/session_groups", lambda found: len(found["sessionGroups"]) == 3, 60, request
        )["sessionGroups"]
    assert names == {"lr", "flag", "none", "opt@", "n", "model.depth", "model.layers"}
    first = next(one for one in groups if "flag" in one["hparams"])
    assert first["hparams"]["lr"] == 0.1
    assert first["hparams"]["flag"] is True
    assert first["hparams"]["opt@"] == "adam"
    assert first["hparams"]["n"] == "9007199254740993"
    assert first["hparams"]["model.layers"] == "[1, 2]"
    assert first["sessions"][0]["status"] == "STATUS_SUCCESS"


def test_a_folder_takes_the_place_of_an_earlier_export_only(store: Path) -> None:
    for form in ("tensorboard", "mlflow"):
        (store / form).mkdir()
        path = export_experiments("0042", form, form)
        assert path == store / form
        before = sorted(os.listdir(path))
        with pytest.raises(InvalidArgumentError, match="is there already"):
            export_experiments("0042", form, form)
        assert sorted(os.listdir(path)) == before
        (path / "more").write_text("x")
        export_experiments("0042", form, form, overwrite=True)
        assert sorted(os.listdir(path)) == before
        assert json.loads((path / "specweave-export.json").read_text()) == {
            "schema_version": 1, "format": form, "experiments": 2,
        }  # fmt: skip
    (store / "own").mkdir()
    (store / "own" / "file").write_text("mine")
    with pytest.raises(InvalidArgumentError, match="is no export"):
        export_experiments("0042", "own", "mlflow", overwrite=True)
    assert (store / "own" / "file").read_text() == "mine"
    with pytest.raises(InvalidArgumentError, match="is no folder"):
        export_experiments("0042", "own/file", "tensorboard", overwrite=True)
    assert run("export", "--format", "mlflow", "-o", "mlflow")[0] == 2
    assert run("export", "--format", "mlflow", "-o", "mlflow", "--force") == (0, "", "")
    assert sorted(os.listdir(store)) == [".specweave", "mlflow", "own", "tensorboard"]


def test_an_artifact_that_is_gone_or_changed_is_told(store: Path) -> None:
    exp = load_experiment("first")
    for name in ("gone.txt", "changed.txt", "whole.txt"):
        exp.save_artifact(name, name)
    (exp.path / "gone.txt").unlink()
    (exp.path / "changed.txt").write_text("other")
    with pytest.warns(TrackingWarning) as told:
        path = export_experiments("0042", "mlruns", "mlflow")
    assert isinstance(path, Path)
    assert sorted(str(one.message) for one in told) == [
        "'changed.txt' of 'first' is not what was saved; it was copied as it is",
        "'gone.txt' of 'first' is not there any more",
    ]
    (artifacts,) = {file.parent for file in path.rglob("whole.txt")}
    assert {file.name: file.read_text() for file in artifacts.iterdir()} == {
        "changed.txt": "other", "whole.txt": "whole.txt",
    }  # fmt: skip
    assert (artifacts / "whole.txt").stat().st_nlink == 1


def test_parquet_has_typed_columns(store: Path) -> None:
    path = export_experiments("0042", "table.parquet", "parquet", children=True)
    assert path == store / "table.parquet"
    table = pq.read_table(path)
    moment = pa.timestamp("us", tz="UTC")
    assert {field.name: field.type for field in table.schema} == {
        "label": pa.string(), "name": pa.string(), "status": pa.string(), "created": moment,
        "duration": pa.float64(), "metrics.loss": pa.float64(), "metrics.acc@5": pa.float64(),
        "metrics.count": pa.int64(), "metrics.auc": pa.float64(), "params.lr": pa.float64(),
        "params.flag": pa.bool_(), "params.none": pa.string(), "params.opt@": pa.string(),
        "params.n": pa.int64(), "params.model.depth": pa.int64(),
        "params.model.layers": pa.string(), "tags": pa.list_(pa.string()),
    }  # fmt: skip
    first, _, inner = table.to_pylist()
    assert first["metrics.count"] == first["params.n"] == 2**53 + 1
    assert (first["params.flag"], first["tags"]) == (True, ["production"])
    assert (inner["params.lr"], inner["metrics.auc"], inner["metrics.loss"]) == (1.0, 0.75, None)
    created = list_experiments("0042")[0].created
    assert abs(first["created"].timestamp() - created.timestamp()) < 1e-6
    text = export_experiments("0042", fields="created", limit=1, sort_by="created")
    assert isinstance(text, str)
    assert first["created"].strftime("%Y-%m-%dT%H:%M:%S.%fZ") == text.splitlines()[1]


def test_parquet_has_every_point(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from specweave_ml.tracking import exporting

    monkeypatch.setattr(exporting, "BLOCK", 2)
    path = export_experiments("0042", "points.parquet", "parquet", points=True, children=True)
    assert isinstance(path, Path)
    assert pq.ParquetFile(path).num_row_groups == 5
    rows = pq.read_table(path).to_pylist()
    found = [row for row in rows if row["metric"] == "loss"]
    assert [row["step"] for row in found] == STEPS
    assert all(same(row["value"], value) for row, value in zip(found, LOSSES, strict=True))
    texts = export_experiments("0042", points=True, children=True)
    assert isinstance(texts, str)
    lines = list(csv.DictReader(io.StringIO(texts, newline="")))
    assert [row["time"].strftime("%Y-%m-%dT%H:%M:%S.%fZ") for row in rows] == [
        line["time"] for line in lines
    ]
    assert {row["experiment"] for row in rows} == {"first", "sweep/inner"}
    assert os.listdir(store) == [".specweave", "points.parquet"]


def test_an_empty_table_has_its_columns(project: Path) -> None:
    path = export_experiments("0042", "none.parquet", "parquet")
    assert pq.read_table(path).num_rows == 0
    assert pq.read_table(path).column_names[:2] == ["label", "name"]


def test_points_of_several_increments_say_which(store: Path) -> None:
    (store / ".specweave/increments/0043-next").mkdir()
    with track_experiment("first", increment="0043", capture=False) as exp:
        exp.log_metric("loss", 0.25)
    text = export_experiments("all", points=True, where="metrics.loss == 0.25")
    assert isinstance(text, str)
    header, row = text.splitlines()
    assert header == "increment,experiment,metric,step,value,time"
    assert row.startswith("0043-next,first,loss,0,0.25,")
    runs = export_experiments(["0042", "0043"], "logs", "tensorboard")
    assert isinstance(runs, Path)
    assert sorted(str(file.parent.relative_to(runs)) for file in runs.rglob("events*")) == [
        "0042-recommendation-model/first", "0042-recommendation-model/sweep", "0043-next/first",
    ]  # fmt: skip


def test_what_has_no_meaning_together_is_refused(store: Path) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"points": True, "fields": "name"}, "no choice of fields"),
        ({"format": "mlflow"}, "is a folder; say which one"),
        ({"format": "parquet"}, "is a file; say which one"),
        ({"format": "tensorboard", "path": "x", "points": True}, "holds all that there is"),
        ({"format": "excel"}, "there is no form 'excel' of an export"),
        ({"path": "x/.."}, "is no name of a file or folder to make"),
    ]
    for options, message in wrong:
        with pytest.raises(InvalidArgumentError, match=message):
            export_experiments("0042", **options)
    assert run("export", "--format", "parquet")[0] == 2
    assert "export_experiments(increment, path" in run("export", "--format", "parquet")[2]
    assert os.listdir(store) == [".specweave"]


def test_parquet_says_what_it_needs(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'specweave-ml\[parquet\]'"):
        export_experiments("0042", "table.parquet", "parquet")
    assert os.listdir(store) == [".specweave"]


def test_a_condition_on_nothing_is_told_once(store: Path) -> None:
    with pytest.warns(TrackingWarning) as told:
        export_experiments("0042", where="metrics.lost > 1")
    assert len(told) == 1
