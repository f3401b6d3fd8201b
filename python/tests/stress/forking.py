"""Forking while threads are inside the library: no child hangs."""

from __future__ import annotations

import subprocess
from pathlib import Path

from support import polyglot

from .laboratory import SOURCES, environment, make_project


def fork_while_logging(folder: Path, processes: int, forks: int) -> None:
    """Let so many processes fork so often while their threads log everything there is to log."""
    (folder / "forking").mkdir()
    program = polyglot.compile_c(SOURCES / "forks.c", folder / "forking" / "forks")
    project = make_project(folder / "forking" / "project")
    done = subprocess.run(
        [program, str(processes), str(forks)],
        cwd=project, env=environment(project), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.returncode}: {done.stderr}"
