"""Experiments that are run again where something stands in the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from specweave import load_experiment, reproduce
from support.command import environment, program
from support.command import run as run_command

SIMPLE = """
from specweave import track_experiment

with track_experiment("fit", increment="0042") as exp:
    exp.log_metric("loss", 0.5)
"""


def git(repository: Path, *arguments: str) -> str:
    """What git says in the repository."""
    given = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    given += ["-c", "protocol.file.allow=always"]
    return subprocess.run(
        ["git", *given, *arguments], cwd=repository, check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def repository(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a program, and a temporary folder of its own."""
    (tmp_path / "scratch").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    git(project, "init", "--quiet", ".")
    (project / ".gitignore").write_text(".specweave/\ndata/\n__pycache__/\n")
    commit(project, SIMPLE)
    return project


def commit(repository: Path, text: str) -> None:
    """Make the program this one."""
    (repository / "train.py").write_text(text)
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "-m", "Train")


def train(*words: str, standard_input: str = "", **more: str) -> Path:
    """Run the program as its user does; return the folder of its experiment."""
    subprocess.run(
        [sys.executable, *(words or ("train.py",))],
        check=True, input=standard_input, text=True, env={**os.environ, **more},
    )  # fmt: skip
    return load_experiment("fit").path


def left_behind(repository: Path) -> list[str]:
    """The temporary folders that are there, and the worktrees beside the repository's own."""
    scratch = sorted(path.name for path in (repository.parent / "scratch").iterdir())
    return scratch + git(repository, "worktree", "list").splitlines()[1:]


@pytest.mark.parametrize(
    ("words", "text"), [(["-"], SIMPLE), ([], SIMPLE), (["-X", "utf8", "-B"], SIMPLE)]
)
def test_a_program_that_was_typed_cannot_be_run(
    words: list[str], text: str, repository: Path
) -> None:
    subprocess.run([sys.executable, *words], check=True, input=text, text=True)
    found = reproduce("fit", here=True)
    assert found.reasons == [
        "its program was typed, or came through a pipe: there is no file of it to run"
    ]


@pytest.mark.parametrize(
    "words",
    [["-c", SIMPLE], ["-Bc", SIMPLE], ["-m", "train"], ["-Wignore", "-X", "utf8", "train.py"]],
    ids=["c", "Bc", "m", "options"],
)
def test_a_program_is_run_as_it_was_said(words: list[str], repository: Path) -> None:
    assert reproduce(train(*words), here=True).verdict == "reproduced"


def test_nobody_is_asked(repository: Path) -> None:
    path = train("-i", "train.py")
    assert reproduce(path, here=True).verdict == "reproduced"


def test_what_is_linked_is_said_as_it_lies(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "data/deep").mkdir(parents=True)
    (repository / "data/deep/point").write_text("0.5")
    text = SIMPLE.replace("0.5", "float(open('data/deep/point').read())")
    commit(repository, text)
    path = train()
    (repository / "elsewhere").mkdir()
    for folder, link in (
        (".", "data/"), (".", "./data//"), (".", "data/deep"), (".", str(repository / "data")),
        ("data", "deep"), ("elsewhere", "../data"), ("elsewhere", "data"),
    ):  # fmt: skip
        monkeypatch.chdir(repository / folder)
        found = reproduce(path, here=True, links=[link])
        assert found.verdict == "reproduced", (folder, link, found)
    for link in ("", "..", "../..", "/etc", "nothing", "data/../.."):
        found = reproduce(path, here=True, links=[link])
        assert found.reasons[0].startswith(f"'{link}' is no path in the working tree"), link
    assert left_behind(repository) == []


def test_submodules_are_as_they_were(repository: Path, tmp_path: Path) -> None:
    for name in ("inner", "outer"):
        (tmp_path / name).mkdir()
        git(tmp_path / name, "init", "--quiet", ".")
        (tmp_path / name / f"{name}.py").write_text("VALUE = 0.25\n")
        git(tmp_path / name, "add", ".")
        git(tmp_path / name, "commit", "--quiet", "-m", "Begin")
    git(tmp_path / "outer", "submodule", "--quiet", "add", str(tmp_path / "inner"), "in")
    git(tmp_path / "outer", "commit", "--quiet", "-m", "Nest")
    git(repository, "submodule", "--quiet", "add", str(tmp_path / "outer"), "lib out")
    git(repository, "submodule", "--quiet", "update", "--init", "--recursive")
    head = "import sys\nsys.path += ['lib out', 'lib out/in']\nimport inner, outer\n"
    commit(repository, head + SIMPLE.replace("0.5", "inner.VALUE + outer.VALUE"))
    path = train()
    (repository / "lib out/outer.py").write_text("VALUE = 1.0\n")

    assert reproduce(path, here=True).verdict == "reproduced"
    assert (repository / "lib out/outer.py").read_text() == "VALUE = 1.0\n"
    assert left_behind(repository) == []
    for place in ("lib out", "lib out/in"):
        assert len(git(repository / place, "worktree", "list").splitlines()) == 1


def test_a_submodule_without_its_commit_is_named(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "outer").mkdir()
    git(tmp_path / "outer", "init", "--quiet", ".")
    git(tmp_path / "outer", "commit", "--quiet", "--allow-empty", "-m", "Begin")
    git(repository, "submodule", "--quiet", "add", str(tmp_path / "outer"), "lib")
    missing = "1" * 40
    git(repository, "update-index", "--cacheinfo", f"160000,{missing},lib")
    git(repository, "commit", "--quiet", "-m", "Point nowhere")
    git(repository, "submodule", "--quiet", "deinit", "--force", "lib")
    path = train()
    assert reproduce(path, here=True).verdict == "reproduced"  # as there was none in it
    git(repository / "lib", "init", "--quiet", ".")
    assert reproduce(path, here=True).reasons == [
        f"its submodule 'lib' does not have the commit {missing}; fetch it there"
    ]
    assert left_behind(repository) == []


@pytest.mark.parametrize("resume", [True, "auto", "force"])
def test_the_first_experiment_is_never_resumed(resume: object, repository: Path) -> None:
    text = "import sys\n" + SIMPLE.replace(
        '"0042"', f'"0042", resume=len(sys.argv) > 1 and {resume!r}'
    )
    commit(repository, text + "    if len(sys.argv) == 1: raise KeyError\n")
    job = {"SLURM_JOB_ID": "7", "SLURM_RESTART_COUNT": "0"}
    subprocess.run([sys.executable, "train.py"], check=False, env={**os.environ, **job})
    path = train("train.py", "again", **job)
    before = {file: file.read_bytes() for file in path.glob("events.*")}
    os.environ.update(job)
    try:
        found = reproduce(path, here=True)
    finally:
        for name in job:
            del os.environ[name]
    assert found.experiment is not None, found
    assert found.experiment.path == path.with_name("fit-2")
    for file, content in before.items():
        assert file.read_bytes() == content
    assert len(load_experiment(path).history("loss")) == 2


def test_the_first_experiment_is_never_replaced(repository: Path) -> None:
    text = SIMPLE.replace('"0042"', '"0042", replace=True')
    commit(repository, text)
    path = train()
    found = reproduce(path, here=True)
    assert found.verdict == "reproduced"
    assert path.is_dir()


def test_nothing_is_left_of_what_could_not_begin(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = train()
    git(
        repository, "commit", "--quiet", "--amend", "-m", "Another", "--date", "2001-01-01T00:00:00"
    )
    git(repository, "reflog", "expire", "--expire=now", "--all")
    git(repository, "gc", "--quiet", "--prune=now")
    assert "is not in the repository" in reproduce(path, here=True).reasons[0]
    assert left_behind(repository) == []


def test_a_temporary_folder_may_be_relative_or_unset(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = train()
    (repository / "data/tmp").mkdir(parents=True)
    monkeypatch.setenv("TMPDIR", "data/tmp")
    assert reproduce(path, here=True).verdict == "reproduced"
    assert list((repository / "data/tmp").iterdir()) == []
    monkeypatch.setenv("TMPDIR", "")
    kept = run_command("reproduce", str(path), "--here", "--keep", "--json")
    assert '"kept": "/tmp/specweave-reproduce-' in kept[1]
    place = Path(kept[1].split('"kept": "')[1].split('"')[0])
    git(repository, "worktree", "remove", "--force", str(place))
    place.parent.rmdir()


def started(repository: Path, *words: str) -> subprocess.Popen[str]:
    """The command, when what it runs has begun."""
    running = subprocess.Popen(
        [program(), "reproduce", "fit", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(),
        start_new_session=True,
    )  # fmt: skip
    while not (repository / "data/begun").exists():
        assert running.poll() is None
        time.sleep(0.02)
    return running


WAITING = (
    SIMPLE
    + """
    import os, time
    if os.environ.get("SPECWEAVE_REPRODUCES"):
        open(os.environ["BEGUN"], "w").close()
        time.sleep(600)
"""
)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_run_that_is_stopped_leaves_nothing(
    sent: signal.Signals, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEGUN", str(repository / "data/begun"))
    (repository / "data").mkdir()
    commit(repository, WAITING)
    path = train()
    running = started(repository, "--here")
    os.kill(running.pid, sent)
    running.communicate()
    assert running.returncode == -sent
    assert left_behind(repository) == []
    verdicts = load_experiment(path).facts["reproductions"]
    assert [verdict["verdict"] for verdict in verdicts.values()] == ["cannot"]


def test_a_preparation_that_is_stopped_leaves_nothing(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "data").mkdir()
    slow = repository / "data/python"
    slow.write_text(f"#!/bin/sh\ntouch '{repository}/data/begun'\nexec sleep 600\n")
    slow.chmod(0o755)
    path = train()
    running = started(repository, "--python", str(slow))
    os.kill(running.pid, signal.SIGINT)
    running.communicate()
    assert running.returncode == -signal.SIGINT
    assert left_behind(repository) == []
    assert "reproductions" not in load_experiment(path).facts
