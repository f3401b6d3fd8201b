"""A store in a git repository: what is added, and what the repository says of itself afterwards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.c_header import ROOT

LIMIT = 5_000_000
TRAIN = """
import json, os, sys
from specweave import load_experiment, track_experiment
with track_experiment("big", params={"depth": 6}) as exp:
    exp.log_metric("loss", 0.5)
    exp.save_artifact("weights.bin", os.urandom(6_000_000))
    exp.save_artifact("small.bin", os.urandom(1_000))
    exp.save_artifact("deep/with space/[x]!.bin", os.urandom(6_000_000))
print(json.dumps(load_experiment(exp.path).facts["git"]))
"""


def git(project: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    return subprocess.run(
        ["git", *identity, *arguments], cwd=project, check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def repository(project: Path) -> Path:
    git(project, "init", "-q")
    (project / "train.py").write_text(TRAIN, "utf-8")
    git(project, "add", "train.py")
    git(project, "commit", "-qm", "train")
    return project


def run(project: Path, *command: str, **environment: str) -> str:
    return subprocess.run(
        command, cwd=project, env={**os.environ, **environment}, check=True, capture_output=True,
        text=True,
    ).stdout  # fmt: skip


def staged(project: Path) -> dict[str, int]:
    """The size of everything that `git add .` takes."""
    git(project, "add", ".")
    listing = git(project, "diff", "--cached", "--name-only", "-z")
    return {name: (project / name).stat().st_size for name in listing.split("\0") if name}


def test_nothing_over_the_limit_is_staged(repository: Path) -> None:
    run(repository, sys.executable, "train.py")
    sizes = staged(repository)

    assert {name: size for name, size in sizes.items() if size > LIMIT} == {}
    kept = {name.rpartition("/experiments/")[2] for name in sizes}
    assert {"big/params.json", "big/metadata.yaml", "big/small.bin", "big/.gitignore"} <= kept
    assert not [name for name in sizes if ".numbers" in name or name.endswith(".tmp")]


def test_the_demo_stages_nothing_over_the_limit(repository: Path) -> None:
    run(repository, sys.executable, str(ROOT / "examples/python/demo.py"), SPECWEAVE_QUIET="1")
    sizes = staged(repository)

    assert any(name.endswith("/xgboost/metadata.yaml") for name in sizes)
    assert max(sizes.values()) <= LIMIT


def test_a_second_run_is_not_dirty_by_what_the_first_left(repository: Path) -> None:
    first = json.loads(run(repository, sys.executable, "train.py"))
    second = json.loads(run(repository, sys.executable, "train.py"))
    git(repository, "add", ".")
    third = json.loads(run(repository, sys.executable, "train.py"))

    assert first["dirty"] is False
    assert second == first
    assert third == first


def test_a_change_of_the_users_is_dirty(repository: Path) -> None:
    with (repository / "train.py").open("a") as script:
        script.write("# changed\n")
    facts = json.loads(run(repository, sys.executable, "train.py"))

    assert facts["dirty"] is True
    assert facts["changed"] == ["M train.py"]


def test_an_event_file_over_the_limit_is_ignored_too(repository: Path, experiments: Path) -> None:
    code = (
        "import numpy\nfrom specweave import track_experiment\n"
        "with track_experiment('long') as exp:\n"
        "    exp.log_series('loss', numpy.random.default_rng(0).random(200_000))\n"
    )
    run(repository, sys.executable, "-c", code)
    events = next((experiments / "long").glob("events.*"))
    assert events.stat().st_size > LIMIT

    assert max(staged(repository).values()) <= LIMIT
