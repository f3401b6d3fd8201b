"""``log_text``, ``log_table`` and ``log_figure``."""

from __future__ import annotations

import io
import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from conftest import Run
from specweave import (
    Experiment,
    SerialisationError,
    TrackingWarning,
    load_experiment,
    track_experiment,
)

PNG = b"\x89PNG\r\n"


@pytest.fixture
def exp() -> Experiment:
    return track_experiment("media", capture=False)


def test_text_is_saved_as_it_is(exp: Experiment) -> None:
    assert exp.log_text("report", "précis\n") == "report.txt"
    assert exp.log_text("notes.md", "# Title") == "notes.md"
    assert exp.log_text("number", 3) == "number.txt"
    assert (exp.path / "report.txt").read_text("utf-8") == "précis\n"
    assert [entry["kind"] for entry in exp.artifacts] == ["text"] * 3


@pytest.mark.parametrize(
    ("data", "columns", "expected"),
    [
        ({"a": [1, 2], "b": [0.5, None]}, None, "a,b\n1,0.5\n2,\n"),
        ({"a": pd.Series([1, 2]), "b": np.array([0.1, 0.2])}, None, "a,b\n1,0.1\n2,0.2\n"),
        ([{"a": 1}, {"a": 2, "b": "x"}], None, "a,b\n1,\n2,x\n"),
        ([[1, 2], [3, 4]], ["x", "y"], "x,y\n1,2\n3,4\n"),
        (np.array([[1.5, 2.0]]), ["x", "y"], "x,y\n1.5,2.0\n"),
        ([0.1, 0.2], ["loss"], "loss\n0.1\n0.2\n"),
        ({"auc": np.float64(0.9), "n": 3}, None, "name,value\nauc,0.9\nn,3\n"),
        (pd.DataFrame({"a": [1], "b": ["=x"]}), None, "a,b\n1,=x\n"),
    ],
)
def test_every_form_of_a_table(exp: Experiment, data: Any, columns: Any, expected: str) -> None:
    assert exp.log_table("table", data, columns=columns) == "table.csv"
    assert (exp.path / "table.csv").read_text("utf-8") == expected


def test_the_ending_chooses_the_form(exp: Experiment) -> None:
    frame = pd.DataFrame({"a": [1, 2]})
    assert exp.log_table("t.parquet", frame) == "t.parquet"
    assert exp.log_table("t.tsv", frame) == "t.tsv"
    assert exp.log_table("errors.v2", frame) == "errors.v2.csv"
    assert exp.load_artifact("t.parquet").equals(frame)


def test_each_step_keeps_a_file_of_its_own(exp: Experiment) -> None:
    for step in (3, 12):
        assert exp.log_table("pred", {"y": [step]}, step=step) == f"pred/step-{step:06d}.csv"
    assert exp.log_text("sample.md", "x", step=np.int64(7)) == "sample/step-000007.md"
    steps = {entry["path"]: entry["details"].get("step") for entry in exp.artifacts}
    assert steps["pred/step-000012.csv"] == 12
    assert (exp.path / "pred" / "step-000003.csv").read_text("utf-8") == "y\n3\n"


def test_the_same_name_again_keeps_the_older_one(exp: Experiment) -> None:
    exp.log_text("out", "old")
    exp.log_text("out", "new")
    assert (exp.path / "out.txt").read_text("utf-8") == "new"
    assert [one["version"] for one in exp.artifact_versions("out.txt")] == [2, 1]


def test_figures_of_every_package_stay_open_and_as_they_are(exp: Experiment) -> None:
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt
    from PIL import Image
    from sklearn.metrics import ConfusionMatrixDisplay

    figure, axes = plt.subplots()
    axes.plot([1, 2])
    display = ConfusionMatrixDisplay.from_predictions([0, 1, 1], [0, 1, 0])
    before = plt.get_fignums()
    drawn = {
        "figure": figure,
        "axes": axes,
        "pyplot": plt,
        "display": display,
        "fresh": ConfusionMatrixDisplay(np.eye(2)),
        "image": Image.new("RGB", (4, 4)),
        "pixels": np.zeros((4, 4, 3), dtype=np.uint8),
    }
    for name, thing in drawn.items():
        assert exp.log_figure(name, thing) == f"{name}.png"
        assert (exp.path / f"{name}.png").read_bytes().startswith(PNG)
    assert exp.log_figure("curve.svg", figure, step=2) == "curve/step-000002.svg"
    assert plt.get_fignums() == before
    assert [one["kind"] for one in exp.artifacts] == ["figure"] * 8
    plt.close("all")


def test_a_figure_of_plotly_is_a_page_that_can_be_explored(exp: Experiment) -> None:
    import plotly.graph_objects as plotly

    path = exp.log_figure("curve", plotly.Figure(plotly.Scatter(y=[1, 2])))
    assert path == "curve.html"
    assert "<html>" in (exp.path / "curve.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda exp: exp.log_figure("f", 42), "int is not a figure"),
        (lambda exp: exp.log_figure("f.csv", np.zeros((2, 2))), "cannot be saved as .csv"),
        (lambda exp: exp.log_table("t", object()), "object is not a table"),
        (lambda exp: exp.log_table("t", {"a": [1], "b": [1, 2]}), "differ in length"),
        (lambda exp: exp.log_table("t", [[1, 2]], columns=["x"]), "names 1 column, but"),
        (lambda exp: exp.log_table("t", {"a": [1]}, columns=["x"]), "headings of their own"),
        (lambda exp: exp.log_text("t.pkl", "x"), "not a text file"),
        (lambda exp: exp.log_text("params.json", "x"), "which the store uses"),
        (lambda exp: exp.log_text("t", "x", step=1.5), "step"),
    ],
)
def test_what_cannot_be_saved_is_counted_and_training_goes_on(
    exp: Experiment, call: Any, words: str
) -> None:
    with pytest.warns(TrackingWarning, match=words) as caught:
        assert call(exp) is None
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert exp.dropped == 1
    assert exp.artifacts == []
    strict = track_experiment("strict", capture=False, strict=True)
    with pytest.raises((SerialisationError, ValueError)):
        call(strict)


def test_a_full_disk_is_a_warning(run: Run) -> None:
    result = run(
        """
        import resource, warnings
        from specweave import track_experiment

        exp = track_experiment("full", capture=False)
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            assert exp.log_text("report", "text") is None
        assert len(caught) == 1, caught
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert exp.log_text("report", "text") == "report.txt"
        exp.finish()
        """
    )
    assert result.returncode == 0, result.stderr


def test_the_documented_lines(exp: Experiment) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exp.log_table("errors", {"id": [3, 7], "truth": [1, 0], "score": [0.2, 0.9]})
    read = load_experiment("media").load_artifact("errors.csv")
    assert read.score.tolist() == [0.2, 0.9]
    assert Path(exp.path / "errors.csv").exists()


def test_an_index_named_like_a_column_is_saved_like_any_other(exp: Experiment) -> None:
    frame = pd.DataFrame({"a": [1, 2]}, index=pd.Index(["x", "y"], name="a"))
    for ending in (".csv", ".json", ".jsonl", ".html"):
        assert exp.log_table(f"t{ending}", frame) == f"t{ending}"
    assert (exp.path / "t.csv").read_text("utf-8") == "a,a\nx,1\ny,2\n"
    assert exp.load_artifact("t.json").equals(frame)
    assert exp.dropped == 0


class Unwilling:
    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("not now")


@pytest.mark.parametrize("call", ["log_table", "log_figure"])
def test_an_object_that_raises_when_it_is_looked_at_stops_nothing(
    exp: Experiment, call: str
) -> None:
    with pytest.warns(TrackingWarning, match="not now|is not a table"):
        assert getattr(exp, call)("t", Unwilling()) is None
    assert exp.dropped == 1


ROWS = [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]


@pytest.mark.parametrize(
    ("data", "columns", "expected"),
    [
        (ROWS, None, ROWS),
        (pd.DataFrame(ROWS), None, ROWS),
        ({"a": [1, 2], "b": ["x", "y"]}, None, ROWS),
        ({"a": pd.Series([1, 2]), "b": np.array(["x", "y"])}, None, ROWS),
        ([[1, "x"], [2, "y"]], ["a", "b"], ROWS),
        ([[1, 2], [3, 4]], None, [[1, 2], [3, 4]]),
        (np.array([[1, 2], [3, 4]]), None, [[1, 2], [3, 4]]),
        ({"auc": 0.5}, None, [{"name": "auc", "value": 0.5}]),
    ],
)
def test_a_table_as_json_is_a_line_or_an_object_for_each_row(
    exp: Experiment, data: Any, columns: Any, expected: Any
) -> None:
    assert exp.log_table("b.jsonl", data, columns=columns) == "b.jsonl"
    lines = (exp.path / "b.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == expected
    assert exp.log_table("b.json", data, columns=columns) == "b.json"
    assert json.loads((exp.path / "b.json").read_bytes()) == expected


@pytest.mark.parametrize("name", ["b.xlsx", "b.yaml", "b.txt", "b.pkl", "b.feather"])
def test_the_ending_of_another_kind_of_file_is_refused_and_not_made_longer(
    exp: Experiment, name: str
) -> None:
    with pytest.warns(TrackingWarning, match=f"cannot be saved as .{name[2:]}; choose one of"):
        assert exp.log_table(name, ROWS) is None


def test_something_drawn_far_outside_does_not_make_a_picture_without_end(exp: Experiment) -> None:
    from matplotlib.figure import Figure

    def size(figure: Any) -> tuple[int, int]:
        exp.log_figure("f", figure)
        found: tuple[int, int] = exp.load_artifact("f.png").size
        return found

    plain = Figure(figsize=(6, 4), dpi=100)
    plain.subplots().plot([1, 2])
    near = Figure(figsize=(6, 4), dpi=100)
    near.subplots().text(1.2, 0.5, "beside the axes")
    for figure in (plain, near):
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", bbox_inches="tight")
        assert size(figure) == Image.open(buffer).size

    for x, y in ((200, 0.5), (200, 150), (-1e9, 1e9), (0.5, -70)):
        far = Figure(figsize=(6, 4), dpi=100)
        far.subplots().text(x, y, "200 was meant as a value of the data")
        with pytest.warns(TrackingWarning, match="far outside"):
            width, height = size(far)
        assert width <= 3 * 600
        assert height <= 3 * 400

    odd = Figure(figsize=(6, 4), dpi=100)
    odd.subplots().text(float("inf"), float("nan"), "nowhere")
    assert size(odd)[0] <= 600
    assert exp.dropped == 0
