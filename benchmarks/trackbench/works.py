"""How each kind of work is done once with one tool: which processes, in which order."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import struct
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trackbench import tools
from trackbench.measure import Bench, FailedError, Figures, kill_all
from trackbench.tools import Tool

ARTIFACT_BYTES = 1 << 30
MAKING_SECONDS = 45
SAMPLE = 20
PROCESSES = 4
LONG = 1_000_000


def simple(workload: str, **options: Any) -> Callable[[Bench, Tool], Figures]:
    """A workload that is one process in one new folder."""

    def measure(bench: Bench, tool: Tool) -> Figures:
        with bench.folder() as folder:
            return bench.run(tool, workload, folder, **options)

    return measure


def table_of(runs: int) -> Callable[[Bench, Tool], Figures]:
    """Make runs, then read them all in a new process; left out where making them takes too long."""

    def measure(bench: Bench, tool: Tool) -> Figures:
        with bench.folder() as folder:
            sample = bench.run(tool, "short_runs", folder, runs=SAMPLE, seconds=MAKING_SECONDS)
        if sample["median_ms"] * runs / 1e3 > MAKING_SECONDS:
            return left_out(runs, sample["median_ms"])
        with bench.folder() as folder:
            made = bench.run(tool, "short_runs", folder, runs=runs, seconds=1.5 * MAKING_SECONDS)
            if made["created"] < runs:
                return left_out(runs, made["mean_ms"])
            figures = bench.run(tool, "table", folder, expected=runs)
            return {**figures, "made_ms_each": made["mean_ms"]}

    return measure


def left_out(runs: int, milliseconds: float) -> Figures:
    """Why there is no table of so many runs."""
    seconds = milliseconds * runs / 1e3
    return {"not_measured": f"left out: at {milliseconds:.3g} ms each, they take {seconds:,.0f} s"}


def table_made_in_c(runs: int) -> Callable[[Bench, Tool], Figures]:
    """As `table_of`, but our own runs are made once, by several processes in C."""
    by_itself = table_of(runs)

    def measure(bench: Bench, tool: Tool) -> Figures:
        if not tool.is_ours:
            return by_itself(bench, tool)
        store = bench.work / f"made-in-c-{runs}"
        if not store.exists():
            make_in_c(bench, store, runs)
        return bench.run(tool, "table", store, expected=runs)

    return measure


def make_in_c(bench: Bench, store: Path, runs: int) -> None:
    """Real experiments, started and finished one by one."""
    bench.run(tools.C, "short_runs", store, runs=1, seconds=1)
    share = -(-(runs - 1) // PROCESSES)
    started = [
        bench.start(
            tools.C, "short_runs", store, runs=min(share, runs - first), seconds=1e6, first=first
        )
        for first in range(1, runs, share)
    ]
    for process in started:
        bench.collect(tools.C, process, store, seconds=10 * MAKING_SECONDS)


def series(bench: Bench, tool: Tool) -> Figures:
    """Write one long series, then read it in a new process."""
    points = LONG if tool.is_ours or tool.is_floor else LONG // 10
    if tool is tools.DVCLIVE:
        points = 2_000
    with bench.folder() as folder:
        written = bench.run(tool, "write_series", folder, points=points)
        figures = bench.run(tool, "read_series", folder)
        return {**figures, "wrote_seconds": written["seconds"], "points": points}


def artifact(bench: Bench, tool: Tool) -> Figures:
    """Save one gigabyte; `cp` is the floor."""
    file = gigabyte(bench.work)
    if tool in (tools.COPY, tools.COPY_AND_HASH):
        copy = bench.work / "copy.bin"
        begin = time.perf_counter()
        subprocess.run(["cp", str(file), str(copy)], check=True)
        if tool is tools.COPY_AND_HASH:
            hash_of(copy)
        seconds = time.perf_counter() - begin
        copy.unlink()
        return {"seconds": seconds}
    with bench.folder() as folder:
        return bench.run(tool, "artifact", folder, file=str(file))


def hash_of(file: Path) -> str:
    """By OpenSSL, which uses the processor's own instructions."""
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while block := content.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def gigabyte(folder: Path) -> Path:
    """A file that nothing can compress or deduplicate, in the page cache for everybody alike.

    What others have left to be written to the disk is written before.
    """
    file = folder / "gigabyte.bin"
    if not file.exists():
        block = random.Random(0).randbytes((1 << 20) - 8)  # noqa: S311 not a secret
        with file.open("wb") as output:
            for number in range(ARTIFACT_BYTES >> 20):
                output.write(struct.pack("<q", number) + block)
    os.sync()
    with file.open("rb") as content:
        while content.read(1 << 22):
            pass
    return file


def processes(bench: Bench, tool: Tool) -> Figures:
    """Several processes with a run each in one store, at the same time."""
    with bench.folder() as folder:
        folder.mkdir(parents=True)
        places = [folder.parent / str(number) / "store" for number in range(PROCESSES)]
        for place in places:
            place.parent.mkdir()
            place.symlink_to(folder)
        bench.run(
            tool, "short_runs", folder, runs=1, seconds=60
        )  # some stores are made by the first
        started = [bench.start(tool, "threads", p, threads=1, seconds=2.0) for p in places]
        ended = [
            bench.collect(tool, process, place)
            for process, place in zip(started, places, strict=True)
        ]
        return {name: sum(figures[name] for figures in ended) for name in ended[0]}


def fork(bench: Bench, tool: Tool) -> Figures:
    """A fork in an open run, and what is found of its points."""
    with bench.folder() as folder:
        try:
            ended = bench.run(tool, "fork", folder)
        except FailedError:  # it hung, and was killed
            ended = {"parent_ended": False, "child_ended": False}
        found = bench.run(tool, "read_fork", folder)
        return {"found": found["before"] + found["parent"] + found["child"], **found, **ended}


def kill(bench: Bench, tool: Tool) -> Figures:
    """Kill the process at a random moment of a hot loop, and count what is gone."""
    with bench.folder() as folder:
        folder.mkdir(parents=True)
        counter = folder.parent / "counter"
        counter.write_bytes(bytes(8))
        process = bench.start(tool, "victim", folder, counter=str(counter))
        end = time.monotonic() + 60
        while not acknowledged(counter) and process.poll() is None and time.monotonic() < end:
            time.sleep(0.005)
        time.sleep(random.uniform(0.1, 1.0))  # noqa: S311 not a secret
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        count = acknowledged(counter)
        if not count:
            raise FailedError("logged nothing")
        figures = bench.run(tool, "read_victim", folder, acknowledged=count)
        # A helper process of the tool may have lived on until here, and saved what it could.
        kill_all(process)
        return {**figures, "points": count}


def acknowledged(counter: Path) -> int:
    """How many calls had returned."""
    count: int = struct.unpack("<q", counter.read_bytes())[0]
    return count
