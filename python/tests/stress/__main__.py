"""``python -m stress``: kill the programs, and let them fork, thousands of times."""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from .disks import Disks, fail_and_cut, kill_on_a_file_system, kill_where_calls_are_missing
from .forking import fork_while_logging
from .killing import Tally, kill_at_every_call, kill_at_random
from .laboratory import LANGUAGES, Laboratory
from .racing import Races, rank_saves, resume_races

BATCH = 6
"""How many programs are killed one after the other in one experiment."""
FORKS = 25
"""How often a process forks; most is new to it in its first moments."""
ROUNDS = 4
"""How many times one experiment is raced for."""

Work = Callable[[random.Random], Any]


def main() -> None:
    """Run all parts and print what was done; an AssertionError says what was found wrong."""
    options = argparse.ArgumentParser(prog="stress", description=__doc__)
    options.add_argument("--kills", type=int, default=3000, help="at random moments")
    options.add_argument("--races", type=int, default=200, help="of resumes, and of saves")
    options.add_argument("--disks", type=int, default=100, help="that fail, and lose their power")
    options.add_argument("--missing", type=int, default=600, help="kills where calls are missing")
    options.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    options.add_argument("--stride", type=int, default=1, help="of the system calls; 0 for none")
    options.add_argument("--forks", type=int, default=10_000, help="while threads log")
    options.add_argument("--jobs", type=int, default=2, help="experiments side by side")
    wanted = options.parse_args()
    print(f"seed {wanted.seed}", flush=True)
    chance = random.Random(wanted.seed)  # noqa: S311 - not for secrets
    begin = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="stress-") as name,
        ThreadPoolExecutor(wanted.jobs) as pool,
    ):
        folder = Path(name)
        laboratory = Laboratory(folder)
        if wanted.forks:
            fork_while_logging(folder, -(-wanted.forks // FORKS), FORKS)
            print(f"forks: {wanted.forks}", flush=True)

        def many(count: int, work: Work) -> list[Future[Any]]:
            chances = [random.Random(chance.random()) for _ in range(count)]  # noqa: S311
            return [pool.submit(work, one) for one in chances]

        kills = many(
            -(-wanted.kills // BATCH), lambda one: kill_at_random(laboratory, folder, one, BATCH)
        )
        calls = [
            pool.submit(kill_at_every_call, laboratory, folder, language, how, 1, wanted.stride)
            for language in LANGUAGES
            for how in ("kill", "torn")
            if wanted.stride
        ]
        resumes = many(
            -(-wanted.races // ROUNDS),
            lambda one: resume_races(laboratory.refuse, folder, one, ROUNDS),
        )
        saves = many(
            wanted.races,
            lambda one: rank_saves(laboratory.refuse, folder, one, kills=one.random() < 0.5),
        )
        disks = many(wanted.disks, lambda one: fail_and_cut(folder, one))
        kernels = many(
            -(-wanted.missing // (2 * BATCH)),
            lambda one: kill_where_calls_are_missing(laboratory, folder, one, BATCH),
        )
        systems = many(
            -(-wanted.missing // (2 * BATCH)),
            lambda one: kill_on_a_file_system(laboratory, folder, one, BATCH),
        )
        add_up("at random", kills, Tally())
        add_up("at system calls", calls, Tally())
        add_up("races to resume", resumes, Races())
        add_up("saves of one name", saves, Races())
        add_up("failing disks", disks, Disks())
        add_up("kernels without some calls", kernels, Tally())
        add_up("file systems without some calls", systems, Tally())
    print(f"{time.monotonic() - begin:.0f} s")


def add_up(title: str, parts: list[Future[Any]], total: Any) -> None:
    """Print what the parts have done, or why this machine cannot do them."""
    if not parts:
        return
    try:
        for part in parts:
            total.add(part.result())
        print(f"{title}: {total}", flush=True)
    except pytest.skip.Exception as reason:
        print(f"{title}: left out, {reason}", flush=True)


if __name__ == "__main__":
    main()
