"""What one call costs in a hot loop: one key, or ten keys at one step."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trackbench.adapters.base import KEY, Adapter

WARM_UP = 20
CALLS = 100_000


def run(
    adapter: type[Adapter], folder: Path, options: dict[str, Any], import_seconds: float
) -> dict[str, Any]:
    """A pass timed as a whole gives the mean, one with a clock pair a call the rest."""
    tool = adapter(folder)
    keys = options["keys"]
    tool.start("point", {"depth": 6})
    empty = size(folder)
    call = call_of_one(tool) if keys == 1 else call_of_many(tool, keys)
    for step in range(WARM_UP):
        call(step)
    memory = resident()
    mean, calls = whole_pass(call, WARM_UP, options["seconds"])
    costs = single_calls(call, WARM_UP + calls, options["seconds"])
    grown = resident() - memory
    begin = time.perf_counter()
    tool.finish()
    points = (WARM_UP + calls + len(costs)) * keys
    return {
        "mean_ns": mean,
        "median_ns": costs[len(costs) // 2],
        "p99_ns": costs[len(costs) * 99 // 100],
        "max_ns": costs[-1],
        "finish_ms": (time.perf_counter() - begin) * 1e3,
        "bytes_a_point": (size(folder) - empty) / points,
        "rss_growth_mb": grown,
        "points": points,
    }


def call_of_one(tool: Adapter) -> Callable[[int], Any]:
    """One key, as a closure over locals: the harness's own cost is that of one call."""
    log, key = tool.log, tool.key(KEY)
    return lambda step: log(key, step / 7, step)


def call_of_many(tool: Adapter, count: int) -> Callable[[int], Any]:
    """Ten keys whose values change from step to step."""
    log_many, keys = tool.log_many, [tool.key(f"m{index}") for index in range(count)]
    return lambda step: log_many(dict.fromkeys(keys, step / 7), step)


def whole_pass(call: Callable[[int], Any], first: int, seconds: float) -> tuple[float, int]:
    """Nanoseconds a call, the clock read between growing blocks only."""
    done, block, begin = 0, 1, time.perf_counter()
    while True:
        for step in range(first + done, first + done + block):
            call(step)
        done += block
        spent = time.perf_counter() - begin
        if spent >= seconds or done >= CALLS:
            return spent / done * 1e9, done
        block = max(1, min(1000, CALLS - done, int(done * (seconds - spent) / spent / 4)))


def single_calls(call: Callable[[int], Any], first: int, seconds: float) -> list[int]:
    """The costs of single calls in order of size; about 50 ns of each are the clock's."""
    clock, costs = time.perf_counter_ns, []
    end = clock() + int(seconds * 1e9)
    for step in range(first, first + CALLS):
        begin = clock()
        call(step)
        now = clock()
        costs.append(now - begin)
        if now > end:
            break
    return sorted(costs)


def size(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def resident() -> float:
    """Megabytes of memory that this process has at most used so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
