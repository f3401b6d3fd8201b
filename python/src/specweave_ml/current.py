"""The experiment that is open around the running code."""

from __future__ import annotations

from contextvars import ContextVar, Token
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .experiment import Experiment

_open: ContextVar[Experiment | None] = ContextVar("specweave_experiment", default=None)


def current_experiment() -> Experiment | None:
    """The experiment whose ``with`` block is the innermost around this code, if there is one."""
    return _open.get()


def enter(experiment: Experiment) -> Token[Experiment | None]:
    """Make it the current one."""
    return _open.set(experiment)


def leave(token: Token[Experiment | None]) -> None:
    """Make the one before it the current one again."""
    try:
        _open.reset(token)
    except ValueError:
        # A generator was closed from another context; there it never was the current one.
        return
