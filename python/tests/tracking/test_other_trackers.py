"""The line at the start says how to connect MLflow and Weights & Biases where they are used."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from conftest import Run

PROGRAM = """
import sys
before = set(sys.modules)
from specweave import track_experiment
for name in ("a", "b"):
    track_experiment(name, capture=False).finish()
strangers = {"mlflow", "wandb", "socket", "http", "urllib.request"} & (set(sys.modules) - before)
assert not strangers, strangers
"""
MLFLOW = ": specweave.configure_mlflow() lets MLflow write into the increment"
WANDB = ": specweave.configure_wandb() records its runs in the increment too"
FREE = dict.fromkeys(
    ("MLFLOW_TRACKING_URI", "WANDB_PROJECT", "WANDB_ENTITY", "WANDB_API_KEY", "WANDB_MODE",
     "WANDB_DIR", "WANDB_DISABLED"), "",
)  # fmt: skip


def line_of(run: Run, **environment: str) -> str:
    """Return the only line that the program wrote."""
    result = run(PROGRAM, **(FREE | environment))
    assert result.returncode == 0, result.stderr
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 1
    assert "logging to .specweave/increments/0042-recommendation-model/experiments/a" in lines[0]
    return lines[0].partition("(increment: the only one)")[2]


def test_nothing_is_said_where_nothing_is_used(run: Run, project: Path) -> None:
    (project / "wandb").mkdir()
    (project / "wandb" / "notes.py").touch()
    assert line_of(run) == ""


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"MLFLOW_TRACKING_URI": "http://me:secret@host:5000"}, "; MLFLOW_TRACKING_URI is set"),
        ({"MLFLOW_TRACKING_URI": "sqlite:///mlflow.db"}, "; MLFLOW_TRACKING_URI is set"),
        ({"MLFLOW_TRACKING_URI": "specweave:"}, ""),
        ({"MLFLOW_TRACKING_URI": ".specweave/increments/0042.../experiments"}, ""),
    ],
)
def test_the_tracking_uri_of_mlflow_is_noticed(
    run: Run, environment: dict[str, str], said: str
) -> None:
    assert line_of(run, **environment) == (said and said + MLFLOW)


def test_stores_of_mlflow_are_noticed(run: Run, project: Path) -> None:
    sqlite3.connect(project / "mlflow.db").close()
    assert line_of(run) == f"; mlflow.db is here{MLFLOW}"
    (project / "mlruns").mkdir()
    assert line_of(run) == f"; mlruns is here{MLFLOW}"


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"WANDB_PROJECT": "mine"}, "; WANDB_PROJECT is set"),
        ({"WANDB_API_KEY": "0123"}, "; WANDB_API_KEY is set"),
        ({"WANDB_MODE": "offline"}, "; WANDB_MODE is set"),
        ({"WANDB_PROJECT": "mine", "WANDB_MODE": "disabled"}, ""),
        ({"WANDB_PROJECT": "mine", "WANDB_DISABLED": "true"}, ""),
        ({"WANDB_PROJECT": "0042", "WANDB_DIR": ".specweave/increments/0042-recommendation-model"},
         ""),
    ],
)  # fmt: skip
def test_settings_of_wandb_are_noticed(run: Run, environment: dict[str, str], said: str) -> None:
    assert line_of(run, **environment) == (said and said + WANDB)


@pytest.mark.parametrize("name", ["run-20261129_101112-abc123", "offline-run-20261129_101112-x"])
def test_runs_of_wandb_are_noticed(run: Run, project: Path, name: str) -> None:
    (project / "wandb" / name).mkdir(parents=True)
    assert line_of(run) == f"; wandb/{name} is here{WANDB}"


def test_both_are_said_on_the_one_line(run: Run, project: Path) -> None:
    (project / "mlruns").mkdir()
    assert line_of(run, WANDB_MODE="offline") == (
        f"; mlruns is here{MLFLOW}; WANDB_MODE is set{WANDB}"
    )


def test_silence_holds_for_it_too(run: Run, project: Path) -> None:
    (project / "mlruns").mkdir()
    result = run(PROGRAM, **FREE, SPECWEAVE_QUIET="1")
    assert (result.returncode, result.stderr) == (0, "")
