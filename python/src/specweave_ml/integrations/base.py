"""The base of the callbacks: their experiment, and the other package's class that they become."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from .._native.increments import IncrementName
from .._native.optional_packages import need
from .._native.warn import warn
from ..errors import TrackingError
from ..tracking.current import enclosing
from ..tracking.experiment import Experiment
from ..tracking.start import track_experiment


class Recording:
    """One that was given, which is left open; else one of its own for each training.

    Its own is a child of the experiment that is open around it, if there is one.
    """

    def __init__(
        self,
        name: str | None = None,
        increment: IncrementName | None = None,
        experiment: Experiment | None = None,
        tags: Iterable[str] | str = (),
    ) -> None:
        self.name = name
        self.increment = increment
        self.given = experiment
        self.tags = tags
        self.own: Experiment | None = None

    def begin(self, title: str | None) -> Experiment:
        """Start it; an earlier training that never ended is recorded as interrupted."""
        if self.given is not None:
            return self.given
        self.end("interrupted")
        parent = enclosing(self.increment)
        self.own = track_experiment(
            self.name or title,
            self.increment if parent is None else None,
            parent=parent,
            tags=self.tags,
        )
        return self.own

    def end(self, status: str | None = None, *, error: BaseException | None = None) -> None:
        """End it, if it is its own and open."""
        own, self.own = self.own, None
        if own is not None and not own.closed:
            own.finish(status, error=error)


class TrainingCallback:
    """What the callbacks of all packages have: the experiment, and whether the model is saved.

    Each training is an experiment of its own, unless one is given.
    """

    def __init__(
        self,
        increment: IncrementName | None = None,
        *,
        name: str | None = None,
        experiment: Experiment | None = None,
        save_model: bool = True,
    ) -> None:
        super().__init__()
        self.recording = Recording(name, increment, experiment)
        self.experiment: Experiment | None = experiment
        """The experiment of the current or last training."""
        self.saves = save_model


def save_model(experiment: Experiment, model: object, name: str | None = None) -> None:
    """Save a trained model; a failure to save it must not end the training."""
    try:
        experiment.save_model(model, name)
    except TrackingError as error:
        if experiment._strict:
            raise
        warn(f"the model of {experiment.name} was not saved: {error}")


class Foreign:
    """A class that becomes one of another package's kind when an object of it is made."""

    base: ClassVar[tuple[str, str, str | None]]
    """Module and name of the other package's class, and our extra that installs it."""

    def __new__(cls, *arguments: Any, **options: Any) -> Any:
        """Make the object; raise `MissingExtraError` if the package is not installed."""
        module, name, extra = cls.base
        base = getattr(need(module, cls.__name__, extra=extra), name)
        if issubclass(cls, base):
            return object.__new__(cls)
        kind = type(cls.__name__, (cls, base), {"_plain": cls, "__module__": cls.__module__})
        return object.__new__(kind)

    def __reduce__(self) -> tuple[Any, ...]:
        # Estimators are copied and pickled with their callbacks; the class made here has no name.
        return again, (getattr(self, "_plain", type(self)),), self.__dict__


def again(kind: type[Foreign]) -> Foreign:
    """Return an object of the class, to be given its state."""
    made: Foreign = kind.__new__(kind)
    return made
