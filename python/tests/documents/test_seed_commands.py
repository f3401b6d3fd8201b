"""The document's section "Commands", with `specweave-ml ` in the place of `/ml:`.

The slash commands themselves are a coding agent's; what they are to do, the program does under the
same names.
"""

from __future__ import annotations

import csv
import io
import shlex
from pathlib import Path

import pytest

from seed.project import increment_0042
from specweave import track_experiment
from support.command import run


@pytest.fixture
def increment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The increment of the document with the experiments of its comparison."""
    monkeypatch.chdir(tmp_path)
    folder = increment_0042(tmp_path)
    for name, accuracy in (("exp-001-baseline", 0.65), ("exp-002-lightgbm", 0.86),
                           ("exp-003-xgboost", 0.87)):  # fmt: skip
        with track_experiment(name, increment="0042", capture=False) as exp:
            exp.log_param("n_estimators", 200)
            exp.log_metric("accuracy", accuracy)
    return folder


def run_document(line: str, *more: str) -> str:
    """The output of a line of the document."""
    code, text, messages = run(*shlex.split(line.removeprefix("/ml:")), *more)
    assert (code, messages) == (0, "")
    return text


def test_list_experiments(increment: Path) -> None:
    lines = run_document("/ml:list-experiments 0042").splitlines()
    assert [line.split("\t")[1] for line in lines[1:]] == [
        "exp-003-xgboost", "exp-002-lightgbm", "exp-001-baseline",
    ]  # fmt: skip


def test_compare_experiments(increment: Path) -> None:
    shown = run_document("/ml:compare-experiments 0042", "--format", "table")
    assert "exp-003-xgboost *" in shown
    assert "Best Model: exp-003-xgboost\n- Highest accuracy (0.87)\n" in shown
    written = (increment / "experiments" / "comparison.md").read_text("utf-8")
    assert "| exp-003-xgboost | 0.87 |" in written


def test_show_experiment(increment: Path) -> None:
    shown = run_document("/ml:show-experiment exp-003-xgboost", "--format", "table")
    assert shown.startswith("exp-003-xgboost\ncompleted · ")
    assert "  accuracy  0.87\n" in shown
    assert "  n_estimators  200\n" in shown


def test_export_experiments(increment: Path) -> None:
    code, text, messages = run(
        *shlex.split("/ml:export-experiments 0042 --format csv".removeprefix("/ml:"))
    )
    assert (code, messages) == (0, "")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["name"], row["metrics.accuracy"], row["params.n_estimators"]) for row in rows] == [
        ("exp-001-baseline", "0.65", "200"),
        ("exp-002-lightgbm", "0.86", "200"),
        ("exp-003-xgboost", "0.87", "200"),
    ]


def test_create_an_issue_for_retraining(increment: Path) -> None:
    line = '/sw:github:create-issue "Retrain model with Q1 2024 data"'
    code, text, messages = run("github-issue", shlex.split(line)[1])
    assert (code, messages) == (0, "")
    assert text.startswith("# Retrain model with Q1 2024 data\n\nPrevious experiments: [")
    folder = "../tree/HEAD/.specweave/increments/0042-recommendation-model/experiments"
    for name in ("exp-001-baseline", "exp-002-lightgbm", "exp-003-xgboost"):
        assert f"[{name}]({folder}/{name})" in text
    assert "| n_estimators | 200 |" in text
