"""`archive`, `restore`, `delete`, `doctor`: the store is kept in order."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
from pathlib import Path

import pytest

from specweave import list_experiments, load_experiment
from support.command import (
    check_snapshot,
    environment,
    in_terminal,
    output,
    plain,
    program,
    run,
    run_by,
)
from support.fixture_store import tree
from support.schema_check import strict_json, validate

OLD = ["--older-than", "0h"]


def names() -> list[str]:
    return [one.name for one in list_experiments("0042")]


def test_archive_moves_nothing_before_it_is_told_to(document: Path) -> None:
    before = names()
    code, text, messages = run("archive", *OLD, "--json")
    assert code == 0
    validate("archive", strict_json(text))
    assert strict_json(text)["dry_run"] is True
    assert names() == before
    code, text, messages = run("archive", *OLD, "--yes", "--format", "csv")
    assert code == 0
    assert messages.splitlines()[0] == "5 experiments archived."
    assert names() == ["exp-004-neural-net"]
    assert run("archive", "exp-004-neural-net", "--yes", "--force")[0] == 0
    assert names() == []


def test_archive_takes_the_increment_as_its_first_word(document: Path) -> None:
    other = document / ".specweave/increments/0007-other"
    other.mkdir()
    environment = {"SPECWEAVE_INCREMENT_ID": "0007"}
    before = names()
    full = "0042-recommendation-model"
    place = f".specweave/increments/{full}"
    for word in ("0042", full, place, str(document / place)):
        code, text, _ = run("archive", word, *OLD, "--json", **environment)
        assert code == 0
        found = [one["folder"] for one in strict_json(text)["experiments"]]
        assert len(found) == len(before)
    code, text, _ = run("archive", "0042", "exp-001", "--yes", "--format", "csv", **environment)
    assert (code, len(before) - len(names())) == (0, 1)
    # A number that is not written in full is one of an experiment.
    assert run("archive", "42", "--yes")[0] == 3
    assert run("archive", "6", "--yes", "--increment", "0042")[0] == 0
    assert run("archive", "0042")[0] == 2
    assert run("archive", "0042", "exp-002", "--increment", "0042")[0] == 3


def test_archive_refuses_what_says_nothing_or_is_wrong(document: Path) -> None:
    assert run("archive")[0] == 2
    code, _, messages = run("archive", "--older-than", "6m")
    assert (code, "months are mo" in messages) == (2, True)
    assert run("archive", "exp-999")[0] == 3


def test_a_name_that_is_kept_is_a_failure(document: Path) -> None:
    code, _, messages = run("archive", "exp-001", "exp-004", "--yes")
    assert code == 1
    assert messages.splitlines()[:2] == [
        "1 experiment archived.",
        "1 experiment that fulfils the conditions is kept.",
    ]
    assert run("archive", "exp-004")[0] == 0  # a plan
    assert run("archive", "exp-001", "--yes")[0] == 3  # it is there already


@pytest.mark.parametrize("columns", [80, 200])
def test_the_plan_is_shown(columns: int, document: Path) -> None:
    shown = plain(in_terminal("archive", *OLD, columns=columns))
    assert all(len(line) <= columns for line in shown.splitlines())
    check_snapshot(f"archive-{columns}.snapshot", shown)


def test_restore_and_delete(document: Path) -> None:
    code, text, messages = run("delete", "exp-001")
    assert (code, text) == (0, "")
    assert messages == (
        "'exp-001-baseline' is in experiments/_archive/exp-001-baseline; restore brings it back\n"
    )
    assert run("restore", "exp-001")[2] == (
        "'exp-001-baseline' is in experiments/exp-001-baseline again\n"
    )
    assert run("restore", "exp-001")[0] == 3
    code, _, messages = run("delete", "exp-001", "--forever")
    assert (code, "nothing was deleted" in messages) == (2, True)
    assert "exp-001-baseline" in names()
    assert run("delete", "exp-001", "--forever", "--yes")[:2] == (0, "")
    assert "exp-001-baseline" not in names()
    assert run("delete", "exp-004")[0] == 1
    assert run("delete", "exp-004", "--force")[0] == 0


def test_an_archive_on_another_file_system_is_told_as_such(document: Path) -> None:
    archive = load_experiment("exp-001").path.parent / "_archive"
    archive.mkdir()
    prefix = ["unshare", "-m", "sh", "-c", f'mount -t tmpfs none "{archive}" && exec "$@"', "sh"]
    if subprocess.run([*prefix, "true"], check=False, capture_output=True).returncode:
        pytest.skip("a mount needs root")
    before = tree(document)
    for words in (["delete", "exp-001"], ["archive", "exp-001", "--yes"]):
        code, text, messages = run_by(prefix, *words)
        assert code == 1
        assert "it would come to lie on another file system" in text + messages
    assert tree(document) == before


@pytest.mark.parametrize(("answer", "code"), [(b"y\n", 0), (b"n\n", 2), (b"\n", 2)])
def test_forever_asks_in_a_terminal(answer: bytes, code: int, document: Path) -> None:
    child, descriptor = pty.fork()
    if child == 0:
        words = [program(), "delete", "exp-001", "--forever"]
        os.execve(program(), words, environment())  # noqa: S606
    shown = b""
    while b"[y/N]" not in shown:
        shown += os.read(descriptor, 4096)
    assert b"exp-001-baseline" in shown
    os.write(descriptor, answer)
    _, status = os.waitpid(child, 0)
    os.close(descriptor)
    assert os.waitstatus_to_exitcode(status) == code
    assert ("exp-001-baseline" in names()) == (code != 0)


def test_doctor_finds_nothing_in_a_healthy_store(document: Path) -> None:
    code, text, messages = run("doctor", "--artifacts")
    assert (code, text) == (0, "")
    assert messages == "8 experiments checked: nothing found.\n"
    found = strict_json(output("doctor", "--json"))
    validate("check", found)
    assert found["findings"] == []


def test_doctor_repairs(document: Path) -> None:
    folder = load_experiment("exp-001").path
    (folder / "params.json").write_text("{}", "utf-8")
    code, text, messages = run("doctor")
    assert code == 1
    assert text.splitlines()[1].startswith("warning\tedited-view\texp-001-baseline/params.json\t")
    assert "A repair can set 1 of them right." in messages
    assert run("doctor", "--repair")[0] == 0
    assert (folder / "params.json.edited").read_text("utf-8") == "{}"
    assert run("doctor")[0] == 0


def test_doctor_cuts_nothing_in_a_terminal(document: Path) -> None:
    folder = load_experiment("exp-001").path
    (folder / "params.json").write_text("{}", "utf-8")
    data = strict_json(run("doctor", "--json")[1])["findings"][0]
    shown = plain(in_terminal("doctor", columns=40))
    assert shown.splitlines()[0] == "warning  edited-view  exp-001-baseline/params.json"
    text = " ".join(shown.split())
    assert f"{data['what']}; {data['remedy']}" in text
    assert "…" not in shown
    assert max(len(line) for line in shown.splitlines()[1:4]) <= 40


@pytest.mark.parametrize("columns", [80, 200])
def test_doctor_shows_what_is_damaged(columns: int, damaged: Path) -> None:
    for name in ("killed", "torn-tail"):  # seen from another computer they may be running
        shutil.rmtree(next(damaged.glob(f".specweave/increments/*/experiments/{name}")))
    shown = plain(in_terminal("doctor", columns=columns))
    check_snapshot(f"doctor-{columns}.snapshot", shown)
