"""A store that is moved, read-only or incomplete is read all the same, and not changed by it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from specweave import track_experiment
from support.fixture_store import tree
from support.read_only import mount_read_only

NAMES = ("first", "second")
VIEWS = (
    "params.json",
    "metrics.json",
    "metadata.yaml",
    ".summary.json",
    "comparison.md",
    ".gitignore",
)

READER = """
import json, sys
from specweave import compare_experiments, list_experiments, load_experiment

found = {}
for exp in list_experiments("0042", children=True, archived=True):
    loaded = load_experiment(exp.path)
    facts = loaded._facts()
    curves = {}
    for key in loaded.metrics:
        try:
            curves[key] = [[point.step, point.value] for point in loaded.history(key)]
        except LookupError:
            curves[key] = None
    loaded._repr_html_(), repr(loaded), loaded.to_dataframe if facts["history"] else None
    found[exp.name] = {
        "params": loaded.params, "tags": loaded.tags, "notes": list(map(str, loaded.notes)),
        "status": loaded.status, "metrics": dict(loaded.metrics), "curves": curves,
        "history": facts["history"], "artifact": loaded.artifact_path("config.json").read_text(),
    }
comparison = compare_experiments("0042", write=False)
print(json.dumps([found, comparison.best.name, comparison.markdown, str(comparison)]))
"""


@pytest.fixture
def store(project: Path) -> Path:
    """A project with two finished experiments, one with a child, and its comparison."""
    for number, name in enumerate(NAMES):
        with track_experiment(name, params={"depth": number}, tags=["t"]) as exp:
            for step in range(5):
                exp.log_metric("loss", 1 / (step + 1 + number), step=step)
            exp.log_metric("accuracy", 0.8 + number / 10)
            exp.log_note("note")
            exp.save_artifact("config.json", {"depth": number})
    return project


def read(project: Path, *prefix: str) -> Any:
    """What a new process reads, after a check that it changed nothing."""
    before = tree(project)
    done = subprocess.run(
        [*prefix, sys.executable, "-c", READER], cwd=project, env={**os.environ},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert tree(project) == before
    return json.loads(done.stdout)


def expected(history: str = "complete") -> dict[str, Any]:
    return {
        name: {
            "params": {"depth": number},
            "tags": ["t"],
            "notes": ["note"],
            "status": "completed",
            "metrics": {"loss": 1 / (5 + number), "accuracy": 0.8 + number / 10},
            "curves": {
                "loss": [[step, 1 / (step + 1 + number)] for step in range(5)],
                "accuracy": [[0, 0.8 + number / 10]],
            },
            "history": history,
            "artifact": f'{{\n  "depth": {number}\n}}\n',
        }
        for number, name in enumerate(NAMES)
    }


def check(result: Any, wanted: dict[str, Any]) -> None:
    found, best, markdown, text = result
    for name, facts in wanted.items():
        found[name]["artifact"] = json.loads(found[name]["artifact"])
        facts["artifact"] = json.loads(facts["artifact"])
        assert found[name] == facts
    assert best == "second"
    assert "| second |" in markdown
    assert "second" in text


def test_as_it_is(store: Path) -> None:
    check(read(store), expected())


def test_moved_elsewhere(store: Path, tmp_path: Path) -> None:
    moved = tmp_path / "else where" / "é"
    moved.parent.mkdir()
    store.rename(moved)
    store.mkdir()
    check(read(moved), expected())


def test_copied_without_times_and_modes(store: Path, tmp_path: Path) -> None:
    shutil.copytree(store, tmp_path / "copy", copy_function=shutil.copyfile)
    check(read(tmp_path / "copy"), expected())


def test_mounted_read_only(store: Path) -> None:
    prefix = mount_read_only(store)
    try:
        check(read(store, *prefix), expected())
    finally:
        for path in [store, *store.rglob("*")]:
            path.chmod(0o755)


def test_views_deleted(store: Path, experiments: Path) -> None:
    for path in [*experiments.rglob("*")]:
        if path.name in VIEWS:
            path.unlink()
    check(read(store), expected())


def test_committed_and_cloned(store: Path, tmp_path: Path) -> None:
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run(["git", *identity, *arguments], cwd=store, check=True)
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(store), str(clone)], check=True)
    check(read(clone), expected())
