"""The programs under test, and the readers of all three languages and of TensorBoard."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader

from specweave import ExperimentNotFoundError, load_experiment
from support import polyglot
from support.c_header import ROOT

from .plan import METRICS, Found, Story, checksum

NAME = "stress"
FOLDER = Path(".specweave/increments/0042-stress/experiments")
SOURCES = ROOT / "Tests" / "Stress"
LANGUAGES = ("python", "c", "swift")
NOTHING_THERE = 5
OWN_FILES = {
    ".gitignore",
    ".gitattributes",
    "params.json",
    "metrics.json",
    "metadata.yaml",
    ".summary.json",
    "events.hparams.tfevents.specweave-ml",
}


class Laboratory:
    """The programs, built in a folder."""

    def __init__(self, folder: Path) -> None:
        self.c = polyglot.compile_c(SOURCES / "stress.c", folder / "stress")
        self.inject = polyglot.compile_tracer("inject", folder)
        self.refuse = polyglot.compile_refusal(folder)
        self.swift = polyglot.swift_program("Stress")

    def program(self, language: str) -> list[str]:
        """The command of the program in a language."""
        if language == "python":
            return [sys.executable, str(Path(__file__).with_name("program.py"))]
        return [self.c if language == "c" else self.swift]

    def read(self, language: str, project: Path) -> Found | None:
        """What a reader finds; None if there is no experiment yet."""
        if language == "python":
            return read_with_python(project)
        done = subprocess.run(
            [*self.program(language), "read", NAME, *METRICS],
            cwd=project, env=environment(project), capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode == NOTHING_THERE:
            return None
        assert done.returncode == 0, done.stderr
        return parse(done.stdout)


def environment(project: Path, **variables: str) -> dict[str, str]:
    """The environment of a program in the project."""
    return {**os.environ, "SPECWEAVE_ROOT": str(project), "SPECWEAVE_QUIET": "1", **variables}


def make_project(project: Path) -> Path:
    """A project with one increment."""
    (project / FOLDER).parent.mkdir(parents=True)
    return project


def read_with_python(project: Path) -> Found | None:
    """What the Python package finds."""
    try:
        exp = load_experiment(NAME, str((project / FOLDER).parent))
    except ExperimentNotFoundError:
        return None
    histories = {key: exp.history(key) for key in exp.metrics}
    return Found(
        status=exp.status,
        params=dict(exp.params),
        notes=[str(note) for note in exp.notes],
        tags=list(exp.tags),
        metrics={
            key: (len(history), checksum(history.steps, history.values))
            for key, history in histories.items()
        },
        problems=exp._facts()["problems"],
    )


def parse(text: str) -> Found:
    """What the program in C or Swift prints."""
    found = Found("", {}, [], [], {})
    for line in text.splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "json":
            facts = json.loads(rest)
            found.status, found.params, found.tags = facts["status"], facts["params"], facts["tags"]
            found.notes = [note["text"] for note in facts["notes"]]
            found.problems = facts["problems"]
        elif kind == "status":
            found.status = rest
        elif kind == "param":
            key, value = rest.split()
            found.params[key] = int(value)
        elif kind == "metric":
            key, count, total = rest.split()
            found.metrics[key] = (int(count), int(total))
        else:
            {"note": found.notes, "tag": found.tags, "problem": found.problems}[kind].append(rest)
    return found


def folder_of(project: Path) -> Path:
    """The experiment's folder; a start that was killed may have taken the one of its plain name."""
    return Path(load_experiment(NAME, str((project / FOLDER).parent)).path)


def check_event_files(project: Path) -> None:
    """TensorBoard reads every event file without an error, also one that was cut off."""
    for file in (project / FOLDER).rglob("events.out.tfevents.*"):
        for _ in RawEventFileLoader(str(file)).Load():
            pass


def check_tensorboard(project: Path, story: Story) -> None:
    """TensorBoard finds every point of an experiment that has ended, and no other."""
    reader = EventAccumulator(str(folder_of(project)), size_guidance={"scalars": 0}).Reload()
    for key, (steps, values) in story.columns().items():
        points: list[Any] = reader.Scalars(key) if len(steps) else []
        assert [point.step for point in points] == steps.tolist(), key
        stored = np.array([point.value for point in points], np.float32)
        assert np.array_equal(stored, values.astype(np.float32)), key


def check_files(project: Path) -> None:
    """Nothing is left of the programs that died but what they logged."""
    left = [
        path.name
        for path in folder_of(project).rglob("*")
        if path.name not in OWN_FILES and not path.name.startswith("events.out.tfevents.")
    ]
    assert left == [], left
