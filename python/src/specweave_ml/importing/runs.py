"""A run of another tool as plain data: what a reader yields and the store is given."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ..errors import FormatError

STATUSES = ("running", "completed", "failed", "interrupted")


@dataclass
class Series:
    """The points of one metric, in the order in which they were written."""

    key: str
    steps: array[int] = field(default_factory=lambda: array("q"))
    values: array[float] = field(default_factory=lambda: array("d"))
    times: array[float] | None = field(default_factory=lambda: array("d"))
    """Seconds since 1970; None where the tool knows none."""

    def add(self, step: int, value: float, time: float) -> None:
        """Add a point with a time."""
        if self.times is None:
            raise TypeError(f"the points of {self.key!r} have no times")
        # The step first: one that does not fit raises, and the columns stay of one length.
        self.steps.append(step)
        self.values.append(value)
        self.times.append(time)

    def __len__(self) -> int:
        return len(self.steps)


@dataclass
class ForeignValue:
    """A value with a step that is no number: a text, a list, a histogram."""

    key: str
    step: int
    time: float
    value: Any
    """As JSON has it; a histogram is ``{"_type": "histogram", "bins": [...], "values": [...]}``."""


@dataclass
class ForeignSummary:
    """A value of one of TensorBoard's plugins: an image, a histogram, a curve."""

    step: int
    time: float
    data: bytes
    """A serialised `Summary.Value`."""


@dataclass
class ForeignFile:
    """A file, or a folder, that becomes an artifact."""

    name: str
    """Its path within the experiment, with ``/``."""
    source: str = ""
    """Where it is on this machine."""
    content: bytes | None = None
    """What it holds, where it is no file."""
    kind: str | None = None
    """"model", "figure", "table", "data", "text" or "file"; None is by the name."""
    details: dict[str, Any] = field(default_factory=dict)


@dataclass
class ForeignRun:
    """One run."""

    id: str
    """What the tool calls it, unique in ``scope``."""
    name: str | None = None
    scope: str | None = None
    """What the id is unique in; None is the source."""
    kind: str = "experiment"
    """What the store calls it: "sweep", "trial", …"""
    parent: str | None = None
    """The id of the run around it, of the same scope; that one was yielded before."""
    child: int | None = None
    """Its place in the run around it, from 1; None is the next one."""
    created: float | None = None
    """When it began, in seconds since 1970."""
    ended: float | None = None
    status: str = "completed"
    """One of `STATUSES`. A running one stays open: nobody knows whether its program still lives."""
    failure: dict[str, str] = field(default_factory=dict)
    """``type``, ``message`` and ``traceback`` of what ended it."""
    host: str | None = None
    deleted: bool = False
    """Whether it was deleted there; it is archived here."""
    author: str | None = None
    description: str | None = None
    params: dict[str, Any] = field(default_factory=dict)
    series: list[Series] = field(default_factory=list)
    values: list[ForeignValue] = field(default_factory=list)
    output: str = ""
    """What the program printed."""
    summaries: Iterable[ForeignSummary] = ()
    """What TensorBoard shows and is no number, as it is; read several times."""
    tags: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    files: list[ForeignFile] = field(default_factory=list)
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Further facts by section; a section of the tool's own name, or ``git``, ``data``, …"""
    left_out: list[str] = field(default_factory=list)
    """What the store has no place for, a sentence each."""
    problems: list[str] = field(default_factory=list)
    """What could not be read, a sentence each with file and place."""

    def series_of(self, key: str) -> Series:
        """Return the series of a key, made at its first use."""
        found = self._by_key.get(key)
        if found is None:
            found = self._by_key[key] = Series(key)
            self.series.append(found)
        return found

    def __post_init__(self) -> None:
        self._by_key = {series.key: series for series in self.series}

    @property
    def points(self) -> int:
        """How many points it has."""
        return sum(map(len, self.series))


@dataclass(frozen=True)
class Survey:
    """What a source seems to hold."""

    runs: int | None
    """None where only reading all would say it."""
    points: int | None = None


class Faults:
    """What could not be read in a source, beside what belongs to one run."""

    def __init__(self) -> None:
        self.sentences: list[str] = []
        self.left_out: list[str] = []
        """What the store has no place for, beside what belongs to one run."""

    def add(self, path: str, place: str, what: str) -> None:
        """Note that something cannot be read, and go on."""
        self.sentences.append(sentence(path, place, what))

    @staticmethod
    def wrong(path: str, place: str, what: str, advice: str = "") -> FormatError:
        """Return the error for a source that cannot be read at all."""
        return FormatError(sentence(path, place, what) + (f"; {advice}" if advice else ""))


def sentence(path: str, place: str, what: str) -> str:
    """Return what is wrong where: ``place`` is ``"byte 4711"``, ``"line 12"`` or empty."""
    return f"{path}: {place}: {what}" if place else f"{path}: {what}"
