"""Hot loops: every point survives a kill, is seen at once and is kept once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from conftest import Run
from specweave import load_experiment, track_experiment
from specweave_ml.errors import InvalidArgumentError

POINTS = 20_000
KILLED = """
import os, sys
from specweave import track_experiment
exp = track_experiment("killed", capture=False)
step = 0
while True:
    for _ in range(500):
        exp.log_metric("loss", step / 7, step=step)
        exp.log_metrics({"a": 1.0, "b": step / 3}, step=step)
        step += 1
    os.write(1, b"%d\\n" % step)
"""


@pytest.fixture(params=["on", "off"])
def accelerator(request: pytest.FixtureRequest) -> str:
    """With the extension, and without it."""
    return str(request.param)


def pending(experiments: Path) -> list[Path]:
    return sorted(experiments.rglob("pending-*"))


@pytest.mark.parametrize("writes", ["buffered", "automatic"])
def test_steps_are_counted_on_after_a_pause(writes: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPECWEAVE_WRITES", writes)
    count = 5 if writes == "buffered" else 300
    with track_experiment("pauses", capture=False) as exp:
        for _ in range(3):
            for value in range(count):
                exp.log_metric("a", value)
                exp.log_metric("b", value)
            time.sleep(0.25)  # a new window: its first points take the general path
    for key in ("a", "b"):
        assert list(exp.history(key).steps) == list(range(3 * count))
        assert exp.metrics.summary[key]["count"] == 3 * count


def kill(experiments: Path, script: Path, after: int, **environment: str) -> int:
    """Kill the program after that many steps; return how many it had acknowledged."""
    script.write_text(KILLED, "utf-8")
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        env={**os.environ, **environment},
        text=True,
    ) as process:
        assert process.stdout is not None
        acknowledged = 0
        while acknowledged < after:
            acknowledged = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        return max([acknowledged, *map(int, process.stdout.read().split("\n")[:-1])])


def check(name: str, acknowledged: int) -> int:
    read = load_experiment(name)
    counts = set()
    for key in ("loss", "a", "b"):
        steps = read.history(key).steps.tolist()
        assert steps == list(range(len(steps)))
        assert len(steps) >= acknowledged
        counts.add(len(steps))
        assert read.metrics.summary[key]["count"] == len(steps)
    assert max(counts) - min(counts) <= 1
    return max(counts)


def test_no_acknowledged_point_is_lost_by_a_kill(
    project: Path, experiments: Path, accelerator: str
) -> None:
    acknowledged = kill(
        experiments, project / "killed.py", POINTS, SPECWEAVE_ACCELERATOR=accelerator
    )
    assert pending(experiments), "the loop was not hot"
    count = check("killed", acknowledged)
    assert load_experiment("killed").status == "crashed"
    assert check("killed", acknowledged) == count
    assert pending(experiments), "a reader has changed the store"
    with track_experiment("killed", resume=True, capture=False) as exp:
        exp.log_metric("loss", 1.0)
        exp.log_metrics({"a": 1.0, "b": 1.0}, step=count)
    assert not pending(experiments)
    assert load_experiment("killed").history("loss").steps[-1] == count


@pytest.mark.parametrize("writes", ["automatic", "buffered", "direct"])
def test_every_way_of_writing_keeps_the_same(
    run: Run, experiments: Path, writes: str, accelerator: str
) -> None:
    result = run(
        f"""
        import pathlib
        from specweave import load_experiment, track_experiment
        with track_experiment("loop", capture=False) as exp:
            for step in range({POINTS}):
                exp.log_metric("loss", step / 7)
                if step % 3 == 0:
                    exp.log_metrics(dict(a=step / 3, b=0.5))
                if step % 1000 == 0:
                    exp.log_metric("integer", step)
                if step % 5000 == 4999:
                    read = load_experiment("loop")
                    assert len(read.history("loss")) == step + 1, step
            print(len(list(pathlib.Path(".").rglob("pending-*"))))
        """,
        SPECWEAVE_WRITES=writes,
        SPECWEAVE_ACCELERATOR=accelerator,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == ("0\n" if writes == "direct" else "1\n")
    assert not pending(experiments)
    read = load_experiment("loop")
    loss, a = read.history("loss"), read.history("a")
    assert loss.values.tolist() == [step / 7 for step in range(POINTS)]
    assert loss.steps.tolist() == list(range(POINTS))
    assert a.values.tolist() == [step / 3 for step in range(0, POINTS, 3)]
    assert read.history("integer").values.tolist() == list(range(0, POINTS, 1000))
    assert read.metrics["loss"] == (POINTS - 1) / 7
    assert read.metrics.summary["loss"]["count"] == POINTS


@pytest.mark.parametrize("writes", ["direct", "buffered"])
def test_the_option_writes_says_how_points_get_to_the_disk(experiments: Path, writes: str) -> None:
    with track_experiment("loop", capture=False, writes=writes) as exp:
        for step in range(300):
            exp.log_metric("loss", 0.5, step=step)
        assert len(pending(experiments)) == (1 if writes == "buffered" else 0)


def test_an_unknown_way_of_writing_is_refused_with_the_choices() -> None:
    with pytest.raises(InvalidArgumentError, match='"automatic", "direct" or "buffered"'):
        track_experiment("loop", capture=False, writes="fast")


def test_four_threads_keep_every_point_once() -> None:
    with track_experiment("threads", capture=False) as exp:

        def log(number: int) -> None:
            for step in range(POINTS // 4):
                exp.log_metric("shared", float(number), step=step)
                exp.log_metric(f"own/{number}", 0.5, step=step)

        threads = [threading.Thread(target=log, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    read = load_experiment("threads")
    counts = Counter(read.history("shared").values.tolist())
    assert counts == {float(number): POINTS // 4 for number in range(4)}
    for number in range(4):
        assert read.history(f"own/{number}").steps.tolist() == list(range(POINTS // 4))


def test_children_forked_from_a_hot_loop_write_files_of_their_own(
    run: Run, accelerator: str
) -> None:
    result = run(
        """
        import os, threading
        from specweave import track_experiment
        exp = track_experiment("forked", capture=False)
        busy = True
        def other():
            step = 0
            while busy:
                exp.log_metric("thread", float(step), step=step)
                step += 1
        thread = threading.Thread(target=other)
        thread.start()
        for step in range(2000):
            exp.log_metric("loss", 0.5, step=step)
        children = []
        for child in range(3):
            pid = os.fork()
            if pid == 0:
                for step in range(2000):
                    exp.log_metric(f"child/{child}", step / 7, step=step)
                os._exit(0)
            children.append(pid)
            for step in range(2000):
                exp.log_metric("loss", 0.5, step=2000 + 2000 * child + step)
        for pid in children:
            assert os.waitpid(pid, 0)[1] == 0
        busy = False
        thread.join()
        exp.finish()
        """,
        warnings="ignore",
        SPECWEAVE_ACCELERATOR=accelerator,
    )
    assert result.returncode == 0, result.stderr
    read = load_experiment("forked")
    assert read.history("loss").steps.tolist() == list(range(8000))
    for child in range(3):
        values = read.history(f"child/{child}").values.tolist()
        assert values == [step / 7 for step in range(2000)]
    steps = read.history("thread").steps.tolist()
    assert steps == list(range(len(steps)))


def test_a_resume_goes_on_where_the_killed_one_was(
    project: Path, experiments: Path, run: Run
) -> None:
    acknowledged = kill(experiments, project / "killed.py", 5000)
    result = run(
        """
        from specweave import track_experiment
        with track_experiment("killed", resume=True, capture=False) as exp:
            for _ in range(5000):
                exp.log_metric("loss", 0.25)
        """
    )
    assert result.returncode == 0, result.stderr
    steps = load_experiment("killed").history("loss").steps.tolist()
    assert steps == list(range(len(steps)))
    assert len(steps) >= acknowledged + 5000
