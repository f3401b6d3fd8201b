"""Charts: the table that is logged, what is drawn of it, and the picture."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow
from sklearn.metrics import precision_recall_curve, roc_curve

import specweave.wandb as wandb
from specweave_ml.errors import TrackingWarning
from specweave_ml.wandb.runs.history_file import read_lines

TRUTH = [0, 1, 1, 0]
PROBABILITIES = [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.55, 0.45]]


def logged(chart: Any, key: str = "chart") -> tuple[dict[str, Any], Any, Any]:
    """Log a chart; return its entry, what its table holds, and its picture."""
    with wandb.init() as run:
        run.log({key: chart})
        folder = run.experiment.path
    values = {line["key"]: line["value"] for line in read_lines(folder)}
    entry = values[key]
    table = json.loads((folder / values[chart.spec.table_key]["path"]).read_text())
    assert entry["table"] == values[chart.spec.table_key]["path"]
    with Pillow.open(folder / entry["picture"]) as picture:
        picture.load()
    return entry, table, picture


def colours(picture: Any) -> int:
    """How many colours a picture has; an empty one has few."""
    return len(picture.convert("RGB").getcolors(1 << 24))


def test_a_line_is_a_table_and_a_picture() -> None:
    table = wandb.Table(columns=["x", "y"], data=[[1, 2], [3, 4]])
    entry, content, picture = logged(wandb.plot.line(table, "x", "y", title="T"))
    assert entry == {
        "_type": "custom-chart",
        "panel_type": "Vega2",
        "panelDefId": "wandb/line/v0",
        "fieldSettings": {"x": "x", "y": "y", "stroke": None},
        "stringSettings": {"title": "T"},
        "table": entry["table"],
        "picture": "media/charts/chart_0.png",
    }
    assert content == {"columns": ["x", "y"], "data": [[1, 2], [3, 4]]}
    assert colours(picture) > 20


@pytest.mark.parametrize(
    "make",
    [
        lambda table: wandb.plot.scatter(table, "x", "y", title="$x$"),
        lambda table: wandb.plot.bar(table, "name", "y"),
        lambda table: wandb.plot.histogram(table, "y"),
        lambda table: wandb.plot.line(table, "x", "y", stroke="name"),
        lambda table: wandb.plot_table("mine/chart", table, {"x": "x", "y": "y"}),
    ],
)
def test_charts_of_a_table(make: Any) -> None:
    table = wandb.Table(columns=["x", "y", "name"], data=[[1, 2.5, "a"], [2, 1.5, "b"]])
    _, content, picture = logged(make(table))
    assert content["data"] == [[1, 2.5, "a"], [2, 1.5, "b"]]
    assert colours(picture) > 20


def test_line_series() -> None:
    chart = wandb.plot.line_series([1, 2], [[3, 4], [5, 6]], keys=["u", "v"], xname="epoch")
    entry, content, _ = logged(chart)
    assert content["columns"] == ["step", "lineKey", "lineVal"]
    assert content["data"] == [[1, "u", 3], [2, "u", 4], [1, "v", 5], [2, "v", 6]]
    assert entry["stringSettings"] == {"title": "", "xname": "epoch"}
    with pytest.raises(ValueError, match=r"Number of keys \(1\) must match"):
        wandb.plot.line_series([1], [[1], [2]], keys=["a"])


def test_a_confusion_matrix_counts() -> None:
    chart = wandb.plot.confusion_matrix(
        y_true=[0, 1, 1, 1], preds=[0, 1, 0, 1], class_names=["no", "yes"]
    )
    assert chart.table.data == [
        ["no", "no", 1.0],
        ["no", "yes", 0.0],
        ["yes", "no", 1.0],
        ["yes", "yes", 2.0],
    ]
    by_probability = wandb.plot.confusion_matrix(probs=PROBABILITIES, y_true=TRUTH)
    assert [row[2] for row in by_probability.table.data] == [2.0, 0.0, 1.0, 1.0]
    assert [row[0] for row in by_probability.table.data[::2]] == ["Class_1", "Class_2"]
    _, _, picture = logged(chart)
    assert colours(picture) > 20


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"y_true": [0], "preds": [0, 1]}, "must be equal"),
        ({"y_true": [0], "preds": [0], "probs": [[1]]}, "Only one of"),
        ({"preds": [0]}, "needs y_true"),
        ({"y_true": [5], "preds": [0], "class_names": ["a", "b"]}, "numbers from 0 to 1"),
    ],
)
def test_wrong_matrices_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        wandb.plot.confusion_matrix(**arguments)


def test_roc_and_precision_recall_are_those_of_scikit_learn() -> None:
    scores = np.array(PROBABILITIES)[:, 1]
    chart = wandb.plot.roc_curve(TRUTH, PROBABILITIES, labels=["no", "yes"])
    fpr, tpr, _ = roc_curve(TRUTH, scores, pos_label=1)
    rows = [row[1:] for row in chart.table.data if row[0] == "yes"]
    assert rows == [[round(x, 3), round(y, 3)] for x, y in zip(fpr, tpr, strict=True)]
    chart = wandb.plot.pr_curve(TRUTH, PROBABILITIES, labels=["no", "yes"], classes_to_plot=[1])
    precision, recall, _ = precision_recall_curve(TRUTH, scores, pos_label=1)
    assert len(chart.table.data) == 21
    at_full = next(row for row in chart.table.data if row[2] == 1.0)
    best = max(p for p, r in zip(precision, recall, strict=True) if r == 1.0)
    assert at_full == ["yes", round(best, 3), 1.0]
    logged(chart)


def test_what_cannot_be_drawn_is_logged_as_a_table() -> None:
    table = wandb.Table(columns=["x"], data=[["a"], ["b"]])
    chart = wandb.plot_table("wandb/line/v0", table, {"x": "none", "y": "nothing"})
    with wandb.init() as run:
        with pytest.warns(TrackingWarning, match="logged as a table only"):
            run.log({"chart": chart})
        values = {line["key"]: line["value"] for line in read_lines(run.experiment.path)}
    assert values["chart_table"]["nrows"] == 2
    assert "picture" not in values["chart"]
