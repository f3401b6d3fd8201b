"""Doing something for the mirror without ever disturbing the program."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ..._native.warn import warn
from ...errors import TrackingError, TrackingWarning

_told: set[tuple[int, str]] = set()


def safely(what: str, action: Callable[..., Any], *arguments: Any) -> Any:
    """Call the action; an exception is told once for each kind of thing, and None returned."""
    try:
        return action(*arguments)
    except Exception as error:
        tell(what, error)
        return None


def tell(what: str, error: Exception) -> None:
    """Say that something of a run was not recorded; not even a strict program fails by it."""
    if isinstance(error, TrackingWarning):
        message = str(error)  # a warning that the program has made an error of
    else:
        reason = error if isinstance(error, TrackingError) else f"{type(error).__name__}: {error}"
        message = f"{what} of a wandb run was not recorded in the increment: {reason}"
    logging.getLogger("specweave").warning(message)
    key = (os.getpid(), what)
    if key in _told:
        return
    _told.add(key)
    with suppress(TrackingWarning):
        warn(message)
