"""Listings: many experiments, each read by Python when somebody looks at it."""

from __future__ import annotations

import gc
import os
from pathlib import Path

from specweave_ml import list_experiments, load_experiment, track_experiment


def make(count: int) -> None:
    for number in range(count):
        with track_experiment(f"run-{number}", capture=False) as experiment:
            experiment.log_params({"number": number, "text": "a\nb"})
            experiment.log_metrics({"auc": number / 7, "a long, odd: name": 1e300 * number})


def test_each_is_told_as_when_it_is_loaded(project: Path) -> None:
    make(5)
    for listed in list_experiments():
        loaded = load_experiment(listed.number)
        assert listed.name == loaded.name
        assert listed.path == loaded.path
        assert listed.params == loaded.params
        assert listed.metrics.summary == loaded.metrics.summary
        assert listed.created.isoformat(timespec="milliseconds") == loaded.created.isoformat(
            timespec="milliseconds"
        )
        assert listed.writers == loaded.writers


def test_it_stays_what_it_was_when_it_was_made(project: Path) -> None:
    make(2)
    listing = list_experiments()
    load_experiment("run-1").add_tag("later")
    make(1)
    assert [listed.tags for listed in listing] == [[], []]
    assert [listed.tags for listed in list_experiments()] == [[], ["later"], []]
    last = listing[-1]
    del listing
    gc.collect()
    assert last.metrics["auc"] == 1 / 7
    last.add_tag("mine")  # now it is opened
    assert last.tags == ["later", "mine"]


def test_an_edited_view_is_not_taken_for_the_truth(project: Path) -> None:
    make(1)
    metrics = list_experiments()[0].path / "metrics.json"
    metrics.write_text(metrics.read_text("utf-8").replace("0.0", "0.5"), "utf-8")
    assert list_experiments()[0].metrics["auc"] == 0.0
    os.utime(metrics, (1, 1))
    metrics.unlink()
    assert list_experiments()[0].metrics["auc"] == 0.0
