"""Many experiments as they were listed, each read only when somebody looks at it."""

from __future__ import annotations

from collections.abc import Sequence
from ctypes import byref
from typing import Any

from ._handle import Handle
from ._library import library
from ._pointers import IncrementPointer, ListingPointer
from ._status import check
from ._text import encoded_json, owned_json

BLOCK = 1000
"""So many rows are asked for at once: the text that tells of them is not kept."""


class Listing(Handle[ListingPointer]):
    """What was known of each experiment when the library listed them."""

    _free_name = "et_listing_free"

    @classmethod
    def open(cls, increment: IncrementPointer, options: dict[str, Any]) -> Listing:
        """List the experiments of an increment; an option that is None is left out."""
        told = {key: value for key, value in options.items() if value is not None}
        pointer = ListingPointer()
        check(library().et_listing_open(increment, encoded_json(told), byref(pointer)))
        return cls(pointer)

    def __len__(self) -> int:
        return int(library().et_listing_count(self._native))

    @property
    def notes(self) -> list[str]:
        """What the reader should know about the choice."""
        return list(owned_json(library().et_listing_notes, self._native))

    def table(self) -> list[dict[str, Any]]:
        """All experiments as rows: of the metrics only the last values."""
        read = library().et_listing_table
        parts = range(0, len(self), BLOCK)
        return [row for first in parts for row in owned_json(read, self._native, first, BLOCK)]

    def entries(self) -> list[ListingEntry]:
        """The experiments in order."""
        return [ListingEntry(self, place) for place in range(len(self))]


class ListingEntry:
    """One experiment of a listing."""

    __slots__ = ("_facts", "_listing", "_place")

    def __init__(self, listing: Listing, place: int) -> None:
        self._listing = listing
        self._place = place
        self._facts: dict[str, Any] | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """What the listing says of it."""
        if self._facts is None:
            self._facts = owned_json(library().et_listing_read, self._listing._native, self._place)
        return self._facts


def table(entries: Sequence[ListingEntry | None]) -> list[dict[str, Any]] | None:
    """The rows of experiments that are most of one listing; None where they are not."""
    first = entries[0] if entries else None
    if first is None or 2 * len(entries) < len(first._listing):
        return None
    places = [one._place for one in entries if one is not None and one._listing is first._listing]
    if len(places) < len(entries):
        return None
    rows = first._listing.table()
    return [rows[place] for place in places]
