"""Users' programs under the type checkers: what is right passes, what is wrong is found."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import specweave_ml

PROGRAM = Path(__file__).resolve().parent / "typed" / "users.py"
Found = set[tuple[str, int]]
Checker = Callable[[list[Path], Path], Found]

SOURCES = Path(specweave_ml.__file__).resolve().parents[1]

MISTAKES = """\
from specweave import no_such_name
from specweave import AutoTracker, list_experiments, load_experiment, track_experiment

exp = track_experiment("a")
exp.log_metric("loss", "high")
exp.log_metric("loss", 0.5, step="first")
exp.log_metrics([0.5])
exp.no_such_method()
exp.params = {}
load_experiment("a").history(3)
track_experiment("a", tags=3)
list_experiments("0042").no_such_method()


@AutoTracker().track(name="a")
def train(depth: int) -> float:
    return depth / 2


train(depth="deep")
"""


def mypy(programs: list[Path], folder: Path) -> Found:
    """The places in which mypy finds something wrong."""
    options = ["--strict", "--config-file=", "--no-error-summary"]
    # An installed package is found by itself, and mypy refuses its folder as a path.
    installed = SOURCES.name == "site-packages"
    environment = {**os.environ, "MYPYPATH": "" if installed else str(SOURCES)}
    result = subprocess.run(
        [sys.executable, "-m", "mypy", *options, *programs],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode in (0, 1), result.stderr
    found = re.findall(r"^(.+):(\d+): error:", result.stdout, re.MULTILINE)
    return {(Path(file).name, int(line)) for file, line in found}


def pyright(programs: list[Path], folder: Path) -> Found:
    """The places in which Pyright finds something wrong, in its standard mode."""
    settings = {
        "include": [str(program) for program in programs],
        "extraPaths": [str(SOURCES)],
        "typeCheckingMode": "standard",
        "pythonVersion": "3.10",
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    options = ["--project", str(folder), "--outputjson", "--pythonpath", sys.executable]
    result = subprocess.run(
        [sys.executable, "-m", "basedpyright", *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode in (0, 1), result.stderr
    return {
        (Path(one["file"]).name, one["range"]["start"]["line"] + 1)
        for one in json.loads(result.stdout)["generalDiagnostics"]
        if one["severity"] == "error"
    }


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_what_is_right_passes_and_mistakes_are_found(checker: Checker, tmp_path: Path) -> None:
    mistakes = tmp_path / "mistakes.py"
    mistakes.write_text(MISTAKES, encoding="utf-8")
    wrong = {
        (mistakes.name, number)
        for number, line in enumerate(MISTAKES.splitlines(), 1)
        if line and not line.startswith(("from specweave import Auto", "exp = ", "@", "def ", " "))
    }
    assert checker([PROGRAM, mistakes], tmp_path) == wrong
