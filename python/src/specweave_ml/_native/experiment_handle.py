"""An experiment as the library knows it: where it is, and what becomes of a failed call.

What lies below the class `Experiment` (capture, artifacts, output, the end of the program) gets
this. When something cannot be recorded, training continues.

A logging call never raises because of the disk or because of a value. What is lost is counted and
warned about once for each key and reason, at the user's line. ``strict=True`` raises instead.
"""

from __future__ import annotations

import json
import os
from ctypes import byref, c_uint64, c_void_p, string_at
from pathlib import Path

from ..errors import ClosedError, SerialisationError
from .handle import Handle
from .library import library
from .pointers import ExperimentPointer
from .status import check, failure, last_message
from .text import decoded
from .warn import warn

MAXIMUM_WARNINGS = 1000


class ExperimentHandle(Handle[ExperimentPointer]):
    """The experiment's handle, and how it treats failures."""

    _free_name = "et_experiment_free"

    def __init__(self, pointer: ExperimentPointer, *, strict: bool = False) -> None:
        super().__init__(pointer)
        self._strict = strict
        self._unusable = 0
        self._warned: set[tuple[str, str]] = set()

    @property
    def name(self) -> str:
        """The name as it was given."""
        return decoded(library().et_experiment_name(self._native))

    @property
    def path(self) -> Path:
        """The folder."""
        return Path(os.fsdecode(library().et_experiment_path(self._native) or b""))

    @property
    def dropped(self) -> int:
        """How many records were lost because they could not be stored, points among them.

        After the end also those that wait in memory, as on a full disk, and those that a disk which
        was shut down or unmounted may have taken along. What the disk takes after all counts no
        longer.
        """
        count = c_uint64()
        check(library().et_experiment_dropped(self._native, byref(count)))
        return count.value + self._unusable

    def _judge(self, code: int, what: str) -> None:
        """Raise the error of a status code, or warn of it and count it."""
        if code == 0:
            return
        if self._pointer is None:
            raise ClosedError(f"{what} was not recorded: this experiment is already closed")
        if code > 0:
            self._warn_once("deferred", "", f"records cannot be written: {last_message()}. ")
            return
        error = failure(code)
        if self._strict:
            raise error
        self._unusable += 1
        self._warn_once(what, type(error).__name__, f"{what} was not recorded: {error}")

    def _warn_of_notices(self) -> None:
        """Warn with the messages that the library has for the user."""
        out = c_void_p()
        check(library().et_experiment_take_notices(self._native, byref(out)))
        if out.value is None:
            return
        notices = json.loads(string_at(out.value).decode("utf-8", "replace"))
        library().et_string_free(out)
        for notice in notices:
            warn(notice)

    def _recorded(self, code: int, what: str) -> None:
        """Do what `_judge` does, then show the messages that the library has for the user."""
        self._judge(code, what)
        self._warn_of_notices()

    def _refuse(self, what: str, reason: object) -> None:
        """Refuse a value that cannot be stored: raise, or warn and count it."""
        if self._strict:
            raise SerialisationError(f"{what} cannot be recorded: {reason}")
        self._unusable += 1
        self._warn_once(what, str(reason), f"{what} was not recorded: {reason}")

    def _warn_once(self, what: str, reason: str, message: str) -> None:
        """Warn, unless this was warned of before."""
        if (what, reason) in self._warned or len(self._warned) >= MAXIMUM_WARNINGS:
            return
        self._warned.add((what, reason))
        warn(message)
