"""Notes of an experiment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any


class Note(str):
    """The text of a note, with the time it was added."""

    __slots__ = ("time",)
    time: datetime

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Note:
        """The note that the library tells."""
        note = cls(facts["text"])
        note.time = datetime.fromtimestamp(float(facts["time"]), timezone.utc)
        return note
