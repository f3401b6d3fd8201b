"""Programs that use the real wandb, each in a process of its own: it keeps its settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from conftest import INCREMENT, PATIENCE
from specweave_ml.wandb.offline_file.file import OfflineFile
from specweave_ml.wandb.offline_file.records import HistoryRow
from support.offline_run_file import only_run_file

Program = Callable[..., "subprocess.CompletedProcess[str]"]

STRICT = "error::specweave_ml.errors.TrackingWarning"
BEGINNING = f"""\
import wandb
from specweave import configure_wandb
configure_wandb(increment="{INCREMENT[:4]}")
"""


def environment(project: Path) -> dict[str, str]:
    """An environment in which nobody has logged in, and nothing is said."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("WANDB_")}
    return kept | {
        "HOME": str(project.parent),
        "NETRC": str(project.parent / "no-netrc"),
        "WANDB_SILENT": "true",
        "WANDB_ERROR_REPORTING": "false",
        "WANDB_X_STATS_SAMPLING_INTERVAL": "0.1",
        "WANDB__STATS_SAMPLE_RATE_SECONDS": "0.1",
        "WANDB__STATS_SAMPLES_TO_AVERAGE": "1",
    }


def run_program(
    project: Path, code: str, *arguments: str, beginning: str = BEGINNING, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run a program; what it prints goes to files, which wandb's own process may keep open."""
    script = project / "train.py"
    script.write_text(beginning + textwrap.dedent(code), "utf-8")
    with (
        (project.parent / "out").open("w+") as out,
        (project.parent / "err").open("w+") as err,
    ):
        done = subprocess.run(
            [sys.executable, "-W", STRICT, str(script), *arguments],
            cwd=project,
            env=environment(project) | more,
            stdout=out,
            stderr=err,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(done.args, done.returncode, out.read(), err.read())


@pytest.fixture
def program(project: Path) -> Program:
    """Runs a program with wandb in the project."""

    def run(code: str, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        return run_program(project, code, *arguments, **options)

    return run


@pytest.fixture(scope="module")
def made_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project for all tests of a file, for a program that takes long."""
    root = tmp_path_factory.mktemp("shared") / "project"
    (root / ".specweave" / "increments" / INCREMENT).mkdir(parents=True)
    return root


def points(experiment: Any, key: str) -> list[tuple[int, float]]:
    """The steps and values of a metric, in the order in which they came."""
    history = experiment.history(key)
    return list(zip(history.steps, history.values, strict=True))


def others(folder: Path) -> Mapping[str, list[tuple[int, Any]]]:
    """The values that are no metrics, with their steps."""
    found: dict[str, list[tuple[int, Any]]] = {}
    for line in (folder / "history.jsonl").read_text().splitlines():
        value = json.loads(line)
        found.setdefault(value["key"], []).append((value["step"], value["value"]))
    return found


def rows_of_wandb(project: Path) -> list[dict[str, Any]]:
    """The rows in the file of the only run, without the columns of time."""
    records = OfflineFile(only_run_file(project)).records()
    return [
        {key: value for key, value in row.values.items() if key not in ("_runtime", "_timestamp")}
        for row in records
        if isinstance(row, HistoryRow)
    ]
