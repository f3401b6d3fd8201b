"""A process that dies takes nothing along that was acknowledged, and readers say it crashed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from specweave import Experiment, list_experiments, load_experiment

TRIALS = 30

WRITER = """
import os, sys
from specweave import track_experiment

exp = track_experiment(sys.argv[1], capture=sys.argv[2] == "captured")
say = lambda text: os.write(1, text.encode() + b"\\n")
say("started")
for number in range(10**9):
    exp.log_metric("loss", number / 7)
    say("loss")
    exp.log_metrics({"accuracy": number / 3, "recall": number / 9})
    say("accuracy")
    if number % 7 == 0:
        exp.log_param(f"param {number}", number)
        say("param")
        exp.log_note(f"note {number}")
        say("note")
        exp.add_tag(f"tag {number}")
        say("tag")
"""

DEATHS = {
    "SIGTERM": "os.kill(os.getpid(), signal.SIGTERM); time.sleep(9)",
    "SIGHUP": "signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"
    "os.kill(os.getpid(), signal.SIGHUP); time.sleep(9)",
    "SIGSEGV": "ctypes.string_at(1)",
    "SIGABRT": "os.abort()",
    "os._exit": "os._exit(0)",
}


def read_back(name: str) -> tuple[Experiment, float]:
    """The experiment as the first look of another process finds it, and how long that took."""
    begin = time.monotonic()
    exp = load_experiment(name)
    assert exp.status == "crashed"
    return exp, time.monotonic() - begin


def kill_after(calls: int, seconds: float, name: str, capture: str) -> Counter[str]:
    """Start a writer, kill it a moment after so many of its calls had returned, and count them."""
    command = [sys.executable, "-c", WRITER, name, capture]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"started\n"
        said = b"".join(writer.stdout.readline() for _ in range(calls)).decode()
        time.sleep(seconds)
        writer.kill()
        said += writer.stdout.read().decode()
    assert writer.returncode == -signal.SIGKILL
    return Counter(said.splitlines())


def numbers() -> Iterator[int]:
    """The numbers for which the writer logs records."""
    return iter(range(0, 10**9, 7))


def check(exp: Experiment, said: Counter[str]) -> None:
    """Acknowledged is at most what is read, and that is at most one more: the call in the air."""
    facts = exp._facts()
    found = {
        "param": list(exp.params.values()),
        "note": [int(note.removeprefix("note ")) for note in exp.notes],
        "tag": [int(tag.removeprefix("tag ")) for tag in exp.tags],
    }
    for kind, values in found.items():
        assert said[kind] <= len(values) <= said[kind] + 1, kind
        assert all(value == number for value, number in zip(values, numbers(), strict=False)), kind
    for key, word, divisor in (("loss", "loss", 7), ("accuracy", "accuracy", 3)):
        history = exp.history(key) if key in exp.metrics else None
        values = [] if history is None else [float(value) for value in history.values]
        assert said[word] <= len(values) <= said[word] + 1, key
        assert values == [number / divisor for number in range(len(values))]
    assert ("accuracy" in exp.metrics) == ("recall" in exp.metrics)
    assert facts["problems"] == []


def test_killed_at_random_moments() -> None:
    seed = int.from_bytes(os.urandom(4), "little")
    print(f"seed {seed}")
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    slowest, acknowledged = 0.0, 0
    for trial in range(TRIALS):
        capture = "captured" if trial % 3 == 0 else "bare"
        calls, seconds = chance.randrange(100), chance.uniform(0, 0.06)
        said = kill_after(calls, seconds, f"trial {trial}", capture)
        assert said.total() >= calls
        exp, seconds = read_back(f"trial {trial}")
        slowest = max(slowest, seconds)
        acknowledged += said.total()
        check(exp, said)
    print(f"{acknowledged} acknowledged calls, crashed seen after {slowest:.4f} s at most")
    assert {exp.status for exp in list_experiments()} == {"crashed"}


@pytest.mark.parametrize("death", DEATHS)
def test_other_deaths(death: str) -> None:
    code = (
        "import ctypes, os, signal, time\nfrom specweave import track_experiment\n"
        "exp = track_experiment('dies', params={'x': 1}, tags=['t'])\n"
        "exp.log_metric('loss', 0.1)\nexp.log_note('last words')\n" + DEATHS[death]
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "SPECWEAVE_QUIET": "1"},
        capture_output=True, check=False, timeout=200,
    )  # fmt: skip
    assert done.returncode == (0 if death == "os._exit" else -getattr(signal, death))

    exp, _ = read_back("dies")
    assert (exp.params, exp.tags, exp.metrics["loss"]) == ({"x": 1}, ["t"], 0.1)
    assert [str(note) for note in exp.notes] == ["last words"]
    # Up to the last write, which may have been the first.
    assert exp.duration is not None
    assert exp.duration >= 0


def test_a_living_experiment_is_running_until_the_moment_it_dies(project: Path) -> None:
    command = [sys.executable, "-c", WRITER, "lives", "bare"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"started\n"
        assert load_experiment("lives").status == "running"
        writer.send_signal(signal.SIGSTOP)
        assert load_experiment("lives").status == "running"
        writer.kill()
        writer.stdout.read()
    assert load_experiment("lives").status == "crashed"
