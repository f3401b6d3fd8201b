"""What is known of an experiment, read back; also from a program that only reads."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from copy import deepcopy
from ctypes import byref, c_uint64
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from .._native.experiment_handle import ExperimentHandle
from .._native.library import library
from .._native.optional_packages import pandas
from .._native.status import check
from .._native.text import decoded, encoded, owned, owned_json
from ..errors import NotFoundError
from ..values.times import moment
from .event_values import EventValue, Histogram, read_values
from .history import History, read_blocks, read_history
from .listing import ListingEntry
from .params import ReadParams


class Note(str):
    """The text of a note, with the time it was added."""

    __slots__ = ("time",)
    time: datetime

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Note:
        """Return a note from the form in which the library returns it."""
        note = cls(facts["text"])
        note.time = moment(float(facts["time"]))
        return note


NOT_FINITE = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


class Metrics(Mapping[str, Any]):
    """The last value of each metric, in the order the metrics were first logged."""

    def __init__(self, summaries: Mapping[str, Mapping[str, Any]]) -> None:
        self._summaries = summaries

    @cached_property
    def summary(self) -> dict[str, dict[str, Any]]:
        """For each metric ``last``, ``min``, ``max``, ``mean``, ``count`` and their steps."""
        return {
            key: {name: number(value) for name, value in facts.items()}
            for key, facts in self._summaries.items()
        }

    def __getitem__(self, key: str) -> Any:
        return number(self._summaries[key]["last"])

    def __iter__(self) -> Iterator[str]:
        return iter(self._summaries)

    def __len__(self) -> int:
        return len(self._summaries)

    def __repr__(self) -> str:
        return repr(dict(self))


def number(value: Any) -> Any:
    """Return the number; strict JSON writes one that is not finite as a word."""
    return NOT_FINITE.get(value, value) if isinstance(value, str) else value


class Reading(ExperimentHandle):
    """The properties of an experiment; each reads what is stored now, its own calls included."""

    _listed: ListingEntry | None = None
    """What a listing said; used until the experiment is opened."""
    _read: tuple[int, dict[str, Any]] = (0, {})
    """What was read last, and the state in which it was."""
    _params: ReadParams | None = None
    """The parameters of what was read last."""

    def _facts(self) -> dict[str, Any]:
        """Return everything but the histories; shared, so properties return copies of its parts."""
        if self._listed is not None:
            return self._listed.facts
        state = c_uint64()
        check(library().et_experiment_state(self._native, byref(state)))
        known, facts = self._read
        if state.value and state.value == known:
            return facts
        facts = dict(owned_json(library().et_experiment_read, self._native))
        self._read = (state.value, facts)
        return facts

    @property
    def name(self) -> str:
        """The name as it was given."""
        if self._listed is not None:
            return str(self._listed.facts["name"])
        return super().name

    @property
    def path(self) -> Path:
        """The folder."""
        if self._listed is not None:
            return Path(str(self._listed.facts["path"]))
        return super().path

    @property
    def increment(self) -> str:
        """The name of the increment's folder."""
        if self._listed is not None:
            return str(self._listed.facts["increment"])
        return decoded(library().et_experiment_increment(self._native))

    @property
    def _increment_path(self) -> Path:
        """The folder of its increment, which need not be the one that would be found from here."""
        for folder in self.path.parents:
            if folder.name == "experiments" and folder.parent.name == self.increment:
                return folder.parent
        return self.path

    @property
    def number(self) -> int:
        """The number in the increment; 0 for a child."""
        return int(self._facts()["number"])

    @property
    def label(self) -> str:
        """The number as people write it: ``exp-003``, ``exp-003.12`` for its twelfth child.

        Empty for a child whose parent cannot be read.
        """
        return self._facts()["label"] or ""

    @property
    def status(self) -> str:
        """``running``, ``completed``, ``failed``, ``interrupted``, ``crashed`` or ``unknown``."""
        return str(self._facts()["status"])

    @property
    def failure(self) -> dict[str, str] | None:
        """The ``type``, ``message`` and ``traceback`` of the error that ended it."""
        return deepcopy(self._facts().get("failure"))

    @property
    def params(self) -> dict[str, Any]:
        """The parameters, each with the value logged last."""
        facts = self._facts()
        read = self._params
        if read is None or read.facts is not facts:
            self._params = read = ReadParams(facts)
        return read.hand_out()

    @property
    def metrics(self) -> Metrics:
        """The last value of each metric; ``metrics.summary`` has minimum, maximum, mean, count."""
        return Metrics(self._facts()["metrics"])

    @property
    def tags(self) -> list[str]:
        """The tags in the order they were added."""
        return list(self._facts()["tags"])

    @property
    def notes(self) -> list[Note]:
        """The notes in order: text with a ``time``."""
        return [Note.of(facts) for facts in self._facts()["notes"]]

    @property
    def artifacts(self) -> list[dict[str, Any]]:
        """The saved files: ``path``, ``size``, ``sha256``, ``kind``, ``version``, ``details``."""
        return deepcopy(list(self._facts()["artifacts"]))

    @property
    def facts(self) -> dict[str, Any]:
        """What was captured and recorded by section: git, command, environment, data, about."""
        return deepcopy(dict(self._facts()["facts"]))

    @property
    def selection(self) -> dict[str, Any] | None:
        """The decision for it, if there was one: ``rationale``, and ``by`` whom, and its ``time``.

        The time is in seconds since 1970; ``by`` is the name of the user.
        """
        return deepcopy(self._facts().get("selection"))

    @property
    def writers(self) -> list[dict[str, Any]]:
        """The processes that wrote into it."""
        return deepcopy(list(self._facts().get("writers", [])))

    @property
    def created(self) -> datetime:
        """When it was started, in UTC."""
        return moment(float(self._facts()["created"]))

    @property
    def duration(self) -> float | None:
        """How long it ran, in seconds; None while it runs. A kill counts up to the last write."""
        seconds = self._facts().get("duration")
        return None if seconds is None else float(seconds)

    def history(self, key: str, *, most: int | None = None) -> History:
        """Return the points of one metric: ``.steps``, ``.values``, ``.times``, ``.writers``.

        With ``most`` it is thinned to so many points (5 at least) for a chart or a reader: both
        ends, the first value that is no number, and of equal stretches the smallest and the
        largest.
        """
        return read_history(self._native, key, encoded(key), most)

    def history_blocks(self, key: str, size: int = 1_000_000) -> Iterator[History]:
        """Yield all points of one metric in blocks of ``size``, for one larger than memory.

        Each piece is what `history` gives, in the same order::

            total = sum(block.values.sum() for block in experiment.history_blocks("loss"))
        """
        return read_blocks(self._native, key, encoded(key), size)

    def histogram(self, key: str) -> list[Histogram]:
        """Return the histograms of one key in the order in which they were logged.

        Each has ``step``, ``time``, ``edges``, ``counts`` and ``not_finite``. Raises
        `NotFoundError` if there is none.
        """
        return [
            found.value
            for found in self.event_values(key, kind="histogram")
            if isinstance(found.value, Histogram)
        ]

    def event_values(
        self, key: str | None = None, *, kind: str | None = None
    ) -> Iterator[EventValue]:
        """Yield what was logged that is not a number, one by one: it may be larger than the memory.

        Args:
            key: Whose values; None is all.
            kind: ``"histogram"``, ``"text"``, ``"image"``, ``"audio"``, or the name of another
                plugin of TensorBoard; None is any.

        Raises:
            NotFoundError: There is nothing of the key.

        Example:
            >>> for found in load_experiment("cnn").event_values("samples", kind="image"):
            ...     Path(f"{found.step}.png").write_bytes(found.value)
        """
        what = "what was logged" if key is None else f"{key!r}"
        name = None if key is None else encoded(key)
        return read_values(self._native, name, None if kind is None else encoded(kind), what)

    def artifact_versions(self, name: str) -> list[dict[str, Any]]:
        """Return every version of an artifact, the newest first.

        Each has ``version``, ``size`` (bytes), ``sha256``, ``kind``, ``details`` and ``file``,
        where it lies. Raises `NotFoundError` if there is no artifact of that name.
        """
        saved = [facts for facts in self.artifacts if facts["path"] == name]
        if not saved:
            there = dict.fromkeys(facts["path"] for facts in self.artifacts)
            raise NotFoundError(
                f"{self.name!r} has no artifact {name!r}; it has:", candidates=there
            )
        saved.sort(key=lambda facts: int(facts["version"]), reverse=True)
        return [
            {**facts, "file": self.path / (facts.get("kept_as") or facts["path"])}
            for facts in saved
        ]

    def artifact_path(self, name: str) -> Path:
        """Return the file of an artifact."""
        function = library().et_artifact_path
        return Path(os.fsdecode(os.fsencode(owned(function, self._native, encoded(name)))))

    def check_artifact(self, name: str, version: int | None = None) -> None:
        """Read an artifact and compare its size and SHA-256 with what was saved.

        Args:
            name: As it was saved.
            version: Which version, from 1 on; None is the newest.

        Raises:
            FormatError: Its content is another one, or it is gone.
            NotFoundError: There is no artifact of that name, or no such version.
        """
        check(library().et_artifact_check(self._native, encoded(name), version or 0))

    def to_dataframe(self) -> Any:
        """Return all points of all metrics as a DataFrame: key, step, value, time, writer."""
        frames = pandas("Experiment.to_dataframe()")
        parts = []
        for key in self.metrics:
            part = self.history(key).to_dataframe()
            part.insert(0, "key", key)
            parts.append(part)
        columns = ["key", "step", "value", "time", "writer"]
        return (
            frames.concat(parts, ignore_index=True) if parts else frames.DataFrame(columns=columns)
        )

    def save_html(self, path: str | os.PathLike[str]) -> Path:
        """Write the experiment as a page to look at: one file, which needs no server.

        It holds its parameters, metrics, notes and curves, and those of the experiments inside it.

        Returns:
            The absolute path of the file.
        """
        from .._native.dashboard import save_page

        return save_page(path, self._page())

    def show(self) -> Path | None:
        """Show the page of `save_html`: below the cell of a notebook, else in the browser.

        Returns:
            The file that the browser opens, in the folder for temporary files; None in a notebook.
        """
        from ..display.pages import show

        return show(self._page(), self.name)

    def _page(self) -> bytes:
        from .._native.dashboard import Dashboard
        from .._native.increments import Increment

        dashboard = Dashboard.open(Increment.find(self._increment_path))
        return dashboard.file([self._facts()["id"]])

    def _repr_html_(self) -> str:
        """Return the experiment as HTML for a notebook."""
        return owned(library().et_experiment_html, self._native)
