"""What was done to many experiments, or found in them, as the library tells it."""

from __future__ import annotations

import shutil
from functools import cached_property
from typing import Any

from .handle import Handle
from .library import library
from .pointers import ReportPointer
from .text import owned, owned_json


class Report(Handle[ReportPointer]):
    """A table with sentences below it."""

    _free_name = "et_report_free"

    @cached_property
    def _facts(self) -> dict[str, Any]:
        return dict(owned_json(library().et_report_json, self._native))

    def close(self) -> None:
        """Release the library's part; what was read stays."""
        if not self.closed:
            _ = self._facts
        super().close()

    def __repr__(self) -> str:
        width = shutil.get_terminal_size((100, 24)).columns
        return owned(library().et_report_text, self._native, width).rstrip("\n")

    def _repr_html_(self) -> str:
        """Return the table in a notebook; everything in it is escaped."""
        return owned(library().et_report_html, self._native)
