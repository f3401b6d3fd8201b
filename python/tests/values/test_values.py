"""What is stored for the values that people log as parameters."""

from __future__ import annotations

import argparse
import array
import collections
import dataclasses
import datetime
import enum
import functools
import math
import sys
import threading
import uuid
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from specweave import TrackingWarning, list_experiments, load_experiment, track_experiment
from specweave_ml.values.conversion import ConversionError
from specweave_ml.values.json_values import json_value, mapping_of


class Colour(enum.Enum):
    RED = "red"
    BOX = (1, 2)


@dataclasses.dataclass
class Settings:
    depth: int = 3
    names: tuple[str, ...] = ("a", "b")


class Place(NamedTuple):
    x: int
    y: int


class Estimator:
    def get_params(self, deep: bool = True) -> dict[str, Any]:
        return {"depth": 3, "deep": deep}


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (None, None),
        (True, True),
        (2**80, 2**80),
        (-0.0, -0.0),
        ("模型\n", "模型\n"),
        ((1, [2, (3,)]), [1, [2, [3]]]),
        ({3, 1, 2}, [1, 2, 3]),
        (range(3), [0, 1, 2]),
        (collections.deque([1]), [1]),
        ({"a": {"b": 1}}, {"a": {"b": 1}}),
        (
            {1: "int", "1": "str", (1, 2): "tuple"},
            {"1": "int", "1 (str)": "str", "[1, 2]": "tuple"},
        ),
        (Colour.RED, "red"),
        (Colour.BOX, "BOX"),
        (Settings(), {"depth": 3, "names": ["a", "b"]}),
        (Place(1, 2), {"x": 1, "y": 2}),
        (argparse.Namespace(lr=0.1), {"lr": 0.1}),
        (Path("data") / "train.csv", "data/train.csv"),
        (datetime.datetime(2026, 11, 22, 10, 30), "2026-11-22T10:30:00"),
        (datetime.date(2026, 11, 22), "2026-11-22"),
        (datetime.timedelta(minutes=1), 60.0),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Decimal("0.10"), "0.10"),
        (Fraction(1, 3), "1/3"),
        (1 + 2j, "(1+2j)"),
        (math.sin, "math.sin"),
        (Settings, f"{__name__}.Settings"),
        (math, "math"),
        (functools.partial(math.pow, 2), {"partial": "math.pow", "args": [2], "keywords": {}}),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (np.datetime64("2026-11-22"), "2026-11-22"),
        (np.str_("text"), "text"),
        ({"b": 1, "a": 2}.keys(), ["b", "a"]),
        ({"b": 1, "a": 2}.values(), [1, 2]),
        ({"b": 1}.items(), [["b", 1]]),
        (collections.OrderedDict(b=1).keys(), ["b"]),
        (collections.UserList([1, 2]), [1, 2]),
        (collections.UserString("text"), "text"),
        (array.array("d", [0.5]), [0.5]),
        (frozenset("ab"), ["a", "b"]),
        (np.timedelta64(90, "s"), 90.0),
        (np.timedelta64(1500, "ms"), 1.5),
        (pd.Timedelta("90s"), 90.0),
        (np.timedelta64(2, "M"), "2 months"),
        (np.array([[1], [2]], "timedelta64[m]"), [[60.0], [120.0]]),
        (np.array([["2026-01-02"], ["2026-01-03"]], "M8[D]"), [["2026-01-02"], ["2026-01-03"]]),
        (pd.Series(["1min"]).astype("timedelta64[s]"), [60.0]),
        (np.log, "numpy.log"),
        (functools.lru_cache(json_value), "specweave_ml.values.json_values.json_value"),
        (np.random.RandomState(3), "RandomState(MT19937)"),
        (list[int], "list[int]"),
    ],
)
def test_value_has_a_defined_form(value: Any, stored: Any) -> None:
    assert json_value(value) == stored
    assert type(json_value(value)) is type(stored)


def test_bytes_keep_their_identity() -> None:
    facts = json_value(b"abc")
    assert facts["size"] == 3
    assert facts["sha256"].startswith("ba7816bf")
    assert facts["base64"] == "YWJj"
    assert "base64" not in json_value(bytearray(10_000))


def test_estimator_is_its_class_and_params() -> None:
    assert json_value(Estimator()) == {
        "class": f"{__name__}.Estimator",
        "params": {"depth": 3, "deep": False},
    }
    assert mapping_of(Estimator()) == {"depth": 3, "deep": False}


@pytest.mark.parametrize(
    ("distribution", "params"),
    [
        (stats.uniform(0, 1), {"loc": 0, "scale": 1}),
        (stats.uniform(loc=2), {"loc": 2, "scale": 1}),
        (stats.loguniform(1e-4, 1), {"a": 1e-4, "b": 1, "loc": 0, "scale": 1}),
        (stats.gamma(2.0, scale=3), {"a": 2.0, "loc": 0, "scale": 3}),
        (stats.randint(1, 10), {"low": 1, "high": 10, "loc": 0}),
        (stats.norm(np.float64(1.5), 2), {"loc": 1.5, "scale": 2}),
    ],
)
def test_distribution_of_scipy_keeps_its_arguments(distribution: Any, params: Any) -> None:
    stored = json_value(distribution)
    assert stored == {"class": f"scipy.stats.{distribution.dist.name}", "params": params}
    again = getattr(stats, distribution.dist.name)(**stored["params"])
    assert (again.mean(), again.std()) == (distribution.mean(), distribution.std())


def test_big_array_and_table_are_described() -> None:
    assert json_value(np.zeros((100, 100)))["shape"] == [100, 100]
    table = json_value(pd.DataFrame({"a": [1], "b": [2]}))
    assert (table["shape"], table["columns"]) == ([1, 2], ["a", "b"])


def test_repr_has_no_addresses_and_an_end() -> None:
    class Long:
        def __repr__(self) -> str:
            return "x" * 1_000_000

    assert json_value(object()) == "<object object>"
    assert json_value([functools.cmp_to_key(max)]) == ["<functools.KeyWrapper object>"]
    assert len(json_value(Long())) < 11_000
    assert json_value(lambda: None).startswith(f"{__name__}.test_repr")


class Powered:
    def __init__(self, power: Any) -> None:
        self.power = power

    def __call__(self, number: Any) -> Any:
        return number**self.power


def powering(power: Any) -> Any:
    def raised(number: Any) -> Any:
        return number**power

    return raised


def test_callables_are_told_apart_by_their_arguments() -> None:
    assert json_value(Powered(2)) == f"{__name__}.Powered(power=2)"
    assert json_value(Powered(2).__call__) == f"{__name__}.Powered(power=2).__call__"
    assert json_value(powering(0.5)) == f"{__name__}.powering.<locals>.raised(power=0.5)"
    assert json_value(powering(Powered(2))).endswith(".raised(power=Powered(power=2))")
    assert json_value(powering) == f"{__name__}.powering"
    assert json_value(math.sqrt) == "math.sqrt"
    several = [lambda number, by=by: number * by for by in (1, 2)]
    assert json_value(several[0]).endswith("(by=1)")
    assert json_value(several[1]).endswith("(by=2)")


def test_generator_and_file_are_not_consumed(tmp_path: Path) -> None:
    numbers = (number for number in [1, 2])
    assert json_value(numbers) == "<generator>"
    assert list(numbers) == [1, 2]
    with (tmp_path / "file").open("w") as file:
        assert json_value(file) == "<_io.TextIOWrapper>"


def test_huge_text_and_list_are_cut_and_marked() -> None:
    assert json_value("x" * (1 << 21))["length"] == 1 << 21
    assert len(json_value(list(range(200_000)))["first"]) == 100


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def cyclic() -> Any:
    value: dict[str, Any] = {}
    value["self"] = [value]
    return value


class Raising:
    def __repr__(self) -> str:
        raise ValueError("no")


class Hungry:
    def get_params(self, deep: bool = True) -> dict[str, Any]:
        raise RuntimeError("no params")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (nested(10_000), "nested"),
        (cyclic(), "holds itself"),
        (Raising(), "ValueError"),
        (Hungry(), "RuntimeError"),
        (10**20_000, "too long"),
    ],
    ids=["deep", "cyclic", "raising", "hungry", "long"],
)
def test_value_without_a_form_is_refused_with_the_reason(value: Any, reason: str) -> None:
    with pytest.raises(ConversionError, match=reason):
        json_value(value)


def test_params_come_back_with_their_types() -> None:
    params = {
        "int": 1,
        "float": 1.0,
        "bool": True,
        "none": None,
        "text": "1",
        "big": 2**100,
        "nested": {"a": [1, 2.5, None], "b": {}},
        "nul": "a\0b",
    }
    with track_experiment("types", capture=False) as exp:
        for key, value in params.items():
            exp.log_param(key, value)

    read = load_experiment("types").params
    assert read == params
    assert {key: type(value) for key, value in read.items()} == {
        key: type(value) for key, value in params.items()
    }


def test_params_come_from_many_kinds_of_objects() -> None:
    exp = track_experiment("sources", capture=False)
    exp.log_params({"a": 1}, b=2)
    exp.log_params(argparse.Namespace(c=3))
    exp.log_params(Settings())
    exp.log_params(Estimator())
    assert exp.params["a"] == 1
    assert exp.params["b"] == 2
    assert exp.params["c"] == 3
    assert exp.params["names"] == ["a", "b"]
    assert exp.params["deep"] is False


def test_bad_param_does_not_take_the_others() -> None:
    exp = track_experiment("bad", capture=False)
    with pytest.warns(TrackingWarning, match="param 'bad'"):
        exp.log_params({"good": 1, "bad": cyclic(), "fine": 2})
    assert exp.params == {"good": 1, "fine": 2}
    assert exp.dropped == 1


def test_value_is_copied_when_it_is_logged() -> None:
    exp = track_experiment("copy", capture=False)
    layers = [1, 2]
    exp.log_param("layers", layers)
    layers.append(3)
    assert exp.params["layers"] == [1, 2]


def test_same_param_again_shows_the_last() -> None:
    exp = track_experiment("again", capture=False)
    exp.log_param("lr", 0.1)
    exp.log_param("lr", 0.01)
    assert exp.params["lr"] == 0.01


def test_object_that_cannot_be_described_never_raises_in_the_loop() -> None:
    exp = track_experiment("loop", capture=False)
    with pytest.warns(TrackingWarning, match="no named values"):
        exp.log_params(42)
    with pytest.warns(TrackingWarning, match="a key is text"):
        exp.log_param(None, 1)  # type: ignore[arg-type]
    exp.log_param("lock", threading.Lock())
    exp.log_param("version", sys.version)
    assert exp.params["version"] == sys.version


def test_the_number_nan_and_the_text_nan_come_back_as_what_they_were() -> None:
    params = {
        "rate": math.nan,
        "word": "NaN",
        "top": math.inf,
        "layers": [{"drop": -math.inf, "act": "Infinity"}],
    }
    with track_experiment("nan", params=params, capture=False) as exp:
        pass
    for read in (exp, load_experiment("nan"), list_experiments()[0]):
        got = read.params
        assert isinstance(got["rate"], float)
        assert got["rate"] != got["rate"]
        assert got["word"] == "NaN"
        assert got["top"] == math.inf
        assert got["layers"] == [{"drop": -math.inf, "act": "Infinity"}]
