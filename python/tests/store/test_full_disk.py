"""A disk that takes nothing: training continues, nothing is said to be stored that is not."""

from __future__ import annotations

from conftest import Run
from specweave import load_experiment

LIMITED = """
import resource, sys, warnings
from specweave import StorageError, TrackingWarning, track_experiment

def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

exp = track_experiment("full", capture=False, strict="strict" in sys.argv)
exp.log_metric("x", 0.0)
limit(0)
"""


def test_logging_goes_on_and_catches_up_when_there_is_room(run: Run) -> None:
    result = run(
        LIMITED
        + """
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for step in range(1, 1000):
        exp.log_metric("x", float(step))
    exp.log_param("a", 1)
    exp.log_note("still here")
assert [warning.category for warning in caught] == [TrackingWarning], caught
assert caught[0].filename == __file__
limit(resource.RLIM_INFINITY)
exp.finish()
assert exp.dropped == 0
"""
    )
    assert result.returncode == 0, result.stderr
    read = load_experiment("full")
    assert read.history("x").values.tolist() == [float(step) for step in range(1000)]
    assert (read.params, read.notes, read.status) == ({"a": 1}, ["still here"], "completed")


def test_durable_flush_and_strict_raise(run: Run) -> None:
    result = run(
        LIMITED
        + """
for call in (lambda: exp.log_metric("x", 1.0), lambda: exp.flush(durable=True)):
    try:
        call()
    except StorageError as error:
        assert error.errno
    else:
        raise AssertionError(call)
limit(resource.RLIM_INFINITY)
exp.finish()
""",
        "strict",
    )
    assert result.returncode == 0, result.stderr


def test_block_on_a_full_disk_ends_with_a_warning(run: Run) -> None:
    result = run(
        """
        import resource
        from specweave import track_experiment
        with track_experiment("full", capture=False) as exp:
            exp.log_metric("x", 0.0)
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
            exp.log_metric("x", 1.0)
        print("trained")
        """,
        warnings="ignore",
    )
    assert (result.returncode, result.stdout) == (0, "trained\n"), result.stderr
    assert load_experiment("full").history("x").values.tolist() == [0.0]


def test_what_did_not_get_to_the_disk_before_the_end_is_counted_and_told_once(run: Run) -> None:
    result = run(
        LIMITED
        + """
warnings.simplefilter("always")
for step in range(1, 11):
    exp.log_metric("x", float(step))
""",
        warnings="default",
    )
    assert result.returncode == 0, result.stderr
    lines = result.stderr.splitlines()
    losses = [line for line in lines if "could not be stored" in line]
    assert len(losses) == 1, result.stderr
    assert "10 records" in losses[0]
    assert sum("TrackingWarning" in line for line in lines) <= 2, result.stderr
