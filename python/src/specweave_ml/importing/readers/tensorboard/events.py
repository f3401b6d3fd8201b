"""The events of a run: its scalars as series, everything else one by one."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from .tensors import tensor_of
from .wire import BYTES, FIXED32, MalformedError, double, fields, signed, text

WALL_TIME, STEP, FILE_VERSION, GRAPH, SUMMARY = 1, 2, 3, 4, 5
SESSION_LOG, RUN_METADATA, META_GRAPH = 7, 8, 9
OURS = 1000
"""The field in which our own event files hold their records."""
TAG, SIMPLE_VALUE, OLD_HISTOGRAM, IMAGE, AUDIO, TENSOR, METADATA = 1, 2, 5, 4, 6, 8, 9
OLD_PLUGINS = {3: "histograms", IMAGE: "images", OLD_HISTOGRAM: "histograms", AUDIO: "audio"}
SESSION_STARTS = 1
DOUBLE = struct.Struct("<d").unpack_from


class Series:
    """The points of one tag."""

    __slots__ = ("steps", "times", "values")

    def __init__(self) -> None:
        self.steps = array("q")
        self.values = array("d")
        self.times = array("d")

    def __len__(self) -> int:
        return len(self.steps)


class Other(NamedTuple):
    """A value that is no scalar, or an event that is no summary."""

    kind: str
    """The name of the plugin, or ``graph``, ``run_metadata``, ``meta_graph``."""
    tag: str
    time: float
    step: int
    data: bytes
    """The message: a `Summary.Value`, or what the event holds."""
    content: bytes
    """What the plugin has noted for itself."""


class Template(NamedTuple):
    """The bytes around the number of a scalar, which are the same at every step."""

    series: Series
    unpack: Any


class Events:
    """What the event files of one run hold, read one file after the other."""

    def __init__(self) -> None:
        self.series: dict[str, Series] = {}
        self.malformed: list[tuple[int, str]] = []
        self.is_ours = False
        self.versions: set[str] = set()
        self.first_time = float("inf")
        self.last_time = float("-inf")
        self.restarts = 0
        self._plugins: dict[str, tuple[str, bytes]] = {}
        self._templates: dict[tuple[bytes, bytes], Template] = {}
        self._places: dict[int, list[tuple[int, int]]] = {}

    def span(self) -> tuple[float, float]:
        """Return the times of the first and of the last event; infinite if there is none."""
        times = [series.times for series in self.series.values()]
        return (
            min([self.first_time, *map(min, times)]), max([self.last_time, *map(max, times)])
        )  # fmt: skip

    def read(self, frames: Iterable[tuple[int, bytes]]) -> Iterator[Other]:
        """Read events; yield those that are no scalars.

        Most events of most files are one scalar, and differ from others of the same tag in time,
        step and number only: so they are recognised by the bytes around these.
        """
        places, templates = self._places, self._templates
        for offset, payload in frames:
            size = len(payload)
            if size > 11 and payload[0] == 0x09:
                step, at = 0, 9
                if payload[9] == 0x10:
                    step, at = payload[10], 11
                    if step > 0x7F:
                        step &= 0x7F
                        shift = 7
                        while at < size and payload[at] > 0x7F:
                            step |= (payload[at] & 0x7F) << shift
                            shift += 7
                            at += 1
                        if at < size:
                            step |= payload[at] << shift
                            at += 1
                rest = payload[at:]
                found = None
                for place, width in places.get(size - at, ()):
                    found = templates.get((rest[:place], rest[place + width :]))
                    if found is not None and step < 1 << 63:
                        series, unpack = found
                        series.steps.append(step)
                        series.values.append(unpack(rest, place)[0])
                        series.times.append(DOUBLE(payload, 1)[0])
                        break
                    found = None
                if found is not None:
                    continue
            try:
                yield from self._event(payload)
            except (MalformedError, struct.error) as error:
                self.malformed.append((offset, str(error)))
            if self.is_ours:
                return

    def _event(self, payload: bytes) -> Iterator[Other]:
        """Read one event of any kind."""
        time, step = 0.0, 0
        parts: list[tuple[int, bytes, int]] = []
        for number, _, value, place in fields(payload):
            if number == WALL_TIME:
                time = double(value)
            elif number == STEP and isinstance(value, int):
                step = signed(value)
            elif number == OURS:
                self.is_ours = True
                return
            elif isinstance(value, bytes):
                parts.append((number, value, place))
        if time > 0:
            self.first_time = min(self.first_time, time)
            self.last_time = max(self.last_time, time)
        for number, data, place in parts:
            if number == SUMMARY:
                yield from self._summary(payload, data, place, time, step)
            elif number == FILE_VERSION:
                self.versions.add(text(data))
            elif number == GRAPH:
                yield Other("graph", "", time, step, data, b"")
            elif number == META_GRAPH:
                yield Other("meta_graph", "", time, step, data, b"")
            elif number == RUN_METADATA:
                tag = next((text(v) for n, _, v, _ in fields(data) if n == 1), "")
                yield Other("run_metadata", tag, time, step, data, b"")
            elif number == SESSION_LOG:
                self.restarts += any(n == 1 and v == SESSION_STARTS for n, _, v, _ in fields(data))

    def _summary(
        self, payload: bytes, data: bytes, start: int, time: float, step: int
    ) -> Iterator[Other]:
        """Read the values of a summary."""
        values = [
            (value, place)
            for number, kind, value, place in fields(data)
            if number == 1 and kind == BYTES
        ]
        for value, place in values:
            yield from self._value(
                value, time, step, payload, start + place if len(values) == 1 else -1
            )

    def _value(
        self, data: bytes, time: float, step: int, payload: bytes, start: int
    ) -> Iterator[Other]:
        """Read one value; ``start`` is where it begins if it is the only one of the event."""
        tag, number, width, place = "", None, 0, -1
        tensor, old = None, ""
        noted: tuple[str, bytes] | None = None
        for field, kind, value, at in fields(data):
            if field == TAG and isinstance(value, bytes):
                tag = text(value)
            elif field == SIMPLE_VALUE and kind == FIXED32:
                number, width, place = struct.unpack("<f", value)[0], 4, at
            elif field == TENSOR and isinstance(value, bytes):
                tensor = (value, at)
            elif field == METADATA and isinstance(value, bytes):
                noted = plugin_of(value)
            elif field in OLD_PLUGINS:
                old = OLD_PLUGINS[field]
        if noted is not None and noted[0]:
            self._plugins.setdefault(tag, noted)
        plugin, content = self._plugins.get(tag, ("", b""))
        if number is None and tensor is not None and plugin in ("scalars", "scalar", ""):
            only = tensor_of(tensor[0]).number
            if only is not None:
                number, width = only.value, only.width
                place = -1 if only.place < 0 else tensor[1] + only.place
        if number is None:
            kind_of_value = old or plugin or ("tensor" if tensor else "")
            if kind_of_value:
                yield Other(kind_of_value, tag, time, step, data, content)
            return
        series = self.series.get(tag)
        if series is None:
            series = self.series[tag] = Series()
        series.steps.append(step)
        series.values.append(number)
        series.times.append(time)
        if start >= 0 and place >= 0:
            self._remember(payload, start + place, width, series)

    def _remember(self, payload: bytes, place: int, width: int, series: Series) -> None:
        """Keep the bytes around a number, by which the next event of the tag is recognised."""
        if payload[:1] != b"\x09" or len(payload) < 12:
            return
        at = 9
        if payload[9] == 0x10:
            at = 10
            while payload[at] > 0x7F:
                at += 1
            at += 1
        rest, place = payload[at:], place - at
        if rest[:1] != b"\x2a" or place <= 0:
            return
        known = self._places.setdefault(len(rest), [])
        if (place, width) not in known:
            known.append((place, width))
        unpack = struct.Struct("<f" if width == 4 else "<d").unpack_from
        self._templates[rest[:place], rest[place + width :]] = Template(series, unpack)


def plugin_of(data: bytes) -> tuple[str, bytes]:
    """Return the name of the plugin in a `SummaryMetadata`, and what it has noted."""
    name, content = "", b""
    for number, _, value, _ in fields(data):
        if number == 1 and isinstance(value, bytes):
            for inner, _, part, _ in fields(value):
                if inner == 1 and isinstance(part, bytes):
                    name = text(part)
                elif inner == 2 and isinstance(part, bytes):
                    content = part
    return name, content
