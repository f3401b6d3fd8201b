"""``capture_output=True``: what the program prints goes to ``output.log`` too."""

from __future__ import annotations

import contextlib
import io
import logging
import sys
import threading

import pytest
from tqdm import tqdm  # type: ignore[import-untyped]

from conftest import Run
from specweave import load_experiment, track_experiment


def log_of(name: str) -> str:
    """What was recorded for an experiment."""
    return (load_experiment(name).path / "output.log").read_text("utf-8")


def test_print_and_stderr_of_every_thread_are_recorded_and_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with track_experiment("said", capture=False, capture_output=True):
        print("hello", 1, flush=True)
        sys.stderr.write("warned\n")
        thread = threading.Thread(target=print, args=("from a thread",))
        thread.start()
        thread.join()
        assert sys.stdout.write("four") == 4
        sys.stdout.writelines([" a\n", "b\n"])
    print("after")
    assert log_of("said") == "hello 1\nwarned\nfrom a thread\nfour a\nb\n"
    shown = capsys.readouterr()
    assert shown.out == "hello 1\nfrom a thread\nfour a\nb\nafter\n"
    assert shown.err.endswith("warned\n")


def test_nothing_is_recorded_unless_it_was_asked_for() -> None:
    with track_experiment("quiet", capture=False) as exp:
        print("hello")
    assert not (exp.path / "output.log").exists()


def test_a_progress_bar_leaves_its_last_state() -> None:
    with track_experiment("bar", capture=False, capture_output=True):
        for _ in tqdm(range(50), mininterval=0, ascii=True, file=sys.stderr):
            pass
        print("done")
    lines = log_of("bar").splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("100%|##########| 50/50")
    assert lines[1] == "done"


def test_the_streams_are_what_they_were_also_after_an_exception() -> None:
    before = sys.stdout, sys.stderr, sys.stdout.write

    def fail() -> None:
        with track_experiment("fails", capture=False, capture_output=True):
            assert sys.stdout is before[0]
            print("before the end")
            raise ValueError("boom")

    with pytest.raises(ValueError, match="boom"):
        fail()
    assert (sys.stdout, sys.stderr, sys.stdout.write) == before
    assert "write" not in vars(sys.stdout)
    assert log_of("fails") == "before the end\n"


def test_a_handler_of_logging_that_was_there_before_is_heard() -> None:
    stream = sys.stderr
    logger = logging.getLogger("test_output")
    handler = logging.StreamHandler(stream)
    logger.addHandler(handler)
    try:
        with track_experiment("logs", capture=False, capture_output=True):
            logger.warning("from logging")
    finally:
        logger.removeHandler(handler)
    assert log_of("logs") == "from logging\n"


def test_an_experiment_inside_another_records_its_own_part() -> None:
    with track_experiment("outer", capture=False, capture_output=True) as outer:
        print("one")
        with track_experiment("inner", parent=outer, capture=False, capture_output=True) as inner:
            print("two")
        print("three")
    assert log_of("outer") == "one\ntwo\nthree\n"
    assert (inner.path / "output.log").read_text("utf-8") == "two\n"


def test_what_is_redirected_elsewhere_is_not_recorded() -> None:
    with (
        track_experiment("redirected", capture=False, capture_output=True),
        contextlib.redirect_stdout(io.StringIO()) as elsewhere,
    ):
        print("elsewhere")
        sys.stderr.write("here\n")
    assert elsewhere.getvalue() == "elsewhere\n"
    assert log_of("redirected") == "here\n"


def test_odd_text_and_credentials() -> None:
    with track_experiment("odd", capture=False, capture_output=True):
        print("a\0b \x1b[31mred\x1b[0m é")
        print("api_key=sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD")
        sys.stderr.write("\udc80\n")
    text = log_of("odd")
    assert text.startswith("ab red é\n")
    assert "abcdefghij" not in text
    assert "[REDACTED]" in text


def test_a_forked_child_goes_its_own_way(run: Run) -> None:
    result = run(
        """
        import os
        from specweave import track_experiment
        with track_experiment("forks", capture=False, capture_output=True):
            print("parent", flush=True)
            child = os.fork()
            if child == 0:
                print("child", flush=True)
                os._exit(0)
            os.waitpid(child, 0)
            print("parent again", flush=True)
        """
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == "parent\nchild\nparent again\n"
    assert log_of("forks") == "parent\nparent again\n"


def test_a_killed_process_leaves_what_it_said(run: Run) -> None:
    result = run(
        """
        import os, signal
        from specweave import track_experiment
        exp = track_experiment("killed", capture=False, capture_output=True)
        print("first\\nlast words", end="")
        os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    assert result.returncode == -9
    assert log_of("killed") == "first\nlast words"


def test_an_uncaught_exception_outside_of_a_block_is_in_the_file(run: Run) -> None:
    result = run(
        """
        from specweave import track_experiment
        exp = track_experiment("dies", capture=False, capture_output=True)
        raise ValueError("boom")
        """
    )
    assert result.returncode == 1
    assert log_of("dies").endswith("ValueError: boom\n")


def test_a_full_disk_does_not_harm_who_prints(run: Run) -> None:
    result = run(
        """
        import resource
        from specweave import track_experiment
        exp = track_experiment("full", capture=False, capture_output=True)
        print("one")
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
        for _ in range(100):
            print("two")
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        print("three")
        exp.finish()
        """
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == "one\n" + "two\n" * 100 + "three\n"
    assert log_of("full") == result.stdout
