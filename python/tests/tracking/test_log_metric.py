"""Metrics arrive exactly as they were logged."""

from __future__ import annotations

import json
import math
import struct
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from specweave import TrackingWarning, load_experiment, track_experiment
from specweave_ml.errors import SerialisationError

DOUBLES = [0.0, -0.0, 5e-324, 1.797e308, 0.1 + 0.2, 1 / 3, -1e-300, 2.0**53 + 2]


def bits(value: float) -> bytes:
    return struct.pack("<d", value)


def test_doubles_come_back_bit_for_bit() -> None:
    with track_experiment("doubles", capture=False) as exp:
        for value in [*DOUBLES, math.inf, -math.inf, math.nan]:
            exp.log_metric("x", value)

    values = load_experiment("doubles").history("x").values
    expected = [*DOUBLES, math.inf, -math.inf, math.nan]
    assert [bits(value) for value in values] == [bits(value) for value in expected]


FAR: list[Any] = [5, 5, 3, -1, 2**63 - 1, np.int64(7), 9.0]
FAR += [np.array([5]), np.array([[6.0]]), np.array(7), torch.tensor([8]), torch.tensor(9.0)]


def test_steps_count_from_zero_and_may_go_anywhere() -> None:
    with track_experiment("steps", capture=False) as exp:
        exp.log_metric("auto", 1.0)
        exp.log_metric("auto", 2.0)
        for step in FAR:
            exp.log_metric("given", 1.0, step=step)

    assert exp.history("auto").steps.tolist() == [0, 1]
    assert exp.history("given").steps.tolist() == [5, 5, 3, -1, 2**63 - 1, 7, 9, 5, 6, 7, 8, 9]


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        (3, 3),
        (2**62 + 1, 2**62 + 1),
        (True, True),
        (np.float32(0.1), float(np.float32(0.1))),
        (np.float16(0.1), float(np.float16(0.1))),
        (np.float64(0.1), 0.1),
        (np.longdouble("0.1"), 0.1),
        (np.int8(-3), -3),
        (np.uint64(7), 7),
        (np.bool_(True), True),
        (np.array(0.5), 0.5),
        (np.array([0.5]), 0.5),
        (Decimal("0.1"), 0.1),
        (Fraction(1, 4), 0.25),
    ],
)
def test_scalars_of_any_kind_are_numbers(given: Any, stored: Any) -> None:
    exp = track_experiment("scalars", capture=False)
    exp.log_metric("x", given)

    assert exp.metrics["x"] == stored
    assert type(exp.metrics["x"]) is type(stored)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "0.5",
        b"1",
        1j,
        [1.0],
        {"a": 1},
        np.array([1.0, 2.0]),
        np.ma.masked,
        np.datetime64("2026-11-22"),
        2**64,
        10**400,
        Decimal("1e400"),
        object(),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_number_is_dropped_with_one_warning(value: Any) -> None:
    exp = track_experiment("unusable", capture=False)
    with pytest.warns(TrackingWarning, match="metric 'x' was not recorded") as caught:
        exp.log_metric("x", value)
    exp.log_metric("x", value)  # a second warning would be an error here

    assert caught[0].filename == __file__
    assert exp.dropped == 2
    assert "x" not in exp.metrics


@pytest.mark.parametrize("step", [1.5, math.nan, "3", 2**64, -(2**63) - 1, [1]])
def test_what_is_no_step_is_dropped(step: Any) -> None:
    exp = track_experiment("steps", capture=False)
    with pytest.warns(TrackingWarning, match="step"):
        exp.log_metric("x", 1.0, step=step)
    assert exp.dropped == 1


def test_value_whose_methods_fail_is_contained() -> None:
    class Broken:
        def __float__(self) -> float:
            raise RuntimeError("no")

        def __repr__(self) -> str:
            raise RuntimeError("no repr either")

    exp = track_experiment("broken", capture=False)
    with pytest.warns(TrackingWarning, match="RuntimeError"):
        exp.log_metric("x", Broken())


def test_value_that_logs_while_it_is_read_does_not_hang() -> None:
    exp = track_experiment("recursive", capture=False)

    class Logging:
        def __float__(self) -> float:
            exp.log_metric("inner", 1.0)
            return 2.0

    exp.log_metric("outer", Logging())
    assert dict(exp.metrics) == {"inner": 1.0, "outer": 2.0}


def test_strict_raises_instead() -> None:
    exp = track_experiment("strict", strict=True, capture=False)
    with pytest.raises(SerialisationError, match="metric 'x'"):
        exp.log_metric("x", "0.5")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "key", ["a/b", "precision@10", "a:b, c.d", "line\nbreak", "a|b", "模型", "x" * 10_000, "a\0b"]
)
def test_keys_are_data(key: str) -> None:
    exp = track_experiment("keys", capture=False)
    exp.log_metric(key, 0.5)
    exp.log_param(key, "p")

    assert exp.metrics[key] == 0.5
    assert exp.params[key] == "p"
    assert exp.history(key).values.tolist() == [0.5]


def test_key_that_differs_by_one_byte_is_another_key() -> None:
    exp = track_experiment("bytes", capture=False)
    exp.log_metric("\ud800", 1.0)
    exp.log_metric("\ud801", 2.0)
    exp.log_metric("e\u0301", 3.0)
    exp.log_metric("\u00e9", 4.0)
    assert list(exp.metrics.values()) == [1.0, 2.0, 3.0, 4.0]


def test_empty_key_is_dropped() -> None:
    exp = track_experiment("keys", capture=False)
    with pytest.warns(TrackingWarning, match="empty"):
        exp.log_metric("", 1.0)
    assert exp.dropped == 1


def test_several_metrics_are_one_record_at_one_step() -> None:
    exp = track_experiment("several", capture=False)
    exp.log_metrics({"loss": 0.5, "rows": 10}, step=3)
    exp.log_metrics(loss=0.25, flag=True, step=4)
    exp.log_metrics(None)

    assert exp.history("loss").steps.tolist() == [3, 4]
    assert exp.metrics["rows"] == 10
    assert exp.metrics["flag"] is True


def test_one_bad_value_among_several_does_not_take_the_others() -> None:
    exp = track_experiment("several", capture=False)
    with pytest.warns(TrackingWarning, match="metric 'b'"):
        exp.log_metrics({"a": 1.0, "b": None, "c": 3.0})  # type: ignore[dict-item]
    assert dict(exp.metrics) == {"a": 1.0, "c": 3.0}


@pytest.mark.parametrize(
    "values",
    [
        [0.5, 1.5, 2.5],
        (0.5, 1.5, 2.5),
        np.array([0.5, 1.5, 2.5]),
        np.array([0.5, 9.0, 1.5, 9.0, 2.5])[::2],
        np.array([0.5, 1.5, 2.5], dtype=np.float32),
        range(3),
    ],
)
def test_series_is_logged_in_one_call(values: Any) -> None:
    exp = track_experiment("series", capture=False)
    exp.log_series("x", values)
    exp.log_series("x", values, steps=[10, 20, 30], times=[1.0, 2.0, 3.0])

    history = exp.history("x")
    assert history.values.tolist() == [float(value) for value in values] * 2
    assert history.steps.tolist() == [0, 1, 2, 10, 20, 30]
    assert history.times.tolist()[3:] == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    "arguments",
    [
        ("abc",),
        ([1.0, None],),
        (np.zeros((2, 2)),),
        (np.ma.array([1.0, 2.0], mask=[True, False]),),
        ([1.0], [1, 2]),
        ([1.0], None, [1.0, 2.0]),
        (None,),
    ],
    ids=["text", "none", "matrix", "masked", "steps", "times", "nothing"],
)
def test_series_that_is_none_is_dropped(arguments: Any) -> None:
    exp = track_experiment("series", capture=False)
    with pytest.warns(TrackingWarning, match="series 'x'"):
        exp.log_series("x", *arguments)
    assert "x" not in exp.metrics


def test_metrics_json_is_strict_json(experiments: Path) -> None:
    with track_experiment("strict-json", capture=False) as exp:
        exp.log_metrics({"nan": math.nan, "inf": math.inf, "x": 1.5})

    def refuse(word: str) -> None:
        raise AssertionError(word)

    text = (experiments / "strict-json" / "metrics.json").read_text("utf-8")
    members = json.loads(text, parse_constant=refuse)
    assert members == {"nan": "NaN", "inf": "Infinity", "x": 1.5}
    assert math.isnan(exp.metrics["nan"])
    assert exp.metrics["inf"] == math.inf


def test_summary_knows_extremes_and_mean() -> None:
    exp = track_experiment("summary", capture=False)
    exp.log_series("x", [3.0, 1.0, 2.0])
    summary = exp.metrics.summary["x"]
    assert (summary["min"], summary["max"], summary["mean"], summary["count"]) == (1.0, 3.0, 2.0, 3)
    assert (summary["min_step"], summary["max_step"]) == (1, 0)


def test_an_empty_key_takes_no_other_along() -> None:
    exp = track_experiment("keys", capture=False)
    with pytest.warns(TrackingWarning, match="empty"):
        exp.log_metrics({"": 1.0, "loss": 0.5})
    with pytest.warns(TrackingWarning, match="empty"):
        exp.log_params({"": 1, "depth": 6})

    assert (dict(exp.metrics), exp.params, exp.dropped) == ({"loss": 0.5}, {"depth": 6}, 2)


def test_a_misspelt_step_is_no_metric() -> None:
    exp = track_experiment("typo", capture=False)
    with pytest.warns(TrackingWarning, match="the step is given as step=…"):
        exp.log_metrics({"x": 1.0}, steps=7)
    exp.log_metrics({"x": 1.5}, steps=8)  # said once
    with pytest.warns(TrackingWarning, match="metric 'Step' was not recorded"):
        exp.log_metrics({"x": 2.0}, Step=8)
    exp.log_metrics({"x": 3.0}, step=9, steps=100)
    exp.log_metrics({"steps": 200})
    assert exp.history("x").steps.tolist() == [0, 1, 2, 9]
    assert exp.history("steps").values.tolist() == [100.0, 200.0]
    assert "Step" not in exp.metrics
    exp.finish()


def test_what_may_be_a_metric_or_the_step_is_said_and_kept() -> None:
    exp = track_experiment("epochs", capture=False)
    with pytest.warns(TrackingWarning, match="'epoch' is recorded as a metric; .* step=…"):
        exp.log_metrics({"x": 1.0}, epoch=3)
    exp.log_metrics({"x": 1.0}, epoch=4)  # said once
    with pytest.warns(TrackingWarning, match="'steps' is recorded as a metric"):
        exp.log_metrics(x=1.0, steps=7)
    exp.log_metrics(x=2.0, epoch=5)
    assert exp.history("epoch").values.tolist() == [3.0, 4.0, 5.0]
    assert exp.metrics["steps"] == 7.0
    exp.finish()
