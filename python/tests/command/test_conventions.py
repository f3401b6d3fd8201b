"""What holds for every command: exit codes, streams, widths, colours, odd stores."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from build_backend import launcher

from specweave_ml._native.library import SONAME
from support import library_file
from support.command import commands, environment, in_terminal, output, program, run, run_by
from support.fixture_store import tree
from support.read_only import mounted_read_only
from support.schema_check import strict_json, validate

READING = {
    "list": ["list", "0042"],
    "show": ["show", "exp-001"],
    "compare": ["compare", "0042"],
    "diff": ["diff", "exp-001", "exp-002"],
    "history": ["history", "exp-001", "loss"],
    "export": ["export", "0042", "--format", "json"],
    "notes": ["notes", "exp-001"],
    "tag": ["tag", "exp-001"],
    "review": ["review", "0042"],
    "watch": ["watch", "0042", "--once"],
    "why": ["why", "exp-001", "exp-002"],
}
"""A command line of every command that reads, by the name of its schema."""

reading = pytest.mark.parametrize("name", READING)


def arguments(name: str, *more: str) -> list[str]:
    return [*READING[name], *more]


@reading
def test_json_is_as_the_schema_says(name: str, document: Path) -> None:
    text = output_of_any(*arguments(name, *([] if name == "export" else ["--json"])))
    found = strict_json(text)
    assert found["schema_version"] == 1
    validate(f"command-{name}", found)


@pytest.mark.parametrize(
    "words",
    [
        ["list", "--children", "--archived", "--json"],
        ["list", "--fields", "name,accuracy,created", "--json"],
        ["history", "exp-001", "--json"],
        ["export", "--points", "--format", "json"],
        ["export", "--fields", "name,tags", "--format", "json"],
        ["show", "exp-001", "--fields", "name,tags", "--json"],
        ["compare", "--group-by", "max_depth", "--json"],
        ["tag", "exp-001", "new", "--json"],
    ],
    ids=" ".join,
)
def test_options_keep_to_the_schema(words: list[str], document: Path) -> None:
    validate(f"command-{words[0]}", strict_json(output(*words)))


def test_what_commands_give_is_what_the_library_gives(document: Path) -> None:
    validate("experiment", strict_json(output("show", "exp-002", "--json"))["experiment"])
    comparison = strict_json(output("compare", "--json"))["comparison"]
    validate("comparison", comparison)
    validate("difference", strict_json(output("diff", "1", "2", "--json"))["difference"])
    why = strict_json(output("why", "1", "2", "--json"))
    validate("explanation", why["explanation"])
    validate("review", strict_json(output("review", "--json"))["review"])
    for experiment in strict_json(output("export", "--format", "json"))["experiments"]:
        validate("experiment", experiment)


@reading
def test_a_read_only_store_is_read(name: str, document: Path) -> None:
    before = tree(document)
    with mounted_read_only(document) as prefix:
        code, text, messages = run_by(prefix, *arguments(name))
    assert code == 0
    assert text
    assert "Traceback" not in messages
    if name == "compare":
        assert "comparison.md was not written" in messages
    elif name != "history":
        assert messages == ""
    assert tree(document) == before


@reading
def test_a_table_is_as_wide_as_the_terminal_at_most(name: str, document: Path) -> None:
    for width in (60, 80, 200):
        if name == "export":
            continue
        text = output_of_any(*arguments(name, "--format", "table"), COLUMNS=str(width))
        table = [line for line in text.splitlines() if not line.startswith("- ")]
        prose = ("Training Time is", "depths shows", "neural-net-attempt:", "exp-002-xgboost,")
        assert [x for x in table if len(x) > width and not x.startswith(prose)] == []


@reading
def test_colours_are_for_terminals_that_want_them(name: str, document: Path) -> None:
    shown = in_terminal(*arguments(name))
    assert "\x1b[" not in in_terminal(*arguments(name), NO_COLOR="1")
    assert "\x1b[" not in in_terminal(*arguments(name), TERM="dumb")
    assert "\x1b[" not in run(*arguments(name))[1]
    if name in ("list", "show", "compare", "diff", "history", "review", "watch", "why"):
        assert "\x1b[1m" in shown


@reading
def test_a_pipe_gets_cells_with_tabs(name: str, document: Path) -> None:
    if name == "export":
        return
    text = output_of_any(*arguments(name))
    header, *rows = text.splitlines()
    columns = header.count("\t")
    assert {row.count("\t") for row in rows} <= {columns}


def output_of_any(*words: str, **changes: str) -> str:
    """The output, whatever is said beside it."""
    code, text, _ = run(*words, **changes)
    assert code == 0
    return text


@reading
def test_no_reader_ends_a_command_silently(name: str, document: Path) -> None:
    script = '"$0" "$@" | true; echo "${PIPESTATUS[0]}"'
    done = subprocess.run(
        ["bash", "-c", script, program(), *arguments(name)],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert done.stdout == "0\n"
    assert "pipe" not in done.stderr.lower()


def test_a_disk_that_is_full_is_a_failure(document: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [program(), "list"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr == ("specweave-ml: the output cannot be written: No space left on device\n")


def test_exit_codes_say_what_was_wrong(document: Path) -> None:
    (document / ".specweave/increments/0042-second").mkdir()
    assert run("list", "0043")[0] == 3
    assert run("list", "42")[0] == 4
    assert run("show", "exp-099")[0] == 3
    assert run("show", "exp-0")[0] == 3
    assert run("show", "nothing")[0] == 3
    code, text, messages = run("show", "exp", "--increment", "0042-recommendation-model")
    assert (code, text) == (4, "")
    assert "fits 4 experiments" in messages
    assert run("list", "--nonsense")[0] == 2
    assert run("list", "0042-recommendation-model", "--where", "nam == 1")[0] == 2
    assert run("show")[0] == 2
    assert run("nonsense")[0] == 2
    assert run("ui")[0] == 1


def test_typing_errors_are_answered_with_what_was_meant(document: Path) -> None:
    assert run("lst")[2] == "specweave-ml: there is no command 'lst'; did you mean:\n  list\n"
    assert "Did you mean '--format'?" in run("list", "--formt", "csv")[2]
    assert run("show", "exp-002-xgbost")[2] == (
        "specweave-ml: there is no experiment 'exp-002-xgbost'; the closest ones:\n"
        "  exp-002-xgboost\n"
    )
    assert run("history", "exp-001", "acuracy")[2].splitlines()[:2] == [
        "specweave-ml: 'exp-001-baseline' has no metric 'acuracy'; it has:",
        "  accuracy",
    ]
    assert run("list", "--where", "metrics.acuracy > 0")[2] == (
        "No experiment has the metric metrics.acuracy; did you mean metrics.accuracy?\n"
    )


def test_an_increment_that_is_not_there_is_answered_with_those_that_are(project: Path) -> None:
    code, text, messages = run("list", "0043")
    assert (code, text) == (3, "")
    assert messages == (
        f"specweave-ml: there is no increment '0043' in {project}; it has:\n"
        "  0042-recommendation-model\n"
    )
    assert run("list", "nope")[2] == (
        f"specweave-ml: there is no increment 'nope' in {project}; it has:\n"
        "  0042-recommendation-model\n"
    )
    for number in range(1, 8):
        (project / f".specweave/increments/100{number}-x").mkdir()
    assert run("list", "nope")[2].splitlines()[1:] == [
        f"  100{number}-x" for number in range(3, 8)
    ]  # fmt: skip
    assert "; the last ones:\n" in run("list", "nope")[2]


@pytest.mark.parametrize("name", ["list", "compare", "export"])
def test_an_increment_without_experiments_is_empty_and_no_error(name: str, project: Path) -> None:
    code, text, messages = run(*arguments(name))
    assert (code, messages) == (0, "")
    assert len(text.splitlines()) <= 3


def test_a_folder_without_a_project_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    code, text, messages = run("list")
    assert (code, text) == (3, "")
    assert messages.startswith("specweave-ml: ")


@pytest.mark.parametrize("name", ["list", "compare", "export"])
def test_a_damaged_store_is_read_as_far_as_it_goes(name: str, damaged: Path) -> None:
    code, text, messages = run(*arguments(name))
    assert code == 0
    assert "python-curve" in text
    if name != "compare":
        assert "is damaged" in messages


def test_a_damaged_experiment_says_what_is_damaged(damaged: Path) -> None:
    text = output_of_any("show", "flipped-byte", "--format", "table")
    assert "Problems" in text
    assert "flipped-byte" in text
    assert run("history", "flipped-byte")[0] == 0


def test_what_a_terminal_would_obey_is_shown(project: Path) -> None:
    script = (
        "from specweave import track_experiment\n"
        "with track_experiment('evil', increment='0042', capture=False) as exp:\n"
        "    exp.log_param('a\\x1b[31m', 'b\\x1b]0;title\\x07')\n"
        "    exp.log_metric('c\\x1b[2J', 1.0)\n"
        "    exp.add_tag('d\\u202e')\n"
        "    exp.log_note('e\\x1b[1m\\nf')\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
    for words in (["list"], ["show", "evil"], ["compare"], ["history", "evil"], ["notes", "evil"],
                  ["tag", "evil"], ["export"], ["list", "--format", "csv"],
                  ["list", "--format", "md"], ["show", "evil", "--json"]):  # fmt: skip
        for shown in (run(*words)[1], in_terminal(*words, NO_COLOR="1")):
            assert not {"\x1b", "\x07", "\u202e"} & set(shown), words


def test_another_program_is_a_command(document: Path, tmp_path: Path) -> None:
    folder = tmp_path / "programs"
    folder.mkdir()
    other = folder / "specweave-ml-hello"
    other.write_text('#!/bin/sh\necho "hello $*"\nexit 7\n')
    other.chmod(0o755)
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    assert run("hello", "a b", "--json", PATH=path) == (7, "hello a b --json\n", "")
    other.write_text("#!/bin/sh\nkill -TERM $$\n")
    assert run("hello", PATH=path)[0] == 128 + 15
    own = shutil.copy(program(), folder / "specweave-ml")
    other.write_text("#!/bin/sh\necho beside\n")
    done = subprocess.run(
        [own, "hello"],
        capture_output=True,
        text=True,
        check=True,
        env=environment(SPECWEAVE_LIBRARY=str(library_file.path())),
    )
    assert done.stdout == "beside\n"


def test_commands_of_missing_programs_say_so(project: Path, tmp_path: Path) -> None:
    alone = shutil.copy(program(), tmp_path / "specweave-ml")  # the wheel's programs lie beside it
    said = {
        "push": "needs the Python package: pip install 'specweave-ml[mlflow]' brings it",
        "pull": "needs the Python package: pip install 'specweave-ml[mlflow]' brings it",
        "ui": "needs the Python package: pip install 'specweave-ml[ui]' brings it",
        "import": "needs the Python package: pip install 'specweave-ml' brings it",
    }
    for command, answer in said.items():
        done = subprocess.run(
            [alone, command, "x"],
            capture_output=True,
            text=True,
            check=False,
            env=environment(SPECWEAVE_LIBRARY=str(library_file.path()), PATH="/nonexistent"),
        )
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith(f"specweave-ml: the command '{command}' {answer}")


def test_without_its_library_the_program_says_what_to_do(tmp_path: Path) -> None:
    alone = shutil.copy(program(), tmp_path / "specweave-ml")
    missing = str(tmp_path / "missing.so")
    done = subprocess.run(
        [alone, "list"],
        capture_output=True,
        text=True,
        check=False,
        env=environment(SPECWEAVE_LIBRARY=missing),
    )
    assert done.returncode == 1
    assert "pip install --force-reinstall specweave-ml" in done.stderr
    assert missing in done.stderr


@pytest.mark.parametrize(
    "place",
    [
        f"lib/{SONAME}",
        "lib/python3.12/site-packages/specweave_ml/lib/libexperimenttracker.so",
        "local/lib/python3.11/dist-packages/specweave_ml/lib/libexperimenttracker.so",
        "lib/python3/dist-packages/specweave_ml/lib/libexperimenttracker.so",
        "specweave_ml/lib/libexperimenttracker.so",
        "bin/libexperimenttracker.so",
    ],
)
def test_the_library_is_found_where_installations_put_it(place: str, tmp_path: Path) -> None:
    compiled = tmp_path / "bin" / "specweave-ml"
    launcher.place(compiled)
    library = tmp_path / place
    library.parent.mkdir(parents=True, exist_ok=True)
    library.symlink_to(library_file.path())
    link = tmp_path / "link"
    link.symlink_to(compiled)
    for path in (compiled, link):
        done = subprocess.run(
            [str(path), "--version"],
            capture_output=True,
            text=True,
            check=True,
            env=environment(),
        )
        assert done.stdout.startswith("specweave-ml ")


def test_python_runs_the_same_command_line(document: Path) -> None:
    for words in (["list", "--json"], ["--version"], ["show", "nothing"]):
        done = subprocess.run(
            [sys.executable, "-m", "specweave_ml", *words],
            capture_output=True,
            text=True,
            check=False,
            env=environment(),
        )
        assert (done.returncode, done.stdout, done.stderr) == run(*words)


def test_help_has_examples_that_are_command_lines(project: Path) -> None:
    assert len(commands()) >= len(READING)
    for command in commands():
        text = output(command, "--help")
        assert f"Examples:\n  specweave-ml {command} " in text
        assert run("help", command)[1] == text
