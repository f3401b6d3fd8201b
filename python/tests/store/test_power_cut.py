"""The power is cut: what was promised to be on the disk is there, and the rest does no harm."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from specweave import Experiment, load_experiment
from support.power_cut import JOURNAL_WRITTEN, NOTHING_WRITTEN, Disk

PRELUDE = """
import sys, time
from specweave import track_experiment

def say(word):
    print(word, flush=True)

def cut():
    say("cut")
    sys.stdin.read()
"""

WAYS = pytest.mark.parametrize("what", [JOURNAL_WRITTEN, NOTHING_WRITTEN])


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk whose power can be cut; where none can be mounted, the test says why it is skipped."""
    disk = Disk(tmp_path)
    yield disk
    disk.remove()


def found(disk: Disk) -> tuple[Experiment, int]:
    """The experiment, and how many points it has: the first so many, with nothing wrong in them.

    What was in memory when the power failed is reported.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'cut' is damaged: the last points of")
        warnings.filterwarnings("ignore", "the history of 'loss' is not whole: the last points of")
        exp = load_experiment(
            "cut", str(disk.project / ".specweave/increments/0042-recommendation-model")
        )
        history = exp.history("loss")
    assert history.values.tolist() == [step / 7 for step in range(len(history))]
    for problem in exp._facts()["problems"]:
        assert problem.startswith("the last points of")
        assert "lost: " in problem
    return exp, len(history)


def goes_on(disk: Disk, count: int) -> None:
    """A resume continues behind the points that are there, and takes no view for an edited one."""
    code = PRELUDE + (
        "with track_experiment('cut', resume=True, capture=False) as exp:\n"
        "    for step in range(int(sys.argv[1]), int(sys.argv[1]) + 1000):\n"
        "        exp.log_metric('loss', step / 7)\n"
    )
    environment = {**os.environ, "SPECWEAVE_QUIET": "1", "SPECWEAVE_ROOT": str(disk.root)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-W", "ignore:the last points", "-c", code, str(count)],
        cwd=disk.project, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    exp, more = found(disk)
    assert exp._facts()["problems"] == []
    assert (exp.status, more) == ("completed", count + 1000)
    left = [path.name for path in Path(exp.path).iterdir()]
    assert not [name for name in left if name.endswith((".edited", ".tmp"))], left


@WAYS
def test_always_keeps_every_call_that_returned(disk: Disk, what: int) -> None:
    code = (
        PRELUDE
        + """
exp = track_experiment("cut", capture=False, sync="always")
for step in range(50):
    exp.log_metric("loss", step / 7)
    exp.log_param(f"p{step}", step)
exp.add_tag("tag")
exp.log_note("note")
exp.save_artifact("weights.bin", b"w" * 100_000)
cut()
"""
    )
    disk.cut(code, what)
    exp, count = found(disk)
    assert count == 50
    assert exp.params == {f"p{step}": step for step in range(50)}
    assert (exp.tags, [str(note) for note in exp.notes]) == (["tag"], ["note"])
    assert exp.artifact_path("weights.bin").read_bytes() == b"w" * 100_000
    goes_on(disk, count)


@WAYS
def test_seconds_keep_what_came_before_the_last_sync(disk: Disk, what: int) -> None:
    code = (
        PRELUDE
        + """
exp = track_experiment("cut", capture=False, sync=0.05)
for step in range(3000):
    exp.log_metric("loss", step / 7)
time.sleep(0.1)
exp.log_metric("loss", 3000 / 7)
exp.log_metric("loss", 3001 / 7)
cut()
"""
    )
    disk.cut(code, what)
    _, count = found(disk)
    assert 3001 <= count <= 3002
    goes_on(disk, count)


@WAYS
@pytest.mark.parametrize("points", [20, 5000])
def test_a_durable_flush_keeps_everything_before_it(disk: Disk, what: int, points: int) -> None:
    code = (
        PRELUDE
        + f"""
exp = track_experiment("cut", capture=False, params={{"depth": 6}})
for step in range({points}):
    exp.log_metric("loss", step / 7)
exp.flush(durable=True)
for step in range({points}, {2 * points}):
    exp.log_metric("loss", step / 7)
cut()
"""
    )
    disk.cut(code, what)
    exp, count = found(disk)
    assert points <= count <= 2 * points
    assert exp.params == {"depth": 6}
    assert exp.status == "crashed"
    goes_on(disk, count)


@WAYS
def test_a_finished_experiment_is_whole(disk: Disk, what: int) -> None:
    code = (
        PRELUDE
        + """
with track_experiment("cut", capture=False, params={"depth": 6}) as exp:
    for step in range(5000):
        exp.log_metric("loss", step / 7)
    exp.save_artifact("weights.bin", b"w" * 100_000)
cut()
"""
    )
    disk.cut(code, what)
    exp, count = found(disk)
    assert (exp.status, count, exp.params) == ("completed", 5000, {"depth": 6})
    assert exp.artifact_path("weights.bin").read_bytes() == b"w" * 100_000
    goes_on(disk, count)


@WAYS
def test_without_any_sync_the_name_is_free_or_goes_on(disk: Disk, what: int) -> None:
    code = (
        PRELUDE
        + """
exp = track_experiment("cut", capture=False, resume="allow")
for step in range(int(sys.argv[1])):
    exp.log_metric("loss", 0.5)
cut()
"""
    )
    for points in (3, 3000):
        disk.cut(code, what, str(points))
    again = (
        PRELUDE
        + """
with track_experiment("cut", capture=False, resume="allow") as exp:
    exp.log_metric("accuracy", 1.0)
cut()
"""
    )
    disk.cut(again, what)
    exp = load_experiment(
        "cut", str(disk.project / ".specweave/increments/0042-recommendation-model")
    )
    assert (exp.status, exp.metrics["accuracy"]) == ("completed", 1.0)
    assert exp._facts()["problems"] == []
