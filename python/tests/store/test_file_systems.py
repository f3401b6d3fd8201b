"""Everything works on every file system, whatever it lacks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import PATIENCE
from support.file_systems import KINDS, LACKING, lacking, mounted

FLOW = Path(__file__).resolve().parents[1] / "support/whole_flow.py"
WITHOUT_SYNC = {"flush_durable"}
"""What cannot be promised where files cannot be forced to the disk."""


def flow(place: Path, **environment: str) -> dict[str, str]:
    """Do everything on a file system; what came out of each step."""
    project = place / "project"
    project.mkdir()
    done = subprocess.run(
        [sys.executable, str(FLOW), str(project)],
        env={**os.environ, "SPECWEAVE_QUIET": "1", "PYTHONDONTWRITEBYTECODE": "1", **environment},
        capture_output=True, text=True, timeout=2 * PATIENCE, check=False,
    )  # fmt: skip
    steps = dict(line.partition(": ")[::2] for line in done.stdout.splitlines() if ": " in line)
    assert done.returncode == 0, done.stderr
    assert "nothing_left" in steps, done.stdout
    return {step: said for step, said in steps.items() if said != "ok"}


@pytest.mark.parametrize("kind", KINDS)
def test_everything_works_on(kind: str, tmp_path: Path) -> None:
    with mounted(kind, tmp_path) as place:
        assert flow(place) == {}


@pytest.mark.parametrize("words", LACKING)
def test_everything_works_on_a_file_system_without(words: str, tmp_path: Path) -> None:
    with lacking(words, tmp_path) as place:
        failed = flow(place)
        if words == "fsync":
            assert "this file system does not force files" in failed.pop("flush_durable")
        assert failed == {}
