"""Experiments that are run again: real programs in a real repository of git."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from specweave import (
    InvalidArgumentError,
    load_experiment,
    reproduce,
    sync_living_docs,
    track_experiment,
)
from specweave_ml._native.library import library
from support import library_file
from support.c_header import ROOT
from support.command import run as run_command
from support.schema_check import validate

TRAIN = """
import random
import sys
from pathlib import Path

import scores
from specweave import track_experiment

seed = int(sys.argv[1])
data = [float(line) for line in Path("data/points.txt").read_text().split()]
with track_experiment("fit", increment="0042", params={"seed": seed, "depth": 3}) as exp:
    exp.log_data("points", data)
    random.seed(seed if seed >= 0 else None)
    for step in range(3):
        exp.log_metric("loss", scores.loss(data) * random.random(), step=step)
    exp.log_metric("accuracy", 0.9)
    exp.log_metric("training_time", random.SystemRandom().random())
"""


def git(repository: Path, *arguments: str) -> str:
    """What git says in the repository."""
    given = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    return subprocess.run(
        ["git", *given, *arguments], cwd=repository, check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def repository(project: Path) -> Path:
    """A repository with a training script, data that git does not have, and an increment."""
    git(project, "init", "--quiet", ".")
    (project / ".gitignore").write_text(".specweave/\ndata/\n")
    (project / "train.py").write_text(TRAIN)
    (project / "scores.py").write_text("def loss(data):\n    return sum(data)\n")
    (project / "data").mkdir()
    (project / "data/points.txt").write_text("0.5\n0.25\n")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "-m", "Train")
    return project


def train(repository: Path, seed: int = 1) -> Path:
    """Run the script as its user does; return the folder of its experiment."""
    subprocess.run([sys.executable, "train.py", str(seed)], cwd=repository, check=True)
    return load_experiment("fit").path


def worktrees(repository: Path) -> int:
    return len(git(repository, "worktree", "list").splitlines())


def test_a_committed_program_is_reproduced(repository: Path) -> None:
    path = train(repository)
    before = load_experiment(path)
    shutil.rmtree(repository / "__pycache__", ignore_errors=True)

    found = reproduce(path, here=True, links=["data"])

    assert found.verdict == "reproduced", found
    assert found
    assert found.reasons == []
    assert list(found.metrics) == ["loss", "accuracy"]  # a time is never the same
    loss = found.metrics["loss"]
    assert loss.before == loss.after == before.metrics["loss"]
    assert (loss.measure, loss.allowed, loss.reproduced) == ("equal", 0.0, True)
    again = found.experiment
    assert again is not None
    assert again.path == before.path.with_name("fit-2")
    assert again.history("loss").values.tolist() == before.history("loss").values.tolist()
    assert again.facts["git"]["commit"] == before.facts["git"]["commit"]
    recorded = again.facts["reproduction"]
    identity = json.loads((path / ".summary.json").read_text())["id"]
    assert (recorded["of"], recorded["verdict"]) == (identity, "reproduced")
    assert load_experiment(path).facts["reproductions"]["fit-2"]["verdict"] == "reproduced"
    assert worktrees(repository) == 1
    assert repr(found) == "Reproduction of 'fit': reproduced"


def test_a_reproduction_does_not_take_the_place_of_what_it_reproduces(repository: Path) -> None:
    path = train(repository)
    assert reproduce(path, here=True, links=["data"]).verdict == "reproduced"
    for query in ("fit", "fi", "exp-001", 1):
        assert load_experiment(query).path == path
    assert load_experiment("fit-2").path == load_experiment(2).path == path.with_name("fit-2")
    newer = train(repository, 8)
    assert newer.name == "fit-3"
    assert load_experiment("fit").path == newer


def test_uncommitted_changes_and_untracked_modules_are_run_as_they_were(repository: Path) -> None:
    (repository / "scores.py").write_text(
        "import tenfold\n\ndef loss(data):\n    return tenfold.of(sum(data))\n"
    )
    (repository / "tenfold.py").write_text("def of(value):\n    return 10 * value\n")
    path = train(repository)
    before = load_experiment(path).metrics["loss"]
    (repository / "tenfold.py").write_text("def of(value):\n    return 0\n")
    git(repository, "checkout", "--quiet", "scores.py")

    found = reproduce(path, here=True, links=["data"])

    assert found.verdict == "reproduced", found
    assert found.metrics["loss"].after == before
    assert (repository / "tenfold.py").read_text().endswith("return 0\n")


def test_what_is_left_to_chance_differs_unless_the_seeds_spread_as_far(repository: Path) -> None:
    path = train(repository, -1)
    found = reproduce(path, here=True, links=["data"])
    assert found.verdict == "differs"
    before, after = found.metrics["loss"].before, found.metrics["loss"].after
    assert after is not None
    sign = "+" if after > before else ""
    assert found.reasons == [f"loss is {after} instead of {before} ({sign}{after - before})"]
    assert not found
    assert reproduce(path, here=True, links=["data"], tolerance=1e9).metrics["loss"].measure == (
        "tolerance"
    )

    with track_experiment("other", params={"seed": 7, "depth": 3}, capture=False) as exp:
        exp.log_metrics({"loss": before + 1e6, "accuracy": 0.9})
    found = reproduce(path, here=True, links=["data"])
    assert (found.verdict, found.metrics["loss"].measure) == ("reproduced", "seeds")
    assert found.metrics["loss"].allowed >= 1e6 - 1


def test_what_is_missing_is_named(repository: Path) -> None:
    path = train(repository)
    found = reproduce(path, here=True)
    assert found.verdict == "cannot"
    assert found.experiment is None
    assert found.reasons[0].startswith(
        "the command started no experiment and ended with exit code 1: "
    )
    found = reproduce(path, here=True, links=["nothing"])
    assert found.reasons == [
        f"'nothing' is no path in the working tree '{repository}' to be linked"
    ]

    (repository / "data/points.txt").write_text("0.5\n0.75\n")
    found = reproduce(path, here=True, links=["data"])
    assert found.verdict == "cannot"
    assert found.reasons[0].startswith("the data 'points' is not what it was: its SHA-256 is ")

    shutil.rmtree(repository / ".git")
    git(repository, "init", "--quiet", ".")
    commit = load_experiment(path).facts["git"]["commit"]
    found = reproduce(path, here=True, links=["data"])
    assert found.reasons == [
        f"its commit {commit} is not in the repository '{repository}'; fetch it, or run this in a "
        "clone that has it"
    ]
    assert len(load_experiment(path).facts["reproductions"]) == 4


def test_only_what_has_ended_is_run_again(repository: Path) -> None:
    exp = track_experiment("open", capture=False)
    with pytest.raises(InvalidArgumentError, match="'open' is running; wait for its end"):
        reproduce(exp)
    exp.finish()
    assert reproduce(exp).reasons == ["the command line was not recorded"]
    with pytest.raises(InvalidArgumentError, match="the tolerance is a part of the value"):
        reproduce(exp, tolerance=-1)


def test_the_packages_are_installed_as_they_were(repository: Path, tmp_path: Path) -> None:
    small = tmp_path / "small"
    subprocess.run([sys.executable, "-m", "venv", small], check=True)
    python = small / "bin/python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "six==1.16.0"], check=True)
    place = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    import specweave_ml

    packages = Path(specweave_ml.__file__).parents[1]
    for package in ("specweave", "specweave_ml"):
        (Path(place) / package).symlink_to(packages / package)
    (repository / "scores.py").write_text(
        "import six\n\ndef loss(data):\n    return sum(data) + int(six.__version__[2:4])\n"
    )
    git(repository, "commit", "--quiet", "-am", "Use six")
    subprocess.run([python, "train.py", "1"], cwd=repository, check=True)

    found = reproduce("fit", links=["data"])

    assert found.verdict == "reproduced", found
    again = found.experiment
    assert again is not None
    requirements = (again.path / "environment/requirements.txt").read_text()
    assert "six==1.16.0" in requirements.splitlines()

    listed = load_experiment("fit-2").path / "environment/requirements.txt"
    listed.write_text("a-package-that-no-index-has-9f3a==1.0\n")
    found = reproduce("fit-2", links=["data"])
    assert found.verdict == "cannot"
    assert found.reasons[0].startswith("the recorded packages are not to be had: ")
    assert "a-package-that-no-index-has-9f3a" in found.reasons[0]


PROGRAM = """
#include "experimenttracker.h"
int main(void) {
  et_experiment *e;
  if (et_experiment_start(0, "oscillator", 0, &e)) return 1;
  et_experiment_log_param_double(e, "damping", 0.3);
  et_experiment_log_metric(e, "energy", 0.125, ET_AUTO_STEP);
  return et_experiment_finish(e, 0, 0) ? 1 : 0;
}
"""


def test_a_program_in_c_is_built_and_run_again(repository: Path, tmp_path: Path) -> None:
    shared = Path(library()._name).resolve()
    (tmp_path / library_file.soname(shared)).symlink_to(shared)
    build = f"cc oscillator.c -I'{ROOT}/include' '{shared}' -Wl,-rpath,'{tmp_path}' -o oscillator"
    (repository / "oscillator.c").write_text(PROGRAM)
    git(repository, "add", "oscillator.c")
    git(repository, "commit", "--quiet", "-m", "Oscillate")
    subprocess.run(["sh", "-c", build], cwd=repository, check=True)
    subprocess.run(["./oscillator"], cwd=repository, check=True)

    found = reproduce("oscillator")
    assert found.verdict == "cannot"
    found = reproduce("oscillator", before=build)
    assert found.verdict == "reproduced", found
    assert found.metrics["energy"].after == 0.125
    found = reproduce("oscillator", before="exit 3")
    assert found.reasons == ["the command before it ended with exit code 3"]


def test_the_command_says_the_verdict_and_ends_with_it(repository: Path) -> None:
    train(repository)
    code, text, messages = run_command("reproduce", "fit", "--here", "--link", "data", "--json")
    assert code == 0
    document = json.loads(text)
    assert document["schema_version"] == 1
    validate("reproduction", document["reproduction"])
    assert document["reproduction"]["verdict"] == "reproduced"
    assert messages.endswith("'fit' was reproduced as 'fit-2'\n")
    code, text, messages = run_command("reproduce", "fit-2", "--here")
    assert code == 1
    assert "'fit' cannot be reproduced\n- the command started no experiment" in messages
    assert run_command("reproduce", "fit", "--tolerance", "-1")[0] == 2
    assert run_command("reproduce", "missing")[0] == 3


def test_the_runbook_names_the_command(repository: Path) -> None:
    train(repository)
    load_experiment("fit").select(rationale=["The first"])
    sync_living_docs()
    runbook = repository / ".specweave/docs/internal/runbooks/model-training.md"
    named = re.search(r"`specweave-ml (reproduce .*)`", runbook.read_text("utf-8"))
    assert named is not None
    assert named[1] == "reproduce exp-001 --increment 0042"
    assert run_command(*named[1].split(), "--here", "--link", "data")[0] == 0
