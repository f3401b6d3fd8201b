"""The points of one metric."""

from __future__ import annotations

import importlib
import math
from array import array
from collections.abc import Iterator, Sequence
from ctypes import addressof, byref, c_double, c_int64, c_uint32
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from .._native.library import library
from .._native.optional_packages import pandas
from .._native.pointers import ExperimentPointer, HistoryPointer, HistoryReaderPointer
from .._native.status import check
from .._native.text import owned_json
from .._native.warn import warn
from ..values.times import moment, moments

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TYPES: dict[str, Any] = {"d": c_double, "q": c_int64, "I": c_uint32}
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
        steps: NDArray[np.int64],
        values: NDArray[np.float64] | NDArray[np.int64],
        times: NDArray[np.float64],
        writers: NDArray[np.uint32],
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
            item = getattr(value, "item", lambda value=value: value)
            yield Point(int(step), item(), moment(float(time)))

    def __repr__(self) -> str:
        from ..display.text import count

        return f"<History of {self.key!r}: {count(len(self), 'point')}>"

    def _repr_html_(self) -> str:
        """Return the points as a small curve in HTML for a notebook."""
        from ..display import results
        from ..display.text import count

        summary = count(len(self), "point")
        values = self.values.tolist()
        finite = [value for value in values if math.isfinite(value)]
        if finite:
            summary += f", last {values[-1]:.6g}, from {min(finite):.6g} to {max(finite):.6g}"
        step = -(-len(self) // POINTS_SHOWN) or 1
        return results.html(self.key, summary, curve=values[::step])

    def to_dataframe(self) -> Any:
        """Return the points as a pandas DataFrame: step, value, time (UTC), writer."""
        frames = pandas("History.to_dataframe()")
        return frames.DataFrame(
            {
                "step": self.steps,
                "value": self.values,
                "time": moments(frames, self.times),
                "writer": self.writers,
            }
        )


def read_history(
    experiment: ExperimentPointer, key: str, name: bytes, most: int | None = None
) -> History:
    """Read one metric's points, or as many of them as show its course."""
    if most is not None and most < 1:
        raise ValueError(f"most is a number of points of at least 1, not {most}")
    pointer = HistoryPointer()
    check(library().et_history_open(experiment, name, byref(pointer)))
    if most is None:
        return taken(pointer, key)
    sample = HistoryPointer()
    pointer.own(library().et_history_free)
    check(library().et_history_sample(pointer, most, byref(sample)))
    return taken(sample, key)


def read_blocks(
    experiment: ExperimentPointer, key: str, name: bytes, size: int
) -> Iterator[History]:
    """Read one metric's points in pieces; that the metric is there is known when this returns."""
    if size < 1:
        raise ValueError(f"size is a number of points of at least 1, not {size}")
    reader = HistoryReaderPointer()
    check(library().et_history_reader_open(experiment, name, byref(reader)))
    reader.own(library().et_history_reader_free)
    return blocks(reader, key, size)


def blocks(reader: HistoryReaderPointer, key: str, size: int) -> Iterator[History]:
    """Yield the blocks that a reader still has to return."""
    while True:
        pointer = HistoryPointer()
        check(library().et_history_reader_next(reader, size, byref(pointer)))
        if not pointer.value:
            return
        yield taken(pointer, key)


def taken(pointer: HistoryPointer, key: str) -> History:
    """Return the points that the library handed over."""
    functions = library()
    pointer.own(functions.et_history_free)
    count = int(functions.et_history_count(pointer))
    integers = functions.et_history_integers(pointer)
    values = (
        column(pointer, integers, count, "q")
        if integers
        else column(pointer, functions.et_history_values(pointer), count, "d")
    )
    problems = owned_json(functions.et_history_problems, pointer)
    if problems:
        warn(f"the history of {key!r} is not whole: {'; '.join(problems)}")
    return History(
        key,
        column(pointer, functions.et_history_steps(pointer), count, "q"),
        values,
        column(pointer, functions.et_history_times(pointer), count, "d"),
        column(pointer, functions.et_history_writers(pointer), count, "I"),
        problems,
    )


def column(owner: HistoryPointer, source: Any, count: int, code: str) -> Any:
    """Return an array over the library's memory, which stays as long as the array is in use.

    Without numpy they are a copy, since the arrays of the standard library own their memory.
    """
    memory: Any = (TYPES[code] * count).from_address(addressof(source.contents)) if count else b""
    try:
        numpy = importlib.import_module("numpy")
    except ImportError:
        numbers = array(code)
        numbers.frombytes(bytes(memory))
        return numbers
    if not count:
        return numpy.empty(0, NUMPY_TYPES[code])
    memory.owner = owner
    return numpy.frombuffer(memory, NUMPY_TYPES[code])
