"""``python -m stress``: kill the programs, and let them fork, thousands of times."""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .forking import fork_while_logging
from .killing import Tally, kill_at_every_call, kill_at_random
from .laboratory import LANGUAGES, Laboratory

BATCH = 6
"""How many programs are killed one after the other in one experiment."""
FORKS = 25
"""How often a process forks; most is new to it in its first moments."""


def main() -> None:
    """Run both parts and print what was done; an AssertionError says what was found wrong."""
    options = argparse.ArgumentParser(prog="stress", description=__doc__)
    options.add_argument("--kills", type=int, default=3000, help="at random moments")
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
        chances = [random.Random(chance.random()) for _ in range(-(-wanted.kills // BATCH))]  # noqa: S311
        at_random = [pool.submit(kill_at_random, laboratory, folder, one, BATCH) for one in chances]
        at_calls = [
            pool.submit(kill_at_every_call, laboratory, folder, language, how, 1, wanted.stride)
            for language in LANGUAGES
            for how in ("kill", "torn")
            if wanted.stride
        ]
        for title, parts in (("at random", at_random), ("at system calls", at_calls)):
            tally = Tally()
            for part in parts:
                tally.add(part.result())
            print(f"{title}: {tally}", flush=True)
    print(f"{time.monotonic() - begin:.0f} s")


if __name__ == "__main__":
    main()
