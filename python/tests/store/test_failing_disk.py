"""A disk fails for a while and recovers: what was said to be on it is there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from specweave import load_experiment
from support.failing_disk import FailingDisk
from support.power_cut import NOTHING_WRITTEN

PRELUDE = """
import sys
from specweave import track_experiment
from specweave_ml.errors import StorageError

def say(word):
    print(word, flush=True)

def ask(word):
    say(word)
    sys.stdin.readline()

def durable(exp):
    try:
        exp.flush(durable=True)
        say("on the disk")
    except StorageError:
        say("refused")
"""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[FailingDisk]:
    """A disk whose writes can be made to fail; where none can be mounted, the test says why."""
    disk = FailingDisk(tmp_path)
    yield disk
    disk.remove()


def cut(disk: FailingDisk, code: str) -> list[str]:
    """Run a program on the disk, which it may make fail and recover, and cut the power."""
    answers = {"fail": disk.fail, "recover": disk.recover}
    return disk.cut(PRELUDE + code, NOTHING_WRITTEN, answers=answers)


def values(disk: FailingDisk) -> list[float]:
    exp = load_experiment(
        "cut", str(disk.project / ".specweave/increments/0042-recommendation-model")
    )
    found: list[float] = exp.history("loss").values.tolist()
    return found


@pytest.mark.parametrize("writes", ["direct", "buffered"])
def test_a_sync_after_a_failed_one_writes_all_of_it_again(disk: FailingDisk, writes: str) -> None:
    said = cut(
        disk,
        f"""
exp = track_experiment("cut", capture=False, writes={writes!r})
for step in range(1_000):
    exp.log_metric("loss", step / 7)
durable(exp)
ask("fail")
for step in range(1_000, 20_000):
    exp.log_metric("loss", step / 7)
durable(exp)
ask("recover")
durable(exp)
say("cut")
sys.stdin.read()
""",
    )
    assert said == ["on the disk", "fail", "refused", "recover", "on the disk"]
    assert values(disk) == [step / 7 for step in range(20_000)]


def test_a_sync_goes_on_failing_while_the_disk_does(disk: FailingDisk) -> None:
    said = cut(
        disk,
        """
exp = track_experiment("cut", capture=False)
durable(exp)
ask("fail")
for step in range(20_000):
    exp.log_metric("loss", step / 7)
for _ in range(4):
    durable(exp)
ask("recover")
durable(exp)
say("cut")
sys.stdin.read()
""",
    )
    assert said == ["on the disk", "fail", *["refused"] * 4, "recover", "on the disk"]
    assert values(disk) == [step / 7 for step in range(20_000)]


def test_an_artifact_whose_sync_failed_is_written_again(disk: FailingDisk) -> None:
    said = cut(
        disk,
        """
import os
exp = track_experiment("cut", capture=False)
durable(exp)
ask("fail")
exp.save_artifact("weights.bin", b"w" * 1_000_000)
os.makedirs("folder/inner")
for name in ("a", "inner/b"):
    with open(f"folder/{name}", "wb") as file:
        file.write(b"x" * 300_000)
exp.save_artifact("folder")
durable(exp)
ask("recover")
durable(exp)
say("cut")
sys.stdin.read()
""",
    )
    assert said == ["on the disk", "fail", "refused", "recover", "on the disk"]
    exp = load_experiment(
        "cut", str(disk.project / ".specweave/increments/0042-recommendation-model")
    )
    assert exp.artifact_path("weights.bin").read_bytes() == b"w" * 1_000_000
    for name in ("a", "inner/b"):
        assert (exp.artifact_path("folder") / name).read_bytes() == b"x" * 300_000
