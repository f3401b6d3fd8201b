"""The points of one metric."""

from __future__ import annotations

import importlib
import math
from array import array
from collections.abc import Iterator, Sequence
from ctypes import addressof, byref, memmove, string_at
from datetime import datetime, timezone
from typing import Any, NamedTuple

from . import notebook
from ._library import library
from ._pointers import ExperimentPointer, HistoryPointer
from ._status import check
from ._text import owned_json
from ._warn import warn
from .extras import pandas

SIZES = {"d": 8, "q": 8, "I": 4}
NUMPY_TYPES = {"d": "float64", "q": "int64", "I": "uint32"}
POINTS_SHOWN = 500


class Point(NamedTuple):
    """One logged value."""

    step: int
    value: float | int
    time: datetime


class History:
    """All points of one metric, in the order they were written.

    The columns are numpy arrays where numpy is installed, else arrays of the standard library.
    """

    def __init__(
        self,
        key: str,
        steps: Any,
        values: Any,
        times: Any,
        writers: Any,
        problems: Sequence[str] = (),
    ) -> None:
        self.key = key
        self.steps = steps
        """The steps, integers of 64 bits."""
        self.values = values
        """The values: doubles, or integers if all of them are integers."""
        self.times = times
        """Seconds since 1970."""
        self.writers = writers
        """For each point the number of its writer, in the order of ``Experiment.writers``."""
        self.problems = list(problems)
        """What could not be read, one sentence each with file and offset."""

    def __len__(self) -> int:
        return len(self.steps)

    def __iter__(self) -> Iterator[Point]:
        for step, value, time in zip(self.steps, self.values, self.times, strict=True):
            moment = datetime.fromtimestamp(float(time), timezone.utc)
            yield Point(int(step), getattr(value, "item", lambda value=value: value)(), moment)

    def __repr__(self) -> str:
        return f"<History of {self.key!r}: {len(self)} points>"

    def _repr_html_(self) -> str:
        """The points as a small curve in a notebook."""
        told = f"{len(self)} points" if len(self) != 1 else "1 point"
        values = self.values.tolist()
        finite = [value for value in values if math.isfinite(value)]
        if finite:
            told += f", last {values[-1]:.6g}, from {min(finite):.6g} to {max(finite):.6g}"
        step = -(-len(self) // POINTS_SHOWN) or 1
        return notebook.frame(notebook.title(self.key, told), notebook.sparkline(values[::step]))

    def to_dataframe(self) -> Any:
        """The points as a pandas DataFrame with the columns step, value, time (UTC), writer."""
        frames = pandas("History.to_dataframe()")
        return frames.DataFrame(
            {
                "step": self.steps,
                "value": self.values,
                "time": frames.to_datetime(frames.Series(self.times) * 1e9, unit="ns", utc=True),
                "writer": self.writers,
            }
        )


def read_history(experiment: ExperimentPointer, key: str, name: bytes) -> History:
    """Copy one metric's points out of the library."""
    functions = library()
    pointer = HistoryPointer()
    check(functions.et_history_open(experiment, name, byref(pointer)))
    pointer.own(functions.et_history_free)
    count = int(functions.et_history_count(pointer))
    integers = functions.et_history_integers(pointer)
    values = (
        column(integers, count, "q")
        if integers
        else column(functions.et_history_values(pointer), count, "d")
    )
    problems = owned_json(functions.et_history_problems, pointer)
    if problems:
        warn(f"the history of {key!r} is not whole: {'; '.join(problems)}")
    return History(
        key,
        column(functions.et_history_steps(pointer), count, "q"),
        values,
        column(functions.et_history_times(pointer), count, "d"),
        column(functions.et_history_writers(pointer), count, "I"),
        problems,
    )


def column(source: Any, count: int, code: str) -> Any:
    """A copy of ``count`` numbers of the library."""
    size = count * SIZES[code]
    try:
        numpy = importlib.import_module("numpy")
    except ImportError:
        numbers = array(code)
        if size:
            numbers.frombytes(string_at(addressof(source.contents), size))
        return numbers
    result = numpy.empty(count, NUMPY_TYPES[code])
    if size:
        memmove(result.ctypes.data, source, size)
    return result
