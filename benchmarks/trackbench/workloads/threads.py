"""One run, logged to by several threads at once."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

from trackbench.adapters.base import Adapter

BLOCK = 20


def run(
    adapter: type[Adapter], folder: Path, options: dict[str, Any], import_seconds: float
) -> dict[str, Any]:
    """Each thread has a metric of its own; the rate is of all together."""
    tool = adapter(folder)
    tool.start("threads", {"depth": 6})
    counts = [0] * options["threads"]
    begin = time.perf_counter()
    end = begin + options["seconds"]

    def work(index: int) -> None:
        log, key, step = tool.log, tool.key(f"m{index}"), 0
        while time.perf_counter() < end:
            for _ in range(BLOCK):
                log(key, step / 7, step)
                step += 1
        counts[index] = step

    workers = [threading.Thread(target=work, args=(index,)) for index in range(len(counts))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    logged = time.perf_counter()
    tool.finish()
    points = sum(counts)
    return {
        "points_a_second": points / (logged - begin),
        "with_finish": points / (time.perf_counter() - begin),
        "points": points,
    }
