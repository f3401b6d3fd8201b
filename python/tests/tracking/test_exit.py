"""An experiment that nobody finished, at the end of its process."""

from __future__ import annotations

import signal

import pytest

from conftest import Run
from specweave import load_experiment

PRELUDE = """
import os, sys, signal
from specweave import track_experiment
exp = track_experiment("open", capture=False)
exp.log_metric("x", 1.0)
"""


@pytest.mark.parametrize(
    ("ending", "code", "status"),
    [
        ("", 0, "completed"),
        ("sys.exit()", 0, "completed"),
        ("sys.exit(0)", 0, "completed"),
        ("sys.exit(3)", 3, "failed"),
        ("sys.exit('message')", 1, "failed"),
        ("raise ValueError('boom')", 1, "failed"),
        ("raise KeyboardInterrupt", -signal.SIGINT, "interrupted"),
        ("os._exit(0)", 0, "crashed"),
        ("os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL, "crashed"),
    ],
)
def test_status_tells_how_the_process_ended(run: Run, ending: str, code: int, status: str) -> None:
    result = run(PRELUDE + ending)
    assert result.returncode == code, result.stderr
    read = load_experiment("open")
    assert read.status == status
    assert read.metrics["x"] == 1.0


def test_traceback_of_the_uncaught_exception_is_kept(run: Run) -> None:
    run(PRELUDE + "def train():\n    raise ValueError('boom')\ntrain()\n")
    failure = load_experiment("open").failure
    assert failure is not None
    assert (failure["type"], failure["message"]) == ("ValueError", "boom")
    assert "in train" in failure["traceback"]


def test_exception_that_was_caught_is_no_failure(run: Run) -> None:
    run(PRELUDE + "try:\n    1 / 0\nexcept ZeroDivisionError:\n    pass\n")
    assert load_experiment("open").status == "completed"


def test_exit_function_of_the_host_is_put_back(run: Run) -> None:
    result = run(
        """
        import sys
        before = sys.exit, sys.excepthook
        from specweave import track_experiment
        with track_experiment("block", capture=False):
            assert (sys.exit, sys.excepthook) == before
        exp = track_experiment("plain", capture=False)
        exp.finish()
        assert (sys.exit, sys.excepthook) == before
        """
    )
    assert result.returncode == 0, result.stderr
