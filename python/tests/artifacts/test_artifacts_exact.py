"""What is saved as a file comes back as the same thing, every number exact."""

from __future__ import annotations

import csv
import datetime as dt
import decimal
import json
import math
import uuid
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from polars.testing import assert_frame_equal as assert_same_polars

from specweave import Experiment, track_experiment

KINDS = (
    "float", "int", "uint", "float32", "int8", "bool", "text", "object", "mixed", "times", "zoned",
    "spans", "category", "Int64", "Float64", "boolean", "string", "period", "interval", "complex",
)  # fmt: skip
DTYPES = ("f8", "f4", "f2", "i8", "u8", "i1", "b1", "c16", "U3", "M8[ns]", "M8[D]", "m8[us]")
TABLES = ("t.csv", "t.tsv", "t.json", "t.jsonl")
often = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

floats = some.floats(width=64) | some.sampled_from(
    [1.5e-12, 0.1 + 0.2, 5e-324, 1.7976931348623157e308, -0.0, math.inf, -math.inf, math.nan]
)
integers = some.integers(-(2**63), 2**63 - 1) | some.sampled_from([2**53 + 1, -(2**63)])
texts = some.text(
    some.characters(codec="utf-8") | some.sampled_from("\r\n\"',\t\0é𝄞 "), max_size=6
) | some.sampled_from(
    ["", "NaN", "Infinity", "NA", "null", "None", "1", "1.0", "=1+1", "true", "\r"]
)
stamps = some.integers(-(2**62), 2**62)
scalars = some.none() | some.booleans() | some.integers() | floats | texts


@pytest.fixture
def exp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Experiment:
    monkeypatch.setenv("SPECWEAVE_ROOT", str(tmp_path))
    return track_experiment("exact", capture=False)


def back(exp: Experiment, name: str, obj: Any) -> Any:
    exp.save_artifact(name, obj)
    return exp.load_artifact(name)


def same(found: Any, expected: Any) -> bool:
    """Equal, with NaN equal to itself, and of the same types."""
    if type(found) is not type(expected):
        return False
    if isinstance(expected, float):
        return repr(found) == repr(expected)
    if isinstance(expected, dict):
        return set(found) == set(expected) and all(same(found[k], expected[k]) for k in expected)
    if isinstance(expected, (list, tuple)):
        return len(found) == len(expected) and all(map(same, found, expected))
    if isinstance(expected, np.ndarray):
        return found.dtype == expected.dtype and bool(
            np.array_equal(found, expected, equal_nan=expected.dtype.kind in "fcmM")
        )
    return bool(found == expected)


@some.composite
def pandas_columns(draw: Any, length: int) -> Any:
    def many(one: Any) -> Any:
        return draw(some.lists(one, min_size=length, max_size=length))

    kind = draw(some.sampled_from(KINDS))
    unit = draw(some.sampled_from(["s", "ms", "us", "ns"]))
    missing = some.none()
    small = some.integers(-(10**9), 10**9)
    match kind:
        case "float":
            return pd.Series(many(floats), dtype="float64")
        case "float32":
            return pd.Series(np.array(many(some.floats(width=32)), "float32"))
        case "int":
            return pd.Series(many(integers), dtype="int64")
        case "int8":
            return pd.Series(many(some.integers(-128, 127)), dtype="int8")
        case "uint":
            return pd.Series(many(some.integers(0, 2**64 - 1)), dtype="uint64")
        case "bool":
            return pd.Series(many(some.booleans()), dtype="bool")
        case "text":
            return pd.Series(many(texts | missing), dtype="str")
        case "object":
            return pd.Series(many(texts | missing), dtype="object")
        case "mixed":
            return pd.Series(many(scalars), dtype="object")
        case "times":
            values = np.array(many(small | some.just(np.iinfo("int64").min)), "int64")
            return pd.Series(values.view(f"M8[{unit}]"))
        case "zoned":
            zone = draw(some.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata"]))
            values = pd.Series(np.array(many(small), "int64").view(f"M8[{unit}]"))
            return values.dt.tz_localize("UTC").dt.tz_convert(zone)
        case "spans":
            return pd.Series(np.array(many(stamps), "int64").view("m8[ns]"))
        case "category":
            categories = draw(some.lists(texts, unique=True, min_size=1, max_size=4))
            codes = many(some.integers(-1, len(categories) - 1))
            ordered = draw(some.booleans())
            return pd.Series(pd.Categorical.from_codes(codes, categories, ordered=ordered))
        case "Int64":
            return pd.Series(pd.array(many(integers | missing), dtype="Int64"))
        case "Float64":
            numbers = np.array(many(floats), "float64")
            gone = np.array(many(some.booleans()), "bool")
            return pd.Series(pd.arrays.FloatingArray(numbers, gone))
        case "boolean":
            return pd.Series(pd.array(many(some.booleans() | missing), dtype="boolean"))
        case "string":
            return pd.Series(pd.array(many(texts | missing), dtype="string"))
        case "period":
            return pd.Series(
                pd.PeriodIndex(
                    [str(pd.Period(ordinal=n, freq="M")) for n in many(some.integers(0, 900))],
                    freq="M",
                )
            )
        case "interval":
            low = np.array(many(some.floats(-100, 100)), "float64")
            return pd.Series(pd.arrays.IntervalArray.from_arrays(low, low + 1))
    return pd.Series(many(some.complex_numbers(allow_nan=False)), dtype="complex128")


@some.composite
def pandas_frames(draw: Any) -> Any:
    length = draw(some.integers(0, 5))
    names = draw(some.lists(texts | integers, unique_by=str, max_size=5))
    frame = pd.DataFrame(
        dict(enumerate(draw(pandas_columns(length)) for _ in names)), index=pd.RangeIndex(length)
    )
    frame.columns = pd.Index(names, dtype=object) if names else pd.RangeIndex(0)
    shape = draw(some.sampled_from(["range", "named", "one", "two"]))
    if shape == "named":
        frame.index = pd.RangeIndex(3, 3 + 2 * length, 2, name=draw(texts))
    elif shape == "one":
        frame.index = pd.Index(draw(pandas_columns(length)), name=draw(texts | some.none()))
    elif shape == "two":
        parts = [draw(pandas_columns(length)), draw(pandas_columns(length))]
        frame.index = pd.MultiIndex.from_arrays(parts, names=[draw(texts), None])
    return frame


@given(frame=pandas_frames(), name=some.sampled_from(TABLES))
@often
def test_a_frame_of_pandas_comes_back(exp: Experiment, frame: Any, name: str) -> None:
    pd.testing.assert_frame_equal(back(exp, name, frame), frame, check_exact=True)


@given(column=pandas_columns(4), name=some.sampled_from([*TABLES, "t.parquet"]), label=texts)
@often
def test_a_series_of_pandas_comes_back(exp: Experiment, column: Any, name: str, label: str) -> None:
    if name == "t.parquet" and column.dtype.kind in "Ocm":
        return
    column = column.rename(label)
    pd.testing.assert_series_equal(back(exp, name, column), column, check_exact=True)


POLARS: dict[Any, Any] = {
    pl.Int64: integers,
    pl.UInt64: some.integers(0, 2**64 - 1),
    pl.Int8: some.integers(-128, 127),
    pl.Float64: floats,
    pl.Float32: some.floats(width=32),
    pl.Boolean: some.booleans(),
    pl.String: texts,
    pl.Binary: some.binary(max_size=4),
    pl.Date: some.dates(),
    pl.Time: some.times(),
    pl.Datetime("ns"): some.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1)),
    pl.Datetime("ms", "Europe/Berlin"): some.datetimes(
        dt.datetime(1990, 1, 1), dt.datetime(2200, 1, 1)
    ),
    pl.Duration("us"): some.timedeltas(dt.timedelta(-99999), dt.timedelta(99999)),
    pl.Enum(["", "b", "a"]): some.sampled_from(["", "a", "b"]),
    pl.Categorical: texts,
    pl.Decimal(20, 3): some.decimals(-1000, 1000, places=3),
    pl.List(pl.Int64): some.lists(integers | some.none(), max_size=3),
    pl.Struct({"a": pl.Int64, "b": pl.String}): some.fixed_dictionaries(
        {"a": integers, "b": texts}
    ),
    pl.Null: some.none(),
}


@some.composite
def polars_frames(draw: Any) -> Any:
    length = draw(some.integers(0, 4))
    names = draw(some.lists(texts, unique=True, max_size=4))
    columns = []
    for name in names:
        kind = draw(some.sampled_from(list(POLARS)))
        one = POLARS[kind] | some.none()
        values = draw(some.lists(one, min_size=length, max_size=length))
        if isinstance(kind, pl.Datetime):
            naive = pl.Series(name, values, dtype=pl.Datetime(kind.time_unit))
            zone = kind.time_zone
            columns.append(
                naive.dt.replace_time_zone("UTC").dt.convert_time_zone(zone) if zone else naive
            )
        else:
            columns.append(pl.Series(name, values, dtype=kind, strict=False))
    return pl.DataFrame(columns)


@given(frame=polars_frames(), name=some.sampled_from([*TABLES, "t.parquet"]))
@often
def test_a_frame_of_polars_comes_back(exp: Experiment, frame: Any, name: str) -> None:
    assert_same_polars(back(exp, name, frame), frame, check_exact=True)


@given(
    array=some.sampled_from(DTYPES).flatmap(
        lambda kind: some.tuples(
            some.just(kind),
            some.sampled_from([(0,), (3,), (2, 3), (0, 2), (1, 1)]),
            some.binary(min_size=128, max_size=128),
        )
    ),
    name=some.sampled_from(["a.csv", "a.tsv", "a.json", "a.yaml", "a.npy"]),
)
@often
def test_an_array_comes_back(exp: Experiment, array: Any, name: str) -> None:
    kind, shape, content = array
    count = math.prod(shape)
    if kind == "b1":
        values = np.frombuffer(content, "u1")[:count] > 127
    elif kind == "U3":
        values = np.array([chr(x) for x in content[:count]], "U3")
    elif kind == "M8[D]":
        values = np.frombuffer(content, "i2")[:count].astype("i8").view(kind)
    else:
        values = np.frombuffer(content, kind)[:count]
    values = values.reshape(shape)
    if kind == "c16" and name in ("a.json", "a.yaml"):
        return
    found = back(exp, name, values)
    assert found.dtype == values.dtype
    assert found.shape == values.shape
    np.testing.assert_array_equal(found, values)


trees = some.recursive(
    scalars | some.dates() | some.datetimes(),
    lambda inner: (
        some.lists(inner, max_size=4)
        | some.tuples(inner, inner)
        | some.dictionaries(texts | some.integers(-5, 5), inner, max_size=4)
        | some.frozensets(some.integers() | texts, max_size=3)
    ),
    max_leaves=12,
)


@given(
    tree=some.dictionaries(texts, trees, max_size=4), name=some.sampled_from(["a.json", "a.yaml"])
)
@often
def test_nested_values_come_back(exp: Experiment, tree: Any, name: str) -> None:
    if any(two_keys_alike(tree)):
        return
    assert same(back(exp, name, tree), tree)
    if name == "a.json":
        json.loads((Path(exp.path) / name).read_bytes(), parse_constant=pytest.fail)


def two_keys_alike(tree: Any) -> Any:
    if isinstance(tree, dict):
        yield len({str(key) for key in tree}) < len(tree)
        tree = list(tree.values())
    if isinstance(tree, (list, tuple)):
        for item in tree:
            yield from two_keys_alike(item)


@given(items=some.lists(trees, max_size=4))
@often
def test_lines_of_json_come_back(exp: Experiment, items: Any) -> None:
    if any(two_keys_alike(items)):
        return
    assert same(back(exp, "a.jsonl", items), items)


@given(
    table=some.one_of(
        some.lists(some.lists(scalars, min_size=1, max_size=3), min_size=1, max_size=4),
        some.lists(some.tuples(scalars, scalars), min_size=1, max_size=4),
        some.lists(
            some.dictionaries(texts, scalars, min_size=1, max_size=3), min_size=1, max_size=4
        ),
        some.dictionaries(
            texts, some.lists(scalars, min_size=2, max_size=2), min_size=1, max_size=3
        ),
        some.dictionaries(texts, floats | some.integers() | texts, min_size=1, max_size=3),
    ),
    name=some.sampled_from(["t.csv", "t.tsv"]),
)
@often
def test_tables_of_python_come_back(exp: Experiment, table: Any, name: str) -> None:
    assert same(back(exp, name, table), table)


def test_rows_without_headings_keep_their_first_row(exp: Experiment) -> None:
    assert back(exp, "x.csv", [[1, 2], [3, 4]]) == [[1, 2], [3, 4]]
    assert (Path(exp.path) / "x.csv").read_text("utf-8") == "1,2\n3,4\n"
    exp.log_table("y", [[1, 2], [3, 4]])
    assert exp.load_artifact("y.csv").to_numpy().tolist() == [[1, 2], [3, 4]]
    for rows in ([[1, 2], [3, 4]], np.array([[1, 2], [3, 4]])):
        exp.log_table("z", rows, columns=["a", "b"])
        assert exp.load_artifact("z.csv").equals(pd.DataFrame({"a": [1, 3], "b": [2, 4]}))


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame])
def test_the_files_themselves_are_exact(exp: Experiment, make: Any) -> None:
    frame = make({"x": [1.5e-12, 0.1 + 0.2, math.inf], "s": ["a\rb", 'c"d', "e\nf"]})
    exp.save_artifact("t.json", frame)
    exp.save_artifact("t.jsonl", frame)
    exp.save_artifact("t.csv", frame)
    rows = [
        {"x": 1.5e-12, "s": "a\rb"},
        {"x": 0.1 + 0.2, "s": 'c"d'},
        {"x": "Infinity", "s": "e\nf"},
    ]
    folder = Path(exp.path)

    assert json.loads((folder / "t.json").read_bytes()) == rows
    lines = (folder / "t.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == rows
    with (folder / "t.csv").open(newline="", encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    assert [float(row["x"]) for row in found] == [1.5e-12, 0.1 + 0.2, math.inf]
    assert [row["s"] for row in found] == ["a\rb", 'c"d', "e\nf"]
    other = pd.read_csv(folder / "t.csv")
    assert other["x"].tolist() == [1.5e-12, 0.1 + 0.2, math.inf]


@pytest.mark.parametrize("name", ["t.csv", "t.json", "t.parquet"])
def test_times_to_the_nanosecond(exp: Experiment, name: str) -> None:
    stamps = pd.DatetimeIndex(["2024-10-27T00:30:00.000000001Z", "2024-10-27T01:30:00.123456789Z"])
    frame = pd.DataFrame(
        {"t": stamps.tz_convert("Europe/Berlin"), "naive": stamps.tz_localize(None)}
    )
    pd.testing.assert_frame_equal(back(exp, name, frame), frame)


@pytest.mark.parametrize("name", [*TABLES, "t.parquet"])
@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(),
        pd.DataFrame({"a": []}),
        pd.DataFrame(index=[1, 2]),
        pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "x"), ("a", "y")])),
        pd.DataFrame({"a": [1]}, index=pd.Index(["x"], name="a")),
        pd.DataFrame({"a": [1, 2]}, index=pd.date_range("2024-01-01", periods=2, freq="D")),
    ],
    ids=["nothing", "no rows", "no columns", "headings of two rows", "index as column", "days"],
)
def test_frames_of_odd_shapes_come_back(exp: Experiment, frame: Any, name: str) -> None:
    pd.testing.assert_frame_equal(back(exp, name, frame), frame, check_freq=name != "t.parquet")


def test_columns_of_the_same_name_are_all_there(exp: Experiment) -> None:
    frame = pd.DataFrame([[1, 2.5]], columns=["a", "a"])
    pd.testing.assert_frame_equal(back(exp, "t.json", frame), frame)
    assert json.loads((Path(exp.path) / "t.json").read_bytes()) == [{"a": 1, "a (2)": 2.5}]
    pd.testing.assert_frame_equal(back(exp, "t.csv", frame), frame)


def test_a_table_of_arrow_comes_back(exp: Experiment) -> None:
    table = pa.table({"a": [1, None], "t": pa.array([1, 2], pa.timestamp("ns", "UTC"))})
    assert back(exp, "t.parquet", table).equals(table)


def test_a_table_that_was_copied_is_a_frame(exp: Experiment, tmp_path: Path) -> None:
    (tmp_path / "copied.csv").write_text("a,b\n1,x\n", "utf-8")
    exp.log_artifact(tmp_path / "copied.csv")
    assert exp.load_artifact("copied.csv").equals(pd.DataFrame({"a": [1], "b": ["x"]}))
    (tmp_path / "copied.jsonl").write_text('{"a": 1}\n\n[2]\n', "utf-8")
    exp.log_artifact(tmp_path / "copied.jsonl")
    assert exp.load_artifact("copied.jsonl") == [{"a": 1}, [2]]


class Odd:
    def __str__(self) -> str:
        return "odd"


@pytest.mark.parametrize("name", TABLES)
def test_objects_in_a_column_come_back_or_are_their_text(exp: Experiment, name: str) -> None:
    kept = [
        decimal.Decimal("1.10"),
        uuid.UUID(int=7),
        pd.NA,
        pd.Timestamp(5, tz="UTC"),
        dt.date.max,
    ]
    frame = pd.DataFrame({"x": pd.Series([*kept, Odd()], dtype=object)})
    found = back(exp, name, frame)["x"].tolist()
    assert found[2] is pd.NA
    assert [*found[:2], *found[3:]] == [*kept[:2], *kept[3:], "odd"]
    exp.save_artifact("rows.csv", [[1, Odd()], [2, kept[0]]])
    assert exp.load_artifact("rows.csv") == [[1, "odd"], [2, kept[0]]]
