"""Every command, on every kind of store: its exit code, what it says, and what it leaves alone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from specweave import list_experiments, track_experiment
from support import document_store, fixture_store
from support.command import check_snapshot, commands, in_terminal, plain, run, run_by
from support.fixture_store import tree
from support.many import multiply
from support.read_only import mounted_read_only, without_write_permission

ONE = "exp-001"

READING = {
    "list": [["list"], ["list", "--all", "--json"]],
    "show": [["show", ONE], ["show", ONE, "--json"]],
    "compare": [["compare", "--no-write"]],
    "history": [["history", ONE], ["history", ONE, "loss", "--points", "5"]],
    "diff": [["diff", ONE, "exp-002"]],
    "export": [["export"], ["export", "--points"]],
    "notes": [["notes", ONE]],
    "tag": [["tag", ONE]],
    "archive": [["archive", "--older-than", "0h"]],
    "doctor": [["doctor"], ["doctor", "--all"]],
    "review": [["review"]],
    "watch": [["watch", "--once"]],
    "why": [["why", ONE, "exp-002"]],
    "github-issue": [["github-issue", "Try deeper trees"]],
    "completions": [["completions", "bash"]],
}
"""Command lines that change nothing, by their command."""

CHANGING = {
    "notes": [["notes", ONE, "--add", "Text"]],
    "tag": [["tag", ONE, "new"]],
    "select": [["select", ONE, "--reason", "Text"]],
    "archive": [["archive", ONE, "--yes"], ["archive", "--older-than", "0h", "--yes"]],
    "restore": [["restore", "exp-003"]],
    "delete": [["delete", ONE], ["delete", ONE, "--forever", "--yes"]],
    "doctor": [["doctor", "--repair"]],
    "export": [["export", "--output", "experiments.csv"]],
    "reproduce": [["reproduce", ONE, "--here"]],
    "sync-docs": [["sync-docs"], ["sync-docs", "update", "--report"]],
}
"""Command lines that change the store, or a file beside it."""

LINES = [
    *((tuple(words), True) for lines in READING.values() for words in lines),
    *((tuple(words), False) for lines in CHANGING.values() for words in lines),
]
"""All of them, each with whether it only reads."""

WHOLE = {
    "list",
    "compare",
    "export",
    "archive",
    "doctor",
    "review",
    "watch",
    "github-issue",
    "sync-docs",
}
"""Commands that need no experiment."""

SLOW = 10_000


def answer(words: tuple[str, ...], prefix: list[str] | None = None) -> tuple[int, str]:
    """The exit code, and all of it as it is kept in a snapshot."""
    code, text, messages = run_by(prefix or [], *words)
    assert 0 <= code <= 4, (words, messages)
    for sign in ("Traceback", "Fatal error", "Optional("):
        assert sign not in text + messages, words
    assert text or messages, words
    if code > 1:
        assert messages.startswith("specweave-ml: "), (words, messages)
    if words[0] == "completions":
        text = f"{len(text.splitlines()) > 50}\n"
    return code, f"$ specweave-ml {' '.join(words)}\n[{code}]\n{plain(text + messages)}"


def answers(prefix: list[str] | None = None) -> str:
    return "\n".join(answer(words, prefix)[1] for words, _ in LINES)


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of the document, with the third experiment archived; no test changes it."""
    root = tmp_path_factory.mktemp("kept") / "project"
    document_store.make(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        list_experiments("0042")[2].archive()
    return root


@pytest.fixture
def store(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, which is the working directory."""
    copy = shutil.copytree(kept, tmp_path / "copy", symlinks=True)
    monkeypatch.chdir(copy)
    return Path(copy)


def test_no_command_is_missing_here() -> None:
    assert set(READING) | set(CHANGING) == set(commands()), (
        "a new command needs its lines in READING or CHANGING"
    )


def test_without_a_project_every_command_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "elsewhere"
    place.mkdir()
    monkeypatch.chdir(place)
    for words, _ in LINES:
        code, text = answer(words)
        if words[0] == "completions":
            assert code == 0
            continue
        assert (code, "no project (.specweave/)" in text) == (3, True), text
    assert list(place.iterdir()) == []


def test_an_empty_project_is_no_error(project: Path) -> None:
    found = []
    before = tree(project)
    for words, _ in LINES:
        if words[0] == "export" and "--output" in words:
            continue
        code, text = answer(words)
        needs = words[0] not in WHOLE | {"completions"} or ONE in words
        assert code == (3 if needs else 0), text
        found.append(text)
    assert tree(project) == before
    check_snapshot("matrix-empty.snapshot", "\n".join(found))


def test_what_only_reads_changes_nothing(store: Path) -> None:
    before = tree(store)
    for words, only_reads in LINES:
        if only_reads:
            assert answer(words)[0] == 0, words
    assert tree(store) == before


@pytest.mark.parametrize("means", [mounted_read_only, without_write_permission])
def test_what_cannot_be_written_stays_whole(store: Path, means: object) -> None:
    page = list_experiments("0042")[1].path / "params.json"
    page.write_text("{}", "utf-8")  # there is something to repair
    before = tree(store)
    reason = "Read-only file system" if means is mounted_read_only else "Permission denied"
    with means(store) as prefix:  # type: ignore[operator]
        for words, only_reads in LINES:
            code, text = answer(words, prefix)
            assert code == (0 if only_reads and words[0] != "doctor" else 1), text
            if only_reads:
                continue
            if words[0] != "reproduce":
                assert reason in text, text
                assert "experiments" in text or ".specweave" in text, text
    assert tree(store) == before


def test_every_screen_fits_the_terminal(store: Path) -> None:
    for words, only_reads in LINES:
        if not only_reads or words[0] in ("export", "github-issue", "completions"):
            continue
        if "--json" in words:
            continue
        for columns in (80, 200):
            shown = in_terminal(*words, columns=columns)
            dull = in_terminal(*words, columns=columns, NO_COLOR="1")
            assert "\x1b" not in dull, words
            assert plain(shown) == plain(dull), words
            table = [line for line in dull.splitlines() if "  " in line.strip()]
            assert [line for line in table if len(line) > columns] == [], words


# --------------------------------------------------------------------------- damaged stores


def damage(experiments: Path) -> None:
    """What people, disks and other programs leave in a store."""
    sound = experiments / "python-curve"
    for name in ("torn-yaml", "bad-yaml", "bad-json", "no-events", "no-views", "bad-summary"):
        shutil.copytree(sound, experiments / name)
    page = experiments / "torn-yaml/metadata.yaml"
    page.write_bytes(page.read_bytes()[:37])
    (experiments / "bad-yaml/metadata.yaml").write_text("a: [1, 2\n\tb: &x *x {", "utf-8")
    for file in ("params.json", "metrics.json", ".summary.json"):
        (experiments / "bad-json" / file).write_bytes(b'{"a": \xff\xfe')
    (experiments / "bad-summary/.summary.json").write_bytes(b"\0" * 4096)
    for name in ("no-events", "no-views"):
        for content in (experiments / name).iterdir():
            if content.is_file() and (name == "no-events") == content.name.startswith("events."):
                content.unlink()
    for name in ("empty-folder", ".hidden", "__pycache__", "notes of mine", "a\nb\x1b[31m"):
        (experiments / name).mkdir()
    (experiments / "notes of mine/todo.txt").write_text("Buy milk", "utf-8")
    (experiments / "__pycache__/x.pyc").write_bytes(b"\0\1")
    os.mkdir(os.fsencode(experiments) + b"/latin-\xe4")
    (experiments / "a-file").write_text("no folder", "utf-8")
    (experiments / "loop").symlink_to("loop")
    (experiments / "gone").symlink_to("nowhere")
    (experiments / "outside").symlink_to("/etc")
    os.mkfifo(experiments / "pipe")


@pytest.fixture(scope="session")
def ruins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fixture store with further damage; no test changes it."""
    root = tmp_path_factory.mktemp("ruins") / "project"
    shutil.copytree(fixture_store.STORE, root, symlinks=True)
    damage(root / ".specweave/increments" / fixture_store.INCREMENT / "experiments")
    return root


def folders(root: Path) -> Iterator[str]:
    """What lies beside experiments, and they themselves, by what can be typed."""
    for path in sorted(root.glob(".specweave/increments/*/experiments/*")):
        name = os.fsencode(path.name).decode(errors="replace")
        if name.isprintable() and "\ufffd" not in name:
            yield path.name


def test_what_reads_a_damaged_store_tells_what_it_can(
    ruins: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ruins)
    before = contents(ruins)
    for words, only_reads in LINES:
        if only_reads and ONE not in words:
            code, text = answer(words)
            assert code == (1 if words[0] == "doctor" else 0), text
            if words[0] not in ("completions", "doctor", "github-issue", "review", "watch"):
                assert "python-curve" in text
    for name in folders(ruins):
        for command in ("show", "history", "notes", "tag"):
            answer((command, name))
        answer(("diff", "python-curve", name))
        answer(("why", name, "python-curve"))
    assert contents(ruins) == before


def test_what_changes_a_damaged_experiment_destroys_nothing(
    ruins: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(ruins, copy, symlinks=True, copy_function=copy_regular)
    monkeypatch.chdir(copy)
    events = {path: path.read_bytes() for path in copy.rglob("events.*") if path.is_file()}
    other = {path: path.read_bytes() for path in copy.rglob("*.txt") if path.is_file()}
    for name in folders(copy):
        for words in (("tag", name, "x"), ("notes", name, "--add", "x"), ("select", name)):
            answer(words)
    answer(("sync-docs", "--report"))
    answer(("doctor", "--repair"))
    for path, content in events.items():
        assert path.read_bytes().startswith(content), path
    for path, content in other.items():
        assert path.read_bytes() == content
    for name in folders(copy):
        answer(("archive", name, "--yes", "--force"))
    for path, content in other.items():
        moved = [p for p in copy.rglob(path.name) if p.read_bytes() == content]
        assert moved, path


def copy_regular(source: str, target: str) -> None:
    """Copies what is a file; of a pipe there is no copy."""
    if Path(source).is_file():
        shutil.copy2(source, target)


def contents(root: Path) -> dict[bytes, bytes | None]:
    """Every path below a folder, with what files hold."""
    found: dict[bytes, bytes | None] = {}
    for folder, _, files in os.walk(os.fsencode(root)):
        found[folder] = None
        for file in files:
            path = os.path.join(folder, file)
            found[path] = Path(os.fsdecode(path)).read_bytes() if os.path.isfile(path) else None
    return found


# --------------------------------------------------------------------------- ten thousand


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of ten thousand experiments."""
    root = tmp_path_factory.mktemp("many") / "project"
    (root / ".specweave/increments/0042-many").mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        with track_experiment("run-000001", increment="0042", capture=False) as exp:
            exp.log_params({"depth": 3, "lr": 0.1})
            exp.log_metric("auc", 0.5)
        multiply(exp.path, SLOW)
    return root


@pytest.mark.xdist_group("ten-thousand")
def test_ten_thousand_experiments(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(many)
    last = f"exp-{SLOW}\trun-{SLOW:06d}\tcompleted\t"
    code, text, _ = run("list")
    assert (code, len(text.splitlines())) == (0, SLOW + 1)
    assert text.splitlines()[1].startswith(last)
    code, text, _ = run("export", "--limit", "3", "--sort", "auc", "--descending")
    assert [line.split(",")[0] for line in text.splitlines()[1:]] == [
        "exp-10000", "exp-9999", "exp-9998",
    ]  # fmt: skip
    code, text, _ = run("compare", "--sort", "auc", "--limit", "2", "--format", "csv")
    assert [line.split(",")[1] for line in text.splitlines()[1:]] == ["run-010000", "run-009999"]
    for words in (("show", "run-005000"), ("history", "run-005000"), ("notes", "run-005000")):
        assert answer(words)[0] == 0
    code, text, messages = run("show", "run-00")
    assert (code, text) == (4, "")
    assert f"fits {SLOW - 1} experiments" in messages
    assert len(messages.splitlines()) < 30
    assert run("archive", "--older-than", "0h")[2].startswith(
        f"Dry run: nothing was moved. {SLOW} experiments would be archived.\n"
    )
    assert run("review")[0] == 0
    code, text, _ = run("github-issue", "Next")
    assert f"({SLOW} experiments, {SLOW} completed, judged by AUC)" in text


@pytest.mark.xdist_group("ten-thousand")
@pytest.mark.parametrize("columns", [80, 200])
def test_the_screen_of_ten_thousand(
    columns: int, many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(many)
    shown = plain(in_terminal("list", columns=columns))
    check_snapshot(f"many-{columns}.snapshot", shown)
