"""Issues for GitHub: their text, and how gh is called. gh is a program that records its call."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from specweave import InvalidArgumentError, github_issue, load_experiment, track_experiment
from support.command import check_snapshot, plain, run
from support.schema_check import strict_json, validate

TITLE = "Retrain model with Q1 2024 data"
EXPERIMENTS = ".specweave/increments/0042-recommendation-model/experiments"


@pytest.fixture
def gh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the PATH with a program `gh` that keeps what it gets beside itself."""
    folder = tmp_path / "programs"
    folder.mkdir()
    program = folder / "gh"
    program.write_text(
        "#!/bin/sh\n"
        f"for word; do printf '%s\\n' \"$word\"; done > {folder}/arguments\n"
        f"cat > {folder}/input\n"
        "echo https://github.com/me/model/issues/7\n"
        f"exit $(cat {folder}/code 2>/dev/null || echo 0)\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


@pytest.fixture
def captured(project: Path) -> Path:
    """A repository with an experiment of which everything is recorded."""
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    (project / "train.py").write_text("print()\n")
    for words in (["init", "-q"], ["add", "train.py"], ["commit", "-qm", "first"]):
        subprocess.run([*git, *words], check=True)
    for name, auc in (("exp-001-baseline", 0.7), ("exp-002-xgboost", 0.87)):
        with track_experiment(name, increment="0042", capture=["git", "command"]) as exp:
            exp.log_params({"max_depth": 6, "data_commit": "dvc:a3b8c9d"})
            exp.log_data("train", b"123")
            exp.log_metric("auc", auc)
    return project


def test_the_text(document: Path) -> None:
    code, text, messages = run("github-issue", TITLE, "--increment", "0042")
    assert (code, messages) == (0, "")
    check_snapshot("github-issue.snapshot", plain(text))
    assert text == github_issue(TITLE, increment="0042")
    assert text == github_issue(TITLE)


def test_the_text_says_how_to_run_it_again(captured: Path) -> None:
    text = github_issue(TITLE)
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], check=True, capture_output=True, text=True
    ).stdout.strip()
    assert f"check out `{commit}`" in text
    assert "- data_commit: dvc:a3b8c9d" in text
    assert re.search(r"\d\. run `.+`", text)
    assert re.search(r"\| train \| \w+ \|", text)
    assert "| max_depth | 6 |" in text
    assert f"[exp-002-xgboost](../tree/HEAD/{EXPERIMENTS}/exp-002-xgboost) (best)" in text


def test_links_lead_to_folders_of_the_repository(captured: Path) -> None:
    text = github_issue(TITLE)
    links = re.findall(r"\]\(\.\./(?:tree|blob)/HEAD/([^)]*)\)", text)
    assert len(links) >= 3
    assert [link for link in links if not (captured / link).exists()] == []


def test_a_store_below_the_top_of_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = tmp_path / "top"
    project = top / "models" / "one"
    (project / ".specweave/increments/0042-recommendation-model").mkdir(parents=True)
    subprocess.run(["git", "init", "-q", str(top)], check=True)
    monkeypatch.chdir(project)
    with track_experiment("x", increment="0042", capture=False) as exp:
        exp.log_metric("auc", 0.5)
    assert f"](../tree/HEAD/models/one/{EXPERIMENTS}/x)" in github_issue(TITLE, "0042")


def test_json_has_title_and_body_apart(document: Path) -> None:
    _, text, _ = run("github-issue", TITLE, "--json")
    found = strict_json(text)
    validate("command-github-issue", found)
    assert found["title"] == TITLE
    assert f"# {TITLE}\n\n{found['body']}" == github_issue(TITLE)


def test_gh_creates_the_issue(document: Path, gh: Path) -> None:
    words = [
        "github-issue",
        TITLE,
        "--create",
        "--label",
        "ml",
        "--label",
        "data",
        "--repo",
        "me/m",
    ]
    assert run(*words) == (0, "https://github.com/me/model/issues/7\n", "")
    assert (gh / "arguments").read_text().splitlines() == [
        "issue", "create", f"--title={TITLE}", "--body-file=-", "--label=ml", "--label=data",
        "--repo=me/m",
    ]  # fmt: skip
    body = (gh / "input").read_text("utf-8")
    assert f"# {TITLE}\n\n{body}" == github_issue(TITLE)


def test_a_title_is_never_an_option_of_gh(document: Path, gh: Path) -> None:
    assert run("github-issue", "--create", "--", "--web; rm -rf $HOME")[0] == 0
    assert (gh / "arguments").read_text().splitlines()[2] == "--title=--web; rm -rf $HOME"


def test_a_failure_of_gh_is_a_failure(document: Path, gh: Path) -> None:
    (gh / "code").write_text("4")
    code, _, messages = run("github-issue", TITLE, "--create")
    assert code == 1
    assert "gh ended with exit code 4, so no issue was created" in messages


def test_without_gh_it_is_said_what_to_do(document: Path) -> None:
    code, text, messages = run("github-issue", TITLE, "--create", PATH="/nonexistent")
    assert (code, text) == (1, "")
    assert messages == (
        "specweave-ml: gh, the command line of GitHub, is not on the PATH: install it from "
        "https://cli.github.com and run 'gh auth login', or leave --create out and paste the text "
        "into a new issue\n"
    )


def test_nothing_is_sent_unless_asked_for(document: Path, gh: Path) -> None:
    run("github-issue", TITLE)
    run("github-issue", TITLE, "--json")
    github_issue(TITLE)
    assert not (gh / "arguments").exists()


def test_options_that_do_not_fit_are_refused(document: Path) -> None:
    assert run("github-issue", TITLE, "--label", "ml")[0] == 2
    assert run("github-issue", TITLE, "--create", "--json")[0] == 2
    assert run("github-issue", "")[0] == 2
    with pytest.raises(InvalidArgumentError, match="1 to 256 characters"):
        github_issue("x" * 257)


def test_what_users_wrote_is_no_markup(document: Path) -> None:
    last = load_experiment("exp-004-neural-net")
    last.select(rationale=["<script>alert(1)</script> @everyone [x](y)"])
    text = github_issue(TITLE)
    assert "<script>" not in text
    assert "@everyone" not in text
    assert "\\<script\\>" in text
