"""Many experiments as they were listed, each read only when it is accessed."""

from __future__ import annotations

from collections.abc import Sequence
from ctypes import byref
from typing import Any

from .._native.handle import Handle
from .._native.increments import Increment
from .._native.library import library
from .._native.pointers import ExperimentPointer, IncrementPointer, ListingPointer
from .._native.status import check
from .._native.text import encoded_json, owned, owned_json

BLOCK = 1000
"""So many rows are asked for at once: their text is not kept."""


class Listing(Handle[ListingPointer]):
    """What was known of each experiment when the library listed them."""

    _free_name = "et_listing_free"

    @classmethod
    def open(cls, increment: IncrementPointer | None, options: dict[str, Any]) -> Listing:
        """List the experiments of an increment; an option that is None is left out."""
        chosen = {key: value for key, value in options.items() if value is not None}
        pointer = ListingPointer()
        check(library().et_listing_open(increment, encoded_json(chosen), byref(pointer)))
        return cls(pointer)

    @classmethod
    def of(cls, experiments: Sequence[ExperimentPointer]) -> Listing:
        """Return a listing of open experiments in their current state."""
        array = (ExperimentPointer * len(experiments))(*experiments)
        pointer = ListingPointer()
        check(library().et_listing_of(array, len(experiments), byref(pointer)))
        return cls(pointer)

    def __len__(self) -> int:
        return int(library().et_listing_count(self._native))

    @property
    def notes(self) -> list[str]:
        """What the reader should know about the choice."""
        return list(owned_json(library().et_listing_notes, self._native))

    def table(self) -> list[dict[str, Any]]:
        """Return all experiments as rows: the last values of metrics, parameters by path."""
        parts = range(0, len(self), BLOCK)
        return [row for first in parts for row in self.rows(first, BLOCK)]

    def rows(self, first: int, count: int) -> list[dict[str, Any]]:
        """Return some of the rows of `table`."""
        return list(owned_json(library().et_listing_table, self._native, first, count))

    def entries(self) -> list[ListingEntry]:
        """Return the experiments in order."""
        return [ListingEntry(self, index) for index in range(len(self))]

    def text(self, options: dict[str, Any], width: int) -> str:
        """Return the table for a terminal of this width."""
        return owned(library().et_listing_text, self._native, encoded_json(options), width)

    def html(self, options: dict[str, Any]) -> str:
        """Return the table as HTML for a notebook."""
        return owned(library().et_listing_html, self._native, encoded_json(options))


class ListingEntry:
    """One experiment of a listing."""

    __slots__ = ("_facts", "_listing", "_place")

    def __init__(self, listing: Listing, place: int) -> None:
        self._listing = listing
        self._place = place
        self._facts: dict[str, Any] | None = None

    @property
    def listing(self) -> Listing:
        """The listing it is in."""
        return self._listing

    @property
    def place(self) -> int:
        """Where it stands in the listing."""
        return self._place

    @property
    def facts(self) -> dict[str, Any]:
        """What the listing says of it."""
        if self._facts is None:
            self._facts = owned_json(library().et_listing_read, self._listing._native, self._place)
        return self._facts


def common_listing(entries: Sequence[ListingEntry | None]) -> Listing | None:
    """Return the listing that all entries belong to; None if there is none."""
    first = entries[0] if entries else None
    if first is None or any(
        entry is None or entry.listing is not first.listing for entry in entries
    ):
        return None
    return first.listing


def rows_of(entries: Sequence[ListingEntry]) -> list[dict[str, Any]]:
    """Return the rows of entries, read at once where they are most of a listing."""
    listing = common_listing(entries)
    if listing is not None and 2 * len(entries) >= len(listing):
        rows = listing.table()
        return [rows[entry.place] for entry in entries]
    return [entry.listing.rows(entry.place, 1)[0] for entry in entries]


def paths_in(increment: Increment) -> dict[str, str]:
    """Return the path of each experiment of an increment by its id, also of archived ones."""
    listing = Listing.open(increment._native, {"children": True, "archived": True})
    return {str(row["id"]): str(row["path"]) for row in listing.table() if row["id"]}
