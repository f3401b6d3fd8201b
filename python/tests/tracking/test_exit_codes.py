"""The exit status of the process decides, whoever raised it; what was caught does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conftest import PATIENCE, Run
from specweave import load_experiment

START = """
import os, sys, signal
from specweave import track_experiment
exp = track_experiment("open", capture=False)
exp.log_metric("x", 1.0)
"""


@pytest.mark.parametrize(
    ("program", "code", "status"),
    [
        (START + "raise SystemExit(4)", 4, "failed"),
        (START + "raise SystemExit('out of data')", 1, "failed"),
        (START + "exit(3)", 3, "failed"),
        (START + "quit(3)", 3, "failed"),
        ("from sys import exit" + START + "exit(3)", 3, "failed"),
        ("from sys import exit" + START + "exit('message')", 1, "failed"),
        (START + "sys.exit(True)", 1, "failed"),
        (START + "sys.exit([])", 1, "failed"),
        (START + "def main():\n    return 2\nraise SystemExit(main())", 2, "failed"),
        (START + "import argparse\nargparse.ArgumentParser().parse_args(['--no'])", 2, "failed"),
        (START + "import runpy\nrunpy.run_path('other.py')", 5, "failed"),
        (START + "raise SystemExit", 0, "completed"),
        (START + "raise SystemExit(0)", 0, "completed"),
        (START + "exit()", 0, "completed"),
        ("from sys import exit" + START + "exit(0)", 0, "completed"),
        (START + "raise SystemExit(None)", 0, "completed"),
        (START + "sys.exit(False)", 0, "completed"),
    ],
)
def test_an_exit_status_that_is_not_caught_decides(
    run: Run, project: Path, program: str, code: int, status: str
) -> None:
    (project / "other.py").write_text("raise SystemExit(5)")
    result = run(program, warnings="default")
    assert result.returncode == code, result.stderr
    experiment = load_experiment("open")
    assert experiment.status == status
    assert experiment._facts()["closed"] == "at exit"
    assert experiment.metrics == {"x": 1.0}
    if status == "failed":
        assert experiment.failure is not None
        assert experiment.failure["type"] == "SystemExit"
        assert experiment.failure["message"] != "True"
    else:
        assert experiment.failure is None


CAUGHT = {
    "argparse": """
        import argparse
        try:
            argparse.ArgumentParser().parse_args(["--unknown"])
        except SystemExit:
            pass
        """,
    "unittest": """
        import unittest
        class Case(unittest.TestCase):
            def test(self):
                self.fail()
        try:
            unittest.main(argv=["x"])
        except SystemExit:
            pass
        """,
    "sys.exit": """
        try:
            sys.exit(3)
        except SystemExit as error:
            assert error.code == 3
        """,
    "thread": """
        import threading
        thread = threading.Thread(target=sys.exit, args=(3,))
        thread.start()
        thread.join()
        """,
    "thread at the end": """
        import threading, time
        def late():
            time.sleep(0.2)
            sys.exit(3)
        threading.Thread(target=late).start()
        """,
    "fork": """
        if os.fork() == 0:
            sys.exit(3)
        os.wait()
        """,
    "Process": """
        import multiprocessing
        process = multiprocessing.get_context("fork").Process(target=sys.exit, args=(3,))
        process.start()
        process.join()
        assert process.exitcode == 3
        """,
    "subprocess": """
        import subprocess
        subprocess.run([sys.executable, "-c", "raise SystemExit(3)"])
        """,
    "caught, then 0": """
        try:
            sys.exit(3)
        except SystemExit:
            raise SystemExit(0)
        """,
}


@pytest.mark.parametrize("how", CAUGHT)
def test_an_exit_that_was_caught_or_was_of_others_is_none(run: Run, how: str) -> None:
    lines = CAUGHT[how].strip("\n").splitlines()
    result = run(START + "\n".join(line[8:] for line in lines), warnings="default")
    assert result.returncode == 0, result.stderr
    assert load_experiment("open").status == "completed"
    assert load_experiment("open").failure is None


@pytest.mark.parametrize("options", [["-m", "program"], ["-c", START + "raise SystemExit(4)"]])
def test_however_the_program_is_started(project: Path, options: list[str]) -> None:
    (project / "program.py").write_text(START + "raise SystemExit(4)")
    result = subprocess.run([sys.executable, *options], cwd=project, check=False, timeout=PATIENCE)
    assert result.returncode == 4
    assert load_experiment("open").status == "failed"


def test_what_the_user_said_of_the_status_stays(run: Run) -> None:
    run(START + "exp.set_status('interrupted')\nraise SystemExit(4)", warnings="default")
    assert load_experiment("open").status == "interrupted"


def test_one_that_was_finished_before_stays(run: Run) -> None:
    run(START + "exp.finish()\nraise SystemExit(4)", warnings="default")
    assert load_experiment("open").status == "completed"


def test_output_that_nobody_reads_is_no_failure(project: Path) -> None:
    (project / "program.py").write_text(START + "print(1)")
    command = f"env -u PYTHONUNBUFFERED {sys.executable} program.py | true; exit ${{PIPESTATUS[0]}}"
    result = subprocess.run(
        ["bash", "-c", command], cwd=project, check=False, timeout=PATIENCE, capture_output=True
    )
    assert result.returncode in (0, 120)
    assert load_experiment("open").status == "completed"


def test_the_message_is_kept_and_a_tracker_of_the_user_is_told(run: Run, project: Path) -> None:
    program = """
        import sys
        from specweave import register_tracking_backend, track_experiment

        @register_tracking_backend
        class Told:
            def finish(self, status):
                with open("told.txt", "w") as file:
                    file.write(status)

        exp = track_experiment("open", capture=False)

        def main():
            sys.exit("out of data")

        main()
        """
    assert run(program, warnings="default").returncode == 1
    failure = load_experiment("open").failure
    assert failure == {"type": "SystemExit", "message": "out of data", "traceback": ""}
    assert (project / "told.txt").read_text() == "failed"


def test_all_that_are_open_fail_and_the_comparison_says_so(run: Run, experiments: Path) -> None:
    result = run(
        """
        from specweave import track_experiment
        for name in ("a", "b"):
            with track_experiment(name, capture=False) as done:
                done.log_metric("auc", 0.5)
        exp = track_experiment("c", capture=False)
        exp.log_metric("auc", 0.9)
        child = track_experiment("d", parent=exp, capture=False)
        raise SystemExit(4)
        """,
        warnings="default",
    )
    assert result.returncode == 4
    assert load_experiment("c").status == "failed"
    assert load_experiment("c").failure == {"type": "SystemExit", "message": "4", "traceback": ""}
    text = (experiments / "comparison.md").read_text()
    assert "failed" in next(line for line in text.splitlines() if line.startswith("| c "))
