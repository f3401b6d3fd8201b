"""Where the experiment of a helper belongs: inside the open one, or beside all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._native.increments import Increment, IncrementName
from .current import current_experiment, open_elsewhere

if TYPE_CHECKING:
    from .experiment import Experiment


def enclosing(increment: IncrementName | None, *, other_threads: bool = True) -> Experiment | None:
    """The experiment whose ``with`` block is open, if it is in the increment asked for.

    Code of a thread without a block of its own is inside the one that other threads have open.
    """
    around = current_experiment() or (open_elsewhere() if other_threads else None)
    if around is None or increment is None:
        return around
    return around if Increment.find(increment).name == around.increment else None
