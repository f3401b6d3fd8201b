"""What was logged that is not a number: histograms, texts, images and more."""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import POINTER, byref, c_double, c_size_t, c_uint64, c_void_p, cast, string_at
from datetime import datetime
from typing import Any, NamedTuple

from .._native.library import library
from .._native.pointers import ExperimentPointer, ValuePointer, ValueReaderPointer
from .._native.status import check
from .._native.text import decoded, owned_json
from .._native.warn import warn
from ..values.times import moment

DOUBLES = POINTER(c_double)


class Histogram(NamedTuple):
    """How often values fall between the edges."""

    step: int
    time: datetime
    edges: list[float]
    """Where the buckets begin and end: one more than there are counts."""
    counts: list[float]
    """How many values, or how much weight, each bucket has."""
    not_finite: int = 0
    """How many values were NaN or infinite, and are in no bucket."""


class EventValue(NamedTuple):
    """A value that is not a number, as it stands in the event file."""

    key: str
    kind: str
    """``histogram``, ``text``, ``image``, ``audio``, or the name of another TensorBoard plugin."""
    step: int
    time: datetime
    writer: int
    """The number of its writer, in the order of ``Experiment.writers``."""
    value: Histogram | str | bytes | None
    """A `Histogram`, the text, the encoded image; None for the other kinds."""
    summary: bytes
    """The serialised ``Summary.Value`` of TensorBoard, for its own readers."""

    def __repr__(self) -> str:
        return f"<EventValue {self.kind} {self.key!r} at step {self.step}>"


def read_values(
    experiment: ExperimentPointer, name: bytes | None, kind: bytes | None, what: str
) -> Iterator[EventValue]:
    """Read the values one by one; that there is one of the key is known when this returns."""
    reader = ValueReaderPointer()
    check(library().et_value_reader_open(experiment, name, kind, byref(reader)))
    reader.own(library().et_value_reader_free)
    return values(reader, what)


def values(reader: ValueReaderPointer, what: str) -> Iterator[EventValue]:
    """Yield the values that a reader still has to return."""
    functions = library()
    while True:
        pointer = ValuePointer()
        check(functions.et_value_reader_next(reader, byref(pointer)))
        if not pointer.value:
            break
        pointer.own(functions.et_value_free)
        yield taken(pointer)
    problems = owned_json(functions.et_value_reader_problems, reader)
    if problems:
        warn(f"{what} is not whole: {'; '.join(problems)}")


def taken(pointer: ValuePointer) -> EventValue:
    """Return a value that the library handed over."""
    functions = library()
    kind = decoded(functions.et_value_kind(pointer))
    step = int(functions.et_value_step(pointer))
    time = moment(float(functions.et_value_time(pointer)))
    value: Histogram | str | bytes | None = None
    if kind == "histogram":
        value = histogram(pointer, step, time)
    elif kind == "image":
        value = content(functions.et_value_image, pointer)
    elif kind == "text":
        value = decoded(functions.et_value_text(pointer))
    return EventValue(
        key=decoded(functions.et_value_key(pointer)),
        kind=kind,
        step=step,
        time=time,
        writer=int(functions.et_value_writer(pointer)),
        value=value,
        summary=content(functions.et_value_summary, pointer) or b"",
    )


def histogram(pointer: ValuePointer, step: int, time: datetime) -> Histogram | None:
    """Return the histogram; None if the value is none in truth."""
    edges, counts, not_finite = DOUBLES(), DOUBLES(), c_uint64()
    count = int(
        library().et_value_histogram(pointer, byref(edges), byref(counts), byref(not_finite))
    )
    if cast(edges, c_void_p).value is None:
        return None
    return Histogram(step, time, edges[: count + 1], counts[:count], not_finite.value)


def content(function: Any, pointer: ValuePointer) -> bytes | None:
    """Return the bytes that a function of the library lends."""
    size = c_size_t()
    address = function(pointer, byref(size))
    return string_at(address, size.value) if address else None
