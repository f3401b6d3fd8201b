"""Tables: how they are filled, logged, put into artifacts and got back."""

from __future__ import annotations

import datetime
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

import specweave.wandb as wandb
from specweave_ml.wandb.runs.history_file import read_lines

PIXELS = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)


def logged(run: Any, key: str) -> list[Any]:
    return [line["value"] for line in read_lines(run.experiment.path) if line["key"] == key]


def content(run: Any, found: dict[str, Any]) -> Any:
    return json.loads((run.experiment.path / found["path"]).read_text())


def test_rows_and_columns_are_in_the_file() -> None:
    table = wandb.Table(columns=["id", "text"], data=[[1, "x"]])
    table.add_data(2, None)
    table.add_column("score", [0.5, float("nan")], optional=True)
    with wandb.init() as run:
        run.log({"t": table})
        (found,) = logged(run, "t")
        assert content(run, found) == {
            "columns": ["id", "text", "score"],
            "data": [[1, "x", 0.5], [2, None, None]],
        }
    assert (found["_type"], found["nrows"], found["ncols"]) == ("table-file", 2, 3)
    assert found["path"] == f"media/table/t_0_{found['sha256'][:20]}.table.json"


def test_from_a_frame_and_back() -> None:
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    for table in (wandb.Table(dataframe=frame), wandb.Table(data=frame)):
        assert table.columns == ["a", "b"]
        pd.testing.assert_frame_equal(table.get_dataframe(), frame)
    with wandb.init() as run:
        run.log({"frame": frame})
        assert content(run, logged(run, "frame")[0])["data"] == [[1, "x"], [2, "y"]]


def test_images_in_cells_are_files_of_the_run() -> None:
    with wandb.init() as run:
        run.log({"t": wandb.Table(columns=["im"], data=[[wandb.Image(PIXELS)]])})
        cell = content(run, logged(run, "t")[0])["data"][0][0]
        assert (run.experiment.path / cell["path"]).is_file()
        assert cell["_type"] == "image-file"


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: wandb.Table(columns=["a"], data=[[1, 2]]), ValueError, "expects 1 columns"),
        (lambda: wandb.Table(columns=["a"], data=[[1], ["x"]]), TypeError, "incompatible types"),
        (lambda: wandb.Table(columns=["a"], dtype=str, data=[[1]]), TypeError, "incompatible"),
        (lambda: wandb.Table(columns=["a"], optional=False, data=[[None]]), TypeError, "types"),
        (lambda: wandb.Table(columns=[1.5]), AssertionError, "text or integers"),
        (lambda: wandb.Table(log_mode="SOMETIMES"), ValueError, "IMMUTABLE, MUTABLE"),
    ],
)
def test_wrong_tables_are_refused(make: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        make()


def test_a_refused_row_is_not_half_there() -> None:
    table = wandb.Table(columns=["a", "b"], data=[[1, "x"]])
    with pytest.raises(TypeError):
        table.add_data(2, 3)
    with pytest.raises(AssertionError):
        table.add_column("c", [1, 2])
    assert table.data == [[1, "x"]]
    assert table.columns == ["a", "b"]


def test_mixed_types_on_request() -> None:
    table = wandb.Table(columns=["a"], data=[[1], ["x"], [None]], allow_mixed_types=True)
    assert table.get_column("a") == [1, "x", None]


def test_computed_columns_and_row_numbers() -> None:
    table = wandb.Table(columns=["x", "y"], data=[[3, 1], [4, 6]])
    table.add_computed_columns(lambda index, row: {"diff": row["x"] - row["y"] + index})
    assert table.get_column("diff") == [2, -1]
    assert table.get_column("x", convert_to="numpy").tolist() == [3, 4]
    assert [int(index) for index in table.get_index()] == [0, 1]
    assert next(table.iterrows())[0].get_row() == {"x": 3, "y": 1, "diff": 2}


def test_immutable_mutable_and_incremental() -> None:
    modes = {}
    with wandb.init() as run:
        for mode in ("IMMUTABLE", "MUTABLE", "INCREMENTAL"):
            table = wandb.Table(columns=["a"], log_mode=mode)
            for number in range(3):
                table.add_data(number)
                run.log({mode: table})
            modes[mode] = logged(run, mode)
        rows = {mode: [content(run, one)["data"] for one in found] for mode, found in modes.items()}
    assert rows["IMMUTABLE"] == [[[0]], [[0]], [[0]]]
    assert rows["MUTABLE"] == [[[0]], [[0], [1]], [[0], [1], [2]]]
    assert rows["INCREMENTAL"] == [[[0]], [[1]], [[2]]]
    last = modes["INCREMENTAL"][-1]
    assert last["_type"] == "incremental-table-file"
    assert last["increment_num"] == 2
    assert last["previous_increments_paths"] == [one["path"] for one in modes["INCREMENTAL"][:2]]


def test_an_artifact_gives_the_table_back() -> None:
    moment = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    table = wandb.Table(columns=["n", "im", "array", "time", "list", "none"])
    table.add_data(
        1, wandb.Image(PIXELS, caption="c"), np.arange(6.0).reshape(2, 3), moment, [1, 2], None
    )
    with wandb.init() as run:
        artifact = wandb.Artifact("tables", "dataset")
        artifact.add(table, "t")
        run.log_artifact(artifact)
        found = run.use_artifact("tables:latest").get("t")
    row = found.data[0]
    assert row[0] == 1
    assert np.array_equal(np.asarray(row[1].image), PIXELS)
    assert row[1]._caption == "c"
    assert row[2].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert row[3:] == [moment, [1, 2], None]
    assert found.columns == table.columns


def test_joined_tables_come_back_together() -> None:
    first = wandb.Table(columns=["id", "a"], data=[[1, "x"]])
    second = wandb.Table(columns=["id", "b"], data=[[1, 0.5]])
    with wandb.init() as run:
        artifact = wandb.Artifact("joined", "dataset")
        artifact.add(wandb.JoinedTable(first, second, "id"), "both")
        run.log_artifact(artifact)
        found = run.use_artifact("joined:v0").get("both")
    assert found._join_key == "id"
    assert [table.data for table in found._tables] == [[[1, "x"]], [[1, 0.5]]]


def test_a_table_of_a_run_is_an_artifact_when_it_is_asked_for() -> None:
    with wandb.init(name="maker") as run:
        for number in range(2):
            table = wandb.Table(columns=["n", "im"], data=[[number, wandb.Image(PIXELS)]])
            run.log({"val/predictions": table})
        name = f"run-{run.id}-valpredictions"
    with wandb.init(name="user") as user:
        artifact = user.use_artifact(f"{name}:latest", type="run_table")
        found = artifact.get("val/predictions")
        first = user.use_artifact(f"{name}:v0").get("val/predictions")
    assert artifact.version == "v1"
    assert found.get_column("n") == [1]
    assert np.array_equal(np.asarray(found.data[0][1].image), PIXELS)
    assert first.get_column("n") == [0]
    assert artifact.logged_by().id == run.id
    assert wandb.Api().artifact_exists(f"{run.project}/{name}:v1")


def test_media_inside_lists_of_groups_are_files() -> None:
    with wandb.init() as run:
        run.log({"found": [{"im": wandb.Image(PIXELS), "score": 1}]})
        (value,) = logged(run, "found")
        assert (run.experiment.path / value[0]["im"]["path"]).is_file()
    assert value[0]["score"] == 1


def test_letters_that_are_none_are_kept() -> None:
    with wandb.init() as run:
        run.log({"t": wandb.Table(columns=["a"], data=[["\ud800"]])})
        (found,) = logged(run, "t")
        path = run.experiment.path / found["path"]
    assert json.loads(path.read_bytes().decode("utf-8", "surrogatepass"))["data"] == [["\ud800"]]
