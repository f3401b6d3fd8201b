"""Smoothing and the cut of outliers are those of the TensorBoard that is installed."""

# ruff: noqa: E501  (JavaScript in texts)

from __future__ import annotations

import importlib.util
import json
import os
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest

from support import chromium
from support.page_modules import evaluate

pytestmark = pytest.mark.skipif(
    chromium.program() is None and not chromium.IS_WANTED,
    reason="Debian's package chromium is not installed",
)


def tensorboard_script() -> str:
    """Return the script of TensorBoard's own page."""
    found = importlib.util.find_spec("tensorboard")
    if found is None or found.origin is None:
        if os.environ.get("CI"):
            raise AssertionError("TensorBoard is not installed")
        pytest.skip("TensorBoard is not installed")
    with zipfile.ZipFile(Path(found.origin).parent / "webfiles.zip") as files:
        return files.read("index.js").decode("utf-8")


def smoothing_of_tensorboard(script: str) -> str:
    """Return its method that smooths a data set, as it is in its script."""
    found = re.search(r"resmoothDataset\((\w+)\)(\{.*?l\.smoothed=i/h\}\}\)\})", script)
    assert found is not None, "TensorBoard smooths in another way than it did"
    return f"function ({found[1]}) {found[2]}"


def outliers_of_tensorboard(script: str) -> str:
    """Return the statements that choose the range of y, as they are in its script."""
    found = re.search(
        r"a\.sort\(\w+\);let (c=a\[0\],d=a\[a\.length-1\];return n&&a\.length>2&&"
        r"\(c=a\[Math\.ceil\(\.05\*\(a\.length-1\)\)\],d=a\[Math\.floor\(\.95\*\(a\.length-1\)\)\]\))",
        script,
    )
    assert found is not None, "TensorBoard cuts outliers in another way than it did"
    return found[1].replace("return n&&", "n&&")


@pytest.mark.parametrize("weight", [0.0, 0.3, 0.6, 0.9, 0.99])
def test_values_are_smoothed_as_tensorboard_smooths_them(tmp_path: Path, weight: float) -> None:
    rng = np.random.default_rng(3)
    curves = [
        list(np.exp(-np.arange(200) / 50) + 0.1 * rng.standard_normal(200)),
        [5.0] * 20,
        [1.0],
        [],
        list(1e6 * rng.standard_normal(50)),
        [2.0, float("nan"), 3.0, float("inf"), 4.0, float("-inf"), 5.0, 1.0],
    ]
    text = json.dumps(curves).replace("-Infinity", "-1/0").replace("Infinity", "1/0")
    result = evaluate(
        tmp_path,
        ["smoothing.js"],
        f"""
        const theirs = {smoothing_of_tensorboard(tensorboard_script())};
        const text = (values) => values.map((value) => Number.isFinite(value) ? value : String(value));
        return {text}.map((values) => {{
          const rows = values.map((y) => ({{ y }}));
          const chart = {{ smoothingWeight: {weight}, yValueAccessor: (row) => row.y }};
          theirs.call(chart, {{ data: () => rows }});
          return [text(rows.map((row) => row.smoothed)), text([...smoothValues(values, {weight})])];
        }});
        """,
    )
    assert len(result) == len(curves)
    for theirs, ours in result:
        assert [
            value if isinstance(value, str) else pytest.approx(value, rel=1e-9) for value in theirs
        ] == ours
    assert weight == 0 or result[0][1] != curves[0]


def test_the_range_without_outliers_is_that_of_tensorboard(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    lists = [list(rng.standard_normal(size)) for size in (1, 2, 3, 10, 19, 20, 21, 200)]
    result = evaluate(
        tmp_path,
        ["smoothing.js"],
        f"""
        const theirs = (values) => {{
          const a = [...values].sort((x, y) => x - y);
          const n = true;
          let {outliers_of_tensorboard(tensorboard_script())};
          return [c, d];
        }};
        return {json.dumps(lists)}.map((values) =>
          [theirs(values), rangeWithoutOutliers(Float64Array.from(values))]);
        """,
    )
    for theirs, ours in result:
        assert theirs == ours
    assert result[-1][1][0] > min(lists[-1])


def test_sampled_values_are_forgotten_as_fast_as_all_of_them(tmp_path: Path) -> None:
    smoothed = evaluate(
        tmp_path,
        ["smoothing.js"],
        """
        const all = Array.from({ length: 4000 }, (_, i) => i < 2000 ? 1 : 0);
        const every = all.filter((_, i) => i % 10 === 0);
        return [smoothValues(all, 0.99)[2400], smoothValues(every, 0.99, 10)[240]];
        """,
    )
    assert smoothed[0] == pytest.approx(0.99**401, rel=0.01)
    assert smoothed[1] == pytest.approx(smoothed[0], rel=0.12)
