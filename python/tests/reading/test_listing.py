"""Listings: many experiments, each read by Python when somebody looks at it."""

from __future__ import annotations

import gc
import os
from pathlib import Path

from specweave_ml import (
    compare_experiments,
    list_experiments,
    load_experiment,
    track_experiment,
)
from specweave_ml.tracking.lookup import ExperimentList


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


def test_a_table_says_the_same_whoever_asks_for_how_much_of_it(project: Path) -> None:
    make(6)
    with track_experiment("odd", capture=False) as experiment:
        experiment.log_params({"rate": float("nan"), "text": "NaN", "nested": {"a": [1, None]}})
        experiment.log_metric("auc", float("inf"))
        experiment.add_tag("later")
    listing = list_experiments()
    whole = listing.to_dataframe()
    one_by_one = ExperimentList(load_experiment(one.number) for one in listing).to_dataframe()
    for frame, same in (
        (whole, one_by_one),
        (listing[:2].to_dataframe(), whole.head(2)),
        (listing[1:].to_dataframe(), whole.tail(6)),
        (listing.sorted("auc").to_dataframe(), whole.sort_values("metrics.auc")),
    ):
        rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
        expected = same.astype(object).where(same.notna(), None)[list(frame)].to_dict("records")
        assert rows == expected
    assert whole["metrics.auc"].iloc[-1] == float("inf")
    assert whole["params.text"].iloc[-1] == "NaN"
    assert list_experiments(status="failed").to_dataframe().empty


def test_a_comparison_keeps_what_it_says_when_it_is_closed(project: Path) -> None:
    make(3)
    comparison = compare_experiments(sort_by="auc", write=False)
    comparison.close()
    assert [row["name"] for row in comparison.rows] == ["run-2", "run-1", "run-0"]
