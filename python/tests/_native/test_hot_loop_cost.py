"""What a point of a hot loop costs, counted and not timed: instructions, system calls, memory."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from specweave_ml._native.library import library
from support import library_file
from support.c_header import ROOT

WINDOW = 0.2
"""In every so many seconds the first calls go straight to the file."""
MOST_INSTRUCTIONS = 700
TOO_FEW = 75
COMPILE = ["cc", "-O2", "-Wall", "-Werror", "-fno-builtin", "-rdynamic", "-Iinclude"]


@pytest.fixture(scope="session")
def cost(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program that counts."""
    program = tmp_path_factory.mktemp("cost") / "cost"
    loaded = Path(library()._name).resolve()
    subprocess.run(
        [*COMPILE, "Tests/HotLoopCost/cost.c", str(loaded), "-o", str(program)],
        cwd=ROOT,
        check=True,
    )
    soname = program.parent / library_file.soname(loaded)
    soname.symlink_to(loaded)
    return program


def run(project: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a project, with the library that Python has loaded."""
    environment = {**os.environ, "LD_LIBRARY_PATH": str(Path(command[-2]).parent)}
    return subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=False
    )


def test_it_writes_once_for_64_kib_and_allocates_nothing(project: Path, cost: Path) -> None:
    result = run(project, str(cost), "writes")
    assert result.returncode == 0, result.stderr
    counts = json.loads(result.stdout)
    windows = counts["seconds"] / WINDOW + 2
    assert counts["bytes"] > 40 * counts["points"]
    # A buffer is written when the next frame may not fit; a window begins with a write of its own,
    # and the views are refreshed about once a second.
    assert counts["writes"] <= counts["bytes"] / (65_536 - 256) + 8 * windows
    assert counts["allocations"] <= 300 * windows + 6 * counts["writes"] < counts["points"]


@pytest.mark.parametrize("way", ["quiet", "batches"])
def test_the_short_way_makes_no_system_call_and_allocates_nothing(
    project: Path, cost: Path, way: str
) -> None:
    results = (run(project, str(cost), way) for _ in range(50))
    # Else the machine stood still, and the hot loop was over.
    result = next(result for result in results if result.returncode != TOO_FEW)
    assert result.returncode == 0, (result.returncode, result.stderr)


def test_a_point_takes_few_instructions(
    project: Path, cost: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    valgrind = shutil.which("valgrind")
    if "debug" in str(Path(library()._name).resolve()) or valgrind is None:
        with capsys.disabled():
            print(" instructions are counted with valgrind, in a release build ", end="")
        return
    counted = tmp_path / "counted"
    tool = ["--tool=callgrind", "--toggle-collect=et_experiment_try_log_metric"]
    result = run(project, valgrind, *tool, f"--callgrind-out-file={counted}", str(cost), "tries")
    assert result.returncode == 0, result.stderr
    found = re.search(r"^(?:summary|totals): (\d+)", counted.read_text("utf-8"), re.MULTILINE)
    assert found is not None
    points = json.loads(result.stdout)["points"]
    assert int(found[1]) / points < MOST_INSTRUCTIONS
