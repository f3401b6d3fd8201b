"""Crashes, copies, damage: what was written before is read, the rest named, no other hidden."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from specweave import TrackingWarning, list_experiments, load_experiment, track_experiment
from specweave_ml.errors import FormatError, NotFoundError

FLIPS = 60

CRASH = """
import os, signal
from specweave import track_experiment
exp = track_experiment("model", params={"depth": 6}, capture=False)
for step in range(10):
    exp.log_metric("loss", step / 7)
exp.log_note("before")
exp.save_artifact("config.json", {"depth": 6})
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def crashed(experiments: Path) -> Path:
    """The folder of an experiment whose process was killed."""
    done = subprocess.run(
        [sys.executable, "-c", CRASH], env={**os.environ, "SPECWEAVE_QUIET": "1"}, check=False
    )
    assert done.returncode == -signal.SIGKILL
    return experiments / "model"


@pytest.fixture
def whole(experiments: Path) -> Path:
    """The folder of an experiment of which only the event file is left."""
    with track_experiment("whole", params={"depth": 6}, tags=["t"], capture=False) as exp:
        for step in range(40):
            exp.log_metric("loss", step / 7)
        exp.log_note("note")
    for file in exp.path.iterdir():
        if not file.name.startswith("events."):
            file.unlink()
    return experiments / "whole"


def events(folder: Path) -> Path:
    (file,) = folder.glob("events.out.tfevents.*")
    return file


def losses(name: str | Path) -> list[float]:
    return [float(value) for value in load_experiment(name).history("loss").values]


def test_crash_then_resume(crashed: Path) -> None:
    assert load_experiment("model").status == "crashed"
    with track_experiment("model", resume=True, capture=False) as exp:
        assert exp.path == crashed
        assert exp.status == "running"
        exp.log_metric("loss", 99.0)
        exp.log_note("after")
        exp.log_param("depth", 7)
    exp = load_experiment("model")

    assert exp.status == "completed"
    assert list(exp.history("loss").steps) == list(range(11))
    assert losses("model") == [*(step / 7 for step in range(10)), 99.0]
    assert [str(note) for note in exp.notes] == ["before", "after"]
    assert exp.params == {"depth": 7}
    assert exp._facts()["params_previous"] == {"depth": [6]}
    assert [one["path"] for one in exp.artifacts] == ["config.json"]
    assert len(list(crashed.glob("events.out.*"))) == 2


def test_crash_then_the_same_name_again_makes_a_new_folder(crashed: Path) -> None:
    with track_experiment("model", capture=False) as exp:
        assert exp.path.name == "model-2"
    assert load_experiment(crashed).status == "crashed"


def test_a_copy_of_a_running_experiment_is_read_beside_it(experiments: Path) -> None:
    exp = track_experiment("model", capture=False)
    for step in range(10):
        exp.log_metric("loss", step / 7)
    shutil.copytree(exp.path, experiments / "copy")
    file = events(experiments / "copy")
    file.write_bytes(file.read_bytes()[:-20])
    for step in range(10, 20):
        exp.log_metric("loss", step / 7)

    assert losses(experiments / "copy") == [step / 7 for step in range(9)]
    assert losses(experiments / "model") == [step / 7 for step in range(20)]
    assert len(list_experiments()) == 2
    exp.finish()


def test_a_copy_brought_up_to_date_counts_nothing_twice(crashed: Path) -> None:
    file = events(crashed)
    file.with_name(file.name.replace("tfevents.", "tfevents.1")).write_bytes(
        file.read_bytes()[:-30]
    )

    exp = load_experiment("model")
    assert exp.metrics.summary["loss"]["count"] == 10
    assert [str(note) for note in exp.notes] == ["before"]
    assert losses("model") == [step / 7 for step in range(10)]


@pytest.mark.filterwarnings("ignore:'whole' is damaged")
def test_cut_at_every_length(whole: Path) -> None:
    file = events(whole)
    content = file.read_bytes()
    counts = []
    for length in range(len(content), 0, -1):
        os.truncate(file, length)
        (exp,) = list_experiments()
        facts = exp._facts()
        count = facts["metrics"].get("loss", {"count": 0})["count"]
        counts.append(count)
        if count:
            assert facts["metrics"]["loss"]["last"] == (count - 1) / 7
            assert facts["status"] == "completed" if length == len(content) else "running"
            assert facts["problems"] == []
    assert counts == sorted(counts, reverse=True)
    assert set(counts) == set(range(41))
    assert file.read_bytes() == content[:1]


def test_zeros_at_the_end_are_a_torn_tail(whole: Path) -> None:
    file = events(whole)
    file.write_bytes(file.read_bytes() + bytes(4096))

    exp = load_experiment("whole")
    assert exp._facts()["problems"] == []
    assert losses("whole") == [step / 7 for step in range(40)]


@pytest.mark.filterwarnings("ignore:'whole' is damaged")
def test_a_flipped_bit_anywhere_is_reported_and_hides_nothing_else(whole: Path) -> None:
    with track_experiment("other", capture=False) as other:
        other.log_metric("loss", 0.5)
    file = events(whole)
    content = file.read_bytes()
    seed = int.from_bytes(os.urandom(4), "little")
    print(f"seed {seed}")
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    for place in chance.sample(range(len(content)), FLIPS):
        damaged = bytearray(content)
        damaged[place] ^= 1 << chance.randrange(8)
        file.write_bytes(damaged)
        listed = {exp.path.name: exp._facts() for exp in list_experiments()}

        assert set(listed) == {"whole", "other"}
        assert listed["other"]["problems"] == []
        problems = listed["whole"]["problems"]
        assert any("whole" in problem or file.name in problem for problem in problems), place
        count = listed["whole"]["metrics"].get("loss", {"count": 0})["count"]
        assert count >= 39 or not listed["whole"]["id"], place


def test_a_completed_experiment_that_was_cut_short_stays_completed_and_is_warned_of(
    experiments: Path,
) -> None:
    with track_experiment("whole", params={"depth": 6}, capture=False) as exp:
        for step in range(400):
            exp.log_metric("loss", step / 7)
    file = events(exp.path)
    exp.close()
    size = file.stat().st_size
    os.truncate(file, size // 2)

    lost = f"'{file.name}' was cut short at byte {size // 2}: it held {size} bytes"
    with pytest.warns(TrackingWarning, match=f"^'whole' is damaged: {re.escape(lost)}"):
        exp = load_experiment("whole")
    assert (exp.status, exp.params, exp.metrics["loss"]) == ("completed", {"depth": 6}, 399 / 7)
    with pytest.warns(TrackingWarning, match="^the history of 'loss' is not whole: .*cut short"):
        history = exp.history("loss")
    assert 100 < len(history) < 300
    assert list(history.values) == [step / 7 for step in range(len(history))]
    with pytest.warns(TrackingWarning, match="^'whole' is damaged: "):
        (listed,) = list_experiments()
    assert (listed.status, listed.metrics["loss"]) == ("completed", 399 / 7)


def test_a_flipped_bit_in_the_first_record_costs_no_point(experiments: Path) -> None:
    with track_experiment("whole", capture=False) as exp:
        for step in range(40):
            exp.log_metric("loss", step / 7)
    file = events(exp.path)
    exp.close()
    content = bytearray(file.read_bytes())
    content[20] ^= 1
    file.write_bytes(content)

    exp = load_experiment("whole")
    assert (exp.status, exp.metrics["loss"]) == ("completed", 39 / 7)
    with pytest.warns(TrackingWarning, match="^the history of 'loss' is not whole: .*at byte 0: "):
        assert losses("whole") == [step / 7 for step in range(40)]


def test_an_artifact_that_changed_is_told(experiments: Path) -> None:
    with track_experiment("whole", capture=False) as exp:
        exp.save_artifact("config.json", {"depth": 6})
        exp.save_artifact("config.json", {"depth": 7})
    exp.check_artifact("config.json")
    exp.check_artifact("config.json", version=1)
    exp.artifact_path("config.json").write_text('{"depth": 9}', "utf-8")

    with pytest.raises(FormatError, match=r"'config\.json' of 'whole' is not what was saved"):
        exp.check_artifact("config.json")
    exp.check_artifact("config.json", version=1)
    with pytest.warns(TrackingWarning, match="is not what was saved"):
        assert exp.load_artifact("config.json") == {"depth": 9}
    with pytest.raises(NotFoundError, match="no version 3"):
        exp.check_artifact("config.json", version=3)


def test_damage_behind_fitting_views_costs_the_history_one_point(experiments: Path) -> None:
    with track_experiment("whole", capture=False) as exp:
        for step in range(40):
            exp.log_metric("loss", step / 7)
    file = events(exp.path)
    content = bytearray(file.read_bytes())
    content[content.index(b"loss", len(content) // 2)] ^= 1
    file.write_bytes(content)

    with pytest.warns(TrackingWarning, match="not whole.*" + re.escape(file.name)):
        history = load_experiment("whole").history("loss")
    assert len(history) == 39
    assert len(history.problems) == 1
    assert load_experiment("whole").metrics["loss"] == 39 / 7
