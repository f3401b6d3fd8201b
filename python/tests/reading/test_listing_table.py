"""The table that a list of experiments is shown as, and lists over several increments."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

from specweave import list_experiments, load_experiment, track_experiment, track_grid_search
from specweave_ml.tracking.lookup import ExperimentList


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def width(text: str) -> int:
    """The columns of a terminal, by Python's own table of wide characters."""
    shown = [mark for mark in text if unicodedata.category(mark) not in ("Mn", "Me", "Cf")]
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in shown)


def log(name: str, params: Mapping[str, object], **metrics: float) -> None:
    with track_experiment(name, capture=False) as experiment:
        experiment.log_params(params)
        experiment.log_metrics(metrics)


def lines(experiments: ExperimentList) -> list[str]:
    return repr(experiments).splitlines()


def test_metrics_stand_before_parameters_and_fit_the_terminal(project: Path) -> None:
    for number in range(5):
        params = {f"a_rather_long_parameter_{place}": number * place for place in range(12)}
        log(f"run-{number}", params, loss=1 / (number + 1), accuracy=0.8 + number / 100)
    shown = lines(list_experiments())
    assert max(map(width, shown)) <= 80
    assert shown[1].split()[:4] == ["name", "status", "accuracy", "loss"]
    newest = shown[2].split()
    assert newest[:3] == ["exp-005", "run-4", "completed"]
    assert [float(cell) for cell in newest[3:5]] == [0.84, 0.2]
    assert "more columns)" in shown[-1]


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal(
    project: Path, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for name in ("勾配ブースティング実験の長い名前", "한국어 실험 이름이 길다", "a" * 70, "kurz"):
        log(name, {"ähnlich": name, "depth": len(name)}, **{"accuracy": len(name) / 100})
    shown = lines(list_experiments())
    assert max(map(width, shown[1:])) <= columns
    assert any("0.70" in line for line in shown)


def test_columns_stand_below_each_other_whatever_the_script(project: Path) -> None:
    for name in ("実験", "experiment", "e\u0301te\u0301", "😀 run"):
        log(name, {}, accuracy=0.5)
    shown = lines(list_experiments())
    assert len({width(line[: line.index("completed")]) for line in shown[2:]}) == 1
    assert len({width(line) for line in shown[2:]}) == 1


def test_nothing_in_a_name_reaches_the_terminal_raw(project: Path) -> None:
    tags = ["\x1b[31m", "\x1b]8;;x\x07"]
    with track_experiment("evil", capture=False, tags=tags) as exp:
        exp.log_params({"a\x1b[2J": "\x1b]0;title\x07", "b\u2066": "\u202e"})
        exp.log_metric("m\x1b[1m", 0.5)
    log("other", {})
    text = repr(list_experiments())
    assert all(mark.isprintable() or mark == "\n" for mark in text)
    assert "\\u{202E}" in text
    html = list_experiments()._repr_html_()
    assert all(mark.isprintable() or mark == "\n" for mark in html)


def test_the_newest_are_shown_and_the_others_counted(project: Path) -> None:
    for number in range(60):
        log(f"run-{number:02}", {"number": number}, accuracy=number / 100)
    found = list_experiments()
    assert [one.number for one in found] == list(range(1, 61))
    shown = lines(found)
    assert shown[0] == "60 experiments, the newest first"
    assert [line.split()[1] for line in shown[2:52]] == [f"run-{n:02}" for n in range(59, 9, -1)]
    assert shown[-1] == "… and 10 more, which are older"
    html = found._repr_html_()
    assert "run-10" in html
    assert "run-09" not in html
    assert "… and 10 more" in html
    assert "run-05" in lines(found[:6])[2]
    assert [one.number for one in list_experiments(limit=3)] == [58, 59, 60]


def test_an_order_that_was_asked_for_is_kept(project: Path) -> None:
    for number, accuracy in enumerate([0.3, 0.9, 0.6]):
        log(f"run-{number}", {}, accuracy=accuracy)
    rising = ["run-0", "run-2", "run-1"]
    for found, names in (
        (list_experiments(sort_by="accuracy"), rising),
        (list_experiments(sort_by="accuracy", descending=True), rising[::-1]),
        (list_experiments().sorted("accuracy"), rising),
        (list_experiments().sorted("accuracy")[:2], rising[:2]),
        (
            list_experiments().sorted("number" and (lambda one: one.number)),
            ["run-0", "run-1", "run-2"],
        ),
        (list_experiments()[::-1], ["run-2", "run-1", "run-0"]),
    ):
        assert [line.split()[1] for line in lines(found)[2:]] == names


def test_a_sweep_shows_its_best_score(project: Path) -> None:
    data = make_classification(200, random_state=0)
    log("baseline", {}, accuracy=0.5)
    grid = {"C": [0.0001, 0.01, 1.0]}
    model = LogisticRegression()
    track_grid_search(model, grid, *data, cv=3, name="search", save_models="none", progress=False)
    best = GridSearchCV(model, grid, cv=3).fit(*data)
    shown = lines(list_experiments())
    cells = next(line for line in shown if "search" in line).split()
    assert float(cells[cells.index("completed") + 1]) == pytest.approx(best.best_score_, abs=0.005)
    assert str(best.best_params_["C"]) in cells
    ranked = list_experiments(sort_by="accuracy", descending=True)
    assert [one.name for one in ranked] == ["search", "baseline"]


def test_children_stand_below_their_parents(project: Path) -> None:
    with track_experiment("parent", capture=False, kind="pipeline") as parent:
        for name in ("first", "second"):
            with track_experiment(name, parent=parent, capture=False) as child:
                child.log_metric("accuracy", 0.7)
                if name == "first":
                    track_experiment("inner", parent=child, capture=False).finish()
    log("later", {}, accuracy=0.6)
    found = list_experiments(children=True)
    shown = lines(found)
    assert [line.split()[:3] for line in shown[2:]] == [
        ["exp-002", "later", "completed"],
        ["exp-001", "parent", "completed"],
        ["exp-001.1", "├", "first"],
        ["└", "inner", "completed"],
        ["exp-001.2", "└", "second"],
    ]
    assert "  └ inner" in shown[5]
    assert found._repr_html_().count("padding-left:18px") == 2
    only = list_experiments(children=True, where="name == 'second'")
    assert "parent / second" in repr(only)
    assert [one.label for one in found if one.name == "second"] == ["exp-001.2"]
    for loaded, label in (("second", "exp-001.2"), ("first", "exp-001.1"), ("first/inner", "")):
        assert load_experiment(f"parent/{loaded}").label == label


def test_a_large_sweep_leaves_room_for_the_others(project: Path) -> None:
    with track_experiment("sweep", capture=False, kind="sweep") as sweep:
        for number in range(70):
            with track_experiment(parent=sweep, capture=False) as child:
                child.log_metric("accuracy", number / 100)
        sweep._log_fact("best", {"combination": 70})
    for number in range(5):
        log(f"other-{number}", {}, accuracy=0.1)
    shown = lines(list_experiments(children=True))
    assert [f"other-{n}" in line for n, line in zip(range(4, -1, -1), shown[2:7], strict=True)] == [
        True
    ] * 5
    assert "exp-001.70" in repr(list_experiments(children=True))
    hidden = next(line for line in shown if " more" in line)
    assert len(shown) - 3 + int(hidden.split("…")[1].split()[0]) == 76


def test_what_was_changed_through_the_list_is_shown(project: Path) -> None:
    log("one", {}, accuracy=0.5)
    log("two", {}, accuracy=0.6)
    found = list_experiments()
    found[0].add_tag("chosen")
    assert "chosen" in repr(found)
    assert "chosen" in repr(found[:1])
    assert "chosen" in found._repr_html_()
    frame = found.to_dataframe()
    assert list(frame["tags"]) == [["chosen"], []]


def test_parameters_within_others_have_one_name_everywhere(project: Path) -> None:
    for depth in (3, 6):
        params = {"model": {"depth": depth, "head": {"lr": depth / 100}}, "same": {"x": 1}}
        log(f"depth-{depth}", params, accuracy=depth / 10)
    log(
        "literal",
        {"model.depth": 9, "model": {"depth": 1, "head": {"lr": float("nan")}}},
        accuracy=0.1,
    )
    found = list_experiments(where="params.model.depth >= 6")
    assert [one.name for one in found] == ["depth-6", "literal"]
    frame = list_experiments().to_dataframe()
    assert list(frame["params.model.depth"]) == [3, 6, 9]
    assert list(frame["params.same.x"])[:2] == [1, 1]
    assert frame["params.model.head.lr"].iloc[1] == 0.06
    assert np.isnan(frame["params.model.head.lr"].iloc[2])
    assert "params.model" not in frame
    heading = lines(list_experiments())[1].split()
    assert {"model.depth", "model.head.lr"} <= set(heading)
    assert "same.x" in heading  # the third has none
    opened = ExperimentList(load_experiment(one.number) for one in list_experiments())
    assert list(opened.to_dataframe()["params.model.depth"]) == [3, 6, 9]


def test_lists_over_increments_say_where_each_is(project: Path) -> None:
    increments = project / ".specweave" / "increments"
    log("same", {}, accuracy=0.5)
    (increments / "0043-other").mkdir()
    (increments / "0044-empty").mkdir()
    with track_experiment("same", "0043", capture=False) as other:
        other.log_metric("accuracy", 0.9)
    everything = list_experiments("all")
    assert [(one.increment, one.name) for one in everything] == [
        (load_experiment("same", "0042").increment, "same"),
        ("0043-other", "same"),
    ]
    assert everything[1].path == other.path
    assert lines(everything)[1].split()[:4] == ["name", "increment", "status", "accuracy"]
    assert "0043-other" in everything._repr_html_()
    assert list(everything.to_dataframe()["increment"])[1] == "0043-other"
    chosen = list_experiments([43, "0042"], sort_by="accuracy", descending=True)
    assert [one.increment[:4] for one in chosen] == ["0043", "0042"]
    assert [one.increment[:4] for one in list_experiments([43])] == ["0043"]
    assert len(list_experiments("all", where="increment == '0043-other'")) == 1
    everything[1].add_tag("mine")
    assert load_experiment("same", "0043").tags == ["mine"]
    with pytest.raises(TypeError):
        list_experiments([None])  # type: ignore[list-item]
