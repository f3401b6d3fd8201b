"""Comparing what a run of another tool holds with what the store returns."""

from __future__ import annotations

import hashlib
import json
import os
from array import array
from collections import Counter
from typing import Any

from ..reading.history import History
from ..tracking.experiment import Experiment
from .runs import Series

CHUNK = 1 << 20
Columns = tuple["array[int]", "array[float]", "array[float] | None"]


def columns_of(history: History) -> tuple[array[int], array[float], array[float]]:
    """Return the steps, values and times of a history as arrays of the standard library."""
    return (
        as_array("q", history.steps),
        as_array("d", history.values),
        as_array("d", history.times),
    )


def as_array(code: str, column: Any) -> Any:
    """Return a column as an array of doubles or integers."""
    if isinstance(column, array) and column.typecode == code:
        return column
    if (code == "d" and getattr(column, "dtype", None) == "float64") or (
        code == "q" and hasattr(column, "dtype")
    ):
        result = array(code)
        result.frombytes(column.tobytes())
        return result
    return array(code, column.tolist())


def stored(
    experiment: Experiment, key: str
) -> tuple[array[int], array[float], array[float]] | None:
    """Return the points of a metric that are in the store; None if there is no such metric."""
    if key not in experiment._facts()["metrics"]:
        return None
    return columns_of(experiment.history(key))


def equal_points(experiment: Experiment, series: Series) -> int:
    """Return how many points of a series are in the store, each as often as it is in the series."""
    found = stored(experiment, series.key)
    if found is None:
        return 0
    if is_beginning(series, found, len(series)):
        return len(series)
    missing = Counter(points(series.steps, series.values, series.times))
    total = missing.total()
    missing.subtract(points(found[0], found[1], None if series.times is None else found[2]))
    return total - sum(number for number in missing.values() if number > 0)


def new_points(experiment: Experiment, series: Series) -> Series | None:
    """Return the points of a series that the store does not have; None if it has all."""
    found = stored(experiment, series.key)
    if found is None:
        return series if len(series) else None
    known = len(found[0])
    if known <= len(series) and is_beginning(series, found, known):
        return part(series, range(known, len(series))) if known < len(series) else None
    there = Counter(points(found[0], found[1], None if series.times is None else found[2]))
    places = []
    for place, point in enumerate(points(series.steps, series.values, series.times)):
        if there[point] > 0:
            there[point] -= 1
        else:
            places.append(place)
    return part(series, places) if places else None


def is_beginning(series: Series, found: Columns, length: int) -> bool:
    """Return whether the first points of a series and of the store are the same, bit by bit."""
    if len(found[0]) < length:
        return False
    if not length:
        return True
    columns: list[tuple[array[Any], array[Any]]] = [
        (series.steps, found[0]),
        (series.values, found[1]),
    ]
    if series.times is not None and found[2] is not None:
        columns.append((series.times, found[2]))
    return all(
        memoryview(ours)[:length].cast("B") == memoryview(theirs)[:length].cast("B")
        for ours, theirs in columns
    )


def points(steps: array[int], values: array[float], times: array[float] | None) -> Any:
    """Return points as what can be counted; every NaN is the same."""
    texts = [value if value == value else "nan" for value in values]
    return (
        zip(steps, texts, strict=True) if times is None else zip(steps, texts, times, strict=True)
    )


def part(series: Series, places: Any) -> Series:
    """Return some of the points of a series."""
    if isinstance(places, range):
        here = slice(places.start, places.stop)
        return Series(
            series.key, series.steps[here], series.values[here],
            None if series.times is None else series.times[here],
        )  # fmt: skip
    return Series(
        series.key,
        array("q", [series.steps[place] for place in places]),
        array("d", [series.values[place] for place in places]),
        None if series.times is None else array("d", [series.times[place] for place in places]),
    )


def canonical(value: Any) -> str:
    """Return the text that tells a value and its type from others."""
    return json.dumps(value, sort_keys=True)


def digest_of(path: str) -> str:
    """Return the SHA-256 of a file."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def is_same_folder(first: str, second: str) -> bool:
    """Return whether two folders hold the same files with the same content."""
    return files_below(first) == files_below(second)


def files_below(folder: str) -> dict[str, str]:
    """Return the SHA-256 of each file below a folder by its path there."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            if os.path.isfile(path):
                found[os.path.relpath(path, folder)] = digest_of(path)
    return found
