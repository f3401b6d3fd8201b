"""Resuming an experiment that is there already."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from conftest import Run
from specweave import (
    ExperimentBusyError,
    ExperimentNotFoundError,
    load_experiment,
    track_experiment,
)


def test_resume_continues_steps_and_folder() -> None:
    with track_experiment("long", capture=False) as first:
        first.log_series("loss", [3.0, 2.0])
    with track_experiment("long", resume=True, capture=False) as second:
        second.log_metric("loss", 1.0)

    assert second.path == first.path
    assert load_experiment("long").history("loss").steps.tolist() == [0, 1, 2]
    assert second.status == "completed"


def test_resume_of_nothing_says_so() -> None:
    with pytest.raises(ExperimentNotFoundError, match="never"):
        track_experiment("never", resume=True)


def test_allow_continues_or_starts() -> None:
    first = track_experiment("either", resume="allow", capture=False)
    first.finish()
    second = track_experiment("either", resume="allow", capture=False)
    assert second.path == first.path


def test_replace_moves_the_old_one_away() -> None:
    with track_experiment("again", capture=False) as first:
        first.log_metric("x", 1.0)
    with track_experiment("again", replace=True, capture=False) as second:
        second.log_metric("x", 2.0)
    assert second.path.name == first.path.name
    assert load_experiment("again").metrics["x"] == 2.0
    assert list((second.path.parent / "_archive").glob("again*"))


def test_running_one_is_busy_and_can_be_joined(run: Run) -> None:
    exp = track_experiment("shared", capture=False)
    exp.log_metric("x", 1.0)
    result = run(
        """
        from specweave import track_experiment, ExperimentBusyError
        try:
            track_experiment("shared", resume=True)
        except ExperimentBusyError as error:
            print(type(error).__name__, error.code)
        with track_experiment("shared", join=True, rank=1) as worker:
            worker.log_metric("from-rank", 2.0)
        """,
    )
    assert result.stdout == "ExperimentBusyError -6\n", result.stderr
    assert exp.status == "running"
    assert exp.metrics["from-rank"] == 2.0
    exp.finish()
    assert exp.status == "completed"
    assert issubclass(ExperimentBusyError, Exception)


def test_a_program_that_became_another_one_has_crashed(run: Run) -> None:
    result = run(
        """
        import os, sys
        from specweave import load_experiment, track_experiment

        if sys.argv[1:] == ["again"]:
            print(load_experiment("exec").status)
            with track_experiment("exec", resume=True, capture=False) as exp:
                exp.log_metric("loss", 2.0)
        else:
            exp = track_experiment("exec", capture=False)
            exp.log_metric("loss", 1.0)
            print(exp.status, load_experiment("exec").status, flush=True)
            os.execv(sys.executable, [sys.executable, __file__, "again"])
        """
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == "running running\ncrashed\n"
    read = load_experiment("exec")
    assert read.status == "completed"
    assert read.history("loss").values.tolist() == [1.0, 2.0]


def test_a_copy_of_what_is_being_written_is_resumed_by_force(
    run: Run, tmp_path: Path, project: Path
) -> None:
    exp = track_experiment("original", capture=False)
    exp.log_metric("loss", 1.0)
    copy = tmp_path / "copy"
    shutil.copytree(project, copy)
    exp.log_metric("loss", 2.0)
    program = """
        import sys
        from specweave import ExperimentBusyError, track_experiment
        try:
            with track_experiment("original", resume="force" if sys.argv[1:] else True) as exp:
                exp.log_metric("loss", 3.0)
        except ExperimentBusyError as problem:
            print(problem)
        """
    done = run(program, SPECWEAVE_ROOT=str(project), SPECWEAVE_QUIET="1")
    assert "is being written by process" in done.stdout, done.stderr
    done = run(program, SPECWEAVE_ROOT=str(copy), SPECWEAVE_QUIET="1")
    assert "is being written by process" in done.stdout, done.stderr
    assert "force" in done.stdout
    done = run(program, "force", SPECWEAVE_ROOT=str(project), SPECWEAVE_QUIET="1")
    assert "is being written by process" in done.stdout, done.stderr
    assert "force" not in done.stdout
    done = run(program, "force", SPECWEAVE_ROOT=str(copy), SPECWEAVE_QUIET="1")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    exp.finish()
    assert exp.history("loss").values.tolist() == [1.0, 2.0]
    copied = load_experiment(str(copy / exp.path.relative_to(project)))
    assert copied.status == "completed"
    assert copied.history("loss").values.tolist() == [1.0, 3.0]
