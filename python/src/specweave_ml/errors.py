"""Everything that this package raises or warns about.

Each status code of the C library has one class, which also derives from the built-in exception that
a Python programmer would expect.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar


class TrackingError(Exception):
    """The base of all errors of this package."""

    default_code: ClassVar[int] = -99

    def __init__(
        self,
        message: str = "",
        *,
        code: int | None = None,
        candidates: Iterable[str] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = self.default_code if code is None else code
        """The status code of the C library; stable for ever."""
        self.candidates = tuple(candidates)
        """What may have been meant, where there is a choice."""

    def __str__(self) -> str:
        from ._native.text import shown

        return shown("\n  ".join((self.message, *self.candidates)))


class InvalidArgumentError(TrackingError, ValueError):
    """An argument is missing, of the wrong kind or out of range."""

    default_code = -1


class InvalidNameError(TrackingError, ValueError):
    """A name that cannot or must not be stored."""

    default_code = -2


class IncrementNotFoundError(TrackingError, LookupError):
    """No increment fits what was asked for."""

    default_code = -3


class AmbiguousIncrementError(TrackingError, LookupError):
    """Several increments fit; ``candidates`` lists them."""

    default_code = -4


class ExperimentNotFoundError(TrackingError, LookupError):
    """No experiment, or several, fit; ``candidates`` lists the closest."""

    default_code = -5


class ExperimentBusyError(TrackingError):
    """Another process is writing this experiment."""

    default_code = -6


class StorageError(TrackingError, OSError):
    """The file system refused: full, read-only, not permitted, gone."""

    default_code = -7


class FormatError(TrackingError, ValueError):
    """A file of the store is damaged, foreign or newer than this library."""

    default_code = -8


class ClosedError(TrackingError, ValueError):
    """The handle was closed before."""

    default_code = -9


class SerialisationError(TrackingError, TypeError):
    """A value or an object that cannot be stored in this form."""

    default_code = -10


class NotFoundError(TrackingError, KeyError):
    """A metric, a parameter or an artifact of that name is not there."""

    default_code = -11


class ReenteredError(TrackingError, RuntimeError):
    """The call came from within another call of the same thread, as from a signal handler of C."""

    default_code = -12


class InternalError(TrackingError):
    """A mistake of this library; please report it."""


class MissingExtraError(TrackingError, ImportError):
    """A package that this needs is not installed; the message has the ``pip`` line."""

    default_code = -1


class LibraryError(TrackingError, ImportError):
    """The C library is missing, damaged or of another version."""

    default_code = -99

    def __str__(self) -> str:
        # Without the library there is nothing that knows how a text is shown.
        return "\n  ".join((self.message, *self.candidates))


class TrackingWarning(UserWarning):
    """Something could not be recorded; the program continues."""


CLASSES: Mapping[int, type[TrackingError]] = {
    kind.default_code: kind
    for kind in (
        InvalidArgumentError,
        InvalidNameError,
        IncrementNotFoundError,
        AmbiguousIncrementError,
        ExperimentNotFoundError,
        ExperimentBusyError,
        StorageError,
        FormatError,
        ClosedError,
        SerialisationError,
        NotFoundError,
        ReenteredError,
        InternalError,
    )
}
"""The class of each status code."""
