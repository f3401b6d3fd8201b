"""Many experiments as they were listed, each read only when somebody looks at it."""

from __future__ import annotations

from ctypes import byref
from typing import Any

from ._handle import Handle
from ._library import library
from ._pointers import IncrementPointer, ListingPointer
from ._status import check
from ._text import encoded_json, owned_json


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
