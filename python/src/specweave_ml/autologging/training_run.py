"""One training and its experiment; nothing that goes wrong in recording may harm the training."""

from __future__ import annotations

import contextlib
import functools
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from .._native.increments import IncrementName
from .._native.warn import warn_on_error
from ..autotracker.arguments import is_data
from ..errors import TrackingWarning
from ..tracking.current import current_experiment, open_elsewhere
from ..tracking.experiment import Experiment
from ..tracking.start import track_experiment
from .places import keep, place_of


@dataclass
class Options:
    """What the user asked `autolog` for."""

    increment: IncrementName | None = None
    models: bool = True
    data: bool = True
    on: bool = True
    """False as soon as it is ended: other code may still hold the replacement of a function."""

    def idle(self) -> bool:
        """Return whether there is nothing to record: it was ended, or a training runs already."""
        return not self.on or _running.training is not None or _running.elsewhere


class Running(threading.local):
    """The training that runs in this thread, or that there is one that runs in another."""

    training: Training | None = None
    elsewhere: bool = False


_running = Running()


def running() -> Training | None:
    """Return the training around the code that runs."""
    return _running.training


@contextlib.contextmanager
def within_another() -> Iterator[None]:
    """Record nothing in a block, which is part of a training that is recorded already."""
    before, _running.elsewhere = _running.elsewhere, True
    try:
        yield
    finally:
        _running.elsewhere = before


class Training:
    """Records into the open experiment or one inside it, else into one of its own.

    ``record`` runs what writes into the experiment: its exceptions become one warning.
    """

    def __init__(self, title: str, options: Options, model: object = None) -> None:
        self.title = title
        self.options = options
        self.model = model
        self.experiment: Experiment | None = None
        self.own: Experiment | None = None
        self.started = 0.0

    def __enter__(self) -> Training:
        _running.training = self
        with self.harmless():
            around = current_experiment() or open_elsewhere()
            self.experiment = None if around is None else place_of(around, self.model)
            if self.experiment is None:
                # What a child is inside has been captured with the experiment around it.
                self.own = track_experiment(
                    self.title,
                    self.options.increment if around is None else None,
                    parent=around,
                    capture=around is None,
                )
                self.own._shared = False
                self.experiment = self.own.__enter__()
            if around is not None:
                keep(around, self.model, self.experiment)
        self.started = time.perf_counter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _running.training = None
        if self.own is not None:
            with self.harmless():
                self.own.__exit__(kind, error, trace)

    def harmless(self) -> warn_on_error:
        """Return a block whose exceptions become a warning."""
        return Unobtrusive(self.title)

    def record(self, work: Callable[..., Any], *arguments: Any) -> None:
        """Call a function with the experiment, if there is one."""
        if self.experiment is not None:
            with self.harmless():
                work(self.experiment, *arguments)

    def record_data(self, name: str, value: Any) -> None:
        """Describe data, if it is data and was asked for."""
        if self.options.data and value is not None and is_data(value):
            self.record(Experiment.log_data, name, value)

    def record_time(self) -> None:
        """Record the seconds since it began."""
        self.record(Experiment.log_metric, "training_time", time.perf_counter() - self.started)

    def guard(self, callback: Any, *methods: str) -> Any:
        """Make the methods of a callback harmless: they warn instead of raising."""
        for name in methods:
            setattr(callback, name, self.guarded(getattr(callback, name)))
        return callback

    def guarded(self, method: Callable[..., Any]) -> Callable[..., Any]:
        """Return a method that never raises."""

        @functools.wraps(method)
        def harmless(*arguments: Any, **named: Any) -> Any:
            with self.harmless():
                return method(*arguments, **named)
            return arguments[0] if method.__name__.endswith("_training") else None

        return harmless


class Unobtrusive(warn_on_error):
    """The warning is not raised even if all warnings are: the user's training asked for nothing."""

    def tell(self, message: str) -> None:
        """Warn, and never raise."""
        with contextlib.suppress(TrackingWarning):
            super().tell(message)


def among(callbacks: Any) -> bool:
    """Return whether one of our own callbacks is there, which then records by itself."""
    listed = callbacks if isinstance(callbacks, (list, tuple)) else [callbacks]
    return any(type(callback).__module__.partition(".")[0] == "specweave_ml" for callback in listed)
