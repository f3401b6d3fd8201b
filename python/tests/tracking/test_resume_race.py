"""Of several processes that resume one experiment at once, exactly one gets it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from specweave import load_experiment, track_experiment

PROGRAM = """
import sys
from specweave import track_experiment
from specweave_ml.errors import ExperimentBusyError

print("ready", flush=True)
sys.stdin.readline()
try:
    exp = track_experiment("x", resume=True, capture=False)
    exp.log_metric("loss", 1.0)
    print("owner", flush=True)
except ExperimentBusyError:
    print("busy", flush=True)
sys.stdin.readline()
"""


def race(project: Path, count: int, environment: dict[str, str]) -> list[str]:
    """Resume in several processes at once; what each of them says."""
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM], cwd=project, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, "SPECWEAVE_QUIET": "1", **environment},
        )
        for _ in range(count)
    ]  # fmt: skip
    said = []
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    for program in programs:
        assert program.stdout is not None
        said.append(program.stdout.readline().strip())
    for program in programs:
        program.communicate("end\n")
    return said


@pytest.mark.parametrize("missing", ["", "flock", "flock locks"])
def test_exactly_one_resumes(project: Path, refuse: Path, missing: str) -> None:
    with track_experiment("x", capture=False) as exp:
        exp.log_metric("loss", 0.0)
    environment = {"REFUSE": missing, "LD_PRELOAD": str(refuse)} if missing else {}
    for attempt in range(1, 4):
        said = race(project, 6, environment)
        assert sorted(said) == ["busy"] * 5 + ["owner"]
        assert len(load_experiment("x").history("loss")) == 1 + attempt
