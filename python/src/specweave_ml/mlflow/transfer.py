"""`push_to_mlflow` and `pull_from_mlflow`: experiments go to another MLflow and come back."""

from __future__ import annotations

from typing import NamedTuple

from .._native.increments import Increment, IncrementName, start_of_search
from .._native.optional_packages import need
from ..display.progress import Bar
from ..display.text import count
from ..errors import InvalidArgumentError, NotFoundError
from ..reading.listing import Listing


class PushReport(NamedTuple):
    """What was sent."""

    increment: str
    to: str
    experiments: int
    """How many experiments there are."""
    sent: int
    """How many of them had something new."""
    points: int
    """How many points were sent."""
    artifacts: int
    """How many artifacts were sent."""
    left_out: list[str]
    """What the other MLflow refused, a sentence each."""

    def __repr__(self) -> str:
        lines = [
            f"{count(self.sent, 'experiment')} of {self.experiments} of {self.increment} had "
            f"something new: {count(self.points, 'point')}, {count(self.artifacts, 'artifact')} "
            f"sent to {self.to}"
        ]
        return "\n".join([*lines, *self.left_out])


class PullReport(NamedTuple):
    """What was brought."""

    increment: str
    source: str
    runs: int
    """How many runs there are."""
    brought: int
    """How many of them had something new."""
    points: int
    """How many points were new."""
    artifacts: int
    """How many artifacts were new."""
    left_out: list[str]
    """What could not be brought, a sentence each."""

    def __repr__(self) -> str:
        lines = [
            f"{count(self.brought, 'run')} of {self.runs} of {self.source} had something new for "
            f"{self.increment}: {count(self.points, 'point')}, "
            f"{count(self.artifacts, 'artifact')}"
        ]
        return "\n".join([*lines, *self.left_out])


def push_to_mlflow(
    increment: IncrementName | None = None, *, to: str, progress: bool = True
) -> PushReport:
    """Copy an increment's experiments to an MLflow server, or any other MLflow.

    Each experiment becomes a run of the experiment that is called as the increment's folder, with
    parameters, every point, tags, description, artifacts and, below ``specweave/`` among these, the
    files that are its record. Pushed again, only what is new is sent; what was interrupted is
    continued. `pull_from_mlflow` brings it back as it was.

    Args:
        increment: The increment; None is the active one.
        to: MLflow's tracking URI, such as ``"https://mlflow.example.com"`` or
            ``"postgresql://…"``.
        progress: Show a progress bar where somebody watches.

    Returns:
        How much was sent, and what was refused.

    Raises:
        InvalidArgumentError: The URI is empty, or leads to this increment itself.
        MissingExtraError: MLflow is not installed.
        MlflowException: The other MLflow does not answer, or the URI is none that MLflow knows.
    """
    need("mlflow", "push_to_mlflow()", extra="mlflow")
    require_uri(to, "to")
    from .._native.folder_lock import locked
    from .push import Push
    from .remote import Remote

    found = start_of_search() if increment is None else None
    source = found or Increment.find(increment)
    remote = Remote(to)
    # Two pushes of one increment take turns: the second finds what the first has sent.
    with locked(source.path), Bar(f"push {source.name}", progress) as bar:
        listing = Listing.open(source._native, {"children": True})
        push = Push(remote, source.name, [entry.facts for entry in listing.entries()])
        return push.run(bar)


def pull_from_mlflow(
    increment: IncrementName | None = None,
    *,
    source: str,
    experiment: str | None = None,
    progress: bool = True,
) -> PullReport:
    """Bring the runs of an experiment of MLflow into an increment.

    A run that `push_to_mlflow` has sent comes back as the experiment it was, with types, exact
    times, notes and artifacts; tags that somebody changed there come along. Any other run becomes
    an experiment with its parameters, points, tags, times, identifier and artifacts. Brought again,
    only what is new is added.

    Args:
        increment: The increment; None is the active one. A full ``NNNN-name`` that does not exist
            is created.
        source: MLflow's tracking URI, such as ``"https://mlflow.example.com"``.
        experiment: The name of MLflow's experiment; None is the increment's folder name.
        progress: Show a progress bar where somebody watches.

    Returns:
        How much was brought, and what could not be.

    Raises:
        InvalidArgumentError: The URI is empty.
        NotFoundError: There is no such experiment.
        MissingExtraError: MLflow is not installed.
        MlflowException: The other MLflow does not answer, or the URI is none that MLflow knows.
    """
    need("mlflow", "pull_from_mlflow()", extra="mlflow")
    require_uri(source, "source")
    from .pull import Pull
    from .remote import Remote

    found = start_of_search() if increment is None else None
    target = found or Increment.find(increment, create=True)
    remote = Remote(source)
    name = experiment or target.name
    origin = remote.experiment(name, create=False)
    if origin is None:
        raise NotFoundError(
            f"{source} has no experiment {name!r}; it has:",
            candidates=[one.name for one in remote.client.search_experiments()],
        )
    with Bar(f"pull {name}", progress) as bar:
        return Pull(remote, target).run(origin, bar)


def require_uri(uri: str, argument: str) -> None:
    """Refuse an empty URI, for which MLflow would take the working directory.

    Raises:
        InvalidArgumentError: It is empty.
    """
    if not uri.strip():
        raise InvalidArgumentError(
            f"{argument} is empty; give MLflow's tracking URI, such as https://mlflow.example.com"
        )
