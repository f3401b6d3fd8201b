"""The ranks of one mpirun are the writers of one experiment, in C, in Python and in both."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from specweave import list_experiments, load_experiment
from support import polyglot
from support.c_header import ROOT

RANKS = 4
IS_THERE = shutil.which("mpirun") is not None and shutil.which("mpicc") is not None

# Where CI runs, mpirun has to be there (.ci/run installs it), and the tests fail without it.
pytestmark = [
    pytest.mark.skipif(
        not IS_THERE and not os.environ.get("CI"),
        reason="mpirun and mpicc are not installed: apt-get install openmpi-bin libopenmpi-dev",
    ),
    pytest.mark.xdist_group("mpi"),
]

PYTHON = """
import os, sys
from specweave import track_experiment

rank = int(os.environ["OMPI_COMM_WORLD_RANK"])
name = sys.argv[1].replace("RANK", str(rank))
with track_experiment(name, capture=False, **eval(sys.argv[2])) as exp:
    exp.log_metric(f"loss/{rank}", rank / 10)
sys.stdout.write(f"{rank} {exp.path.name}\\n")
"""


def mpirun(*command: str) -> list[str]:
    """Run a program as several ranks and return what they print, in the order of ranks."""
    done = subprocess.run(
        ["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", str(RANKS), *command],
        env={**os.environ, "SPECWEAVE_QUIET": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr
    return sorted(done.stdout.splitlines())


def ranks_of(name: str) -> list[int | None]:
    """Return the ranks of the writers; that of rank 0, which did not join, is None."""
    ranks = [writer["rank"] for writer in load_experiment(name).writers]
    return sorted(ranks, key=lambda rank: rank or 0)


def run_python(project: Path, name: str, **options: object) -> list[str]:
    (project / "train.py").write_text(PYTHON, "utf-8")
    return mpirun(sys.executable, "train.py", name, repr(options))


def test_the_ranks_of_the_example_write_one_experiment(project: Path) -> None:
    flags = ["-std=c99", "-Wall", "-Wextra", "-Werror"]
    program = polyglot.compile_c(
        ROOT / "examples" / "c" / "ranks.c", project / "ranks", *flags, compiler="mpicc"
    )
    (path,) = mpirun(program)
    exp = load_experiment("pi-mpi")
    assert path == str(exp.path)
    assert [found.path.name for found in list_experiments()] == ["pi-mpi"]
    assert exp.status == "completed"
    assert exp.params == {"ranks": RANKS, "slices": 100_000}
    assert exp.metrics["pi"] == pytest.approx(3.141592653589793, abs=1e-9)
    assert ranks_of("pi-mpi") == [None, 1, 2, 3]
    for rank in range(RANKS):
        assert exp.metrics.summary[f"part/{rank}"]["count"] == 25
    # Run again, it is another experiment.
    assert mpirun(program) == [str(exp.path) + "-2"]
    assert ranks_of("pi-mpi-2") == [None, 1, 2, 3]


def test_the_ranks_of_a_python_program_write_one_experiment(project: Path) -> None:
    assert run_python(project, "train") == [f"{rank} train" for rank in range(RANKS)]
    exp = load_experiment("train")
    assert dict(exp.metrics) == {f"loss/{rank}": rank / 10 for rank in range(RANKS)}
    assert ranks_of("train") == [None, 1, 2, 3]


def test_ranks_with_names_of_their_own_write_their_own(project: Path) -> None:
    assert run_python(project, "seed-RANK") == [f"{rank} seed-{rank}" for rank in range(RANKS)]
    assert len(list_experiments()) == RANKS


def test_separate_ranks_write_an_experiment_each(project: Path) -> None:
    run_python(project, "alone", ranks="separate")
    assert {found.path.name for found in list_experiments()} == {
        "alone", "alone-2", "alone-3", "alone-4",
    }  # fmt: skip
