"""Experiments that are put away, brought back, and deleted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from specweave import (
    ClosedError,
    ExperimentBusyError,
    ExperimentNotFoundError,
    InvalidArgumentError,
    StorageError,
    compare_experiments,
    list_experiments,
    load_experiment,
    track_experiment,
)


def make(name: str, accuracy: float = 0.5) -> None:
    with track_experiment(name, capture=False) as experiment:
        experiment.log_metric("accuracy", accuracy)
        experiment.save_artifact("folder/note.txt", "kept")


def names(*, children: bool = False, archived: bool = False) -> list[str]:
    return [one.name for one in list_experiments(children=children, archived=archived)]


def files(folder: Path) -> dict[str, bytes]:
    """Every file by its path, without the views that a later reader may write anew."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_an_archived_experiment_is_out_of_the_way_and_comes_back(experiments: Path) -> None:
    make("one", 0.6)
    make("two", 0.7)
    make("three", 0.8)
    compare_experiments()
    one = load_experiment("one")
    before = files(one.path)
    one.archive()
    assert one.path == experiments / "_archive" / "one"
    assert files(one.path) == before
    assert names() == ["two", "three"]
    assert names(archived=True) == ["one", "two", "three"]
    assert [row["name"] for row in compare_experiments(write=False).rows] == ["two", "three"]
    assert "| one |" not in (experiments / "comparison.md").read_text("utf-8")
    one.add_tag("away")  # the handle continues at the new place
    assert load_experiment("one").tags == ["away"]
    with pytest.raises(InvalidArgumentError):
        one.archive()

    found = load_experiment("one")
    found.restore()
    assert found.path == experiments / "one"
    assert found.metrics["accuracy"] == 0.6
    assert found.load_artifact("folder/note.txt") == "kept"
    assert names() == ["one", "two", "three"]
    with pytest.raises(InvalidArgumentError):
        found.restore()


def test_what_took_the_name_meanwhile_stays(experiments: Path) -> None:
    make("run", 0.1)
    load_experiment("run").archive()
    (experiments / "run").mkdir()
    (experiments / "run" / "mine.txt").write_text("a person's own", "utf-8")
    archived = load_experiment("run")
    archived.restore()
    assert archived.path == experiments / "run-2"
    assert (experiments / "run" / "mine.txt").read_text("utf-8") == "a person's own"


def test_numbers_of_what_is_gone_are_not_used_again(project: Path) -> None:
    make("one")
    make("two")
    load_experiment("two").delete()
    make("three")
    assert [one.number for one in list_experiments()] == [1, 3]


def test_a_deleted_experiment_is_gone_with_all_inside(experiments: Path) -> None:
    make("other")
    with track_experiment("sweep", capture=False, kind="sweep") as sweep:
        track_experiment("child", parent=sweep, capture=False).finish()
    inside = load_experiment("sweep/child")
    deep = load_experiment("sweep")
    inside.delete()
    assert [one.name for one in list_experiments(children=True)] == ["other", "sweep"]
    deep.delete()
    assert names() == ["other"]
    assert not (experiments / "sweep").exists()
    assert not [path for path in experiments.iterdir() if "deleted" in path.name]
    assert "sweep" not in (experiments / "comparison.md").read_text("utf-8")
    with pytest.raises(ExperimentNotFoundError):
        load_experiment("sweep")
    assert deep.closed
    with pytest.raises(ClosedError):
        deep.add_tag("late")
    with pytest.raises(ExperimentNotFoundError, match="moved or deleted"):
        sweep.delete()


def test_deleting_follows_no_link(experiments: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious.txt").write_text("stays", "utf-8")
    make("linked")
    make("neighbour")
    loaded = load_experiment("linked")
    (loaded.path / "to-folder").symlink_to(outside)
    (loaded.path / "folder" / "to-neighbour").symlink_to(experiments / "neighbour")
    (loaded.path / "dangling").symlink_to(tmp_path / "nothing")
    os.link(outside / "precious.txt", loaded.path / "hard.txt")
    loaded.delete()
    assert (outside / "precious.txt").read_text("utf-8") == "stays"
    assert load_experiment("neighbour").metrics["accuracy"] == 0.5
    assert not (experiments / "linked").exists()


def test_a_running_one_is_refused(project: Path) -> None:
    running = track_experiment("running", capture=False)
    running.log_metric("accuracy", 0.1)
    for refused in (running.archive, running.delete, load_experiment("running").delete):
        with pytest.raises(ExperimentBusyError, match="is running"):
            refused()
    running.log_metric("accuracy", 0.2)
    with pytest.raises(ExperimentBusyError):
        running.archive(force=True)
    assert load_experiment("running").metrics["accuracy"] == 0.2
    running.delete(force=True)
    assert names() == []


def test_one_that_another_process_writes_is_refused_until_it_is_gone(project: Path) -> None:
    program = (
        "from specweave import track_experiment; import sys, time\n"
        "parent = track_experiment('parent', capture=False); parent.finish()\n"
        "exp = track_experiment('child', parent=parent, capture=False)\n"
        "exp.log_metric('loss', 1.0); print('ready', flush=True); time.sleep(600)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        with pytest.raises(ExperimentBusyError, match=f"process {process.pid}"):
            load_experiment("parent").delete()
        assert sorted(names(children=True)) == ["child", "parent"]
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
    load_experiment("parent").delete()  # crashed: nobody writes it any more
    assert names(children=True) == []


def test_a_deletion_leaves_no_half_of_an_experiment(experiments: Path) -> None:
    make("kept")
    make("victim")
    if os.geteuid() == 0:
        # Root removes whatever it may see: a folder that is a mount or immutable is not at hand.
        load_experiment("victim").delete()
    else:
        (experiments / "victim" / "folder").chmod(0o500)
        with pytest.raises(StorageError, match="cannot be removed"):
            load_experiment("victim").delete()
    assert names() == ["kept"]
    with pytest.raises(ExperimentNotFoundError):
        load_experiment("victim")
    left = experiments / ".deleted.abc.tmp"
    (left / "folder").mkdir(parents=True)
    (left / "folder" / "file").write_text("of a deletion that was killed", "utf-8")
    assert names(children=True, archived=True) == ["kept"]
    load_experiment("kept").delete()
    assert not left.exists()


def test_the_with_block_of_a_deleted_one_ends_quietly(project: Path) -> None:
    with track_experiment("gone", capture=False) as experiment:
        experiment.log_metric("loss", 1.0)
        experiment.delete(force=True)
    with track_experiment("away", capture=False) as experiment:
        experiment.finish()
        experiment.archive()
        experiment.log_note("after the move")
    assert [one.notes for one in list_experiments(archived=True)] == [["after the move"]]
