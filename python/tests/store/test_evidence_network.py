"""Nothing speaks to a network, and no program but git is started: the kernel itself is asked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from support import polyglot

PROGRAM = """
import numpy
from specweave import compare_experiments, list_experiments, load_experiment, track_experiment

for name in ("a", "b"):
    with track_experiment(name, params={"x": 1}, tags=["t"]) as exp:
        exp.log_metric("loss", 0.5)
        exp.log_note("note")
        exp.save_artifact("weights.npy", numpy.zeros(3))
        exp.save_artifact("config.json", {"x": 1})
compare_experiments()
list_experiments()
load_experiment("a").history("loss")
"""


@pytest.fixture(scope="module")
def tracer(tmp_path_factory: pytest.TempPathFactory) -> str:
    return polyglot.compile_tracer("trace", tmp_path_factory.mktemp("tracer"))


def traced(tracer: str, project: Path, *command: str) -> list[str]:
    """What the program and its children did, after the program's own start."""
    output = project.parent / "calls"
    subprocess.run([tracer, str(output), *command], cwd=project, check=True, timeout=200)
    return output.read_text("utf-8").splitlines()[1:]


def test_the_tracer_sees_what_it_looks_for(tracer: str, project: Path) -> None:
    program = (
        "import socket, subprocess\n"
        "subprocess.run(['true'])\n"
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "s.connect(('127.0.0.1', 9)); s.sendto(b'x', ('127.0.0.1', 9))\n"
    )
    calls = traced(tracer, project, sys.executable, "-c", program)

    assert any(call.endswith("/true") for call in calls)
    assert {"connect 2", "sendto 2"} <= set(calls)


def test_no_network_and_no_program_but_git(tracer: str, project: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    (project / "train.py").write_text(PROGRAM, "utf-8")
    calls = traced(tracer, project, sys.executable, "train.py")

    assert [call for call in calls if not call.startswith("execve ")] == []
    programs = {call.removeprefix("execve ").rpartition("/")[2] for call in calls}
    assert programs == {"git"}
