"""Where the experiment of a helper belongs: inside the open one, or beside all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .current import current_experiment
from .increments import Increment, IncrementName

if TYPE_CHECKING:
    from .experiment import Experiment


def enclosing(increment: IncrementName | None) -> Experiment | None:
    """The experiment whose ``with`` block is open, if it is in the increment asked for."""
    around = current_experiment()
    if around is None or increment is None:
        return around
    return around if Increment.find(increment).name == around.increment else None
