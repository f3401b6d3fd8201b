"""Recording that must not harm what it records."""

from __future__ import annotations

from types import TracebackType

from ._native.warn import warn
from .errors import TrackingError


class Harmless:
    """Turns what goes wrong in its block into a warning, unless ``strict`` was asked for.

    ``subject`` is what is then said not to be recorded completely.
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
        """Warn; raises where the user turns warnings into errors."""
        warn(message)
