"""Finding experiments: by name, and all of an increment."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from ctypes import byref
from pathlib import Path
from typing import Any, overload

from .._native.increments import Increment, IncrementName, start_of_search, text_of
from .._native.library import library
from .._native.optional_packages import pandas
from .._native.pointers import ExperimentPointer
from .._native.status import check
from .._native.text import encoded
from .._native.warn import warn
from ..errors import InvalidArgumentError
from ..reading.listing import Listing, ListingEntry, common_listing, rows_of
from ..reading.params import params_of
from ..reading.properties import number
from ..values.several import several
from ..values.times import moments
from .experiment import Experiment, Listed

IDENTITY = (
    *("name", "number", "label", "status", "folder"),
    *("created", "ended", "duration", "rerun", "increment"),
)


def load_experiment(
    query: str | os.PathLike[str] | int,
    increment: IncrementName | None = None,
    *,
    archived: bool = False,
) -> Experiment:
    """Load an experiment, to read it and to add to it.

    While it is running, even in this process, only the handle that started it can end it or set its
    status.

    Args:
        query: A name (its newest re-run), a folder, a path, a number (``"exp-003"``, ``3``) or an
            unambiguous beginning of a name.
        increment: Where to look first; None is the active increment. Then all others are searched,
            then the archives.
        archived: Search the archives only, where a later experiment of the same name does not hide
            an older one.

    Warns:
        TrackingWarning: Something of the experiment is damaged.

    Raises:
        ExperimentNotFoundError: None fits, or several do; ``candidates`` lists the closest.
    """
    if isinstance(query, bool) or not isinstance(query, (str, int, os.PathLike)):
        raise TypeError(f"an experiment is looked up by a str, not {type(query).__name__}")
    text = f"exp-{query:03d}" if isinstance(query, int) else os.fspath(query)
    increment_pointer = None if increment is None else Increment.find(increment)._native
    pointer = ExperimentPointer()
    core = library()
    find = core.et_experiment_open_archived if archived else core.et_experiment_open
    check(find(increment_pointer, encoded(text), byref(pointer)))
    experiment = Experiment(pointer)
    experiment._warn_of_notices()
    return experiment


def list_experiments(
    increment: IncrementName | Iterable[IncrementName] | None = None,
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

    Each is an `Experiment`: it can be read and added to. Shown, the list is a table: the newest
    first, metrics before parameters, a sweep with the values of its best combination.

        list_experiments(where="params.model.depth > 3 and metrics.auc >= 0.85", sort_by="auc")

    Args:
        increment: The increment; None finds it. ``"all"`` is every increment of the project, a list
            some of them; a column then says which.
        status: Only those of this status, or of one of these.
        where: Only those that fulfil this condition; docs/expressions.md describes the language.
        sort_by: A metric's name, or a field of that language: ``"params.lr"``, ``"created"``. A
            sweep counts with the metrics of its best combination.
        descending: The largest first; those without a value come last in any case.
        limit: The most experiments to list: the first by ``sort_by``, without it the newest.
        children: List also those within a sweep or a pipeline; the table has them below it.
        archived: List also those in ``_archive``.

    Raises:
        InvalidArgumentError: The condition cannot be read; the message shows the place.
    """
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
    listing = listing_of(increment, options)
    for note in listing.notes:
        warn(note)
    found = ExperimentList(Listed.of(entry) for entry in listing.entries())
    found._ordered = sort_by is not None
    return found


def listing_of(
    increment: IncrementName | Iterable[IncrementName] | None, options: dict[str, Any]
) -> Listing:
    """List the experiments of one increment or of several."""
    if increment is None or (isinstance(increment, (str, int, os.PathLike)) and increment != "all"):
        return Listing.open(Increment.find(increment)._native, options)
    named = [text_of(name) for name in several("increment", increment)]
    names = "all" if increment == "all" else named
    start = start_of_search()
    start_pointer = None if start is None else start._native
    return Listing.open(start_pointer, {**options, "increments": names})


class ExperimentList(Sequence[Experiment]):
    """Experiments in order."""

    _ordered = False
    """Whether the caller chose the order, so that the table keeps it."""

    def __init__(self, experiments: Iterable[Experiment]) -> None:
        self._experiments = list(experiments)
        self._entries: list[ListingEntry | None] = [
            experiment._listed for experiment in self._experiments
        ]

    @overload
    def __getitem__(self, index: int) -> Experiment: ...
    @overload
    def __getitem__(self, index: slice) -> ExperimentList: ...
    def __getitem__(self, index: int | slice) -> Experiment | ExperimentList:
        if isinstance(index, slice):
            return self._chosen(range(len(self))[index], self._ordered)
        return self._experiments[index]

    def _chosen(self, places: Iterable[int], ordered: bool) -> ExperimentList:
        """Return some of them in this order, each with its entry in the listing."""
        indices = list(places)
        chosen = ExperimentList(self._experiments[index] for index in indices)
        chosen._entries = [self._entries[index] for index in indices]
        chosen._ordered = ordered
        return chosen

    def __len__(self) -> int:
        return len(self._experiments)

    def sorted(
        self, by: str | Callable[[Experiment], Any], *, reverse: bool = False
    ) -> ExperimentList:
        """Return the same, sorted; those without a value come last, and equals keep their order.

        Args:
            by: A metric's name, a column of `to_dataframe` such as ``"params.lr"`` or
                ``"created"``, or a function.
            reverse: The largest first.

        Raises:
            InvalidArgumentError: The values cannot be put into an order.
        """
        if callable(by):
            rated = [(by(experiment), index) for index, experiment in enumerate(self)]
        else:
            rated = [(value_of(facts, by), index) for index, facts in enumerate(self._rows())]
            if rated and all(value is None for value, _ in rated):
                self._say_unknown(by)
        with_value = [pair for pair in rated if pair[0] is not None and pair[0] == pair[0]]
        unknown = [pair for pair in rated if pair[0] is None or pair[0] != pair[0]]
        try:
            with_value.sort(key=lambda pair: pair[0], reverse=reverse)
        except TypeError as error:
            raise InvalidArgumentError(
                f"the values of {by!r} have no order ({error}); sort by a function, as "
                f"lambda exp: str(exp.params.get('kernel'))"
            ) from error
        return self._chosen([index for _, index in with_value + unknown], True)

    def _say_unknown(self, by: str) -> None:
        """Warn as `list_experiments` does of a name that no experiment has."""
        increment = Increment.find(self[0]._increment_path)
        options = {"sort_by": by, "children": True, "archived": True}
        for note in Listing.open(increment._native, options).notes:
            warn(note)

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame: name, number, status, UTC times, ``params.x``, ``metrics.y``.

        Parameters within others stand under their path, as in conditions: ``params.model.depth``.
        """
        frames = pandas("ExperimentList.to_dataframe()")
        frame = frames.DataFrame([row(facts) for facts in self._rows()])
        for column in ("created", "ended"):
            if column in frame:
                frame[column] = moments(frames, frame[column])
        return frame

    def save_html(self, path: str | os.PathLike[str]) -> Path:
        """Write the list as a page to look at: one file, which needs no server.

        It holds the experiments and their curves. What is archived is left out.

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

        return show(self._page(), "experiments")

    def _page(self) -> bytes:
        from .._native.dashboard import Dashboard

        directory = self[0].path if self else None
        identifiers = [experiment._facts()["id"] for experiment in self]
        return Dashboard.open(directory=directory).file(identifiers)

    def _rows(self) -> list[dict[str, Any]]:
        """Return each as a table row: its state now if it was opened, else as listed."""
        opened, listed = [], []
        for index, (experiment, entry) in enumerate(
            zip(self._experiments, self._entries, strict=True)
        ):
            if entry is None or (experiment._listed is None and not experiment.closed):
                opened.append(index)
            else:
                listed.append((index, entry))
        rows = dict(zip((p for p, _ in listed), rows_of([e for _, e in listed]), strict=True))
        if opened:
            now = Listing.of([self._experiments[index]._native for index in opened])
            rows.update(zip(opened, now.table(), strict=True))
        return [rows[index] for index in range(len(self))]

    def _table(self) -> tuple[Listing, dict[str, Any]]:
        """Return the listing that draws the table, and which of its experiments it draws."""
        entries = [entry for entry in self._entries if entry is not None]
        listing = common_listing(self._entries)
        if listing is None:
            return Listing.of([experiment._native for experiment in self]), {"ordered": True}
        changed = [
            entry.place
            for entry, experiment in zip(entries, self._experiments, strict=True)
            if experiment._listed is None
        ]
        places = [entry.place for entry in entries]
        return listing, {"places": places, "renew": changed, "ordered": self._ordered}

    def __repr__(self) -> str:
        if not self._experiments:
            return "0 experiments"
        listing, options = self._table()
        return listing.text(options, shutil.get_terminal_size((100, 24)).columns)

    def _repr_html_(self) -> str:
        """Return the list in a notebook; everything in it is escaped."""
        listing, options = self._table()
        return listing.html(options)


def value_of(facts: dict[str, Any], name: str) -> Any:
    """Return the value of a metric, or else of a column of the table."""
    columns = row(facts)
    found = columns.get("metrics." + name)
    return columns.get(name) if found is None else found


def row(facts: dict[str, Any]) -> dict[str, Any]:
    """Return one experiment as a row of a table."""
    cells = {name: facts.get(name) for name in IDENTITY}
    cells["tags"] = list(facts["tags"])
    for key, value in params_of(facts).items():
        cells["params." + key] = value
    for key, value in facts["metrics"].items():
        cells["metrics." + key] = number(value)
    return cells
