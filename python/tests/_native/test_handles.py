"""Handles: closed once, unusable afterwards, collected in any order."""

from __future__ import annotations

import gc
import pickle
import threading
from ctypes import ArgumentError

import pytest

from conftest import Run
from specweave import (
    ClosedError,
    InvalidArgumentError,
    TrackingWarning,
    compare_experiments,
    load_experiment,
    track_experiment,
)
from specweave_ml._native.increments import Increment
from specweave_ml._native.library import library


def test_close_finishes_and_is_final() -> None:
    exp = track_experiment("closing", capture=False)
    path = exp.path
    exp.close()
    exp.close()
    assert exp.closed
    assert repr(exp) == "<Experiment, closed>"
    assert (path / "metadata.yaml").read_text("utf-8").count("completed")


@pytest.mark.parametrize(
    "call",
    [
        lambda exp: exp.log_metric("x", 1.0),
        lambda exp: exp.log_metric("x", 1),
        lambda exp: exp.log_metrics(x=1.0),
        lambda exp: exp.log_series("x", [1.0]),
        lambda exp: exp.log_param("x", 1),
        lambda exp: exp.log_params(x=1),
        lambda exp: exp.log_note("x"),
        lambda exp: exp.add_tag("x"),
        lambda exp: exp.set_status("failed"),
        lambda exp: exp.flush(),
        lambda exp: exp.finish(),
        lambda exp: exp.params,
        lambda exp: exp.history("x"),
        lambda exp: exp.save_artifact("x.txt", "x"),
        lambda exp: exp.__enter__(),
    ],
)
def test_use_after_close_raises(call: object) -> None:
    exp = track_experiment("closed", capture=False)
    exp.log_metric("x", 0.0)
    exp.close()
    with pytest.raises(ClosedError, match="closed"):
        call(exp)  # type: ignore[operator]


def test_handles_are_released_in_any_order() -> None:
    exp = track_experiment("order", capture=False)
    exp.log_metric("x", 1.0)
    comparison = compare_experiments(write=False)
    increment = Increment.find("0042")
    history = exp.history("x")
    increment.close()
    exp.close()
    comparison.close()
    gc.collect()
    assert history.values.tolist() == [1.0]
    assert increment.closed


def test_handle_of_another_kind_is_refused() -> None:
    increment = Increment.find("0042")
    with pytest.raises(ArgumentError):
        library().et_experiment_log_note(increment._native, b"x")


def test_closing_while_another_thread_logs_is_safe() -> None:
    for _ in range(20):
        exp = track_experiment("race", capture=False)
        begun = threading.Event()

        def log(exp: object = exp, begun: threading.Event = begun) -> None:
            begun.set()
            try:
                while True:
                    exp.log_metric("x", 1.0)  # type: ignore[attr-defined]
            except ClosedError:
                return

        thread = threading.Thread(target=log)
        thread.start()
        begun.wait()
        exp.close()
        thread.join(10)
        assert not thread.is_alive()


@pytest.mark.parametrize("status", [None, "completed", "failed"])
def test_a_loaded_handle_does_not_end_the_experiment_of_its_own_process(status: str | None) -> None:
    exp = track_experiment("running", capture=False)
    exp.log_metric("x", 1.0)
    loaded = load_experiment("running")
    with pytest.raises(InvalidArgumentError, match="is running, and was only loaded here"):
        loaded.finish(status)
    for other in ("failed", "running"):
        with pytest.warns(TrackingWarning, match="was only loaded here"):
            loaded.set_status(other)
    loaded.log_note("written by the handle that was loaded")
    with loaded:
        pass
    assert pickle.loads(pickle.dumps(exp)) is exp  # noqa: S301
    loaded.close()
    assert exp.status == "running"
    exp.log_metric("x", 2.0)
    exp.finish("interrupted")
    assert load_experiment("running").status == "interrupted"
    assert exp.history("x").values.tolist() == [1.0, 2.0]


def test_a_loaded_handle_does_not_end_the_experiment_of_another_process(run: Run) -> None:
    exp = track_experiment("elsewhere", capture=False)
    done = run(
        """
        from specweave import InvalidArgumentError, load_experiment
        try:
            load_experiment("elsewhere").finish("failed")
        except InvalidArgumentError as problem:
            print(problem)
        """
    )
    assert "is running, and was only loaded here" in done.stdout, done.stderr
    exp.finish()
    assert load_experiment("elsewhere").status == "completed"


def test_a_loaded_handle_changes_the_status_of_what_has_ended() -> None:
    exp = track_experiment("ended", capture=False)
    exp.finish("failed")
    loaded = load_experiment("ended")
    loaded.finish("completed")
    assert exp.status == "failed"
    with pytest.warns(TrackingWarning, match="was only loaded here"):
        loaded.set_status("running")
    loaded.set_status("completed")
    assert exp.status == "completed"
