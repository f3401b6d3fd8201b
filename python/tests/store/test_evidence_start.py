"""The start does not wait for git, and what git cannot say in time is left out.

What the steps took is printed, for docs/records/evidence.md, and not judged: that is the machine's.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conftest import PATIENCE

if TYPE_CHECKING:
    from conftest import Run

MANY = 20_000

PROGRAM = """
import json, sys, threading, time
import specweave, yaml

specweave.track_experiment("warm", capture=False).finish()
begin = time.monotonic()
exp = specweave.track_experiment("measured")
started = time.monotonic()
open("started", "x").close()
if sys.argv[1] == "wait":
    while any(thread.name == "specweave" for thread in threading.enumerate()):
        time.sleep(0.002)
captured = time.monotonic()
exp.log_metric("loss", 0.5)
logged = time.monotonic()
exp.finish()
finished = time.monotonic()
print(json.dumps({
    "start": started - begin, "capture": captured - started, "log": logged - captured,
    "finish": finished - logged, "git": exp.facts["git"],
    "artifacts": [one["path"] for one in exp.artifacts],
}))
"""


@pytest.fixture
def repository(project: Path) -> Path:
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "x", "--allow-empty"]):
        identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
        subprocess.run(["git", *identity, *arguments], cwd=project, check=True)
    return project


def program(folder: Path, text: str) -> Path:
    """A program called git in a folder of its own."""
    folder.mkdir()
    path = folder / "git"
    path.write_text(text, "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return folder


def commands() -> str:
    """The command lines of all processes."""
    lines = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            lines.append(file.read_text("utf-8", "replace"))
    return "\n".join(lines)


def measure(run: Run, how: str, seconds: float = 2, **environment: str) -> dict[str, Any]:
    """The seconds that each step took, and what was captured in the given ones."""
    Path("started").unlink(missing_ok=True)
    limit = str(seconds)
    done = run(PROGRAM, how, SPECWEAVE_QUIET="1", SPECWEAVE_CAPTURE_SECONDS=limit, **environment)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    print({name: round(value, 4) for name, value in result.items() if isinstance(value, float)})
    return result


@pytest.mark.parametrize("how", ["wait", "finish at once"])
def test_git_that_waits_for_the_start_gets_it(how: str, run: Run, repository: Path) -> None:
    wait = f"while [ ! -e {repository}/started ]; do sleep 0.01; done"
    git = shutil.which("git")
    folder = program(repository / "later", f'#!/bin/sh\n{wait}\nexec {git} "$@"\n')
    measured = measure(run, how, PATIENCE, PATH=f"{folder}:{os.environ['PATH']}")

    assert measured["git"]["dirty"] is False
    assert "problem" not in measured["git"]


@pytest.mark.parametrize("how", ["wait", "finish at once"])
def test_git_is_missing(how: str, run: Run, repository: Path) -> None:
    (repository / "nothing").mkdir()
    measured = measure(run, how, PATIENCE, PATH=str(repository / "nothing"))

    assert len(measured["git"]["commit"]) == 40
    assert "problem" in measured["git"]
    assert "environment/requirements.txt" in measured["artifacts"]


@pytest.mark.parametrize("how", ["wait", "finish at once"])
def test_git_hangs(how: str, run: Run, repository: Path) -> None:
    nap = f"6{os.getpid()}"
    folder = program(repository / "slow", f"#!/bin/sh\nsleep {nap}\n")
    measured = measure(run, how, PATH=f"{folder}:{os.environ['PATH']}")

    assert f"sleep\0{nap}\0" not in commands()
    assert len(measured["git"]["commit"]) == 40
    assert "problem" in measured["git"]


def test_many_files_have_changed(run: Run, repository: Path) -> None:
    many(repository)
    for how in ("wait", "finish at once"):
        measured = measure(run, how)

        assert len(measured["git"]["commit"]) == 40
        if "dirty" in measured["git"]:
            assert measured["git"]["changed_files"] == MANY
        else:
            assert "problem" in measured["git"]


def many(repository: Path) -> None:
    """Commit twenty thousand files and change all of them."""
    paths = [repository / f"data/{number // 1000}/{number}.txt" for number in range(MANY)]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("before\n", "utf-8")
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    subprocess.run(["git", "add", "data"], cwd=repository, check=True)
    subprocess.run(["git", *identity, "commit", "-qm", "data"], cwd=repository, check=True)
    for path in paths:
        path.write_text("after!\n", "utf-8")
