"""What differs between the code of two experiments: commits, uncommitted changes, kept files."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import PATIENCE
from specweave import Experiment, load_experiment, track_experiment
from specweave_ml.reading.difference import CodeFile
from support.command import in_terminal, output, run, run_by
from support.read_only import mounted_read_only
from support.schema_check import strict_json, validate

TRAIN = """\
import sys
import settings
try:
    import helper
except ImportError:
    pass
from specweave import track_experiment
with track_experiment(sys.argv[1]) as exp:
    exp.log_metric("loss", 0.5)
"""
MARKED = "PROGRAM_OF_THE_REPOSITORY_WAS_RUN"


def git(place: Path, *arguments: str) -> str:
    """Run git as a user would."""
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    return subprocess.run(
        ["git", *identity, *arguments], cwd=place, check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture
def code(project: Path) -> Path:
    """The project as a repository with one commit."""
    git(project, "init", "-q", "-b", "main")
    (project / ".gitignore").write_text(".specweave\n__pycache__\n")
    (project / "train.py").write_text(TRAIN)
    (project / "settings.py").write_text("depth = 1\nwidth = 10\nrate = 0.1\nseed = 0\n")
    commit(project)
    return project


def commit(place: Path) -> str:
    git(place, "add", "-A")
    git(place, "commit", "-qm", "change")
    return git(place, "rev-parse", "HEAD")


def train(name: str, at: Path) -> Experiment:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-B", "train.py", name], cwd=at, capture_output=True,
        text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return load_experiment(name)


def body(patch: str) -> str:
    """A diff without the names that git gives contents."""
    return "".join(
        line for line in patch.splitlines(keepends=True) if not line.startswith("index ")
    )


def tree(place: Path) -> dict[str, bytes]:
    return {
        path.relative_to(place).as_posix(): path.read_bytes()
        for path in sorted(place.rglob("*"))
        if path.is_file()
    }


CHANGED = """\
diff --git a/settings.py b/settings.py
--- a/settings.py
+++ b/settings.py
@@ -1,4 +1,4 @@
-depth = 1
+depth = 2
 width = 10
 rate = 0.1
 seed = 0
"""
ADDED = """\
diff --git a/helper.py b/helper.py
new file mode 100644
--- /dev/null
+++ b/helper.py
@@ -0,0 +1 @@
+x = 1
"""


def change(place: Path) -> None:
    text = (place / "settings.py").read_text()
    (place / "settings.py").write_text(text.replace("depth = 1", "depth = 2"))


def test_a_committed_change(code: Path) -> None:
    train("a", code)
    change(code)
    commit(code)
    found = train("b", code).diff("a").code
    assert found.basis == "code"
    assert body(found.patch) == str(body(str(found))) == CHANGED
    assert found.notes == []
    file = found.files["settings.py"]
    assert file._replace(before=None, after=None) == CodeFile(
        "settings.py", None, "changed", 1, 1, None, None
    )
    assert file.after == git(code, "rev-parse", "HEAD:settings.py")


def test_an_uncommitted_change(code: Path) -> None:
    train("a", code)
    change(code)
    train("b", code)
    assert body(load_experiment("b").diff("a").code.patch) == CHANGED
    # The other way round, it is taken back.
    back = load_experiment("a").diff("b").code
    assert "-depth = 2\n+depth = 1\n" in back.patch


def test_what_was_uncommitted_and_is_committed_is_the_same(code: Path) -> None:
    change(code)
    (code / "helper.py").write_text("x = 1\n")
    train("a", code)
    commit(code)
    difference = train("b", code).diff("a")
    assert "git.commit" in difference.facts
    assert not difference.code
    assert difference.code.patch == ""
    assert difference.code.notes == []


def test_an_untracked_file(code: Path) -> None:
    train("a", code)
    (code / "helper.py").write_text("x = 1\n")
    assert body(train("b", code).diff("a").code.patch) == ADDED


def test_a_renamed_file(code: Path) -> None:
    train("a", code)
    git(code, "mv", "settings.py", "options.py")
    (code / "train.py").write_text(TRAIN.replace("import settings", "import options"))
    commit(code)
    found = train("b", code).diff("a").code
    assert found.files["options.py"][:5] == ("options.py", "settings.py", "renamed", 0, 0)
    assert "rename from settings.py\nrename to options.py\n" in found.patch


def test_a_binary_file(code: Path) -> None:
    train("a", code)
    (code / "weights.bin").write_bytes(b"\0\1\2")
    git(code, "add", "weights.bin")
    found = train("b", code).diff("a").code
    assert found.files["weights.bin"][:5] == ("weights.bin", None, "added", None, None)
    assert "Binary files /dev/null and b/weights.bin differ\n" in found.patch


def test_only_some_paths(code: Path) -> None:
    train("a", code)
    change(code)
    (code / "helper.py").write_text("x = 1\n")
    train("b", code)
    assert body(load_experiment("b").diff("a", paths=["helper.py"]).code.patch) == ADDED
    assert body(output("diff", "a", "b", "settings.py", "--code")) == CHANGED


def test_before_the_first_commit_everything_is_new(project: Path) -> None:
    git(project, "init", "-q", "-b", "main")
    (project / "train.py").write_text(TRAIN)
    (project / "settings.py").write_text("depth = 1\n")
    git(project, "add", "train.py", "settings.py")
    train("a", project)
    (project / "settings.py").write_text("depth = 2\n")
    git(project, "add", "train.py", "settings.py")
    commit(project)
    found = train("b", project).diff("a").code
    assert found.basis == "code"
    assert "-depth = 1\n+depth = 2\n" in found.patch
    assert "train.py" not in found.files


def test_without_a_repository_the_kept_files_are_compared(project: Path) -> None:
    (project / "train.py").write_text(TRAIN)
    (project / "settings.py").write_text("depth = 1\n")
    train("a", project)
    change(project)
    found = train("b", project).diff("a").code
    assert (found.basis, found.notes) == ("code", [])
    assert list(found.files) == ["settings.py"]


def test_code_in_a_repository_is_not_all_new_beside_code_in_none(code: Path) -> None:
    repository = code / ".git"
    repository.rename(code / "aside")
    train("a", code)
    (code / "aside").rename(repository)
    change(code)
    found = train("b", code).diff("a").code
    assert found.basis == "recorded"
    assert found.notes == [
        "The code of 'a' was in no repository.",
        "The recorded patches and files are compared instead.",
    ]


def test_without_recorded_code_nothing_is_compared(code: Path) -> None:
    train("a", code)
    with track_experiment("b", capture=False):
        pass
    found = load_experiment("b").diff("a").code
    assert (found.basis, found.patch) == ("none", "")
    assert found.notes == ["No code was recorded of 'b'."]


def test_a_missing_commit_leaves_what_was_recorded(code: Path) -> None:
    (code / "settings.py").write_text("depth = 1\nwidth = 11\nrate = 0.1\nseed = 0\n")
    first = train("a", code)
    change(code)
    (code / "helper.py").write_text("x = 1\n")
    train("b", code)
    missing = first.facts["git"]["commit"]
    shutil.rmtree(code / ".git")
    git(code, "init", "-q", "-b", "main")
    found = load_experiment("b").diff("a").code
    assert found.basis == "recorded"
    assert found.notes == [
        f"The commit {missing} of '{name}' is not in a repository here: fetch it, or run this in "
        "a clone that has it."
        for name in ("a", "b")
    ] + ["The recorded patches and files are compared instead."]
    assert list(found.files) == [
        "environment/code/helper.py", "environment/code/settings.py",
        "environment/uncommitted.patch",
    ]  # fmt: skip
    assert "\n+-depth = 1\n" in found.patch
    shutil.rmtree(code / ".git")
    assert load_experiment("b").diff("a").code.basis == "recorded"


def test_a_store_that_names_an_option_as_its_commit(code: Path) -> None:
    train("a", code)
    with track_experiment("b", capture=False) as exp:
        exp._log_fact("git", {"commit": "--output=made", "repository": "x"})
    found = load_experiment("b").diff("a").code
    assert found.basis == "recorded"
    assert found.notes[0].startswith("The commit --output=made of 'b' is not in a repository here")
    assert not (code / "made").exists()


def test_a_change_that_does_not_fit_is_told(code: Path) -> None:
    train("a", code)
    change(code)
    (code / "other.py").write_text("y = 1\n")
    git(code, "add", "-N", "other.py")
    exp = train("b", code)
    patch = exp.path / "environment" / "uncommitted.patch"
    patch.write_text(patch.read_text().replace("-depth = 1", "-depth = 9"))
    shutil.rmtree(exp.path / "environment" / "code")
    found = load_experiment("b").diff("a").code
    assert body(found.patch) == ADDED.replace("helper", "other").replace("x = 1", "y = 1")
    assert found.notes == [
        "Of 'b', what was recorded of these files does not fit the commit and is left out: "
        "settings.py."
    ]


def test_credentials_are_taken_out(code: Path) -> None:
    train("a", code)
    canary = "ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
    (code / "settings.py").write_text(f'TOKEN = "{canary}"\n')
    commit(code)
    found = train("b", code).diff("a").code
    assert found.redactions == 1
    assert canary not in found.patch
    assert '+TOKEN = "[REDACTED]"' in found.patch


def test_nothing_of_the_repository_is_run_or_changed(code: Path, tmp_path: Path) -> None:
    train("a", code)
    change(code)
    (code / ".gitattributes").write_text("*.py diff=evil filter=evil\n")
    train("b", code)
    marker = tmp_path / MARKED
    script = tmp_path / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch '{marker}'\ncat\n")
    script.chmod(0o755)
    names = (
        "diff.external", "diff.evil.command", "diff.evil.textconv", "filter.evil.clean",
        "filter.evil.smudge", "core.fsmonitor", "core.pager", "core.sshCommand",
    )  # fmt: skip
    for name in names:
        git(code, "config", name, str(script))
    hooks = code / ".git" / "hooks"
    for hook in ("post-index-change", "pre-commit", "post-checkout"):
        shutil.copy(script, hooks / hook)
    before = (tree(code), git(code, "stash", "list"))
    found = load_experiment("b").diff("a").code
    assert "+depth = 2" in found.patch
    assert not marker.exists()
    assert (tree(code), git(code, "stash", "list")) == before


def test_a_store_and_a_repository_that_are_read_only(code: Path) -> None:
    train("a", code)
    change(code)
    train("b", code)
    with mounted_read_only(code) as prefix:
        done = run_by(prefix, "diff", "a", "b", "--code")
    assert (done[0], body(done[1]), done[2]) == (0, CHANGED, "")


def test_no_temporary_folder_is_left(
    code: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train("a", code)
    change(code)
    train("b", code)
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    assert load_experiment("b").diff("a").code
    assert list(place.iterdir()) == []
    monkeypatch.setenv("TMPDIR", str(tmp_path / "missing"))
    found = load_experiment("b").diff("a").code
    assert (found.basis, found.patch) == ("none", "")
    assert found.notes == ["git gave no diff: git: not started: no temporary folder can be made."]


def test_without_git_the_reason_is_told(code: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train("a", code)
    change(code)
    train("b", code)
    monkeypatch.setenv("PATH", "/nowhere")
    found = load_experiment("b").diff("a").code
    assert (found.basis, found.notes) == ("none", ["git gave no diff: git: not found."])


def test_the_command_shows_the_code_last(code: Path) -> None:
    train("a", code)
    change(code)
    train("b", code)
    text = output("diff", "a", "b", "--format", "table")
    assert body(text).endswith("\n\nCode: 1 file differs, 1 line added, 1 removed.\n\n" + CHANGED)
    assert "settings.py  +1 -1\n" in output("diff", "a", "b", "--format", "table", "--stat")
    assert output("diff", "a", "b", "--code", "--stat") == "settings.py  +1 -1\n"
    assert "Code: " not in output("diff", "a", "b", "--format", "table", "--no-code")
    row = next(line for line in output("diff", "a", "b").splitlines() if line.startswith("code"))
    assert row.split("\t")[:3] == ["code", "settings.py", "changed"]


def test_the_command_gives_the_code_as_json(code: Path) -> None:
    train("a", code)
    change(code)
    train("b", code)
    found = strict_json(output("diff", "a", "b", "--json"))["difference"]
    validate("difference", found)
    assert body(found["code"]["patch"]) == CHANGED
    counted = strict_json(output("diff", "a", "b", "--json", "--stat"))["difference"]
    validate("difference", counted)
    assert counted["code"]["patch"] is None
    assert counted["code"]["files"] == found["code"]["files"]
    assert "code" not in strict_json(output("diff", "a", "b", "--json", "--no-code"))["difference"]


def test_a_terminal_gets_colours_escapes_and_the_beginning(code: Path) -> None:
    train("a", code)
    lines = "".join(f"x{number} = 1\n" for number in range(200))
    (code / "settings.py").write_text("# \x1b]0;title\x07 \u202e\n" + lines)
    train("b", code)
    shown = in_terminal("diff", "a", "b", "--code")
    assert "\x1b[32m+# \\u{1B}]0;title\\u{7} \\u{202E}\x1b[0m" in shown
    assert "\x1b]0;" not in shown
    assert "x199" in shown
    plain = in_terminal("diff", "a", "b", "--code", NO_COLOR="1")
    assert "\x1b[" not in plain
    assert "+x199 = 1" in plain
    short = in_terminal("diff", "a", "b")
    assert "x199" not in short
    assert "more lines of code, --code shows all" in short
    # A program gets what git gives.
    assert "+# \x1b]0;title\x07 \u202e\n" in output("diff", "a", "b", "--code")


def test_no_code_asks_no_git(code: Path) -> None:
    train("a", code)
    train("b", code)
    assert run("diff", "a", "b", "--no-code", PATH="/nowhere")[::2] == (0, "")
