"""Disks that fail, and kernels and file systems that lack something, with kills and power cuts."""

from __future__ import annotations

import errno
import random
import warnings
from dataclasses import dataclass
from pathlib import Path

from specweave import TrackingWarning, load_experiment
from support.failing_disk import FailingDisk
from support.file_systems import lacking
from support.power_cut import JOURNAL_WRITTEN, NOTHING_WRITTEN

from .killing import Chain, Tally
from .laboratory import LANGUAGES, Laboratory, make_project
from .racing import variables

PRELUDE = """
import sys
from specweave import StorageError, track_experiment

def ask(word):
    print(word, flush=True)
    sys.stdin.readline()

count = 0
def log(points):
    global count
    for point in range(count, count + points):
        exp.log_metric("loss", point / 7)
    count += points

def durable():
    try:
        exp.flush(durable=True)
        print("durable", count, flush=True)
    except StorageError:
        print("refused", flush=True)

"""
KERNELS = ("flock", "locks flock", "renameat2", "link renameat2", "madvise", "openat2", "fsyncdir",
           "mmap", "flock fsyncdir locks link madvise mmap openat2 renameat2")  # fmt: skip
"""What the kernel lacks, by the words of Tests/Tracing/refuse.c."""
FILE_SYSTEMS = ("", "rename", "rename link", "locks", "mmap", "hidden", "nlink inodes types",
                "coarse case", "fsyncdir", "rename link locks hidden inodes types")  # fmt: skip
"""What the file system lacks, by the words of Tests/Tracing/passthrough.c."""


@dataclass
class Disks:
    """What was done."""

    cuts: int = 0
    failures: int = 0
    refused: int = 0
    durable: int = 0
    points: int = 0
    broken: int = 0
    """How often the file system had lost its own records of files: nobody can read those then."""

    def add(self, other: Disks) -> None:
        """Count what another has counted."""
        self.cuts += other.cuts
        self.failures += other.failures
        self.refused += other.refused
        self.durable += other.durable
        self.points += other.points
        self.broken += other.broken

    def __str__(self) -> str:
        return (
            f"{self.cuts} power cuts, {self.failures} times the disk failed, {self.refused} syncs "
            f"refused, {self.durable} made, {self.points} points said to be on the disk: 0 lost "
            f"({self.broken} file systems broke themselves)"
        )


def story(chance: random.Random) -> tuple[str, int]:
    """A program, and how often the disk fails in it."""
    writes, lines, failures, fails = chance.choice(["direct", "buffered"]), [], 0, False
    lines.append(f'exp = track_experiment("cut", capture=False, writes={writes!r})')
    lines.append("durable()")
    for _ in range(chance.randint(3, 9)):
        step = chance.choice(["log", "log", "durable", "switch"])
        if step == "log":
            lines.append(f"log({chance.choice([1, 50, 2_000, 8_000])})")
        elif step == "durable":
            lines.append("durable()")
        else:
            fails = not fails
            failures += fails
            lines.append(f"ask({'fail' if fails else 'recover'!r})")
    lines += ['print("cut", flush=True)', "sys.stdin.read()"]
    return PRELUDE + "\n".join(lines) + "\n", failures


def is_broken(root: Path) -> bool:
    """Whether the file system cannot open what it lists, whoever asks."""
    try:
        for path in root.rglob("*"):
            if path.is_file():
                path.open("rb").close()
    except OSError as error:
        return error.errno == errno.EIO
    return False


def fail_and_cut(folder: Path, chance: random.Random) -> Disks:
    """Let a disk fail and recover, cut the power: what a sync said to be on the disk is there."""
    place = folder / f"failing-{chance.random()}"
    place.mkdir()
    disk = FailingDisk(place)
    try:
        code, failures = story(chance)
        answers = {"fail": disk.fail, "recover": disk.recover}
        what = chance.choice([NOTHING_WRITTEN, JOURNAL_WRITTEN])
        said = disk.cut(code, what, answers=answers)
        durable = [int(line.split()[1]) for line in said if line.startswith("durable")]
        if is_broken(disk.root):
            return Disks(1, failures, said.count("refused"), len(durable), broken=1)
        with warnings.catch_warnings():
            # What no sync had promised may be gone, which readers say.
            warnings.simplefilter("ignore", TrackingWarning)
            exp = load_experiment(
                "cut", str(disk.project / ".specweave/increments/0042-recommendation-model")
            )
            found = exp.history("loss").values.tolist() if "loss" in exp.metrics else []
        assert found == [point / 7 for point in range(len(found))], code
        assert len(found) >= max(durable, default=0), f"{len(found)} of {durable}, {code}"
        return Disks(1, failures, said.count("refused"), len(durable), max(durable, default=0))
    finally:
        disk.remove()


def kill_where_calls_are_missing(
    laboratory: Laboratory, folder: Path, chance: random.Random, kills: int
) -> Tally:
    """Kill the programs of one experiment, whose kernel lacks something."""
    tally = Tally()
    chain = Chain(laboratory, make_project(folder / f"kernels-{chance.random()}"), tally)
    chain.variables = variables(laboratory.refuse, chance.choice(KERNELS))
    for _ in range(kills):
        chain.kill_at_random(chance.choice(LANGUAGES), chance)
    chain.end(chance.choice(LANGUAGES))
    return tally


def kill_on_a_file_system(
    laboratory: Laboratory, folder: Path, chance: random.Random, kills: int
) -> Tally:
    """Kill the programs of one experiment on a file system that lacks something."""
    tally = Tally()
    place = folder / f"lacking-{chance.random()}"
    place.mkdir()
    with lacking(chance.choice(FILE_SYSTEMS), place) as mounted:
        chain = Chain(laboratory, make_project(mounted / "project"), tally)
        for _ in range(kills):
            chain.kill_at_random(chance.choice(LANGUAGES), chance)
        chain.end(chance.choice(LANGUAGES))
    return tally
