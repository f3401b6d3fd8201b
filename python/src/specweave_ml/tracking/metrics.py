"""Logging metrics."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping
from ctypes import POINTER, Array, c_char_p, c_double, c_int64, c_void_p, cast
from struct import Struct, pack
from typing import Any, Protocol, SupportsFloat, SupportsIndex, TypeAlias

from .._native.experiment_handle import ExperimentHandle
from .._native.library import library, quick_library
from .._native.pointers import ExperimentPointer
from .._native.text import encoded
from ..display.text import count
from ..values.conversion import ConversionError
from ..values.json_values import mapping_of
from ..values.nested import by_steps, flat
from ..values.scalars import (
    AUTOMATIC_STEP,
    LARGEST,
    SMALLEST,
    Step,
    key_text,
    metric_value,
    step_number,
)
from ..values.series import column, moments


class Row(Protocol):
    """A Series of pandas: values with names."""

    def to_dict(self) -> Any:
        """Return the values by name."""

    def tolist(self) -> list[Any]:
        """Return the values."""


Metrics: TypeAlias = "Mapping[str, SupportsFloat | Mapping[str, Any]] | Row"
"""Values by name, some of them perhaps in groups; a row of a table is values by name too."""

EXACT = 2**53
TYPOS_OF_STEP = frozenset(("step", "steps", "stp", "setp", "stpe", "stepp", "sstep"))
NOT_QUITE_STEP = TYPOS_OF_STEP | {"epoch", "epochs", "iteration", "iter", "global_step"}
"""What is given by name where ``step`` is meant, also by those who come from other trackers."""
POINT = Struct("dq").pack
MAXIMUM_CACHED = 10_000
FLOAT, KEY = {float}, {str}


class MetricCalls(ExperimentHandle):
    """``log_metric``, ``log_metrics`` and ``log_series``; they write the event file."""

    def __init__(self, pointer: ExperimentPointer, *, strict: bool = False) -> None:
        super().__init__(pointer, strict=strict)
        functions, quick = library(), quick_library()
        # A loop calls these millions of times: bound functions and encoded keys are kept.
        self._try_point = quick.et_experiment_try_log_point
        self._try_doubles = quick.et_experiment_try_log_metrics
        self._bind(
            pointer.value or 0,
            address(quick.et_experiment_try_log_metric),
            address(self._try_doubles),
        )
        self._log_double = functions.et_experiment_log_metric
        self._log_integer = functions.et_experiment_log_metric_int
        self._log_boolean = functions.et_experiment_log_metric_bool
        self._names: dict[str, bytes] = {}
        self._known_keys: dict[
            tuple[str, ...], tuple[tuple[bytes, ...], Array[c_char_p], Callable[..., bytes]]
        ] = {}

    def _bind(self, experiment: int, one: int, several: int) -> None:
        """Set which functions to call for which handle; only the extension needs this."""

    def log_metric(self, key: str, value: SupportsFloat, step: Step = None) -> None:
        """Log one value of a metric.

        Without a step the metric counts its own steps from 0. Values are stored exactly; numpy,
        torch and other scalars are accepted. What this has recorded survives a kill of the process.
        """
        # What nearly every call of a loop is; to compare with a small number costs next to nothing.
        if type(value) is float and (step is None or (type(step) is int and step > -1)):
            try:
                point = POINT(value, AUTOMATIC_STEP if step is None else step)
                if not self._try_point(self._pointer, self._names[key], point):
                    return
            except (KeyError, TypeError, struct.error):  # a key's first call, no text, a huge step
                pass
        self._log_any(key, value, step)

    _log_metric = log_metric

    def log_metrics(
        self,
        metrics: Metrics | None = None,
        /,
        step: Step = None,
        **named: SupportsFloat,
    ) -> None:
        """Log several metrics at one step, as one record: ``log_metrics(loss=0.1, auc=0.9)``.

        A dict within is a group: a classification report has ``macro avg/precision``.
        """
        if type(metrics) is dict and not named and FLOAT.issuperset(map(type, metrics.values())):
            prepared = self._known_keys.get(tuple(metrics))
            if prepared is not None and (
                step is None or (type(step) is int and SMALLEST < step <= LARGEST)
            ):
                names, keys, pack_values = prepared
                number = AUTOMATIC_STEP if step is None else step
                values = pack_values(*metrics.values())
                if self._try_doubles(self._pointer, keys, values, len(names), number):
                    self._log_array(names, keys, values, number)
                return
        self._log_mapping(metrics, step, named)

    _log_metrics = log_metrics

    def _log_mapping(self, metrics: Any, step: Any, named: Mapping[str, Any]) -> None:
        """Log several metrics of any kinds."""
        if named and step is None:
            named = self._without_typos(metrics, named)
        names: list[bytes] = []
        values: list[float] = []
        try:
            number = step_number(step)
            entries = flat({**({} if metrics is None else mapping_of(metrics)), **named})
        except ConversionError as reason:
            self._refuse("metrics", reason)
            return
        for key, value in entries.items():
            try:
                name, converted = self._name(key), metric_value(value)
            except ConversionError as reason:
                self._refuse(f"metric {key!r}", reason)
                continue
            if type(converted) is bool or (abs(converted) > EXACT and type(converted) is int):
                self._log_value(key, name, converted, number)
            else:
                names.append(name)
                values.append(float(converted))
        if names:
            self._log_together(tuple(names), values, number)
        if len(names) == len(entries):
            self._remember(tuple(entries), tuple(names))

    def _without_typos(self, metrics: Any, named: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the metrics given by name, but for a name that was meant to be the step.

        Beside a dict a name can only be an argument. Alone it may well be a metric: it is one, and
        that is said, for what is called step here is called so or so elsewhere.
        """
        kept = dict(named)
        for name in named:
            word, what = name.lower().strip("_"), f"metric {name!r}"
            if metrics is not None and word in TYPOS_OF_STEP:
                del kept[name]
                self._refuse(what, "the step is given as step=…; put a metric into the dict")
            elif word in (TYPOS_OF_STEP if metrics is None else NOT_QUITE_STEP):
                message = f"{name!r} is recorded as a metric; the step is given as step=…"
                self._warn_once(what, "step", message)
        return kept

    def log_series(
        self,
        key: str,
        values: Iterable[SupportsFloat] | Mapping[Any, SupportsFloat],
        steps: Iterable[SupportsIndex | SupportsFloat] | None = None,
        times: Iterable[Any] | None = None,
    ) -> None:
        """Log a whole series of one metric: an array, a list, a tensor, or a dict by steps.

        Without steps the metric's own count continues, as it does where one is None. The index of a
        pandas Series is its steps, or its times if it has dates; the default index is ignored.
        ``times`` are seconds since 1970, or dates; a date without a time zone is in UTC.
        """
        what = f"series {key!r}"
        try:
            name = self._name(key)
            values, steps, times = by_steps(values, steps, times)
            numbers = column(values, "d")
            places = None if steps is None else column(steps, "q")
            stamps = None if times is None else moments(times)
        except ConversionError as reason:
            self._refuse(what, reason)
            return
        for other, of in ((places, "steps"), (stamps, "times")):
            if other is not None and len(other) != len(numbers):
                self._refuse(what, f"{count(len(numbers), 'value')} but {len(other)} of {of}")
                return
        code = library().et_experiment_log_series(
            self._native,
            name,
            cast(numbers.buffer_info()[0], POINTER(c_double)),
            None if places is None else cast(places.buffer_info()[0], POINTER(c_int64)),
            None if stamps is None else cast(stamps.buffer_info()[0], POINTER(c_double)),
            len(numbers),
        )
        self._judge(code, what)

    def close(self) -> None:
        """Release the handle; nothing is bound to it any more."""
        self._bind(0, 0, 0)
        super().close()

    def _log_any(self, key: Any, value: Any, step: Any) -> None:
        """Log a value of any kind, or one whose call has to wait."""
        try:
            name = self._name(key)
        except ConversionError as reason:
            self._refuse("metric", reason)
            return
        try:
            number = step_number(step)
        except ConversionError as reason:
            self._refuse(f"metric {key!r}", reason)
            return
        self._log_value(key, name, value, number)

    def _log_value(self, key: Any, name: bytes, value: Any, number: int) -> None:
        """Log a value that has to be converted first."""
        what = f"metric {key!r}"
        try:
            converted = metric_value(value)
        except ConversionError as reason:
            self._refuse(what, reason)
            return
        kind = type(converted)
        log = self._log_double
        if kind is not float:
            log = self._log_boolean if kind is bool else self._log_integer
        self._judge(log(self._pointer, name, converted, number), what)

    def _log_together(self, names: tuple[bytes, ...], values: list[float], step: int) -> None:
        """Log several doubles as one record."""
        keys = (c_char_p * len(names))(*names)
        self._log_array(names, keys, pack(f"{len(values)}d", *values), step)

    def _remember(self, keys: tuple[Any, ...], names: tuple[bytes, ...]) -> None:
        """Keep the prepared keys of a call that a loop may repeat."""
        if keys and KEY.issuperset(map(type, keys)):
            if len(self._known_keys) >= MAXIMUM_CACHED:
                self._known_keys.clear()
            prepared = (c_char_p * len(names))(*names)
            self._known_keys[keys] = names, prepared, Struct(f"{len(names)}d").pack

    def _log_array(
        self, names: tuple[bytes, ...], keys: Array[c_char_p], values: bytes, step: int
    ) -> None:
        """Log several doubles as one record, everything in its final form."""
        numbers = cast(c_char_p(values), POINTER(c_double))
        code = library().et_experiment_log_metrics(self._native, keys, numbers, len(names), step)
        if code:
            text = ", ".join(repr(name.decode("utf-8", "replace")) for name in names)
            self._judge(code, f"metrics {text}")

    def _name(self, key: Any) -> bytes:
        """Return the bytes of a key."""
        if type(key) is not str:
            return encoded(key_text(key))
        name = self._names.get(key)
        if name is None:
            name = encoded(key_text(key))
            if len(self._names) >= MAXIMUM_CACHED:
                self._names.clear()
            self._names[key] = name
        return name


def address(function: Any) -> int:
    """Return where a function of the library is."""
    return cast(function, c_void_p).value or 0
