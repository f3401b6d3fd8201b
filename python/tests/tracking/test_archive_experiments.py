"""Many experiments put away by age, condition and name."""

from __future__ import annotations

import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from specweave import (
    ExperimentBusyError,
    ExperimentNotFoundError,
    InvalidArgumentError,
    archive_experiments,
    compare_experiments,
    delete_experiment,
    list_experiments,
    load_experiment,
    restore_experiment,
    track_experiment,
)
from specweave_ml.tracking.archiving import age_of
from support.schema_check import validate


@pytest.fixture
def store(project: Path) -> Path:
    """Three experiments, the last of which is a sweep in use."""
    for place, name in enumerate(("one", "two")):
        with track_experiment(name, increment="0042", capture=False) as exp:
            exp.log_metric("accuracy", 0.5 + place / 10)
    with track_experiment("sweep", increment="0042", capture=False) as sweep:
        track_experiment("inside", parent=sweep, capture=False).finish()
    load_experiment("sweep").add_tag("production")
    return project


def names(*, archived: bool = False) -> list[str]:
    return [one.name for one in list_experiments("0042", archived=archived)]


def test_nothing_is_moved_before_it_is_said_so(store: Path) -> None:
    report = archive_experiments(older_than=timedelta(0), increment="0042")
    assert report.dry_run
    assert [entry.name for entry in report.archived] == ["one", "two"]
    assert [(entry.name, entry.reason) for entry in report.kept] == [
        ("sweep", "is tagged production; force moves it"),
    ]
    assert [entry.inside for entry in report.entries] == [0, 0, 1]
    assert abs(report.entries[0].last_active - time.time()) < 3600
    assert repr(report).splitlines()[-2:] == [
        "Dry run: nothing was moved. 2 experiments would be archived.",
        "1 experiment that fulfils the conditions is kept.",
    ]
    assert "<table" in report._repr_html_()
    assert names() == ["one", "two", "sweep"]
    validate("archive", report._facts)

    moved = archive_experiments("0h", "0042", dry_run=False)
    assert [entry.moved_to for entry in moved.entries] == ["_archive/one", "_archive/two", None]
    validate("archive", moved._facts)
    assert names() == ["sweep"]
    assert names(archived=True) == ["one", "two", "sweep"]
    assert [entry.name for entry in archive_experiments("0h", "0042", force=True).archived] == [
        "sweep",
    ]


def test_old_ones_are_young_today(store: Path) -> None:
    report = archive_experiments(older_than="6mo", increment="all")
    assert report.archived == [] == report.kept
    assert {entry.action for entry in report.entries} == {"skip"}
    assert repr(report) == "Nothing would be archived.\n3 others do not fulfil the conditions."


def test_conditions_and_names_choose(store: Path) -> None:
    report = archive_experiments(where="metrics.accuracy > 0.55", increment="0042", dry_run=False)
    assert [entry.name for entry in report.archived] == ["two"]
    report = archive_experiments(names="exp-001", increment="0042", dry_run=False)
    assert [entry.name for entry in report.archived] == ["one"]
    with pytest.raises(ExperimentNotFoundError):
        archive_experiments(names=["one"], increment="0042")
    for wrong in ({}, {"older_than": "6m"}, {"older_than": timedelta(seconds=1)}):
        with pytest.raises(InvalidArgumentError):
            archive_experiments(increment="0042", **wrong)


def test_an_age_is_a_text_a_duration_or_a_date() -> None:
    assert age_of("6mo") == "6mo"
    assert age_of(timedelta(days=2)) == "48h"
    assert age_of(date(2026, 1, 31)) == "2026-01-31"


def test_what_is_archived_is_shown_compared_and_brought_back(store: Path) -> None:
    archive_experiments(names=["one", "two"], increment="0042", dry_run=False)
    with track_experiment("two", increment="0042", capture=False) as again:
        again.log_metric("accuracy", 0.9)
    assert load_experiment("two").metrics["accuracy"] == 0.9
    old = load_experiment("two", archived=True)
    assert (old.metrics["accuracy"], old.path.parent.name) == (0.6, "_archive")
    assert "two" in old._repr_html_()
    rows = compare_experiments("0042", archived=True, reruns="all").rows
    assert [row["folder"] for row in rows if row["values"]] == [
        "_archive/one", "_archive/two", "two-2",
    ]  # fmt: skip
    assert [row["folder"] for row in compare_experiments("0042", reruns="all").rows] == [
        "sweep", "two-2",
    ]  # fmt: skip
    back = restore_experiment("two")
    assert back.path.name == "two"
    assert back.metrics["accuracy"] == 0.6
    with pytest.raises(ExperimentNotFoundError, match="archive"):
        restore_experiment("two")


def test_a_deleted_one_goes_to_the_archive_first(store: Path) -> None:
    delete_experiment("one")
    assert load_experiment("one").path.parent.name == "_archive"
    with pytest.raises(InvalidArgumentError, match="in the archive already"):
        delete_experiment("one")
    delete_experiment("one", forever=True)
    with pytest.raises(ExperimentNotFoundError):
        load_experiment("one")
    with pytest.raises(ExperimentBusyError, match="tagged production"):
        delete_experiment("sweep")
    delete_experiment("sweep", force=True)
    assert names() == ["two"]
