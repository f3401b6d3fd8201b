"""Curves as small as a word: whatever numbers they are of, they lie in their box."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support import chromium
from support.page_modules import evaluate

pytestmark = pytest.mark.skipif(
    chromium.program() is None and not chromium.IS_WANTED,
    reason="Debian's package chromium is not installed",
)

SERIES = {
    "no double holds the range": "Float64Array.of(-1e308, 1e308, -1e308)",
    "the smallest numbers": "Float64Array.of(5e-324, 1e-323, 1.5e-323)",
    "one value": "Float32Array.of(3, 3, 3)",
    "minus zero": "Float32Array.of(-0, 0, -0)",
}
STEPS = ["0, 1, 2", "2, 1, 0", "1, 2, 1", "5, 5, 5", "-9e15, 0, 9e15"]


def test_all_points_are_in_the_box(tmp_path: Path) -> None:
    lines = [f"[[{steps}], {values}]" for values in SERIES.values() for steps in STEPS]
    script = f"""
        return [{", ".join(lines)}].map(([x, y]) =>
          sparkline({{ x: Float64Array.from(x), y, breaks: [] }}, "red", "")
            .querySelector("path").getAttribute("d"));
    """
    for path in evaluate(tmp_path, ["spark.js"], script):
        numbers = [float(text) for text in re.findall(r"-?[\d.]+|NaN|Infinity", path)]
        assert len(numbers) == 6
        assert all(0 <= x <= 120 for x in numbers[::2]), path
        assert all(0 <= y <= 24 for y in numbers[1::2]), path


def test_a_small_curve_has_its_form(tmp_path: Path) -> None:
    script = """
        const y = Float64Array.of(-1e308, 1e308, 0);
        const one = sparkline({ x: Float64Array.of(0, 1, 2), y, breaks: [2] }, "red", "");
        return one.querySelector("path").getAttribute("d");
    """
    assert evaluate(tmp_path, ["spark.js"], script) == "M2.0 21.0L60.0 3.0M118.0 12.0"
