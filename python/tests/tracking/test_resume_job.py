"""``resume="auto"``: a job of a scheduler that runs again resumes its experiment."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Run
from specweave import list_experiments, load_experiment, track_experiment

TRAIN = """
import os, signal, sys
from specweave import track_experiment
with track_experiment("train", resume="auto", capture=False) as exp:
    exp.log_metric("loss", float(sys.argv[1]))
    if sys.argv[2] == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
print(exp.path.name)
"""


def slurm(job: int, task: int | None = None, restart: int = 0) -> dict[str, str]:
    """The variables that SLURM sets."""
    environment = {"SLURM_JOB_ID": str(job), "SLURM_RESTART_COUNT": str(restart)}
    if task is not None:
        environment |= {"SLURM_ARRAY_JOB_ID": "70", "SLURM_ARRAY_TASK_ID": str(task)}
    return environment


def test_a_requeued_task_goes_on_and_another_has_its_own(run: Run) -> None:
    assert run(TRAIN, "3", "killed", **slurm(71, 1)).returncode == -signal.SIGKILL
    assert run(TRAIN, "5", "ends", **slurm(72, 2)).stdout == "train-2\n"
    again = run(TRAIN, "2", "ends", **slurm(71, 1, restart=1))
    assert again.stdout == "train\n", again.stderr
    read = load_experiment("train-2")
    assert read.history("loss").values.tolist() == [5.0]
    first = next(one for one in list_experiments() if one.path.name == "train")
    assert first.history("loss").values.tolist() == [3.0, 2.0]
    assert first.history("loss").steps.tolist() == [0, 1]
    assert first.status == "completed"
    assert first.facts["job"] == {"id": "slurm:70_1", "attempt": "1.0.0"}


def test_a_job_that_was_told_to_stop_and_ended_well_goes_on_too(run: Run) -> None:
    run(TRAIN, "3", "ends", **slurm(80))
    assert run(TRAIN, "2", "ends", **slurm(80, restart=1)).stdout == "train\n"
    assert run(TRAIN, "1", "ends", **slurm(81)).stdout == "train-2\n"


def test_processes_of_one_job_that_start_together_get_one_each(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in slurm(90).items():
        monkeypatch.setenv(name, value)
    code = """if True:
        import sys
        from specweave import track_experiment
        sys.stdin.readline()
        exp = track_experiment("train", resume="auto", capture=False)
        print(exp.path.name, flush=True)
        sys.stdin.readline()
    """
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]

    def tell(process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()

    for process in processes:
        tell(process)
    names = set()
    for process in processes:
        assert process.stdout is not None
        names.add(process.stdout.readline().strip())
    for process in processes:
        tell(process)
        process.communicate(timeout=200)
    assert names == {"train", "train-2", "train-3", "train-4"}


def test_outside_of_a_job_it_starts_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "TORCHELASTIC_RUN_ID"):
        monkeypatch.delenv(name, raising=False)
    with track_experiment("x", resume="auto", capture=False) as first:
        pass
    with track_experiment("x", resume="auto", capture=False) as second:
        pass
    assert first.path != second.path
