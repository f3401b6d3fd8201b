"""Alerts and what else happens to experiments, in Python."""

from __future__ import annotations

import math
import time
from pathlib import Path

import pytest

from specweave import (
    InvalidArgumentError,
    WatchEvent,
    experiment_alerts,
    load_experiment,
    track_experiment,
    watch_experiments,
)
from specweave_ml._native.library import library
from specweave_ml._native.text import owned_json
from specweave_ml.tracking.watching import _Watch
from support.controlled_run import ControlledRun
from support.schema_check import validate

pytestmark = pytest.mark.usefixtures("project")


def kinds(events: list[WatchEvent]) -> list[tuple[str, str, str | None]]:
    return [(event.kind, event.experiment, event.metric) for event in events]


def test_alerts_say_what_is_wrong_at_the_moment() -> None:
    assert experiment_alerts("0042") == []
    started = time.time()
    with track_experiment("lost", increment="0042", capture=False) as lost:
        lost.log_metric("loss", math.nan, step=3)
        lost.log_metric("auc", 0.5)
    broken = track_experiment("broken", increment="0042", capture=False)
    broken.finish(error=MemoryError("no room"))
    alerts = experiment_alerts("0042")
    assert kinds(alerts) == [("failed", "broken", None), ("not-finite", "lost", "loss")]
    failed, not_finite = alerts
    assert failed.alert
    assert failed.message == "'broken' failed: MemoryError: no room"
    assert failed.value is failed.step is None
    assert isinstance(not_finite.value, float)
    assert math.isnan(not_finite.value)
    assert (not_finite.step, not_finite.folder) == (3, "lost")
    assert not_finite.increment == "0042-recommendation-model"
    assert started - 1 < not_finite.since <= not_finite.time <= time.time()
    assert experiment_alerts("0042", metrics="auc", where="status = 'completed'") == []
    assert kinds(experiment_alerts("0042", metrics=["loss"], where="name = 'lost'")) == [
        ("not-finite", "lost", "loss")
    ]


def test_a_running_experiment_stalls() -> None:
    with track_experiment("x", increment="0042", capture=False) as exp:
        exp.log_series("loss", [0.5], steps=[2], times=[time.time() - 3600])
        assert experiment_alerts("0042") == []
        assert kinds(experiment_alerts("0042", stall=0)) == [("stalled", "x", None)]
        assert kinds(experiment_alerts("0042", stall="0s")) == [("stalled", "x", None)]
        assert experiment_alerts("0042", stall=None) == []
    assert experiment_alerts("0042", stall=0) == []


def test_watching_gives_each_event_when_it_happens() -> None:
    with track_experiment("old", increment="0042", capture=False) as old:
        old.log_metric("loss", math.inf)
    with ControlledRun("x") as x:
        watch = _Watch("0042", {})
        assert watch.look() == ([], 1)
        assert watch.look() == ([], 1)
        x.do("exp.log_metrics({'loss': float('nan'), 'auc': 0.5}, step=1)")
        assert kinds(watch.look()[0]) == [("not-finite", "x", "loss")]
        x.do("exp.log_metrics({'loss': float('nan'), 'auc': 0.5}, step=2)")
        assert watch.look() == ([], 1)
        x.do("exp.log_metrics({'loss': 0.5, 'auc': 0.5}, step=3)")
        assert kinds(watch.look()[0]) == [("recovered", "x", "loss")]
        x.do("child = __import__('specweave').track_experiment('c', parent=exp, capture=False)")
        assert watch.look() == ([], 1)
        x.kill()
        events, running = watch.look()
        assert (kinds(events), running) == ([("crashed", "x", None)], 0)
        assert watch.look() == ([], 0)
    resumed = track_experiment("x", increment="0042", capture=False, resume=True)
    assert kinds(watch.look()[0]) == [("resumed", "x", None)]
    resumed.finish(status="interrupted")
    assert kinds(watch.look()[0]) == [("interrupted", "x", None)]


def test_those_inside_others_are_watched_if_asked_for() -> None:
    with ControlledRun("x") as x:
        watch = _Watch("0042", {"children": True})
        assert watch.look() == ([], 1)
        x.do("child = __import__('specweave').track_experiment('c', parent=exp, capture=False)")
        assert kinds(watch.look()[0]) == [("started", "c", None)]
        x.do("child.log_metric('loss', float('nan'))")
        assert kinds(watch.look()[0]) == [("not-finite", "c", "loss")]
        x.do("child.finish()")
        x.do("exp.finish()")
        assert sorted(kinds(watch.look()[0])) == [
            ("completed", "c", None),
            ("completed", "x", None),
        ]


def test_a_long_history_is_read_on_where_the_last_look_ended(experiments: Path) -> None:
    with ControlledRun("x") as x:
        watch = _Watch("0042", {})
        for turn in range(5):
            x.do(f"for i in range(20000): exp.log_metric('loss', 1.0, step={turn} * 20000 + i)")
            assert watch.look() == ([], 1)
        x.do("exp.log_metric('loss', float('nan'))")
        (event,), _ = watch.look()
        assert event.step == 100_000
        # Another file takes the place of the one that was read.
        (file,) = (experiments / "x").glob("events.out.tfevents.*")
        copy = file.read_bytes()
        x.kill()
        file.unlink()
        file.write_bytes(copy)
        assert kinds(watch.look()[0]) == [("crashed", "x", None)]
    assert len(load_experiment("x").history("loss").values) == 100_001


def test_the_iterator_ends_with_the_last_experiment() -> None:
    with track_experiment("x", increment="0042", capture=False) as exp:
        exp.log_metric("loss", math.nan)
        found = watch_experiments("0042", until_finished=True, every=1)
        assert next(found).kind == "not-finite"
    assert [event.kind for event in found] == ["completed"]
    assert list(watch_experiments("0042", until_finished=True)) == []


def test_a_look_is_as_its_schema_says() -> None:
    with track_experiment("x", increment="0042", capture=False) as exp:
        exp.log_metric("loss", math.nan)
        watch = _Watch("0042", {})
        found = owned_json(library().et_watch_look, watch._pointer)
        validate("watch", found)
        assert (found["running"], found["experiments"]) == (1, 1)
        assert found["events"][0]["value"] == "NaN"


def test_wrong_options_are_refused() -> None:
    with pytest.raises(InvalidArgumentError, match=r"1 at least, not 0\.5"):
        watch_experiments("0042", every=0.5)
    with pytest.raises(InvalidArgumentError, match="'soon' is no span of time"):
        watch_experiments("0042", stall="soon")
    with pytest.raises(InvalidArgumentError, match="'stall' of a watch must be a span"):
        experiment_alerts("0042", stall=-1)
    with pytest.raises(InvalidArgumentError, match="column"):
        experiment_alerts("0042", where="loss >")
