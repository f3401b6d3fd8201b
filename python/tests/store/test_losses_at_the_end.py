"""What an experiment could not keep by its end is counted exactly, and reported once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from specweave import ExperimentNotFoundError, load_experiment
from support.power_cut import JOURNAL_WRITTEN, NOTHING_WRITTEN, Disk

POINTS = 40_000

PRELUDE = f"""
import atexit, os, subprocess, sys, warnings
warnings.simplefilter("always")

def tell():
    print("dropped", exp.dropped, flush=True)

atexit.register(tell)
from specweave import track_experiment
from specweave_ml.errors import StorageError

def log(first, last):
    for step in range(first, last):
        exp.log_metric("loss", step / 7)

POINTS = {POINTS}
"""

IN_A_BLOCK = """
with track_experiment("full", capture=False) as exp:
    log(0, POINTS)
"""

AT_EXIT = """
exp = track_experiment("full", capture=False)
log(0, POINTS)
"""

FINISHED_TWICE = """
exp = track_experiment("full", capture=False)
log(0, POINTS)
exp.finish()
exp.flush()
exp.finish()
"""

STRICT = """
exp = track_experiment("full", capture=False)
log(0, POINTS)
exp._strict = True
try:
    exp.finish()
except StorageError as error:
    print("raised", error, flush=True)
exp.finish()
"""

READ = """
import sys, warnings
warnings.simplefilter("ignore")
from specweave import load_experiment
print("read", len(load_experiment("full").history("loss")), flush=True)
"""


def on_a_disk(
    folder: Path, mount: str, *programs: str, writes: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run programs one after the other in a project on a disk of their own."""
    disk = folder.parent / "disk"
    disk.mkdir()
    commands = []
    for number, code in enumerate(programs):
        program = folder / f"program{number}.py"
        program.write_text(code, "utf-8")
        commands.append(f'"{sys.executable}" "{program}"')
    script = (
        f'{mount} "{disk}" && cd "{disk}" || exit 99\n'
        f"mkdir -p .specweave/increments/0042-recommendation-model\n{' && '.join(commands)}\n"
    )
    return subprocess.run(
        ["unshare", "-m", "sh", "-c", script],
        env={**os.environ, "SPECWEAVE_QUIET": "1", "SPECWEAVE_WRITES": writes},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def said(done: subprocess.CompletedProcess[str]) -> dict[str, int]:
    """The numbers that the programs printed, by name."""
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines() if not line.startswith("raised")]
    return {name: int(count) for name, count in lines}


def warned(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The warnings that say how much is lost."""
    return [line for line in done.stderr.splitlines() if "could not be stored and count" in line]


@pytest.mark.parametrize("size", ["500k", "2m"])
@pytest.mark.parametrize("writes", ["automatic", "direct", "buffered"])
@pytest.mark.parametrize(
    "code", [IN_A_BLOCK, AT_EXIT, FINISHED_TWICE], ids=["with", "exit", "twice"]
)
def test_what_a_full_disk_did_not_take_is_counted(
    code: str, writes: str, size: str, project: Path
) -> None:
    mount = f"mount -t tmpfs -o size={size} small"
    done = on_a_disk(project, mount, PRELUDE + code, READ, writes=writes)

    found = said(done)
    assert found["read"] + found["dropped"] == POINTS
    (reported,) = warned(done) if found["dropped"] else ("",)
    assert (f"{found['dropped']} records of 'full' could not be stored" in reported) == (
        found["dropped"] > 0
    )
    if size == "500k":
        assert found["dropped"] > POINTS // 4
        assert "No space left on device" in reported


def test_a_strict_end_raises_once(project: Path) -> None:
    mount = "mount -t tmpfs -o size=500k small"
    done = on_a_disk(project, mount, PRELUDE + STRICT, READ, writes="direct")

    found = said(done)
    assert found["read"] + found["dropped"] == POINTS
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("raised")]
    assert f"{found['dropped']} records of 'full' could not be stored" in line


UNMOUNTED = """
def cut():
    subprocess.run(["umount", "--lazy", os.getcwd()], check=True)
"""


@pytest.mark.parametrize("writes", ["automatic", "direct", "buffered"])
@pytest.mark.parametrize("end", ["with", "exit"])
def test_what_was_unmounted_in_a_hot_loop_is_counted(end: str, writes: str, project: Path) -> None:
    body = "log(0, POINTS // 2); cut(); log(POINTS // 2, POINTS)"
    start = 'track_experiment("full", capture=False)'
    code = f"with {start} as exp:\n    {body}\n" if end == "with" else f"exp = {start}\n{body}\n"
    done = on_a_disk(project, "mount -t tmpfs small", PRELUDE + UNMOUNTED + code, writes=writes)

    assert said(done) == {"dropped": POINTS}
    (reported,) = warned(done)
    assert (
        f"{POINTS} records of 'full' could not be stored and count as dropped: the file" in reported
    )
    assert "was unmounted" in reported


def test_a_folder_that_was_moved_loses_nothing(project: Path) -> None:
    code = """
with track_experiment("full", capture=False) as exp:
    log(0, POINTS // 2)
    exp.path.rename(exp.path.with_name("moved"))
    log(POINTS // 2, POINTS)
"""
    read = READ.replace('"full"', '"moved"')
    done = on_a_disk(project, "mount -t tmpfs small", PRELUDE + code, read)

    assert said(done) == {"dropped": 0, "read": POINTS}
    assert done.stderr == ""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk that can be shut down; where none can be mounted, the test says why."""
    disk = Disk(tmp_path)
    yield disk
    disk.remove()


def found_on(disk: Disk) -> int:
    """How many points are there after the disk was mounted again."""
    try:
        exp = load_experiment(
            "full", str(disk.project / ".specweave/increments/0042-recommendation-model")
        )
    except ExperimentNotFoundError:
        return 0
    if "loss" not in exp.metrics:
        return 0
    values = exp.history("loss").values.tolist()
    assert values == [step / 7 for step in range(len(values))]
    return len(values)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("end", ["with", "exit"])
@pytest.mark.parametrize("synced", [0, POINTS // 4])
@pytest.mark.parametrize("what", [NOTHING_WRITTEN, JOURNAL_WRITTEN], ids=["nothing", "journal"])
@pytest.mark.parametrize("writes", ["automatic", "direct"])
def test_what_a_disk_took_along_that_was_shut_down_is_counted(
    writes: str, what: int, synced: int, end: str, disk: Disk
) -> None:
    body = f"""
log(0, {synced})
if {synced}: exp.flush(durable=True)
log({synced}, POINTS // 2)
print("cut", flush=True)
sys.stdin.readline()
log(POINTS // 2, POINTS)
"""
    start = f'track_experiment("full", capture=False, writes="{writes}")'
    indented = "".join(f"    {line}\n" for line in body.splitlines())
    code = f"with {start} as exp:\n{indented}" if end == "with" else f"exp = {start}\n{body}"
    (reported,) = disk.cut(PRELUDE + code, what, goes_on=True)

    read = found_on(disk)
    assert read >= synced
    assert reported == f"dropped {POINTS - read}"
