"""`notes`, `tag`, `select`: what is said of an experiment later; and `completions`."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path

import pytest

from specweave import load_experiment, track_experiment
from support.command import check_snapshot, environment, in_terminal, output, plain, program, run
from support.read_only import mounted_read_only
from support.schema_check import strict_json, validate


def test_a_note_is_added(document: Path) -> None:
    text = output("notes", "exp-003", "--add", "Two\nlines.", "--add", "=more", "--json")
    found = strict_json(text)
    validate("command-notes", found)
    assert [note["text"] for note in found["notes"]] == [
        "Baseline: exp-003-lightgbm", "Two\nlines.", "=more",
    ]  # fmt: skip
    assert [str(note) for note in load_experiment("exp-003").notes][1:] == ["Two\nlines.", "=more"]
    assert strict_json(output("notes", "exp-003", "--json")) == found


def test_tags_are_added_and_removed(document: Path) -> None:
    assert output("tag", "exp-003", "production", "with blanks") == "tag\nproduction\nwith blanks\n"
    assert load_experiment("exp-003").tags == ["production", "with blanks"]
    assert output("tag", "exp-003", "new", "--remove", "production").splitlines()[1:] == [
        "with blanks", "new",
    ]  # fmt: skip
    code, text, messages = run("tag", "exp-003", "late", "--remove", "prodution")
    assert (code, text) == (3, "")
    assert messages == (
        "specweave-ml: 'exp-003-lightgbm' has no tag 'prodution'; it has:\n  with blanks\n  new\n"
    )
    assert load_experiment("exp-003").tags == ["with blanks", "new"]


def test_a_decision_is_recorded_and_taken_back(document: Path) -> None:
    code, text, messages = run("select", "exp-003", "--reason", "Fast.", "--reason", "Small.")
    assert (code, text) == (0, "")
    assert messages == "'exp-003-lightgbm' is selected\n"
    found = strict_json(output("show", "exp-003", "--json"))["experiment"]
    assert found["selection"]["rationale"] == ["Fast.", "Small."]
    assert found["selection"]["by"] == pwd.getpwuid(os.geteuid()).pw_name
    assert found["selection"]["time"] >= found["created"]
    assert run("select", "exp-003", "--undo")[2] == "'exp-003-lightgbm' is not selected any more\n"
    found = strict_json(output("show", "exp-003", "--json"))["experiment"]
    assert found["selection"] is None


def test_words_that_say_nothing_are_refused(document: Path) -> None:
    for words in (
        ["notes", "exp-003", "--add", "Text", "--add", " \t"],
        ["select", "exp-003", "--reason", ""],
        ["tag", "exp-003", ""],
    ):
        code, text, messages = run(*words)
        assert (code, text) == (2, "")
        assert messages.endswith("needs text; it is empty\n")
    assert load_experiment("exp-003").selection is None
    assert len(load_experiment("exp-003").notes) == 1
    assert run("tag", "exp-003", "--remove", "x")[2] == (
        "specweave-ml: 'exp-003-lightgbm' has no tag 'x'; it has none\n"
    )


def test_what_became_of_the_documentation_is_a_table(document: Path) -> None:
    for columns in (80, 200):  # the second changes nothing
        shown = plain(in_terminal("sync-docs", "update", columns=columns))
        check_snapshot(f"sync-docs-{columns}.snapshot", shown)


def test_the_documentation_is_written(document: Path) -> None:
    found = strict_json(output("sync-docs", "0042", "--report", "--json"))
    validate("command-sync-docs", found)
    assert [file["change"] for file in found["docs"]["files"]] == ["created"] * 4
    assert found["docs"]["selected"] == ["exp-004-neural-net"]
    lines = output("sync-docs", "update").splitlines()
    assert lines == [
        "change\tfile",
        "unchanged\t.specweave/docs/internal/architecture/ml-experiments.md",
        "unchanged\t.specweave/docs/internal/architecture/ml-models.md",
        "unchanged\t.specweave/docs/internal/runbooks/model-training.md",
    ]
    code, text, messages = run("sync-docs", "update", "0042", "0043")
    assert (code, text) == (2, "")
    assert messages == "specweave-ml: one increment at a time: '0042', '0043'\n"
    assert run("sync-docs", "0099")[0] == 3


@pytest.mark.parametrize(
    "words", [["notes", "1", "--add", "x"], ["tag", "1", "x"], ["select", "1"]], ids=str
)
def test_a_change_that_cannot_be_stored_is_a_failure(words: list[str], document: Path) -> None:
    with mounted_read_only(document) as prefix:
        done = subprocess.run(
            [*prefix, program(), *words], capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert "read-only" in done.stderr.lower()
    assert done.stderr.startswith("specweave-ml: ")


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_closed_streams_damage_nothing(closed: str, document: Path) -> None:
    for words in ("tag exp-003 late", "notes exp-003 --add noted", "show exp-003 --json"):
        script = f'"$0" {words} {closed}'
        done = subprocess.run(["bash", "-c", script, program()], check=False, capture_output=True)
        assert done.returncode == (1 if ">&-" in closed and closed != "2>&-" else 0)
    found = strict_json(output("show", "exp-003", "--json"))["experiment"]
    assert (found["tags"], found["problems"], found["history"]) == (["late"], [], "complete")
    assert found["notes"][-1]["text"] == "noted"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions_are_scripts_of_the_shell(shell: str, project: Path) -> None:
    script = output("completions", shell)
    assert "specweave-ml" in script
    for command in ("list", "compare", "export"):
        assert command in script
    path = shutil.which(shell)
    if path is not None:
        subprocess.run([path, "-n"], input=script, text=True, check=True, capture_output=True)
    assert run("completions", "csh")[0] == 2


def test_bash_completes_commands_options_and_names(document: Path) -> None:
    (document / "complete").write_text(output("completions", "bash"))
    ask = (
        "source ./complete\n"
        'COMP_WORDS=(specweave-ml "$1"); COMP_CWORD=1\n'
        '[ -n "$2" ] && COMP_WORDS+=("$2") && COMP_CWORD=2\n'
        'COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}\n'
        "function=$(complete -p specweave-ml | sed 's/.*-F \\([^ ]*\\).*/\\1/')\n"
        '"$function" specweave-ml "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"\n'
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )

    def complete(*words: str) -> list[str]:
        done = subprocess.run(
            ["bash", "-c", ask, "bash", *words],
            capture_output=True, text=True, check=True,
            env=environment(PATH=f"{Path(program()).parent}{os.pathsep}{os.environ['PATH']}"),
        )  # fmt: skip
        return [line.strip() for line in done.stdout.splitlines()]

    assert "compare" in complete("com")
    assert "--where" in complete("list", "--wh")
    assert complete("show", "exp-00") == [
        "exp-001-baseline", "exp-002-xgboost", "exp-003-lightgbm", "exp-004-neural-net",
    ]  # fmt: skip
    assert complete("list", "00") == ["0042-recommendation-model"]


def test_the_documentation_of_all_increments_is_written(document: Path) -> None:
    for name in ("0043-other", "0044-empty"):
        (document / ".specweave/increments" / name).mkdir()
    with track_experiment("other", increment="0043", capture=False) as exp:
        exp.log_metric("accuracy", 0.5)
    found = strict_json(output("sync-docs", "update", "all", "--json"))
    validate("command-sync-docs", found)
    names = ["0042-recommendation-model", "0043-other"]
    assert [docs["increment"] for docs in found["increments"]] == names
    # Nobody can tell which is meant: all are.
    lines = output("sync-docs", "update").splitlines()
    assert lines[0] == "increment\tchange\tfile"
    assert [line.split("\t")[:2] for line in lines[1:]] == [
        [name, "unchanged"] for name in names for _ in range(3)
    ]
    page = document / ".specweave/docs/internal/architecture/ml-experiments.md"
    assert page.read_text("utf-8").count("(Increment 004") == 2
    assert run("sync-docs", SPECWEAVE_INCREMENT_ID="0099")[0] == 3
    single = run("sync-docs", SPECWEAVE_INCREMENT_ID="0043")[1].splitlines()
    assert single[0] == "change\tfile"
