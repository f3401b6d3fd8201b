"""A fresh project for every test, and a way to run programs in it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from specweave_ml._native import increments
from support import polyglot

INCREMENT = "0042-recommendation-model"
KEPT = ("SPECWEAVE_LIBRARY", "SPECWEAVE_LIBRARY_PATH")
PATIENCE = 200
"""Seconds that nothing takes, not even on a machine with a hundred other things to do."""

Run = Callable[..., "subprocess.CompletedProcess[str]"]

# A shell lets what it runs in the background ignore Ctrl-C, and so would the programs of tests.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project with one increment; it is the working directory."""
    for name in list(os.environ):
        if name.startswith("SPECWEAVE_") and name not in KEPT:
            monkeypatch.delenv(name)
    root = tmp_path / "project"
    (root / ".specweave" / "increments" / INCREMENT).mkdir(parents=True)
    monkeypatch.chdir(root)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.setenv("SPECWEAVE_CAPTURE_SECONDS", str(PATIENCE))
    yield root
    increments.set_increment(None)


@pytest.fixture
def experiments(project: Path) -> Path:
    """The folder in which the project's experiments appear."""
    return project / ".specweave" / "increments" / INCREMENT / "experiments"


@pytest.fixture
def run(project: Path) -> Run:
    """Runs a Python program in the project, every warning an error unless stated otherwise."""

    def run(
        code: str, *arguments: str, warnings: str = "error", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        script = project / "program.py"
        script.write_text(textwrap.dedent(code), "utf-8")
        return subprocess.run(
            [sys.executable, "-W", warnings, str(script), *arguments],
            cwd=project,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def refuse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that makes calls fail as REFUSE says, for `LD_PRELOAD`."""
    return polyglot.compile_refusal(tmp_path_factory.mktemp("refuse"))
