"""Which parameters differ: every door gives the same answer."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from specweave import compare_experiments, list_experiments, load_experiment, track_experiment
from specweave_ml.comparison.table import table_of
from specweave_ml.model_selection.importance import importance_of
from specweave_ml.values.differing import differing

MISSING = object()
PAIRS = {
    "the same": (1, 1, False),
    "another": (1, 2, True),
    "an integer and a double": (1, 1.0, False),
    "a scalar of numpy": (1, np.int64(1), False),
    "a boolean and a number": (True, 1, True),
    "a boolean and a double": (1.0, True, True),
    "a text and a number": ("1", 1, True),
    "NaN": (math.nan, math.nan, False),
    "NaN and a number": (math.nan, 1.0, True),
    "a missing one": (1, MISSING, True),
    "None and a missing one": (None, MISSING, True),
    "large integers": (2**64, 2.0**64, False),
    "the next large one": (2**64 + 1, 2.0**64, True),
    "lists": ([1, 2], [1.0, 2.0], False),
    "longer lists": ([1, 2], [1, 2, 3], True),
    "the same inside": ({"depth": 3}, {"depth": 3.0}, False),
    "another inside": ({"depth": 3}, {"depth": 4}, True),
}


@pytest.mark.parametrize(("left", "right", "differs"), PAIRS.values(), ids=PAIRS)
def test_every_door_gives_the_same_answer(
    project: Path, left: Any, right: Any, differs: bool
) -> None:
    rows: list[dict[str, Any]] = []
    for name, value, score in (("a", left, 0.5), ("b", right, 0.6)):
        rows.append({"p": value} if value is not MISSING else {})
        with track_experiment(name, capture=False, params={"other": name, **rows[-1]}) as exp:
            exp.log_metric("accuracy", score)
    assert is_meant(differing(rows)) is differs

    comparison = compare_experiments(params=True)
    assert is_meant(c["key"] for c in comparison.columns if c["kind"] == "param") is differs
    table = table_of(comparison._facts, comparison.rows, project)
    assert is_meant(table.params(table.primary)) is differs
    assert (len(compare_experiments(group_by="-other").rows) == 2) is differs
    series = compare_experiments(experiments=["a", "b"])._facts["rows"][1]["cells"]
    assert any("p" in cell for cell in series) is differs
    assert is_meant(repr(list_experiments()).splitlines()[1].split()) is differs
    assert is_meant(load_experiment("b").diff(load_experiment("a")).params) is differs


def is_meant(names: Any) -> bool:
    return bool({"p", "p.depth"} & set(names))


# Lists and dicts of a grid are recorded, and so compared, as texts of their own.
@pytest.mark.parametrize(
    ("left", "right", "differs"),
    [pair for name, pair in PAIRS.items() if name not in ("lists", "the same inside")],
)
def test_the_importance_is_of_those_that_differ(left: Any, right: Any, differs: bool) -> None:
    sides = [{"p": side} if side is not MISSING else {} for side in (left, right)]
    grid = [{**side, "other": number} for side in sides for number in range(8)]
    found = importance_of(grid, [float(row["other"] + 10 * (row in grid[8:])) for row in grid])
    assert found.reason is None
    assert (found.main["p"] > 0) is differs


def test_each_row_is_told_by_the_number_of_its_value() -> None:
    rows = [{"a": 1, "same": "x"}, {"same": "x", "b": math.nan}, {"a": 1.0, "same": "x", "b": 2}]
    assert differing(rows) == {"a": [0, None, 0], "b": [None, 0, 1]}
    assert differing([]) == {}
