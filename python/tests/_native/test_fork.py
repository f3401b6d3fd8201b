"""A forked child may do anything; the parent's experiment stays the parent's."""

from __future__ import annotations

import pytest

from conftest import Run
from specweave import load_experiment

PRELUDE = """
import os, sys
from specweave import track_experiment
exp = track_experiment("forked", capture=False)
exp.log_metric("loss", 1.0)
"""


def test_children_log_as_writers_of_their_own(run: Run) -> None:
    result = run(
        PRELUDE
        + """
for child in range(4):
    if os.fork() == 0:
        for step in range(100):
            exp.log_metric(f"child/{child}", float(step))
        exp.log_param(f"param/{child}", child)
        os._exit(0)
for child in range(4):
    os.wait()
exp.log_metric("loss", 2.0)
exp.finish()
"""
    )
    assert result.returncode == 0, result.stderr
    read = load_experiment("forked")
    assert read.status == "completed"
    assert read.history("loss").values.tolist() == [1.0, 2.0]
    for child in range(4):
        assert len(read.history(f"child/{child}")) == 100
        assert read.params[f"param/{child}"] == child
    assert len(read.writers) == 5


def test_child_that_leaves_the_block_does_not_end_it(run: Run) -> None:
    result = run(
        """
        import os, sys
        from specweave import track_experiment
        with track_experiment("forked", capture=False) as exp:
            if os.fork() == 0:
                sys.exit(3)
            os.wait()
            print(exp.status)
        """
    )
    assert (result.returncode, result.stdout) == (0, "running\n"), result.stderr
    assert load_experiment("forked").status == "completed"


def test_child_that_exits_normally_does_not_end_it(run: Run) -> None:
    result = run(
        PRELUDE
        + """
if os.fork() == 0:
    del exp
    sys.exit(0)
os.wait()
print(exp.status)
"""
    )
    assert (result.returncode, result.stdout) == (0, "running\n"), result.stderr
    assert load_experiment("forked").status == "completed"


def test_child_may_track_an_experiment_of_its_own(run: Run) -> None:
    result = run(
        PRELUDE
        + """
pid = os.fork()
if pid == 0:
    with track_experiment("own") as own:
        own.log_metric("x", 1.0)
    os._exit(0)
os.waitpid(pid, 0)
"""
    )
    assert result.returncode == 0, result.stderr
    assert load_experiment("own").status == "completed"


def test_fork_while_the_capture_thread_works(run: Run) -> None:
    result = run(
        """
        import os
        from specweave import track_experiment
        for number in range(10):
            exp = track_experiment(f"busy-{number}")
            pid = os.fork()  # Python 3.12 would warn of a thread beside it
            if pid == 0:
                with track_experiment(f"child-{number}") as child:
                    child.log_metric("x", 1.0)
                os._exit(0)
            assert os.waitpid(pid, 0)[1] == 0
            exp.finish()
        """,
    )
    assert result.returncode == 0, result.stderr
    for number in range(10):
        assert load_experiment(f"child-{number}").status == "completed"


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_processes_of_multiprocessing_finish_their_experiments(run: Run, method: str) -> None:
    result = run(
        """
        import multiprocessing, sys
        from specweave import track_experiment

        def good():
            track_experiment("good", capture=False).log_metric("x", 1.0)

        def bad():
            exp = track_experiment("bad", capture=False)
            raise ValueError("in the child")

        if __name__ == "__main__":
            context = multiprocessing.get_context(sys.argv[1])
            for target in (good, bad):
                process = context.Process(target=target)
                process.start()
                process.join()
        """,
        method,
    )
    assert result.returncode == 0, result.stderr
    assert load_experiment("good").status == "completed"
    bad = load_experiment("bad")
    assert bad.status == "failed"
    assert bad.failure is not None
    # From Python 3.13 on multiprocessing keeps only the exit code of an exception.
    assert bad.failure["message"] in ("in the child", "1")


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_a_process_of_a_pool_is_one_writer_however_many_tasks_it_has(run: Run, method: str) -> None:
    result = run(
        """
        import multiprocessing, sys
        from specweave import track_experiment

        def task(arguments):
            exp, step = arguments
            exp.log_metric("loss", step / 1000, step=step)
            exp.log_param(f"task{step}", step)
            return step

        if __name__ == "__main__":
            exp = track_experiment("pool", capture=False)
            pool = multiprocessing.get_context(sys.argv[1]).Pool(2)
            with pool:
                done = sum(pool.imap_unordered(task, [(exp, step) for step in range(60)]))
                pool.close()
                pool.join()
            assert done == sum(range(60))
            exp.finish()
        """,
        method,
    )
    assert result.returncode == 0, result.stderr
    read = load_experiment("pool")
    assert sorted(read.history("loss").steps.tolist()) == list(range(60))
    assert len(read.params) == 60
    assert read.metrics["loss"] == 0.059
    assert len([writer for writer in read.writers if writer["role"] == "attached"]) <= 2
