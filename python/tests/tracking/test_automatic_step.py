"""The smallest integer of 64 bits as a step is the next step, whichever call it is given to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from specweave import import_experiments, load_experiment, track_experiment
from specweave_ml.values.scalars import AUTOMATIC_STEP

CALLS = 200
"""Enough for a hot loop, whose calls take another way than the first ones."""


@pytest.mark.parametrize("step", [None, AUTOMATIC_STEP, np.int64(AUTOMATIC_STEP)])
@pytest.mark.parametrize("writes", ["direct", "buffered"])
def test_single_values_and_several_count_on(project: Path, step: int | None, writes: str) -> None:
    with track_experiment("x", capture=False, writes=writes) as exp:
        for _ in range(CALLS):
            exp.log_metric("a", 0.5, step=step)
            exp.log_metric("a", 7, step)
            exp.log_metrics({"a": 0.25, "b": 1.5}, step=step)
    assert list(exp.history("a").steps) == list(range(3 * CALLS))
    assert list(exp.history("b").steps) == list(range(2, 3 * CALLS, 3))


@pytest.mark.parametrize("none", [None, AUTOMATIC_STEP])
def test_a_series_counts_on_where_it_has_no_step(project: Path, none: Any) -> None:
    with track_experiment("x", capture=False) as exp:
        exp.log_series("s", [1.0, 2.0, 3.0], steps=[none, 10, none])
        exp.log_series("s", [4.0])
        exp.log_series("n", [1.0, 2.0], steps=np.array([AUTOMATIC_STEP, 5]))
    assert list(exp.history("s").steps) == [0, 10, 11, 12]
    assert list(exp.history("n").steps) == [0, 5]


def test_an_import_does_not_give_a_point_another_step(project: Path) -> None:
    Path("odd.csv").write_text(f"step,loss,auc\n0,3,0.5\n{AUTOMATIC_STEP},2,\n1,1,0.75\n")
    report = import_experiments("odd.csv")
    assert [problem for problem in report.all_problems if "'loss' is left out" in problem]
    imported = load_experiment("odd")
    assert list(imported.history("auc").steps) == [0, 1]
    assert "loss" not in imported.metrics
