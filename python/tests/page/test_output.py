"""The output of a program: followed for hours, in bounded memory."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from support import chromium
from support.page_modules import evaluate

pytestmark = pytest.mark.skipif(
    chromium.program() is None and not chromium.IS_WANTED,
    reason="Debian's package chromium is not installed",
)

PANEL = """
    const pieces = %s;
    let next = 0;
    let seen = 0;
    const source = {
      live: true,
      ask: async () => {
        const text = pieces.shift() ?? "";
        next += text.length;
        return { text, from: 0, next, size: next + (pieces.length > 0 ? 1 : 0) };
      },
    };
    const panel = outputPanel({ source }, "a");
    document.body.append(panel.element);
    const shown = panel.element.querySelector("pre");
    const longest = () =>
      Math.max(0, ...[...shown.childNodes].map((one) => one.textContent.length));
    const follow = async () => { while (pieces.length > 0) await panel.update(); };
"""


def follow(folder: Path, pieces: str, script: str) -> Any:
    """Show pieces, given as JavaScript, and return what a script then returns."""
    return evaluate(folder, ["output.js"], PANEL % pieces + script)


def test_a_line_that_never_ends_is_drawn_in_parts(tmp_path: Path) -> None:
    found = follow(
        tmp_path,
        "Array.from({ length: 40 }, (_, at) => String(at % 10).repeat(250000))",
        "await follow(); return [longest(), shown.textContent.length, shown.textContent.at(-1)];",
    )
    longest, kept, last = found
    assert longest <= 600_000
    assert 1_000_000 < kept <= 2_600_000
    assert last == "9"


def test_a_long_line_stays_one_line(tmp_path: Path) -> None:
    script = "await follow(); return [shown.textContent.length, shown.textContent.slice(-4)];"
    pieces = '["x".repeat(250000), "y".repeat(250000), "z\\nend"]'
    assert follow(tmp_path, pieces, script) == [500_005, "\nend"]


def test_a_progress_bar_of_hours_leaves_what_was_before_it(tmp_path: Path) -> None:
    script = "await follow(); return [shown.textContent, shown.childNodes.length];"
    bar = "(_, at) => Array.from({ length: 2000 }, (_, n) => `\\r${at} of 99: ${n}`).join('')"
    pieces = f'["1\\n", "2\\n", "3\\n", "4\\n", ...Array.from({{ length: 200 }}, {bar})]'
    text, nodes = follow(tmp_path, pieces, script)
    assert text == "1\n2\n3\n4\n199 of 99: 1999"
    assert nodes == 5


PARTS = {
    "xycd": ["abcd\rx", "y"],
    "xycd\n": ["abcd\r", "x", "y\n"],
    "Ayzd": ["abcd", "\rxy", "z\rA"],
    "ab\nc": ["ab\r\n", "c"],
    "ab\ncd": ["ab\r", "\ncd"],
    "ac": ["ab\b", "c"],
    "abc\n": ["\x1b[31mab", "c\x1b[0m\n"],
    "abc": ["ab\x1b", "[31mc"],
}


def test_a_line_that_comes_in_parts_is_the_line(tmp_path: Path) -> None:
    script = f"""
        await follow();
        const found = [shown.textContent];
        for (const line of {json.dumps(list(PARTS.values()))}) {{
          const parts = [...line];
          const one = outputPanel({{ source: {{ live: true, ask: async () => {{
            const text = parts.shift() ?? "";
            return {{ text, from: 0, next: 9 - parts.length, size: 9 }};
          }} }} }}, "a");
          while (parts.length > 0) await one.update();
          found.push(one.element.querySelector("pre").textContent);
        }}
        return found;
    """
    assert follow(tmp_path, '["a", "b"]', script) == ["ab", *PARTS]
