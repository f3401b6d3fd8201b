"""CSV files as experiments."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from specweave_ml import (
    FormatError,
    InvalidArgumentError,
    NotFoundError,
    find_foreign_experiments,
    import_experiments,
    list_experiments,
    load_experiment,
)

WIDE = """step,time,loss,acc,optimizer,note
0,2026-01-02T03:04:05Z,0.5,,adam,warm
1,2026-01-02T03:04:06.5Z,nan,0.25,adam,
2,2026-01-02T03:04:07Z,-inf,0.1,adam,cold
"""


def test_a_row_a_step(project: Path) -> None:
    Path("training.csv").write_text(WIDE)
    report = import_experiments("training.csv")
    assert report.ok
    assert (report.points, report.points_equal) == (5, 5)
    experiment = load_experiment("training")
    assert experiment.params == {"optimizer": "adam"}
    loss = experiment.history("loss")
    assert list(loss.steps) == [0, 1, 2]
    assert loss.values[0] == 0.5
    assert math.isnan(loss.values[1])
    assert loss.values[2] == -math.inf
    assert list(loss.times) == [1767323045.0, 1767323046.5, 1767323047.0]
    assert list(experiment.history("acc").steps) == [1, 2]
    assert experiment.created.isoformat() == "2026-01-02T03:04:05+00:00"
    assert experiment.duration == 2.0
    assert experiment.status == "completed"
    lines = experiment.artifact_path("history.jsonl").read_text().splitlines()
    assert lines[1] == '{"key": "note", "step": 2, "time": 1767323047.0, "value": "cold"}'
    assert (report.runs[0].values, report.runs[0].values_equal) == (2, 2)


def test_a_row_a_point_of_several_runs(project: Path) -> None:
    Path("points.csv").write_text(
        "run,key,step,value,timestamp\n"
        "a,loss,0,1.5,1700000000000\nb,loss,0,2.5,1700000001000\na,loss,1,0.1,1700000002500\n"
    )
    report = import_experiments("points.csv")
    assert report.ok
    assert sorted(one.name for one in list_experiments()) == ["a", "b"]
    history = load_experiment("a").history("loss")
    assert list(history.values) == [1.5, 0.1]
    assert list(history.times) == [1700000000.0, 1700000002.5]


def test_semicolons_decimal_commas_and_a_byte_order_mark(project: Path) -> None:
    Path("excel.csv").write_text("\ufeffEpoch;Loss\n1;0,5\n2;0,25\n", "utf-8")
    assert import_experiments("excel.csv").ok
    history = load_experiment("excel").history("Loss")
    assert list(history.steps) == [1, 2]
    assert list(history.values) == [0.5, 0.25]


def test_a_file_that_grew_adds_its_new_rows(project: Path) -> None:
    path = Path("growing.csv")
    path.write_text("step,loss\n0,3\n1,2\n")
    first = import_experiments(path)
    assert first.runs[0].is_new
    with path.open("a") as file:
        file.write("2,1\n")
    second = import_experiments(path)
    assert (second.runs[0].points_new, second.runs[0].is_new, second.runs[0].changed) == (
        1,
        False,
        True,
    )
    assert list(load_experiment("growing").history("loss").values) == [3, 2, 1]
    assert not import_experiments(path).runs[0].changed
    assert len(list_experiments()) == 1


def test_rows_that_cannot_be_read_are_named_with_their_line(project: Path) -> None:
    Path("torn.csv").write_text("step,loss\n0,3\n1,2,9\n1.5,2\n2,1\n3")
    report = import_experiments("torn.csv")
    assert not report.ok
    assert report.equal
    assert report.left_out == ["torn: 1 rows whose 'step' is no whole number"]
    path = project / "torn.csv"
    assert report.all_problems == [
        f"{path}: line 3: 3 cells below 2 names; left out",
        f"{path}: line 6: 1 cells below 2 names; left out",
    ]
    assert list(load_experiment("torn").history("loss").values) == [3, 1]


@pytest.mark.parametrize("content", [b"", b"1,2\n3,4\n", b"\n\n"])
def test_what_is_no_table_leaves_nothing(project: Path, content: bytes, experiments: Path) -> None:
    Path("x.csv").write_bytes(content)
    with pytest.raises(InvalidArgumentError, match="none of what can be imported"):
        import_experiments("x.csv")
    with pytest.raises(FormatError, match=r"x.csv: line 1: "):
        import_experiments("x.csv", kind="csv")
    assert not experiments.exists()


def test_a_missing_file_and_a_kind_that_is_none(project: Path) -> None:
    with pytest.raises(NotFoundError, match=r"there is no file or folder 'gone\.csv'"):
        import_experiments("gone.csv")
    with pytest.raises(InvalidArgumentError, match="'sheet' is no kind of source"):
        import_experiments("gone.csv", kind="sheet")


def test_nothing_is_imported_where_tracking_is_switched_off(
    project: Path, monkeypatch: pytest.MonkeyPatch, experiments: Path
) -> None:
    Path("a.csv").write_text("step,loss\n0,1\n")
    monkeypatch.setenv("SPECWEAVE_MODE", "disabled")
    with pytest.raises(InvalidArgumentError, match="SPECWEAVE_MODE=disabled"):
        import_experiments("a.csv")
    assert import_experiments("a.csv", dry_run=True).points == 1
    assert not experiments.exists()


def test_tables_without_steps_are_not_found(project: Path) -> None:
    Path("data.csv").write_text("sepal,petal,species\n5.1,1.4,setosa\n")
    Path("logs").mkdir()
    Path("logs/run.csv").write_text("step,loss\n0,3\n")
    assert [(one.path, one.kind) for one in find_foreign_experiments()] == [("logs/run.csv", "csv")]
