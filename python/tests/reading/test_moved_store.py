"""A store that was moved, cleaned up or damaged by hand: readers work and change nothing."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from specweave import compare_experiments, list_experiments, load_experiment, track_experiment


@pytest.fixture(autouse=True)
def store(project: Path) -> None:
    for number, name in enumerate(["a", "b"]):
        with track_experiment(name, params={"depth": number}, tags=["t"], capture=False) as exp:
            exp.log_series("auc", [0.5, 0.6 + number / 10])
            exp.log_note("note")
            exp.save_artifact("model.txt", "weights")


def digest(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        if path.is_file()
        else "folder"
        for path in sorted(folder.rglob("*"))
    }


def read_everything(history: bool = True) -> None:
    listed = list_experiments()
    assert [exp.name for exp in listed] == ["a", "b"]
    for number, exp in enumerate(listed):
        loaded = load_experiment(exp.name)
        for one in (exp, loaded):
            assert one.params == {"depth": number}
            assert one.metrics["auc"] == 0.6 + number / 10
            assert (one.tags, one.notes, one.status) == (["t"], ["note"], "completed")
            assert one._repr_html_()
        assert loaded.load_artifact("model.txt") == "weights"
        if history:
            assert loaded.history("auc").values.tolist() == [0.5, 0.6 + number / 10]
    best = compare_experiments(write=False).best
    assert best is not None
    assert best.name == "b"


def test_reading_changes_nothing(project: Path) -> None:
    before = digest(project)
    read_everything()
    assert digest(project) == before


def test_moved_store_reads_the_same(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = digest(project)
    moved = tmp_path / "elsewhere" / "project"
    moved.parent.mkdir()
    os.rename(project, moved)
    monkeypatch.chdir(moved)
    read_everything()
    assert digest(moved) == before


def test_views_can_be_deleted(project: Path, experiments: Path) -> None:
    for view in experiments.rglob("*"):
        if view.name in ("params.json", "metrics.json", "metadata.yaml", ".summary.json"):
            view.unlink()
    before = digest(project)
    read_everything()
    assert digest(project) == before


def test_event_files_can_be_missing(project: Path, experiments: Path) -> None:
    for events in experiments.rglob("*tfevents*"):
        events.unlink()
    before = digest(project)
    read_everything(history=False)
    assert load_experiment("a")._facts()["history"] == "missing"
    assert digest(project) == before
