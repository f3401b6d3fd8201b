"""The base of `track_model` and its kind: an experiment with something of its own on top."""

from __future__ import annotations

from types import TracebackType
from typing import Any, TypeVar

from .._native.increments import IncrementName
from ..tracking.current import enclosing
from ..tracking.experiment import Experiment
from ..tracking.start import track_experiment

Self = TypeVar("Self", bound="Tracked")


class Tracked:
    """Everything of an `Experiment`, for a ``with`` block or to be ended by ``finish()``."""

    def __init__(self, name: str | None, increment: IncrementName | None) -> None:
        parent = enclosing(increment)
        self.experiment: Experiment = track_experiment(
            name, increment if parent is None else None, parent=parent
        )
        """The experiment itself."""

    def __getattr__(self, name: str) -> Any:
        if name == "experiment" or name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.experiment, name)

    def __enter__(self: Self) -> Self:
        self.experiment.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.experiment.__exit__(kind, error, trace)

    def __repr__(self) -> str:
        return repr(self.experiment)
