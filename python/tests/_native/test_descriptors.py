"""Open files: an experiment that is over, or was only loaded, has none."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator

import pytest

from conftest import Run
from specweave import (
    Experiment,
    compare_experiments,
    list_experiments,
    load_experiment,
    track_experiment,
)

COUNT = 100
LIMIT = 64


def opened() -> int:
    """How many files this process has open."""
    return len(os.listdir("/proc/self/fd"))


@pytest.fixture
def few_descriptors() -> Iterator[None]:
    """At most `LIMIT` more than are open."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = max(map(int, os.listdir("/proc/self/fd")))
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + LIMIT, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def finished(number: int) -> Experiment:
    """An experiment with points, a parameter and a file, that is over."""
    with track_experiment(f"run-{number}", capture=False, writes="buffered") as exp:
        for step in range(600 if number == 0 else 3):
            exp.log_metric("loss", number + step / 7)
        exp.log_param("number", number)
        exp.save_artifact("a.txt", str(number))
    return exp


@pytest.mark.usefixtures("few_descriptors")
def test_any_number_of_experiments_may_be_kept_that_are_over() -> None:
    finished(0)
    before = opened()
    kept = [finished(number) for number in range(1, COUNT)]
    assert opened() == before
    loaded = [load_experiment(f"run-{number}") for number in range(1, COUNT)]
    histories = [exp.history("loss") for exp in loaded]
    frames = [exp.history("loss").to_dataframe() for exp in kept]
    assert opened() == before
    for number, (exp, history, frame) in enumerate(zip(loaded, histories, frames, strict=True), 1):
        values = [number + step / 7 for step in range(3)]
        assert history.values.tolist() == frame["value"].tolist() == values
        assert exp.load_artifact("a.txt") == str(number)
        exp.log_note("loaded")
        kept[number - 1].log_note("kept")
        kept[number - 1].save_artifact("b.txt", "later")
        exp.add_tag("seen")
    assert opened() == before
    for exp in kept:
        assert [str(note) for note in exp.notes] == ["loaded", "kept"]
        assert exp.tags == ["seen"]
        assert exp.load_artifact("b.txt") == "later"
        assert exp.status == "completed"
    assert len(list_experiments()) == COUNT
    assert len(compare_experiments().to_dataframe()) == COUNT
    assert opened() == before


def test_what_was_printed_to_an_experiment_that_is_over_keeps_no_file_open() -> None:
    before = opened()
    kept = []
    for number in range(5):
        with track_experiment(f"run-{number}", capture=False, capture_output=True) as exp:
            print("printed", number)
        kept.append(exp)
    assert opened() == before
    for number, exp in enumerate(kept):
        assert (exp.path / "output.log").read_text() == f"printed {number}\n"


def test_points_of_a_loaded_experiment_keep_it_open_until_the_flush() -> None:
    finished(1)
    before = opened()
    exp = load_experiment("run-1")
    exp.log_metric("loss", 9.0)
    exp.flush()
    assert opened() == before
    exp.log_metric("loss", 10.0)
    assert exp.history("loss").values.tolist()[3:] == [9.0, 10.0]


def test_a_folder_that_took_the_place_of_the_old_one_is_not_taken_for_it(run: Run) -> None:
    exp = finished(1)
    run("import shutil, sys; shutil.rmtree(sys.argv[1])", str(exp.path))
    other = finished(1)
    assert other.path == exp.path
    with pytest.raises(LookupError):
        exp.save_artifact("b.txt", "of the old one")
    assert [path.name for path in other.path.glob("*.txt")] == ["a.txt"]


def test_an_experiment_that_runs_is_written_where_it_was_moved_to() -> None:
    exp = track_experiment("moving", capture=False)
    exp.log_metric("loss", 1.0)
    moved = exp.path.with_name("moved")
    exp.path.rename(moved)
    exp.log_metric("loss", 2.0)
    exp.finish()
    assert load_experiment(str(moved)).history("loss").values.tolist() == [1.0, 2.0]
