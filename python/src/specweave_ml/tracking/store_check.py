"""Looking through the store for what is not as it should be, and repairing it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from ctypes import byref, c_uint64
from typing import NamedTuple

from .._native.increments import Increment, IncrementName, start_of_search, text_of
from .._native.library import library
from .._native.pointers import CheckPointer, ReportPointer
from .._native.report import Report
from .._native.status import check
from .._native.text import encoded_json
from ..values.several import several


class StoreFinding(NamedTuple):
    """Something that is not as it should be."""

    severity: str
    """``"error"`` (something stored is lost or cannot be read), ``"warning"`` or ``"info"``."""
    kind: str
    """What it is, as ``"damaged-record"``; docs/maintenance.md lists the kinds."""
    increment: str
    path: str
    """The file or folder, relative to the increment's ``experiments/``."""
    what: str
    """What was found."""
    remedy: str
    """What to do."""
    repairable: bool
    """Whether a repair can set it right."""
    repaired: bool
    """Whether it did."""


class StoreReport(Report):
    """What a check of the store has found; a table when shown."""

    @property
    def findings(self) -> list[StoreFinding]:
        """The findings, the worst first."""
        return [StoreFinding(**facts) for facts in self._facts["findings"]]

    @property
    def experiments(self) -> int:
        """How many experiments were looked at."""
        return int(self._facts["experiments"])

    @property
    def healthy(self) -> bool:
        """Whether nothing is wrong that is more than good to know, or all of it was repaired."""
        return bool(self._facts["healthy"])


def check_store(
    increment: IncrementName | Iterable[IncrementName] | None = None,
    *,
    artifacts: bool = False,
    repair: bool = False,
    progress: Callable[[int, int], object] | None = None,
) -> StoreReport:
    """Look for what is damaged, missing, left behind or not ours; changes nothing without `repair`.

        report = check_store("all", artifacts=True)
        report.healthy, report.findings

    Args:
        increment: The increment; None finds it. ``"all"`` is every increment of the project, a list
            some of them.
        artifacts: Read all artifacts, to compare their hashes with those that were recorded.
        repair: Record the crash of experiments whose process is gone, write views again, finish or
            undo what was cut short. What is replaced is kept; no data is deleted.
        progress: Called with how much was looked at and how much there is.
    """
    options: dict[str, object] = {"artifacts": artifacts, "repair": repair}
    if increment is None or (isinstance(increment, (str, int, os.PathLike)) and increment != "all"):
        target: Increment | None = Increment.find(increment)
    else:
        named = [text_of(name) for name in several("increment", increment)]
        options["increments"] = "all" if increment == "all" else named
        target = start_of_search()
    native = None if target is None else target._native
    core, pointer = library(), CheckPointer()
    check(core.et_check_open(native, encoded_json(options), byref(pointer)))
    pointer.own(core.et_check_free)
    done, total = c_uint64(), c_uint64()
    while True:
        check(core.et_check_step(pointer, byref(done), byref(total)))
        if progress is not None:
            progress(done.value, total.value)
        if done.value >= total.value:
            break
    report = ReportPointer()
    check(core.et_check_report(pointer, byref(report)))
    return StoreReport(report)
