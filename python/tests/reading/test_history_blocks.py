"""Histories in the library's memory, whole and in pieces."""

from __future__ import annotations

import copy
import gc
import resource
from pathlib import Path

import numpy
import pytest

from specweave_ml import NotFoundError, list_experiments, load_experiment, track_experiment


@pytest.fixture
def values() -> numpy.ndarray:
    return numpy.random.default_rng(4).random(10_000)


def test_blocks_are_together_the_history(project: Path, values: numpy.ndarray) -> None:
    with track_experiment("x", capture=False) as experiment:
        experiment.log_series("loss", values, steps=range(10_000, 0, -1))
        experiment.log_metric("other", 1)
    whole = experiment.history("loss")
    for size in (1, 4096, 10_000, 2**63):
        blocks = list(experiment.history_blocks("loss", size)) if size > 1 else [whole]
        assert [len(block) for block in blocks[:-1]] == [size] * (len(blocks) - 1)
        for column in ("steps", "values", "times", "writers"):
            joined = numpy.concatenate([getattr(block, column) for block in blocks])
            assert numpy.array_equal(joined, getattr(whole, column)), column
    assert numpy.array_equal(whole.values, values)
    assert [len(block) for block in experiment.history_blocks("other")] == [1]


def test_a_metric_that_is_not_there_is_named_at_once(project: Path) -> None:
    with track_experiment("x", capture=False) as experiment:
        experiment.log_metric("loss", 1)
    with pytest.raises(NotFoundError, match="'lost'"):
        experiment.history_blocks("lost")
    with pytest.raises(ValueError, match="not 0"):
        experiment.history_blocks("loss", size=0)


def test_columns_outlive_everything_they_came_from(project: Path, values: numpy.ndarray) -> None:
    with track_experiment("x", capture=False) as experiment:
        experiment.log_series("loss", values)
    blocks = experiment.history_blocks("loss", 6000)
    history = experiment.history("loss")
    experiment.close()
    first = next(blocks).values[1000:2000]
    last = history.values[-10:]
    del history, blocks
    gc.collect()
    load_experiment("x").history("loss")
    assert numpy.array_equal(first, values[1000:2000])
    assert numpy.array_equal(last, values[-10:])
    last += 1  # it belongs to the reader alone
    assert numpy.array_equal(copy.deepcopy(last), values[-10:] + 1)


def test_reading_goes_on_while_it_is_written(project: Path) -> None:
    experiment = track_experiment("x", capture=False)
    seen: list[float] = []
    for number in range(3000):
        experiment.log_metric("loss", number / 7)
        if number % 500 == 499:
            seen = load_experiment("x").history("loss").values.tolist()
            assert seen == [place / 7 for place in range(number + 1)]
    experiment.finish()
    assert list_experiments()[0].history("loss").values.tolist() == seen


def test_memory_does_not_grow_with_the_points(project: Path) -> None:
    """A million points are written, summarised and read back within what a piece of them takes."""
    piece = numpy.random.default_rng(5).random(50_000)
    with track_experiment("x", capture=False) as experiment:
        for _ in range(2):
            experiment.log_series("loss", piece)
        assert sum(len(block) for block in experiment.history_blocks("loss", 50_000)) == 100_000
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for _ in range(18):
            experiment.log_series("loss", piece)
    total = 0.0
    for block in load_experiment("x").history_blocks("loss", 50_000):
        total += float(block.values.sum())
    assert total == pytest.approx(20 * piece.sum())
    assert load_experiment("x").metrics.summary["loss"]["count"] == 1_000_000
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 16_000, f"{grown} KiB for a million points"


def test_a_sample_keeps_ends_and_extremes(project: Path) -> None:
    experiment = track_experiment("long", increment="0042", capture=False)
    values = numpy.arange(1000.0) % 10
    values[500], values[777] = -5, 99
    experiment.log_series("loss", values)
    sample = experiment.history("loss", most=20)
    assert len(sample) <= 20
    assert {0, 500, 777, 999} <= set(sample.steps.tolist())
    assert {-5, 99} <= set(sample.values.tolist())
    assert len(experiment.history("loss", most=5000)) == 1000
    with pytest.raises(ValueError, match="at least 1"):
        experiment.history("loss", most=0)
