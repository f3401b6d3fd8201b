"""Experiments chosen by a condition, from Python."""

from __future__ import annotations

import math
import re

import pytest

from conftest import Run
from specweave import (
    InvalidArgumentError,
    TrackingWarning,
    compare_experiments,
    list_experiments,
    track_experiment,
)
from support.c_header import ROOT

PAGE = ROOT / "docs" / "expressions.md"


@pytest.fixture(autouse=True)
def models() -> None:
    rows = [
        ("xgb-shallow", 3, 0.81, ["baseline"]),
        ("xgb-deep", 9, 0.88, ["production"]),
        ("lgbm", 6, 0.86, ["production", "lgbm"]),
    ]
    for name, depth, auc, tags in rows:
        params = {"max_depth": depth, "lr": 0.1, "model": {"booster": name.partition("-")[0]}}
        with track_experiment(name, capture=False, tags=tags, params=params) as exp:
            exp.log_metric("auc", auc - 0.1)
            exp.log_metric("auc", auc)
            exp.log_metric("val/loss", math.nan if depth == 9 else 1 - auc)
    with pytest.raises(ZeroDivisionError), track_experiment("broken", capture=False):
        raise ZeroDivisionError


def names(where: str) -> list[str]:
    return [exp.name for exp in list_experiments(where=where)]


def test_listing_by_a_condition() -> None:
    assert names(
        "params.max_depth > 3 and metrics.auc >= 0.85 and 'production' in tags"
    ) == ["xgb-deep", "lgbm"]  # fmt: skip
    assert names("failure.type == 'ZeroDivisionError'") == ["broken"]
    assert names("metrics.val/loss > 0.1") == ["xgb-shallow", "lgbm"]
    assert names("increment like '0042%' and created > 2026-01-01 and duration < 1h") == [
        "xgb-shallow", "xgb-deep", "lgbm", "broken",
    ]  # fmt: skip


def test_listing_is_sorted_and_limited() -> None:
    listed = list_experiments(sort_by="auc", descending=True)
    assert [exp.name for exp in listed] == ["xgb-deep", "lgbm", "xgb-shallow", "broken"]
    listed = list_experiments(sort_by="params.max_depth", limit=2)
    assert [exp.name for exp in listed] == ["xgb-shallow", "lgbm"]
    assert len(list_experiments(limit=0)) == 0
    with pytest.raises(InvalidArgumentError):
        list_experiments(limit=-1)


def test_comparison_by_a_condition() -> None:
    comparison = compare_experiments(where="params.model.booster == 'xgb'", limit=1)
    assert [row["name"] for row in comparison.rows] == ["xgb-shallow"]
    assert comparison.best is not None
    assert comparison.best.name == "xgb-deep"
    assert "Only experiments with params.model.booster == 'xgb'." in comparison.markdown


def test_misspelt_condition_shows_the_place() -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        list_experiments(where="param.max_depth > 3")
    assert str(caught.value).splitlines() == [
        "the expression is wrong at column 1: there is no field 'param.max_depth'; "
        "did you mean params.max_depth?",
        "  param.max_depth > 3",
        "  ^~~~~~~~~~~~~~~",
    ]


def test_name_that_no_experiment_has_is_warned_about() -> None:
    with pytest.warns(TrackingWarning, match=r"did you mean params\.max_depth\?") as caught:
        assert names("params.max_dept > 3") == []
    assert caught[0].filename == __file__
    comparison = compare_experiments(where="params.max_dept > 3", write=False)
    assert any("did you mean" in note for note in comparison._facts["notes"])


def test_every_example_of_the_page_can_be_read() -> None:
    page = PAGE.read_text("utf-8")
    blocks = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    examples = [line for block in blocks for line in block.splitlines() if line.strip()]
    assert len(examples) > 20
    for example in examples:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("specweave_ml.tracking.lookup.warn", lambda note: None)
            list_experiments(where=example)


def test_code_of_the_page_runs(run: Run) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    result = run(block)
    assert result.returncode == 0, result.stderr


def test_every_error_of_the_page_is_as_printed() -> None:
    page = PAGE.read_text("utf-8")
    errors = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    assert errors
    for printed in errors:
        with pytest.raises(InvalidArgumentError) as caught:
            list_experiments(where=printed.splitlines()[1].strip())
        assert str(caught.value) == printed.rstrip("\n")


def test_list_as_text_and_in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    listed = list_experiments()
    lines = repr(listed).splitlines()
    assert lines[0] == "4 experiments, the newest first"
    assert lines[1].split() == ["name", "status", "auc", "val/loss", "max_depth", "lr",
                                "model.booster", "tags"]  # fmt: skip
    assert lines[4].split()[:4] == ["exp-002", "xgb-deep", "completed", "0.88"]
    monkeypatch.setenv("COLUMNS", "40")
    assert repr(listed).splitlines()[-1] == "(5 more columns)"
    html = listed._repr_html_()
    assert "ZeroDivisionError" not in html
    assert html.count("<tr") == 5
    assert repr(list_experiments(where="name == 'none'")) == "0 experiments"
    assert "0 experiments" in list_experiments(where="name == 'none'")._repr_html_()
