"""Many threads log into one experiment; nothing is lost, and messages stay with their thread."""

from __future__ import annotations

import threading
from collections import Counter
from contextvars import copy_context

import pytest

from specweave import (
    ExperimentNotFoundError,
    InvalidNameError,
    current_experiment,
    load_experiment,
    track_experiment,
)

THREADS, POINTS = 8, 500


def test_every_point_of_every_thread_is_kept_once() -> None:
    with track_experiment("threads", capture=False) as exp:

        def log(number: int) -> None:
            for step in range(POINTS):
                exp.log_metric(f"own/{number}", float(step), step=step)
                exp.log_metrics({"shared": float(number), "other": 1.0}, step=step)
            exp.log_param(f"param/{number}", number)

        threads = [threading.Thread(target=log, args=(number,)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    read = load_experiment("threads")
    for number in range(THREADS):
        assert read.history(f"own/{number}").steps.tolist() == list(range(POINTS))
    shared = Counter(read.history("shared").values.tolist())
    assert shared == {float(number): POINTS for number in range(THREADS)}
    assert len(read.params) == THREADS


def test_message_belongs_to_the_thread_that_failed() -> None:
    messages: dict[str, str] = {}
    barrier = threading.Barrier(2)

    def missing() -> None:
        barrier.wait()
        for _ in range(200):
            with pytest.raises(ExperimentNotFoundError) as caught:
                load_experiment("nowhere")
            messages["missing"] = str(caught.value)

    def bad() -> None:
        barrier.wait()
        for _ in range(200):
            with pytest.raises(InvalidNameError) as caught:
                track_experiment("..")
            messages["bad"] = str(caught.value)

    track_experiment("somewhere", capture=False).finish()
    threads = [threading.Thread(target=missing), threading.Thread(target=bad)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "nowhere" in messages["missing"]
    assert ".." in messages["bad"]


def test_current_experiment_belongs_to_the_context() -> None:
    seen = []
    with track_experiment("context", capture=False) as exp:
        context = copy_context()
        bare = threading.Thread(target=lambda: seen.append(current_experiment()))
        in_context = threading.Thread(target=lambda: seen.append(context.run(current_experiment)))
        for thread in (bare, in_context):
            thread.start()
            thread.join()
    assert seen == [None, exp]
