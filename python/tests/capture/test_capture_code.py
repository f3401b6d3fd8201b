"""What was run can be had again: from the commit, the patch and the code that was kept."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipapp
from pathlib import Path
from typing import Any

import pytest

from conftest import PATIENCE
from specweave import Experiment, load_experiment

TRAIN = """
import sys
from specweave import track_experiment
with track_experiment("x") as exp:
    exp.log_metric("loss", 0.5)
"""


def git(place: Path, *arguments: str) -> str:
    """Run git as a user would, untouched by what the test's process has in its environment."""
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    allowed = ["-c", "protocol.file.allow=always"]
    return subprocess.run(
        ["git", *identity, *allowed, *arguments], cwd=place, check=True, capture_output=True,
        text=True,
    ).stdout  # fmt: skip


def repository(place: Path, **files: str) -> Path:
    """A repository with one commit."""
    place.mkdir(parents=True, exist_ok=True)
    git(place, "init", "-q", "-b", "main")
    for name, content in files.items():
        (place / f"{name}.py").write_text(content, "utf-8")
    git(place, "add", ".")
    git(place, "commit", "-qm", "first")
    return place


def train(script: Path | str, at: Path, **environment: str) -> Experiment:
    """Run a script and load its experiment."""
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script)], cwd=at, env={**os.environ, **environment},
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return load_experiment("x")


def kept(exp: Experiment) -> dict[str, str]:
    """The code that was kept, by its path."""
    top = Path(exp.path) / "environment" / "code"
    return {
        path.relative_to(top).as_posix(): path.read_text("utf-8")
        for path in top.rglob("*")
        if path.is_file()
    }


def facts(exp: Experiment) -> dict[str, Any]:
    """What is known of the repository."""
    found: dict[str, Any] = exp.facts["git"]
    return found


def test_before_the_first_commit_everything_is_kept(project: Path) -> None:
    (project / "helper.py").write_text("x = 1\n")
    (project / "train.py").write_text("import helper\n" + TRAIN)
    git(project, "init", "-q")
    git(project, "add", "train.py", "helper.py")

    exp = train("train.py", project)

    assert kept(exp) == {"train.py": "import helper\n" + TRAIN, "helper.py": "x = 1\n"}
    assert facts(exp)["problem"] == "no commits"
    assert facts(exp)["dirty"] is True
    exp.save_report()
    report = (Path(exp.path) / "report.md").read_text("utf-8")
    assert "[environment/code/train.py](environment/code/train.py)" in report


def test_changed_code_is_kept_whatever_the_size_of_the_patch(project: Path) -> None:
    repository(project, train=TRAIN, settings="depth = 1\n")
    (project / "big.csv").write_text("1\n")
    git(project, "add", "big.csv")
    git(project, "commit", "-qm", "data")
    (project / "train.py").write_text(TRAIN + "import settings  # one line\n")
    (project / "settings.py").write_text("depth = 2\n")
    (project / "big.csv").write_text("".join(f"{number},x\n" for number in range(400_000)))

    exp = train("train.py", project)

    assert kept(exp)["train.py"] == TRAIN + "import settings  # one line\n"
    assert facts(exp)["changed"] == ["M big.csv", "M settings.py", "M train.py"]
    assert facts(exp)["patch"]["left_out"] == ["big.csv"]
    clean = project.parent / "clean"
    git(project.parent, "clone", "-q", str(project), "clean")
    git(clean, "apply", str(Path(exp.path) / "environment" / "uncommitted.patch"))
    for name in ("train.py", "settings.py"):
        assert (clean / name).read_text() == (project / name).read_text()


def test_the_repository_of_the_script_counts(project: Path, tmp_path: Path) -> None:
    home = repository(tmp_path / "home", train=TRAIN)
    commit = git(home, "rev-parse", "HEAD").strip()

    exp = train(home / "train.py", project)
    assert (facts(exp)["commit"], facts(exp)["repository"]) == (commit, "home")
    assert (facts(exp)["dirty"], kept(exp)) == (False, {})

    (home / "train.py").write_text(TRAIN + "# changed\n")
    exp = train(home / "train.py", project)
    assert facts(exp)["changed"] == ["M train.py"]
    assert kept(exp) == {"train.py": TRAIN + "# changed\n"}
    assert "+# changed" in (Path(exp.path) / "environment" / "uncommitted.patch").read_text()


def test_the_repository_of_the_working_directory_is_named_too(
    project: Path, tmp_path: Path
) -> None:
    home = repository(tmp_path / "home", train=TRAIN)
    repository(project, other="y = 1\n")

    found = facts(train(home / "train.py", project))

    assert found["repository"] == "home"
    assert found["working_directory"]["commit"] == git(project, "rev-parse", "HEAD").strip()


def test_a_script_outside_of_any_repository_is_kept(project: Path, tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "train.py").write_text("import near\n" + TRAIN)
    (tmp_path / "scripts" / "near.py").write_text("z = 3\n")

    exp = train(tmp_path / "scripts" / "train.py", project)

    assert kept(exp) == {"train.py": "import near\n" + TRAIN, "near.py": "z = 3\n"}
    assert facts(exp)["problem"] == "not a repository"


def test_paths_are_those_in_the_repository(project: Path) -> None:
    repository(project, train=TRAIN)
    (project / "scripts" / "lib").mkdir(parents=True)
    (project / "scripts" / "lib" / "model.py").write_text("m = 1\n")
    (project / "scripts" / "train.py").write_text("from lib import model\n" + TRAIN)

    exp = train("train.py", project / "scripts")

    assert set(kept(exp)) == {"scripts/train.py", "scripts/lib/model.py"}


def test_code_that_git_ignores_is_kept(project: Path) -> None:
    repository(project, train="import local\n" + TRAIN)
    (project / ".git" / "info" / "exclude").write_text("local.py\n")
    (project / "local.py").write_text("a = 1\n")

    assert kept(train("train.py", project)) == {"local.py": "a = 1\n"}


def test_modules_imported_later_are_kept(project: Path) -> None:
    later = TRAIN + "    sys.path.insert(0, 'more')\n    import late\n"
    repository(project, train=later)
    (project / "more").mkdir()
    (project / "more" / "late.py").write_text("b = 1\n")

    assert kept(train("train.py", project)) == {"more/late.py": "b = 1\n"}


def test_modules_of_another_place_are_kept_or_their_commit_is(
    project: Path, tmp_path: Path
) -> None:
    repository(project, train="import shared.one, shared.two, loose.part\n" + TRAIN)
    (tmp_path / "lib" / "shared").mkdir(parents=True)
    (tmp_path / "lib" / "shared" / "one.py").write_text("one = 1\n")
    (tmp_path / "lib" / "shared" / "two.py").write_text("two = 1\n")
    other = repository(tmp_path / "lib")
    (other / "shared" / "two.py").write_text("two = 2\n")
    (tmp_path / "free" / "loose").mkdir(parents=True)
    (tmp_path / "free" / "loose" / "part.py").write_text("c = 1\n")

    path = f"{os.environ.get('PYTHONPATH', '')}:{other}:{tmp_path / 'free'}"
    exp = train("train.py", project, PYTHONPATH=path)

    assert kept(exp) == {
        "elsewhere/shared/two.py": "two = 2\n",
        "elsewhere/loose/part.py": "c = 1\n",
    }
    (noted,) = exp.facts["code"]["repositories"]
    assert noted["commit"] == git(other, "rev-parse", "HEAD").strip()


def test_the_code_of_an_archive_is_kept(project: Path, tmp_path: Path) -> None:
    (tmp_path / "app" / "parts").mkdir(parents=True)
    (tmp_path / "app" / "__main__.py").write_text("import parts.model\n" + TRAIN)
    (tmp_path / "app" / "parts" / "__init__.py").write_text("")
    (tmp_path / "app" / "parts" / "model.py").write_text("n = 1\n")
    zipapp.create_archive(tmp_path / "app", project / "app.pyz")

    assert kept(train("app.pyz", project)) == {
        "elsewhere/__main__.py": "import parts.model\n" + TRAIN,
        "elsewhere/parts/__init__.py": "",
        "elsewhere/parts/model.py": "n = 1\n",
    }


def test_names_that_not_every_computer_takes_are_kept(project: Path) -> None:
    (project / "train:2 .py").write_text(TRAIN)

    assert kept(train("train:2 .py", project)) == {"train_2_.py": TRAIN}


def test_what_is_too_large_is_named(project: Path) -> None:
    (project / "table.py").write_text("x = 1\n" + "# filler\n" * 200_000)
    (project / "train.py").write_text("import table\n" + TRAIN)

    exp = train("train.py", project)

    assert set(kept(exp)) == {"train.py"}
    assert exp.facts["code"]["left_out_files"] == 1
    assert exp.facts["code"]["left_out"][0].startswith("table.py: ")


def with_submodule(project: Path, tmp_path: Path) -> Path:
    inner = repository(tmp_path / "inner", layer="k = 1\n")
    repository(project, train="from sub import layer\n" + TRAIN)
    git(project, "submodule", "--quiet", "add", str(inner), "sub")
    git(project, "commit", "-qm", "submodule")
    return project / "sub"


def test_a_change_in_a_submodule_is_dirty(project: Path, tmp_path: Path) -> None:
    sub = with_submodule(project, tmp_path)
    exp = train("train.py", project)
    assert (facts(exp)["dirty"], kept(exp)) == (False, {})

    (sub / "layer.py").write_text("k = 2\n")
    exp = train("train.py", project)

    assert facts(exp)["dirty"] is True
    assert facts(exp)["changed"] == ["M sub/layer.py"]
    assert kept(exp) == {"sub/layer.py": "k = 2\n"}
    clean = tmp_path / "clean"
    git(tmp_path, "clone", "-q", "--recurse-submodules", str(project), "clean")
    patch = Path(exp.path) / "environment" / "uncommitted.patch"
    git(clean, "apply", str(patch))
    assert (clean / "sub" / "layer.py").read_text() == "k = 2\n"


def test_a_script_in_a_submodule_belongs_to_what_holds_it(project: Path, tmp_path: Path) -> None:
    sub = with_submodule(project, tmp_path)
    (sub / "train.py").write_text(TRAIN)

    exp = train("sub/train.py", project)

    assert facts(exp)["commit"] == git(project, "rev-parse", "HEAD").strip()
    assert facts(exp)["untracked"] == ["sub/train.py"]
    assert kept(exp) == {"sub/train.py": TRAIN}


def with_filter(place: Path) -> Path:
    """A repository whose own filter takes a line out that the work tree has."""
    repository(place, train="# SECRET\n" + TRAIN)
    git(place, "config", "filter.strip.clean", "sed /SECRET/d; touch ../ran")
    (place / ".gitattributes").write_text("*.py filter=strip\n")
    git(place, "add", "--renormalize", ".")
    git(place, "add", ".")
    git(place, "commit", "-qm", "filtered")
    os.utime(place / "train.py", (1, 1))
    shutil.rmtree(place.parent / "ran", ignore_errors=True)
    (place.parent / "ran").unlink(missing_ok=True)
    return place


def test_a_filter_of_the_repository_is_heeded_for_its_own_script(
    project: Path, tmp_path: Path
) -> None:
    home = with_filter(tmp_path / "home")
    exp = train(home / "train.py", home, SPECWEAVE_ROOT=str(project))

    assert git(home, "status", "--porcelain") == ""
    assert facts(exp)["dirty"] is False
    assert (exp.path / "environment" / "uncommitted.patch").exists() is False


def test_a_filter_of_a_repository_that_is_only_visited_is_not_run(
    project: Path, tmp_path: Path
) -> None:
    home = with_filter(tmp_path / "home")
    code = f"import sys\nsys.path.insert(0, {str(home)!r})\n{TRAIN}"

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=home, capture_output=True, text=True, check=False,
        env={**os.environ, "SPECWEAVE_ROOT": str(project)}, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    exp = load_experiment("x")

    assert not (tmp_path / "ran").exists()
    assert "dirty" not in facts(exp)
    assert facts(exp)["not_compared"] == ["train.py"]
    assert not (exp.path / "environment" / "uncommitted.patch").exists()


@pytest.mark.parametrize("by", ["repository", "user", "variable"])
def test_line_ends_that_git_converts_are_no_change(
    project: Path, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository(project, train=TRAIN)
    environment = {}
    if by == "repository":
        git(project, "config", "core.autocrlf", "true")
    elif by == "user":
        (project.parent / "gitconfig").write_text("[core]\n\tautocrlf = true\n")
        environment["GIT_CONFIG_GLOBAL"] = str(project.parent / "gitconfig")
    else:
        environment |= {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "core.autocrlf",
            "GIT_CONFIG_VALUE_0": "true",
        }
    (project / "train.py").unlink()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    git(project, "checkout", "train.py")
    assert b"\r\n" in (project / "train.py").read_bytes()
    os.utime(project / "train.py", (1, 1))

    exp = train("train.py", project)

    assert git(project, "--no-optional-locks", "status", "--porcelain", "-uno") == ""
    assert facts(exp)["dirty"] is False
    assert kept(exp) == {}


SHADOWED = """
import importlib, sys
from pathlib import Path
import json.tool
from specweave import track_experiment
with track_experiment("first"):
    pass
Path("tool.py").write_text("MINE = 1")
sys.path.insert(0, ".")
del sys.modules["json.tool"]
import tool
sys.modules["json.tool"] = tool
with track_experiment("x"):
    pass
"""


def test_a_module_that_takes_the_name_of_an_installed_one_is_kept(project: Path) -> None:
    (project / "shadowed.py").write_text(SHADOWED, "utf-8")
    code = kept(train(project / "shadowed.py", project))
    assert "MINE = 1" in code.values(), code
