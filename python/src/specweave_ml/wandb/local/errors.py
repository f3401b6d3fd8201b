"""The errors of Weights & Biases, by its names."""

from __future__ import annotations

from typing import Any


class Error(Exception):
    """The base of them all."""

    def __init__(self, message: str = "", context: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.context = context or {}


class CommError(Error):
    """What was asked for is not there, as a run or an artifact of that name."""

    def __init__(self, msg: str = "", exc: Exception | None = None) -> None:
        super().__init__(msg)
        self.exc = exc


class AuthenticationError(CommError):
    """Never raised: there is no account."""


class UsageError(Error):
    """A call that makes no sense at this moment."""


class UnsupportedError(UsageError):
    """A call that cannot mean anything without a server."""


class WandbCoreNotAvailableError(Error):
    """Never raised: there is no service."""


class ConfigError(Error):
    """A value of the configuration would change."""
