"""Logging metrics."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Mapping
from ctypes import POINTER, Array, c_char_p, c_double, c_int64, cast
from typing import Any, SupportsFloat

from ._library import library
from ._pointers import ExperimentPointer
from ._text import encoded
from .logging_policy import LoggingPolicy
from .scalars import AUTOMATIC_STEP, LARGEST, SMALLEST, key_text, metric_value, step_number
from .unusable import Unusable
from .values import mapping_of

EXACT = 2**53
MAXIMUM_CACHED = 10_000


class MetricCalls(LoggingPolicy):
    """``log_metric``, ``log_metrics`` and ``log_series``; they write the event file."""

    def __init__(self, pointer: ExperimentPointer, *, strict: bool = False) -> None:
        super().__init__(pointer, strict=strict)
        functions = library()
        # A loop calls these millions of times: bound functions and encoded keys are kept.
        self._log_double = functions.et_log_metric
        self._log_integer = functions.et_log_metric_int
        self._log_boolean = functions.et_log_metric_bool
        self._names: dict[str, bytes] = {}
        self._key_arrays: dict[tuple[bytes, ...], Array[c_char_p]] = {}

    def log_metric(self, key: str, value: SupportsFloat, step: int | None = None) -> None:
        """Log one value of a metric.

        Without a step the metric counts its own steps from 0. Values are stored exactly; numpy,
        torch and other scalars are accepted. What this has recorded survives a kill of the process.
        """
        try:
            name = self._names[key]
        except (KeyError, TypeError):
            self._log_new(key, value, step)
            return
        if step is None:
            number = AUTOMATIC_STEP
        elif type(step) is int and SMALLEST < step <= LARGEST:
            number = step
        else:
            self._log_converted(key, name, value, step)
            return
        if type(value) is float:
            code = self._log_double(self._pointer, name, value, number)
            if code:
                self._judge(code, f"metric {key!r}")
        else:
            self._log_value(key, name, value, number)

    def log_metrics(
        self,
        metrics: Mapping[str, SupportsFloat] | None = None,
        /,
        step: int | None = None,
        **named: SupportsFloat,
    ) -> None:
        """Log several metrics at one step, as one record: ``log_metrics(loss=0.1, auc=0.9)``."""
        names: list[bytes] = []
        values: list[float] = []
        try:
            number = step_number(step)
            entries = {**({} if metrics is None else mapping_of(metrics)), **named}
        except Unusable as reason:
            self._refuse("metrics", reason)
            return
        for key, value in entries.items():
            try:
                name, converted = self._name(key), metric_value(value)
            except Unusable as reason:
                self._refuse(f"metric {key!r}", reason)
                continue
            if type(converted) is bool or (abs(converted) > EXACT and type(converted) is int):
                self._log_value(key, name, converted, number)
            else:
                names.append(name)
                values.append(float(converted))
        if names:
            self._log_together(tuple(names), values, number)

    def log_series(
        self,
        key: str,
        values: Iterable[SupportsFloat],
        steps: Iterable[int] | None = None,
        times: Iterable[float] | None = None,
    ) -> None:
        """Log a whole series of one metric: an array, a list or a tensor.

        Without steps the metric's own count goes on; ``times`` are seconds since 1970.
        """
        what = f"series {key!r}"
        try:
            name = self._name(key)
            numbers = column(values, "d")
            places = None if steps is None else column(steps, "q")
            stamps = None if times is None else column(times, "d")
        except Unusable as reason:
            self._refuse(what, reason)
            return
        for other, of in ((places, "steps"), (stamps, "times")):
            if other is not None and len(other) != len(numbers):
                self._refuse(what, f"{len(numbers)} values but {len(other)} {of}")
                return
        code = library().et_log_series(
            self._native,
            name,
            cast(numbers.buffer_info()[0], POINTER(c_double)),
            None if places is None else cast(places.buffer_info()[0], POINTER(c_int64)),
            None if stamps is None else cast(stamps.buffer_info()[0], POINTER(c_double)),
            len(numbers),
        )
        self._judge(code, what)

    def _log_new(self, key: Any, value: Any, step: Any) -> None:
        """The first call with a key, or a call with a key that is no plain text."""
        try:
            name = self._name(key)
        except Unusable as reason:
            self._refuse("metric", reason)
            return
        self._log_converted(key, name, value, step)

    def _log_converted(self, key: Any, name: bytes, value: Any, step: Any) -> None:
        """A call whose step is not in its final form yet."""
        try:
            number = step_number(step)
        except Unusable as reason:
            self._refuse(f"metric {key!r}", reason)
            return
        self._log_value(key, name, value, number)

    def _log_value(self, key: Any, name: bytes, value: Any, number: int) -> None:
        """A call whose value is not in its final form yet."""
        what = f"metric {key!r}"
        try:
            converted = metric_value(value)
        except Unusable as reason:
            self._refuse(what, reason)
            return
        kind = type(converted)
        log = self._log_double
        if kind is not float:
            log = self._log_boolean if kind is bool else self._log_integer
        self._judge(log(self._pointer, name, converted, number), what)

    def _log_together(self, names: tuple[bytes, ...], values: list[float], step: int) -> None:
        """Several doubles as one record."""
        keys = self._key_arrays.get(names)
        if keys is None:
            keys = (c_char_p * len(names))(*names)
            if len(self._key_arrays) >= MAXIMUM_CACHED:
                self._key_arrays.clear()
            self._key_arrays[names] = keys
        numbers = (c_double * len(values))(*values)
        code = library().et_log_metrics(self._native, keys, numbers, len(values), step)
        self._judge(
            code, "metrics " + ", ".join(repr(name.decode("utf-8", "replace")) for name in names)
        )

    def _name(self, key: Any) -> bytes:
        """The bytes of a key."""
        if type(key) is not str:
            return encoded(key_text(key))
        name = self._names.get(key)
        if name is None:
            name = encoded(key_text(key))
            if len(self._names) >= MAXIMUM_CACHED:
                self._names.clear()
            self._names[key] = name
        return name


def column(values: Any, code: str) -> array[Any]:
    """The values as an array of doubles (``d``) or of 64-bit integers (``q``)."""
    detach = getattr(values, "detach", None)
    if callable(detach):  # torch
        values = detach().cpu()
    numpy = sys.modules.get("numpy")
    try:
        if numpy is not None and hasattr(values, "__array__"):
            return numpy_column(numpy_array(values, numpy), code, numpy)
        if code == "d":
            return array(code, [metric_value(value) for value in values])
        return array(code, [step_number(value) for value in values])
    except Unusable:
        raise
    except Exception as error:
        raise Unusable(f"{type(values).__name__} is no series: {error}") from error


def numpy_array(values: Any, numpy: Any) -> Any:
    """The values as a numpy array."""
    if isinstance(values, numpy.ma.MaskedArray) and numpy.ma.getmaskarray(values).any():
        raise Unusable("some values are masked")
    try:
        return numpy.asarray(values)
    except TypeError:  # a type that numpy lacks, such as bfloat16
        return numpy.asarray(values.tolist())


def numpy_column(values: Any, code: str, numpy: Any) -> array[Any]:
    """A numpy array of one dimension as numbers."""
    if values.ndim != 1:
        raise Unusable(f"an array of {values.ndim} dimensions is no series; give one dimension")
    if values.dtype.kind not in ("biuf" if code == "d" else "biu"):
        return column(values.tolist(), code)
    kind = numpy.float64 if code == "d" else numpy.int64
    if values.dtype.kind == "u" and code == "q" and values.size and values.max() > LARGEST:
        raise Unusable("a step does not fit into 64 bits")
    result = array(code)
    result.frombytes(numpy.ascontiguousarray(values, dtype=kind).data.cast("B"))
    return result
