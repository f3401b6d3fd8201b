"""What is captured at the start, and what never is."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import pytest

from conftest import PATIENCE, Run
from specweave import InvalidArgumentError, load_experiment, track_experiment
from specweave_ml.capture import environment, packages, worker

CANARIES = {
    "MY_API_TOKEN": "canary-environment-7261",
    "DATABASE_URL": "postgres://user:canary-url-9917@host/db",
}


def git(project: Path, *arguments: str) -> None:
    command = ["git", "-c", "user.name=Test", "-c", "user.email=test@example.com", *arguments]
    subprocess.run(command, cwd=project, check=True, capture_output=True)


def test_facts_of_python_are_recorded() -> None:
    with track_experiment("facts"):
        pass
    facts = load_experiment("facts").facts
    environment = facts["environment"]
    assert environment["implementation"] == "CPython"
    assert "/" not in environment["executable"]
    assert facts["command"]


def test_requirements_are_pinned(experiments: Path) -> None:
    with track_experiment("packages"):
        pass
    lines = (experiments / "packages/environment/requirements.txt").read_text().splitlines()
    assert any(line.startswith("pytest==") for line in lines)


def test_capture_is_on_disk_though_nothing_is_logged_again(experiments: Path) -> None:
    exp = track_experiment("prompt")
    path = experiments / "prompt/.summary.json"
    deadline = time.monotonic() + PATIENCE
    while "environment/requirements.txt" not in path.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert (experiments / "prompt/environment/requirements.txt").exists()
    assert exp.status == "running"


def test_untracked_code_is_kept_and_committed_code_is_not(
    run: Run, project: Path, experiments: Path
) -> None:
    (project / "committed.py").write_text("x = 1\n")
    (project / "fresh.py").write_text("y = 2\n")
    git(project, "init", "-q")
    git(project, "add", "committed.py")
    git(project, "commit", "-q", "-m", "first")
    result = run(
        """
        import committed, fresh, json
        from specweave import track_experiment
        with track_experiment("code"):
            pass
        """
    )
    assert result.returncode == 0, result.stderr
    code = experiments / "code/environment/code"
    assert sorted(path.name for path in code.iterdir()) == ["fresh.py", "program.py"]
    assert (code / "fresh.py").read_text() == "y = 2\n"
    assert len(load_experiment("code").facts["git"]["commit"]) == 40


def test_secrets_are_nowhere(run: Run, project: Path) -> None:
    git(project, "init", "-q")
    git(project, "remote", "add", "origin", "https://user:canary-remote-3141@example.com/x.git")
    result = run(
        """
        import sys
        from specweave import track_experiment
        PASSWORD = "canary-script-2718"
        try:
            with track_experiment("secrets") as exp:
                raise ValueError("https://user:canary-traceback-1618@example.com")
        except ValueError:
            pass
        """,
        "--api-key",
        "canary-argument-5772",
        **CANARIES,
    )
    assert result.returncode == 0, result.stderr
    for path in (project / ".specweave").rglob("*"):
        if path.is_file():
            assert b"canary" not in path.read_bytes(), path


def test_capture_can_be_chosen(experiments: Path) -> None:
    with track_experiment("none", capture=False):
        pass
    with track_experiment("some", capture=("packages",)):
        pass
    assert not (experiments / "none/environment").exists()
    assert "git" not in load_experiment("none").facts
    assert (experiments / "some/environment/requirements.txt").exists()
    assert "command" not in load_experiment("some").facts
    with pytest.raises(InvalidArgumentError, match="everything"):
        track_experiment("wrong", capture=["everything"])


def test_hanging_git_does_not_hold_up_the_end(run: Run, project: Path, tmp_path: Path) -> None:
    git(project, "init", "-q")
    shim = tmp_path / "bin" / "git"
    shim.parent.mkdir()
    shim.write_text(f"#!/bin/sh\nsleep {1000 * PATIENCE}\n")
    shim.chmod(0o755)
    result = run(
        """
        from specweave import track_experiment
        with track_experiment("hanging"):
            pass
        """,
        PATH=f"{shim.parent}:/usr/bin:/bin",
        SPECWEAVE_CAPTURE_SECONDS="0.5",
    )
    assert result.returncode == 0, result.stderr
    read = load_experiment("hanging")
    assert read.status == "completed"
    assert "problem" in read.facts["git"]


@pytest.mark.parametrize("setting", ["soon", "0", "-1", "nan", "1e9"])
def test_seconds_that_are_none_are_refused(
    setting: str, experiments: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPECWEAVE_CAPTURE_SECONDS", setting)
    with pytest.raises(InvalidArgumentError, match=f"SPECWEAVE_CAPTURE_SECONDS={setting}"):
        track_experiment("refused")
    assert not experiments.exists()


def test_thread_ends_and_is_shared() -> None:
    for number in range(5):
        track_experiment(f"many-{number}").finish()
    thread = worker._worker
    assert thread is not None
    deadline = time.monotonic() + PATIENCE
    while thread.working:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert not thread.jobs


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ({"url": "https://user:token@example.com/x.whl"}, "x @ https://example.com/x.whl"),
        (
            {
                "url": "https://token@example.com/x.git",
                "vcs_info": {"vcs": "git", "commit_id": "abc"},
            },
            "x @ git+https://example.com/x.git@abc",
        ),
        ({"url": "file:///home/anna/x", "dir_info": {}}, "x==1.0  # installed from a local folder"),
    ],
)
def test_direct_urls_have_no_credentials(origin: dict[str, str], expected: str) -> None:
    class Distribution:
        version = "1.0"

        def read_text(self, name: str) -> str:
            return json.dumps(origin)

    assert packages.line("x", Distribution()) == expected  # type: ignore[arg-type]


def test_command_line_has_no_home_folder() -> None:
    assert "/" not in environment.arguments()[0]
