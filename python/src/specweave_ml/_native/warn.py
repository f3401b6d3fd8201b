"""Warnings that point at the user's line."""

from __future__ import annotations

import sys
import warnings
from types import FrameType, TracebackType

from ..errors import TrackingError, TrackingWarning
from .text import shown

PACKAGES = ("specweave", "specweave_ml")


def warn(message: str) -> None:
    """Warn at the nearest line outside this package."""
    warnings.warn(shown(message), TrackingWarning, stacklevel=levels_to_user())


def levels_to_user() -> int:
    """Return the stack level of the user's code, seen from the caller."""
    frame = sys._getframe(1)
    level = 1
    while frame.f_back is not None and is_ours(frame):
        frame = frame.f_back
        level += 1
    return level


def is_ours(frame: FrameType) -> bool:
    """Return whether it runs code of this package, or code of another one that it exchanged."""
    constants = frame.f_code.co_consts
    return ours(frame.f_globals.get("__name__")) or any(
        ours(type(constant).__module__) for constant in constants
    )


def ours(module: object) -> bool:
    """Return whether a module belongs to this package."""
    return isinstance(module, str) and module.partition(".")[0] in PACKAGES


class warn_on_error:  # noqa: N801 - used as `contextlib.suppress` is
    """Turns an exception in its block into a warning, unless it is ``strict``.

    The warning says that ``subject`` was not recorded completely.
    """

    def __init__(self, subject: str, *, strict: bool = False) -> None:
        self.subject = subject
        self.strict = strict

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception) or self.strict:
            return False
        reason = error if isinstance(error, TrackingError) else f"{type(error).__name__}: {error}"
        self.tell(f"{self.subject} was not recorded completely: {reason}")
        return True

    def tell(self, message: str) -> None:
        """Warn; raise where the user turns warnings into errors."""
        warn(message)
