"""A disk that refuses: training continues, and what waited is stored once it can be."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Run
from specweave import load_experiment, track_experiment
from stress.laboratory import LANGUAGES, Laboratory
from stress.refusing import refuse_for_a_while, refuse_from_then_on
from support.power_cut import NOTHING_WRITTEN, Disk

FAULTS = pytest.mark.parametrize("fault", ["EIO", "EDQUOT", "EROFS", "ENOSPC", "EMFILE"])
PROGRAMS = pytest.mark.parametrize("language", LANGUAGES)
pytestmark = pytest.mark.xdist_group("faults")  # one laboratory for all of them


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    """The programs under test."""
    return Laboratory(tmp_path_factory.mktemp("laboratory"))


@FAULTS
@PROGRAMS
def test_a_fault_that_passes_costs_nothing(
    laboratory: Laboratory, tmp_path: Path, language: str, fault: str
) -> None:
    printed = refuse_for_a_while(laboratory, tmp_path, language, getattr(errno, fault))
    assert printed.count("TrackingWarning") == (language == "python"), printed


@FAULTS
@PROGRAMS
def test_a_fault_that_stays_leaves_what_was_acknowledged(
    laboratory: Laboratory, tmp_path: Path, language: str, fault: str
) -> None:
    refuse_from_then_on(laboratory, tmp_path, language, getattr(errno, fault))


def test_out_of_descriptors_points_are_stored_all_the_same(run: Run) -> None:
    result = run(
        """
        import resource
        from specweave import track_experiment
        exp = track_experiment("few", capture=False)
        exp.log_metric("x", 0.0)
        before = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, before[1]))
        for step in range(1, 5000):
            exp.log_metric("x", float(step))
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
        exp.finish()
        assert exp.dropped == 0
        """
    )
    assert result.returncode == 0, result.stderr
    read = load_experiment("few")
    assert read.history("x").values.tolist() == [float(step) for step in range(5000)]
    assert read.status == "completed"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk that can be made to answer everything with an I/O error."""
    disk = Disk(tmp_path)
    yield disk
    disk.remove()


@pytest.mark.parametrize("points", [100, 5000])
def test_a_disk_that_dies_does_not_stop_the_training(disk: Disk, run: Run, points: int) -> None:
    code = """
import sys, warnings
from specweave import StorageError, track_experiment
exp = track_experiment("dies", capture=False)
for step in range(int(sys.argv[1])):
    exp.log_metric("x", float(step))
exp.flush(durable=True)
print("cut", flush=True)
sys.stdin.readline()
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for step in range(int(sys.argv[1])):
        exp.log_metric("x", 0.5)
    exp.log_note("still here")
assert len(caught) == 1, [str(one.message) for one in caught]
assert "Input/output error" in str(caught[0].message), caught[0].message
try:
    exp.flush(durable=True)
except StorageError:
    print("said so", flush=True)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    exp.finish()
print("trained", flush=True)
"""
    said = disk.cut(code, NOTHING_WRITTEN, str(points), goes_on=True)
    assert said == ["said so", "trained"]
    read = load_experiment(
        "dies", str(disk.project / ".specweave/increments/0042-recommendation-model")
    )
    assert read.history("x").values.tolist() == [float(step) for step in range(points)]
    assert read.status == "crashed"


@pytest.mark.parametrize("name", ["params.json", "metrics.json", "metadata.yaml", ".summary.json"])
@pytest.mark.parametrize("kind", ["pipe", "link", "folder", "huge"])
def test_what_took_the_place_of_a_view_is_moved_away(name: str, kind: str) -> None:
    exp = track_experiment("x", capture=False)
    exp.log_param("depth", 6)
    exp.log_metric("loss", 0.5)
    exp.flush()
    view = exp.path / name
    view.unlink()
    if kind == "pipe":
        os.mkfifo(view)
    elif kind == "link":
        view.symlink_to("/etc/passwd")
    elif kind == "folder":
        view.mkdir()
    else:
        with view.open("wb") as file:
            file.truncate((256 << 20) + 1)
    with pytest.warns(match=f"{name} of 'x' had been edited by hand"):
        exp.finish()
    kept = view.with_name(f"{name}.edited")
    assert kept.is_fifo() == (kind == "pipe")
    assert kept.is_symlink() == (kind == "link")
    assert view.is_file()
    assert not view.is_symlink()
    read = load_experiment("x")
    assert (read.status, read.params, dict(read.metrics)) == (
        "completed",
        {"depth": 6},
        {"loss": 0.5},
    )


def test_saving_where_every_lock_of_a_folder_is_taken_ends(refuse: Path, run: Run) -> None:
    done = run(
        """
        from specweave import TrackingError, track_experiment
        with track_experiment("x", capture=False) as exp:
            exp.log_metric("loss", 0.5)
            try:
                exp.save_artifact("a.txt", "text")
            except TrackingError as problem:
                print(problem)
        """,
        REFUSE="turns",
        LD_PRELOAD=str(refuse),
        SPECWEAVE_QUIET="1",
    )
    assert done.returncode == 0, done.stderr
    assert ".saving" in done.stdout
    read = load_experiment("x")
    assert (read.status, dict(read.metrics)) == ("completed", {"loss": 0.5})
    assert not (read.path / ".saving").exists()


def test_a_program_goes_on_whose_working_directory_is_removed(run: Run) -> None:
    done = run(
        """
        import os, sys, tempfile
        from specweave import *
        os.makedirs("below/here")
        os.chdir("below/here")
        with track_experiment("x") as exp:
            os.removedirs(os.getcwd())
            exp.log_metric("loss", 0.5)
            exp.save_artifact("a.txt", "text")
            with track_experiment("inner", parent=exp, capture=False) as inner:
                inner.log_metric("loss", 1.5)
        with track_experiment("y") as other:
            other.log_metric("loss", 0.25)
        print([exp.name for exp in list_experiments()], load_experiment("x").status)
        print(compare_experiments(sort_by="loss").rows[0]["name"])
        """,
        SPECWEAVE_QUIET="1",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "['x', 'y'] completed\ny\n"


def test_files_are_saved_although_the_folder_for_temporary_ones_is_removed(run: Run) -> None:
    done = run(
        """
        import os, tempfile
        import numpy as np
        from specweave import track_experiment
        os.environ["TMPDIR"] = tempfile.tempdir = tempfile.mkdtemp(dir=".")
        with track_experiment("x") as exp:
            os.rmdir(tempfile.gettempdir())
            exp.save_artifact("a.npy", np.arange(3))
            exp.save_model({"weight": 1.5})
        print(exp.load_artifact("a.npy").tolist(), exp.load_artifact("model.pkl", trust=True))
        """,
        SPECWEAVE_QUIET="1",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "[0, 1, 2] {'weight': 1.5}\n"


@pytest.mark.parametrize("megabytes", [30, 60, 100, 150])
def test_a_note_for_which_there_is_no_memory_does_not_end_the_program(
    run: Run, megabytes: int
) -> None:
    done = run(
        """
        import resource, sys
        from specweave import track_experiment
        with track_experiment("x", capture=False) as exp:
            exp.log_metric("loss", 0.5)
            exp.log_note("small")
            exp.flush()
            text = "n" * (20 << 20)
            with open("/proc/self/statm") as file:
                size = int(file.read().split()[0]) * resource.getpagesize()
            limit = size + (int(sys.argv[1]) << 20)
            resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
            exp.log_note(text)
            exp.log_metric("loss", 0.25)
        """,
        str(megabytes),
        warnings="always",
        SPECWEAVE_QUIET="1",
    )
    assert done.returncode == 0, done.stderr
    assert "not enough memory for the 20971520 bytes" in done.stderr
    read = load_experiment("x")
    assert read.status == "completed"
    assert read.history("loss").values.tolist() == [0.5, 0.25]
    assert [str(note) for note in read.notes] == ["small"]
