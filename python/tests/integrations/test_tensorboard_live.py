"""Both loaders of TensorBoard follow an experiment while it is written: owner, fork and rank."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.tensorboard_server import ask, server

POINTS = 2000

PROGRAM = """
import os, subprocess, sys, time
from specweave import track_experiment

def burst(exp, value, first):
    for step in range(first, first + 1999):
        exp.log_metric("loss", value, step=step)
    time.sleep(0.25)  # what comes after a hot loop takes along what the loop has collected
    exp.log_metric("loss", value, step=first + 1999)

def work(exp, value):
    for first in (0, 2000):
        burst(exp, value, first)
        os.write(1, b"logged\\n")  # one write: three processes share the pipe
        os.read(0, 1)

if sys.argv[1:]:
    work(track_experiment("live", join=True, rank=1, capture=False), 0.25)
    os._exit(0)
exp = track_experiment("live", capture=False)
subprocess.Popen([sys.executable, __file__, "rank"])
if os.fork() == 0:
    work(exp, 0.5)
    os._exit(0)
work(exp, 1.0)
os.wait()
os.wait()
exp.finish()
"""

RUNS = {"live": 1.0, "live/writers/fork-1": 0.5, "live/writers/rank-1": 0.25}


@pytest.mark.parametrize("load_fast", ["true", "false"])
def test_every_writer_is_followed_while_it_writes(
    project: Path, experiments: Path, load_fast: str
) -> None:
    script = project / "program.py"
    script.write_text(PROGRAM, "utf-8")
    with subprocess.Popen(
        [sys.executable, str(script)],
        env={**os.environ, "SPECWEAVE_QUIET": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        assert program.stdin is not None
        for _ in RUNS:
            assert program.stdout.readline() == "logged\n"
        with server(experiments, load_fast) as address:
            for count in (POINTS, 2 * POINTS):
                for run, value in RUNS.items():
                    points = ask(
                        f"{address}/scalars?run={run}&tag=loss",
                        lambda points, count=count: len(points) == count,
                    )
                    assert [step for _, step, _ in points] == list(range(count))
                    assert {value for _, _, value in points} == {value}
                assert program.poll() is None
                program.stdin.write("xxx")
                program.stdin.flush()
                if count == POINTS:
                    for _ in RUNS:
                        assert program.stdout.readline() == "logged\n"
    assert program.returncode == 0
