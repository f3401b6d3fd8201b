"""Finding experiments: by name, and all of an increment."""

from __future__ import annotations

import html
import os
from collections.abc import Callable, Iterable, Sequence
from ctypes import byref
from typing import Any, overload

from ._library import library
from ._pointers import ExperimentPointer
from ._status import check
from ._text import encoded
from .experiment import Experiment
from .extras import pandas
from .increments import Increment, IncrementName
from .metrics import Metrics

MAXIMUM_SHOWN = 50


def load_experiment(
    query: str | os.PathLike[str] | int, increment: IncrementName | None = None
) -> Experiment:
    """Load an experiment, to read it and to add to it.

    ``query`` is a name (its newest re-run), a folder, a path, a number (``"exp-003"``, ``3``) or an
    unambiguous beginning of a name. The increment is searched first, then all others and archives.
    """
    if isinstance(query, bool) or not isinstance(query, (str, int, os.PathLike)):
        raise TypeError(f"an experiment is asked for by a str, not {type(query).__name__}")
    text = f"exp-{query:03d}" if isinstance(query, int) else os.fspath(query)
    place = None if increment is None else Increment.find(increment)._native
    pointer = ExperimentPointer()
    check(library().et_experiment_open(place, encoded(text), byref(pointer)))
    return Experiment(pointer)


def list_experiments(
    increment: IncrementName | None = None,
    status: str | Iterable[str] | None = None,
    *,
    children: bool = False,
    archived: bool = False,
) -> ExperimentList:
    """List the experiments of an increment by number, with what is known of each at this moment.

    ``children`` lists also those within a sweep or a pipeline, ``archived`` also those in
    ``_archive``. Each is an `Experiment`: it can be read and added to.
    """
    place = Increment.find(increment)
    wanted = None if status is None else [status] if isinstance(status, str) else list(status)
    facts = place.listing(status=wanted, children=children, archived=archived)
    folder = place.path / "experiments"
    return ExperimentList([Experiment.listed(entry, folder) for entry in facts])


class ExperimentList(Sequence[Experiment]):
    """Experiments in order."""

    def __init__(self, experiments: Iterable[Experiment]) -> None:
        self._experiments = list(experiments)

    @overload
    def __getitem__(self, index: int) -> Experiment: ...
    @overload
    def __getitem__(self, index: slice) -> ExperimentList: ...
    def __getitem__(self, index: int | slice) -> Experiment | ExperimentList:
        chosen = self._experiments[index]
        return ExperimentList(chosen) if isinstance(chosen, list) else chosen

    def __len__(self) -> int:
        return len(self._experiments)

    def sorted(
        self, by: str | Callable[[Experiment], Any], *, reverse: bool = False
    ) -> ExperimentList:
        """The same, sorted by a metric's name or by a function; those without a value come last."""
        value: Callable[[Experiment], Any] = (
            by if callable(by) else lambda experiment: experiment.metrics.get(by)
        )
        rated = [(value(experiment), experiment) for experiment in self]
        known = [pair for pair in rated if pair[0] is not None and pair[0] == pair[0]]
        unknown = [pair for pair in rated if pair[0] is None or pair[0] != pair[0]]
        known.sort(key=lambda pair: pair[0], reverse=reverse)
        return ExperimentList(experiment for _, experiment in known + unknown)

    def to_dataframe(self) -> Any:
        """A pandas DataFrame: name, number, status, times in UTC, ``params.x``, ``metrics.y``."""
        frames = pandas("ExperimentList.to_dataframe()")
        frame = frames.DataFrame([row(experiment._facts()) for experiment in self])
        for column in ("created", "ended"):
            if column in frame:
                frame[column] = frames.to_datetime(frame[column], unit="s", utc=True)
        return frame

    def __repr__(self) -> str:
        shown = [
            f"{facts['label'] or '':<9} {facts['status']:<12} {facts['name']}"
            for facts in (experiment._facts() for experiment in self[:MAXIMUM_SHOWN])
        ]
        if len(self) > MAXIMUM_SHOWN:
            shown.append(f"… and {len(self) - MAXIMUM_SHOWN} more")
        return "\n".join([f"{len(self)} experiments", *shown])

    def _repr_html_(self) -> str:
        """The list in a notebook; everything in it is escaped."""
        keys = list(dict.fromkeys(key for one in self for key in one._facts()["metrics"]))[:12]
        head = "".join(f"<th>{html.escape(key)}</th>" for key in ["", "name", "status", *keys])
        rows = "".join(html_row(one, keys) for one in self[:MAXIMUM_SHOWN])
        more = len(self) - MAXIMUM_SHOWN
        foot = f"<p>… and {more} more</p>" if more > 0 else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{foot}"


def row(facts: dict[str, Any]) -> dict[str, Any]:
    """One experiment as a row of a table."""
    told = {name: facts.get(name) for name in ("name", "number", "label", "status", "folder")}
    told |= {name: facts.get(name) for name in ("created", "ended", "duration", "rerun")}
    told["tags"] = list(facts["tags"])
    told |= {f"params.{key}": value for key, value in facts["params"].items()}
    return told | {f"metrics.{key}": value for key, value in Metrics(facts["metrics"]).items()}


def html_row(experiment: Experiment, keys: list[str]) -> str:
    """One experiment as a row of an HTML table."""
    facts, metrics = experiment._facts(), experiment.metrics
    cells = [str(facts["label"] or ""), str(facts["name"]), str(facts["status"])]
    cells += [f"{metrics[key]:g}" if key in metrics else "" for key in keys]
    return "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>"
