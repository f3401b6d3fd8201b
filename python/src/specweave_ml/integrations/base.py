"""The base of the callbacks, and the experiment that one records into."""

from __future__ import annotations

from collections.abc import Iterable

from .._native.increments import IncrementName
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
        """Start it; a training before it that never ended was interrupted."""
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
    """Save a trained model; that it cannot be saved must not end the training."""
    try:
        experiment.save_model(model, name)
    except TrackingError as error:
        if experiment._strict:
            raise
        warn(f"the model of {experiment.name} was not saved: {error}")
