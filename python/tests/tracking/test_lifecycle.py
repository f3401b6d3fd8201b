"""How an experiment begins and ends, and what it is afterwards."""

# The document itself uses `exp` in the `except` after the block.
# mypy: disable-error-code="possibly-undefined"

from __future__ import annotations

import asyncio
import copy
import json
import os
import pwd
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import Run
from specweave import (
    Experiment,
    ExperimentMetadata,
    TrackingWarning,
    compare_experiments,
    current_experiment,
    load_experiment,
    set_increment,
    track_experiment,
)


def test_block_leaves_the_files_of_the_document(experiments: Path) -> None:
    with track_experiment("xgboost-v1") as exp:
        exp.log_param("n_estimators", 100)
        exp.log_metric("auc", 0.87)

    names = {path.name for path in (experiments / "xgboost-v1").iterdir()}
    assert {"params.json", "metrics.json", "metadata.yaml"} <= names
    assert exp.status == "completed"
    assert (exp.name, exp.label, exp.number) == ("xgboost-v1", "exp-001", 1)
    assert exp.increment == "0042-recommendation-model"
    assert exp.path == experiments / "xgboost-v1"


def test_exception_makes_it_failed_and_goes_on() -> None:
    with pytest.raises(ValueError, match="out of memory"), track_experiment("failing") as exp:
        raise ValueError("out of memory")

    assert exp.status == "failed"
    failure = load_experiment("failing").failure
    assert failure is not None
    assert (failure["type"], failure["message"]) == ("ValueError", "out of memory")
    assert "test_lifecycle.py" in failure["traceback"]


def test_handle_is_usable_after_the_block() -> None:
    def fit() -> None:
        raise MemoryError("too big")

    try:
        with track_experiment("neural-net-attempt") as exp:
            fit()
    except MemoryError as error:
        exp.log_note(f"FAILED: {error}")
        exp.log_note("Reason: Out of memory, need smaller batch size")
        exp.set_status("failed")

    exp.log_metric("score", 0.5)
    read = load_experiment("neural-net-attempt")
    assert read.notes == ["FAILED: too big", "Reason: Out of memory, need smaller batch size"]
    assert read.status == "failed"
    assert read.metrics["score"] == 0.5


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (KeyboardInterrupt(), "interrupted"),
        (asyncio.CancelledError(), "interrupted"),
        (SystemExit(), "completed"),
        (SystemExit(0), "completed"),
        (SystemExit(2), "failed"),
        (SystemExit("message"), "failed"),
    ],
)
def test_end_by_other_exceptions(error: BaseException, status: str) -> None:
    with pytest.raises(type(error)), track_experiment("ending", capture=False) as exp:
        raise error
    assert exp.status == status


def test_closed_generator_completes_it() -> None:
    started: list[Any] = []

    def epochs() -> Iterator[int]:
        with track_experiment("generator", capture=False) as exp:
            started.append(exp)
            yield from range(10)

    generator = epochs()
    next(generator)
    generator.close()  # type: ignore[attr-defined]
    assert started[0].status == "completed"


def test_status_that_was_set_is_kept() -> None:
    with track_experiment("decided", capture=False) as exp:
        exp.set_status("failed")
    assert exp.status == "failed"


def test_without_a_block() -> None:
    exp = track_experiment("plain", capture=False)
    assert exp.status == "running"
    assert current_experiment() is None
    exp.finish()
    exp.finish()
    assert exp.status == "completed"


def test_current_experiment_is_the_innermost_block() -> None:
    with track_experiment("outer", capture=False) as outer:
        assert current_experiment() is outer
        with track_experiment("inner", parent=outer, capture=False) as inner:
            assert current_experiment() is inner
        assert current_experiment() is outer
    assert current_experiment() is None
    assert inner.path.parent == outer.path


def test_same_name_again_makes_a_rerun(experiments: Path) -> None:
    for accuracy in (0.5, 0.6, 0.7):
        with track_experiment("cell", capture=False) as exp:
            exp.log_metric("accuracy", accuracy)

    assert sorted(path.name for path in experiments.glob("cell*")) == ["cell", "cell-2", "cell-3"]
    assert load_experiment("cell").metrics["accuracy"] == 0.7
    assert load_experiment("exp-001").metrics["accuracy"] == 0.5


def test_no_name_makes_a_number() -> None:
    assert track_experiment(capture=False).name == "exp-001"
    assert track_experiment(capture=False).name == "exp-002"


def test_metadata_is_recorded() -> None:
    metadata = ExperimentMetadata(
        name="xgboost-v3",
        description="XGBoost with feature engineering v2",
        tags=["production-candidate", "feature-eng-v2"],
        git_commit="a3b8c9d",
        data_version="v2024-01",
        author="someone@example.com",
    )
    with track_experiment(metadata, tags="extra") as exp:
        pass

    read = load_experiment("xgboost-v3")
    assert read.tags == ["production-candidate", "feature-eng-v2", "extra"]
    about = read.facts["about"]
    assert about["description"] == "XGBoost with feature engineering v2"
    assert about["git_commit"] == "a3b8c9d"
    assert about["data_version"] == "v2024-01"
    assert about["author"] == "someone@example.com"
    assert exp.name == "xgboost-v3"


def test_tags_and_selection() -> None:
    started = time.time()
    exp = track_experiment("tagged", tags=["a"], capture=False)
    exp.add_tag("production")
    exp.add_tag("production")
    exp.remove_tag("a")
    exp.remove_tag("never there")
    exp.select(rationale=["Best accuracy", "Fast"])
    assert exp.tags == ["production"]
    decision = exp.selection
    assert decision is not None
    assert decision.pop("by") == pwd.getpwuid(os.geteuid()).pw_name
    assert started <= decision.pop("time") <= time.time()
    assert decision == {"selected": True, "rationale": ["Best accuracy", "Fast"]}
    assert load_experiment("tagged").selection == exp.selection
    exp.select(selected=False)
    assert exp.selection is None


def test_increment_is_chosen(project: Path) -> None:
    (project / ".specweave" / "increments" / "0043-other").mkdir()
    assert track_experiment("a", increment="0043", capture=False).increment == "0043-other"
    assert track_experiment("b", increment=43, capture=False).increment == "0043-other"
    set_increment("0042")
    assert track_experiment("c", capture=False).increment == "0042-recommendation-model"
    assert track_experiment("d", "0042...", capture=False).increment == "0042-recommendation-model"


def test_copies_are_the_same_handle() -> None:
    exp = track_experiment("copies", capture=False)
    assert copy.copy(exp) is exp
    assert copy.deepcopy({"tracker": exp})["tracker"] is exp


def test_a_view_that_was_edited_is_kept_and_told_of() -> None:
    exp = track_experiment("edited", capture=False)
    exp.log_param("depth", 3)
    exp.flush()
    view = exp.path / "params.json"
    writes: dict[str, Callable[[], None]] = {"": exp.flush, "-2": exp.finish}
    for number, (ending, write) in enumerate(writes.items()):
        mine = '{"depth": 4}' + " " * number
        view.write_text(mine, "utf-8")
        exp.log_param("round", number)
        with pytest.warns(TrackingWarning, match=r"params\.json of 'edited'.*params\.json\.edited"):
            write()
        assert (exp.path / f"params.json.edited{ending}").read_text("utf-8") == mine
        assert json.loads(view.read_text("utf-8")) == {"depth": 3, "round": number}

    # What is logged weeks later writes the views too.
    (exp.path / "metadata.yaml").write_text("status: mine\n", "utf-8")
    with pytest.warns(TrackingWarning, match=r"metadata\.yaml of 'edited'"):
        load_experiment("edited").add_tag("production")
    assert (exp.path / "metadata.yaml.edited").read_text("utf-8") == "status: mine\n"


def bytes_read() -> int:
    """How many bytes this process has read so far."""
    return int(Path("/proc/self/io").read_text("ascii").split()[1])


def looked_at(experiment: Experiment) -> int:
    """How many bytes a look at the parameters reads, that at the counter left out."""
    first = bytes_read()
    second = bytes_read()
    _ = experiment.params, experiment.metrics, experiment.tags
    return bytes_read() - second - (second - first)


def settled(experiment: Experiment) -> None:
    """Wait until what was written just now is of the past, and look."""
    for _ in range(200):
        if looked_at(experiment) == 0:
            return
        time.sleep(0.01)


def test_a_second_look_reads_nothing_until_there_is_something_new(run: Run) -> None:
    exp = track_experiment("looked", capture=False)
    exp.log_params({"depth": 3, "layers": [1, {"units": 2}]})
    reads_once(exp)
    exp.finish()
    exp.close()
    handle = load_experiment("looked")
    reads_once(handle)

    settled(handle)
    other = run(
        """
        from specweave import load_experiment
        exp = load_experiment("looked")
        exp.add_tag("elsewhere")
        exp.log_metric("auc", 0.875)
        """
    )
    assert other.returncode == 0, other.stderr
    assert (handle.tags, handle.metrics["auc"]) == (["elsewhere"], 0.875)


def reads_once(experiment: Experiment) -> None:
    """Look twice, and again after every change."""
    settled(experiment)
    assert looked_at(experiment) == 0
    experiment.params["layers"][1]["units"] = 5
    assert experiment.params == {"depth": 3, "layers": [1, {"units": 2}]}
    for value in (0.5, 0.75):
        experiment.log_metric("auc", value)
        assert experiment.metrics["auc"] == value


def test_a_session_that_was_killed_counts_up_to_its_last_write(run: Run) -> None:
    killed = run(
        """
        import os, signal, time
        from specweave import track_experiment
        exp = track_experiment("killed", capture=False)
        exp.log_metric("auc", 0.25)
        time.sleep(0.2)
        exp.log_metric("auc", 0.5)
        os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    assert killed.returncode == -9
    crashed = load_experiment("killed")
    times = crashed.history("auc").times
    took = times[-1] - times[0]
    assert crashed.status == "crashed"
    before = crashed.duration
    assert before is not None
    assert before >= took >= 0.2
    with track_experiment("killed", resume=True, capture=False) as exp:
        assert exp.duration is None
    resumed = load_experiment("killed").duration
    assert resumed is not None
    assert resumed > before
    assert compare_experiments().rows[0]["training_time"] == resumed
