"""The stress test's program in Python; Tests/Stress/stress.c says what its arguments are."""

from __future__ import annotations

import os
import signal
import sys
import time
import warnings
from typing import Any

from specweave import Experiment, StorageError, track_experiment


def call(exp: Experiment, number: int) -> bytes:
    """Make the call of this number; return the letter that stands for it."""
    rest = number % 64
    if rest == 13:
        exp.log_param(f"p{number}", number)
        return b"p"
    if rest == 21:
        exp.log_note(f"note {number}")
        return b"n"
    if rest == 29:
        exp.add_tag(f"tag {number}")
        return b"t"
    if rest == 37:
        exp.set_status("failed")
        return b"f"
    if rest == 45:
        exp.set_status("running")
        return b"r"
    if rest == 53:
        exp.log_series(
            "series",
            [(number + place) / 7 for place in range(10)],
            steps=[number * 10 + place for place in range(10)],
        )
        return b"s"
    if rest == 61:
        try:
            exp.flush()
        except StorageError:
            return b"-"
        return b"F"
    if number % 3 == 0:
        exp.log_metrics({"a": number / 3, "b": number / 9}, step=number)
        return b"g"
    exp.log_metric("loss", number / 7, step=number)
    return b"l"


def watch_warnings() -> list[Any]:
    """The warnings from now on: once a record waits in memory, Python warns of it."""
    seen: list[Any] = []
    show = warnings.showwarning

    def note(*arguments: Any, **more: Any) -> None:
        seen.append(arguments)
        show(*arguments, **more)

    warnings.showwarning = note
    return seen


def main(name: str, first: int, last: int, end: str, pace: str, sync: str) -> None:
    """Make the calls and say which have returned."""
    pause, every = (int(part) for part in pace.split("/"))
    policy = float(sync) if sync[0].isdigit() else sync
    exp = track_experiment(name, resume="allow", capture=False, sync=policy)
    os.write(1, b"S")
    warned = watch_warnings()
    for number in range(first, last):
        letter = call(exp, number)
        os.write(1, b"-" if warned else letter)
        if pause and number % every == 0:
            time.sleep(pause / 1e6)
    if end == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if end == "wait":
        signal.pause()
    exp.finish("completed")
    os.write(1, b"E")


if __name__ == "__main__":
    main(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), *sys.argv[5:8])
