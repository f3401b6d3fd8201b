"""Kernels, containers and file systems that do not know a call: everything works all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import Run

PROGRAM = """
import json, os
from specweave import load_experiment, track_experiment

with track_experiment("x", writes="buffered") as exp:
    exp.log_params({"depth": 6})
    for step in range(1_000):
        exp.log_metric("loss", step / 7)
    child = os.fork()
    if child == 0:
        for step in range(1_000):
            exp.log_metric("child", step / 7)
        os._exit(0)
    for step in range(1_000, 2_000):
        exp.log_metric("loss", step / 7)
    os.waitpid(child, 0)
    for text in ("one", "two", "three"):
        exp.save_artifact("notes/a.txt", text)
    folder = exp.path

with track_experiment("x", resume=True) as exp:
    for step in range(2_000, 2_100):
        exp.log_metric("loss", step / 7)

exp = load_experiment("x")
print(json.dumps({
    "status": exp.status,
    "loss": exp.history("loss").values.tolist() == [step / 7 for step in range(2_100)],
    "child": exp.history("child").values.tolist() == [step / 7 for step in range(1_000)],
    "problems": exp._facts()["problems"],
    "artifact": exp.load_artifact("notes/a.txt"),
    "older": sorted(path.read_text() for path in (exp.path / ".versions/notes").iterdir()),
    "left": [name for name in os.listdir(exp.path)
             if name.startswith((".turn", ".saving", "pending-"))],
}))
"""


@pytest.mark.parametrize(
    "missing",
    [
        "",
        "madvise",
        "openat2",
        "renameat2",
        "renameat2 link",
        "flock",
        "flock locks",
        "madvise openat2 renameat2 link flock locks",
    ],
)
def test_everything_works_without(missing: str, refuse: Path, run: Run) -> None:
    done = run(PROGRAM, REFUSE=missing, LD_PRELOAD=str(refuse), SPECWEAVE_QUIET="1")
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        '{"status": "completed", "loss": true, "child": true, "problems": [], '
        '"artifact": "three", "older": ["one", "two"], "left": []}\n'
    )
