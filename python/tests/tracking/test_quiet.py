"""Nothing on stdout, one line on stderr, no warnings; the whole core flow under ``-W error``."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import Run

FLOW = """
from specweave import (
    compare_experiments, current_experiment, list_experiments, load_experiment, track_experiment,
)
for name in ("a", "b"):
    with track_experiment(name) as exp:
        exp.log_params(depth=3, lr=0.1)
        exp.log_metric("auc", 0.5, step=1)
        exp.log_series("loss", [3.0, 2.0, 1.0])
        exp.log_note("a note")
        exp.add_tag("tag")
        exp.save_artifact("notes.txt", "text")
        exp.log_data("train", [1, 2, 3])
        exp.flush(durable=True)
exp = track_experiment("c")
exp.log_metric("auc", 0.7)
exp.finish()
assert len(list_experiments()) == 3
assert list(load_experiment("a").history("loss").values) == [3.0, 2.0, 1.0]
assert compare_experiments().best.name == "c"
"""


def test_one_line_on_stderr_and_nothing_on_stdout(run: Run) -> None:
    result = run(FLOW)
    assert result.returncode == 0, result.stderr
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 1
    assert lines[0] == (
        "specweave: logging to .specweave/increments/0042-recommendation-model/experiments/a "
        "(increment: the only one)"
    )


def test_quiet_says_nothing(run: Run) -> None:
    result = run(FLOW, SPECWEAVE_QUIET="1")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_what_was_dropped_is_said_at_the_end(run: Run) -> None:
    result = run(
        """
        from specweave import track_experiment
        with track_experiment("lossy", capture=False) as exp:
            for _ in range(3):
                exp.log_metric("x", None)
        """,
        warnings="ignore",
    )
    assert result.returncode == 0
    assert "3 records of" in result.stderr.splitlines()[-1]


@pytest.mark.parametrize("loss", ["sys.stderr = None", "sys.stderr.close()"])
def test_missing_or_closed_stderr_is_no_problem(run: Run, loss: str) -> None:
    assert run(f"import sys\n{loss}\n{FLOW}").returncode == 0


def test_first_project_is_said_too(run: Run, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    result = run(
        """
        import os, sys
        os.chdir(sys.argv[1])
        from specweave import track_experiment
        track_experiment("first", capture=False).finish()
        """,
        str(fresh),
    )
    assert result.returncode == 0, result.stderr
    assert ".specweave/increments/0001-experiments/experiments/first" in result.stderr
