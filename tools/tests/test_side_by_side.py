"""Tests of one group run one after the other in one process: they share what took long to make."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TESTS = """
import os, pytest

@pytest.mark.xdist_group("one folder")
@pytest.mark.parametrize("number", range(20))
def test_one(number):
    with open("processes", "a") as file:
        print(os.getpid(), file=file)
"""


def test_a_group_of_tests_stays_in_one_process(tmp_path: Path) -> None:
    (tmp_path / "test_group.py").write_text(TESTS, "utf-8")
    options = ["-p", "no:cacheprovider", "-n2", "--dist=loadgroup", f"--rootdir={tmp_path}"]
    environment = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "test_group.py"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    processes = (tmp_path / "processes").read_text("utf-8").split()
    assert len(processes) == 20
    assert len(set(processes)) == 1
