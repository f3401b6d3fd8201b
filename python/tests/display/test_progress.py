"""Progress bars: on a terminal after a second, and never in a log."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import textwrap
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from conftest import Run

SLOW = """
import time
import specweave
from sklearn.datasets import load_iris
from sklearn.tree import DecisionTreeClassifier

class Slow(DecisionTreeClassifier):
    def fit(self, X, y):
        time.sleep(0.4)
        return super().fit(X, y)

X, y = load_iris(return_X_y=True)
"""

PROGRAMS = {
    "a sweep": """
specweave.track_grid_search(
    Slow(random_state=0), {"max_depth": [1, 2, 3]}, X, y, "0042",
    cv=2, refit=False, importance=False, name="depths"SOME
)
""",
    "a cross-validation": """
specweave.track_cross_validation(Slow(random_state=0), X, y, 5, "0042", capture=FalseSOME)
""",
    "a comparison of models": """
specweave.compare_models(
    {f"tree-{n}": Slow(max_depth=n) for n in (1, 2, 3, 4)}, X, y, X, y,
    increment="0042", capture=FalseSOME
)
""",
}
SHOWN = {
    "a sweep": r"depths:.*6/6 .*best 0\.9[0-9]* in 000[23]",
    "a cross-validation": r"slow-cv:.*5/5 ",
    "a comparison of models": r"compare models:.*tree-4",
}
MARKS = ("█", "▏", "it/s", "%|", "\r", "\x1b")


def on_a_terminal(project: Path, code: str) -> str:
    """What a program writes to a terminal."""
    script = project / "program.py"
    script.write_text(textwrap.dedent(code), "utf-8")
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    with subprocess.Popen(
        [sys.executable, str(script)],
        cwd=project,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm"},
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 4096):
                shown += part
        except OSError:  # nobody holds the other end any more
            pass
    os.close(ours)
    text = shown.decode("utf-8")
    assert process.returncode == 0, text
    return text


@pytest.mark.parametrize("what", PROGRAMS)
def test_on_a_terminal_it_is_shown(project: Path, what: str) -> None:
    text = on_a_terminal(project, SLOW + PROGRAMS[what].replace("SOME", ""))
    assert re.search(SHOWN[what], text), text


def test_on_a_terminal_it_can_be_left_out(project: Path) -> None:
    programs = "".join(PROGRAMS.values()).replace("SOME", ", progress=False")
    text = on_a_terminal(project, SLOW.replace("0.4", "0.2") + programs)
    assert not [mark for mark in ("%|", "it/s", "\x1b") if mark in text], text


def test_a_log_has_no_bars(run: Run) -> None:
    result = run(SLOW.replace("0.4", "0.2") + "".join(PROGRAMS.values()).replace("SOME", ""))

    assert result.returncode == 0, result.stderr
    written = result.stdout + result.stderr
    assert not [mark for mark in MARKS if mark in written], written


def test_in_a_notebook_it_is_shown_without_complaints(project: Path) -> None:
    code = SLOW + PROGRAMS["a cross-validation"].replace("SOME", "")
    forms: Any = nbformat.v4
    notebook = forms.new_notebook(cells=[forms.new_code_cell(code)])
    NotebookClient(notebook, timeout=200, resources={"metadata": {"path": str(project)}}).execute()

    printed = "".join(
        output.get("text", "") + "".join(output.get("data", {}).values())
        for output in notebook.cells[0].outputs
    )
    assert "slow-cv" in printed
    assert "5/5" in printed
    assert "Warning" not in printed


def test_what_takes_less_than_a_second_shows_nothing(project: Path) -> None:
    quick = (
        "import tqdm.std\ntqdm.std.time = lambda: 0.0  # however slow the machine is\n"
        + SLOW.replace("time.sleep(0.4)", "pass")
        + PROGRAMS["a comparison of models"]
    )
    text = on_a_terminal(project, quick.replace("SOME", ", save_models=False"))
    assert "%|" not in text, text


def test_with_a_bar_a_cross_validation_gives_the_same(project: Path) -> None:
    compared = """
import numpy as np
from sklearn.model_selection import cross_validate
settings = {"scoring": ["accuracy", "f1_macro"], "return_train_score": True, "cv": 3}
plain = cross_validate(Slow(random_state=0), X, y, **settings, return_estimator=True)
found = specweave.track_cross_validation(
    Slow(random_state=0), X, y, **settings, return_estimator=True, capture=False)
assert list(found) == list(plain)
for key in plain:
    if "test" in key or "train" in key:
        assert np.asarray(found[key]).tobytes() == np.asarray(plain[key]).tobytes(), key
assert [one.tree_.node_count for one in found["estimator"]] == [
    one.tree_.node_count for one in plain["estimator"]]
try:
    specweave.track_cross_validation(Slow(), X, y, cv=3, error_score="none", capture=False)
except ValueError as error:
    assert "error_score" in str(error), error
else:
    raise AssertionError("not refused")
"""
    assert "3/3" in on_a_terminal(project, SLOW + compared)
