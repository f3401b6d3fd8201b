"""Finding experiments: by name, and all of an increment."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from ctypes import byref
from pathlib import Path
from typing import Any, overload

from . import listing_table
from ._library import library
from ._pointers import ExperimentPointer
from ._status import check
from ._text import encoded
from ._warn import warn
from .errors import InvalidArgumentError
from .experiment import Experiment, Listed
from .extras import pandas
from .increments import Increment, IncrementName
from .listing import Listing, table
from .metrics import number
from .params import params_of
from .several import several

IDENTITY = (
    *("name", "number", "label", "status", "folder"),
    *("created", "ended", "duration", "rerun"),
)


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
    where: str | None = None,
    sort_by: str | None = None,
    descending: bool = False,
    limit: int | None = None,
    children: bool = False,
    archived: bool = False,
) -> ExperimentList:
    """List the experiments of an increment by number, with what is known of each at this moment.

    Each is an `Experiment`: it can be read and added to.

        list_experiments(where="params.max_depth > 3 and metrics.auc >= 0.85", sort_by="auc")

    Args:
        increment: The increment; None finds it.
        status: Only those of this status, or of one of these.
        where: Only those that fulfil this condition; docs/expressions.md describes the language.
        sort_by: A metric's name, or a field of that language: ``"params.lr"``, ``"created"``.
        descending: The largest first; those without a value come last in any case.
        limit: The most experiments to list.
        children: List also those within a sweep or a pipeline.
        archived: List also those in ``_archive``.

    Raises:
        InvalidArgumentError: The condition cannot be read; the message shows the place.
    """
    place = Increment.find(increment)
    wanted = None if status is None else several("status", status)
    options = {
        "status": wanted,
        "where": where,
        "sort_by": sort_by,
        "descending": descending,
        "limit": limit,
        "children": children,
        "archived": archived,
    }
    listing = Listing.open(place._native, options)
    for note in listing.notes:
        warn(note)
    folder = place.path / "experiments"
    return ExperimentList(Listed.of(entry, folder) for entry in listing.entries())


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
        """The same, sorted; those without a value come last, and equals keep their order.

        Args:
            by: A metric's name, a column of `to_dataframe` such as ``"params.lr"`` or
                ``"created"``, or a function.
            reverse: The largest first.

        Raises:
            InvalidArgumentError: The values cannot be put into an order.
        """
        if callable(by):
            rated = [(by(experiment), experiment) for experiment in self]
        else:
            rated = [(value_of(experiment, by), experiment) for experiment in self]
            if rated and all(value is None for value, _ in rated):
                self._say_unknown(by)
        known = [pair for pair in rated if pair[0] is not None and pair[0] == pair[0]]
        unknown = [pair for pair in rated if pair[0] is None or pair[0] != pair[0]]
        try:
            known.sort(key=lambda pair: pair[0], reverse=reverse)
        except TypeError as error:
            raise InvalidArgumentError(
                f"the values of {by!r} have no order ({error}); sort by a function, as "
                f"lambda exp: str(exp.params.get('kernel'))"
            ) from error
        return ExperimentList(experiment for _, experiment in known + unknown)

    def _say_unknown(self, by: str) -> None:
        """Warn as `list_experiments` does of a name that no experiment has."""
        place = Increment.find(self[0].path.parents[len(Path(self[0]._facts()["folder"]).parts)])
        options = {"sort_by": by, "children": True, "archived": True}
        for note in Listing.open(place._native, options).notes:
            warn(note)

    def to_dataframe(self) -> Any:
        """A pandas DataFrame: name, number, status, times in UTC, ``params.x``, ``metrics.y``."""
        frames = pandas("ExperimentList.to_dataframe()")
        told = table([experiment._listed for experiment in self])
        if told is None:
            all_facts = [experiment._facts() for experiment in self]
            told = [{**facts, "metrics": last_values(facts)} for facts in all_facts]
        frame = frames.DataFrame([row(facts) for facts in told])
        for column in ("created", "ended"):
            if column in frame:
                frame[column] = frames.to_datetime(frame[column], unit="s", utc=True)
        return frame

    def __repr__(self) -> str:
        return listing_table.text(self)

    def _repr_html_(self) -> str:
        """The list in a notebook; everything in it is escaped."""
        return listing_table.html(self)


def value_of(experiment: Experiment, name: str) -> Any:
    """The value of a metric, or else of a column of the table."""
    found = experiment.metrics.get(name)
    if found is not None:
        return found
    facts = experiment._facts()
    return row({**facts, "metrics": last_values(facts)}).get(name)


def last_values(facts: dict[str, Any]) -> dict[str, Any]:
    """The last value of each metric."""
    return {key: metric["last"] for key, metric in facts["metrics"].items()}


def row(facts: dict[str, Any]) -> dict[str, Any]:
    """One experiment as a row of a table."""
    told = {name: facts.get(name) for name in IDENTITY}
    told["tags"] = list(facts["tags"])
    for key, value in params_of(facts).items():
        told["params." + key] = value
    for key, value in facts["metrics"].items():
        told["metrics." + key] = number(value)
    return told
