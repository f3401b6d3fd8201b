"""The handles of the C library as ctypes types of their own, so that none is taken for another."""

from __future__ import annotations

import os
from ctypes import c_void_p
from typing import Any


class Owned(c_void_p):
    """A pointer that is released when the last reference to it goes.

    A call in another thread holds a reference through its arguments, so closing a handle never
    invalidates it during a call. A forked child releases nothing: the handle is its parent's.
    """

    release: Any = None
    process = 0

    def own(self, release: Any) -> None:
        """Set how the handle is released; until then it owns nothing."""
        self.release = release
        self.process = os.getpid()

    def __del__(self) -> None:
        # At interpreter shutdown modules may be gone; then the process releases everything anyway.
        try:
            if self.release is not None and self.value and os.getpid() == self.process:
                self.release(self)
        except (AttributeError, TypeError):
            return


class IncrementPointer(Owned):
    """``et_increment *``."""


class ExperimentPointer(Owned):
    """``et_experiment *``."""


class ArtifactPointer(Owned):
    """``et_artifact *``; ended by commit or abort, never by itself."""


class ListingPointer(Owned):
    """``et_listing *``."""


class HistoryPointer(Owned):
    """``et_history *``."""


class HistoryReaderPointer(Owned):
    """``et_history_reader *``."""


class ValuePointer(Owned):
    """``et_value *``."""


class ValueReaderPointer(Owned):
    """``et_value_reader *``."""


class ComparisonPointer(Owned):
    """``et_comparison *``."""


class CheckPointer(Owned):
    """``et_check *``."""


class ReportPointer(Owned):
    """``et_report *``."""


class WatchPointer(Owned):
    """``et_watch *``."""


class DashboardPointer(Owned):
    """``et_dashboard *``."""
