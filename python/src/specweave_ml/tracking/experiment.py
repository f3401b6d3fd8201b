"""An experiment: the object that `track_experiment` and `load_experiment` return."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from ctypes import byref
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakValueDictionary

from .._native.accelerator import FastMetrics
from .._native.library import library
from .._native.optional_packages import need
from .._native.pointers import ExperimentPointer
from .._native.status import check, failure
from .._native.text import encoded, encoded_json, encoded_path, shown
from .._native.warn import warn
from ..capture import worker
from ..errors import ClosedError, TrackingError
from ..reading.listing import ListingEntry
from ..reading.properties import Reading
from ..values.conversion import ConversionError
from . import console, current, exit_hooks, output
from .artifacts import ArtifactCalls
from .exit_hooks import failure_of, status_of
from .metrics import MetricCalls
from .params import ParamCalls

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..reading.difference import ExperimentDifference
    from ..reading.explanation import Explanation

Form = TypeVar("Form", bound="Experiment")

_by_path: WeakValueDictionary[tuple[int, str], Experiment] = WeakValueDictionary()


class Experiment(FastMetrics, MetricCalls, ParamCalls, ArtifactCalls, Reading):
    """An experiment, being written or loaded; usable before, within and after a ``with`` block.

    Leaving the block finishes it: as completed, as failed with the traceback of the exception, or
    as interrupted after Ctrl-C. The exception is raised again.
    """

    _off = False
    """Whether it stores nothing, because a worker imported the program that starts it."""
    _shared = True
    """Whether code of threads without an open experiment belongs to it while it is open."""
    _lent = False
    """Whether this process got it from the one that runs it, as a worker of a pool does."""
    _foreseen: str | None = None
    """The status that the exit status of the process will give it, as far as that is known."""

    def __init__(
        self, pointer: ExperimentPointer, *, strict: bool = False, started: bool = False
    ) -> None:
        super().__init__(pointer, strict=strict)
        self._started = started
        self._process = os.getpid()
        self._blocks: list[current.Block] = []
        key = (self._process, str(self.path))
        existing = _by_path.get(key)
        # Who started it stays the one that unpickling gives, also after it was loaded once more.
        if started or existing is None or existing.closed or not existing._started:
            _by_path[key] = self

    def log_data(self, name: str, data: Any, **details: Any) -> None:
        """Record which data was used: shape, types, columns, content hash, DVC and git identity.

        ``data`` is an array, a table, a file, a folder or a URL; it is described and not copied. In
        a folder links are followed, and ``.specweave`` does not count; what cannot be read, as a
        pipe or a link that leads nowhere, is warned about.
        """
        from ..values.datasets import describe

        try:
            facts = describe(data)
        except ConversionError as reason:
            self._refuse(f"data {name!r}", reason)
            return
        left_out = facts.get("left_out", [])
        if left_out:
            some = "; ".join(left_out[:5]) + ("; …" if len(left_out) > 5 else "")
            self._warn_once(
                f"data {name!r}", some, f"data {name!r} was described without {len(left_out)} of "
                f"its entries: {some}",
            )  # fmt: skip
        self._log_fact("data", {name: {**facts, **details}})

    def use_artifact(self, experiment: Experiment | str, name: str) -> Path:
        """Note that this experiment uses an artifact of another one, and return its path.

        The note says which experiment made it, which version it is and its SHA-256, so that
        `find_artifact` finds this experiment too. ``experiment`` may be given by its name. Raises
        `NotFoundError` if there is no artifact of that name.

        Example:
            >>> frame = pandas.read_csv(exp.use_artifact("preprocessing", "clean.csv"))
        """
        from .artifact_search import use

        return use(self, experiment, name)

    def diff(
        self, other: Reading | str | os.PathLike[str] | int, *, paths: Sequence[str] = ()
    ) -> ExperimentDifference:
        """Return what is different in this experiment, seen from another one.

        Args:
            other: The experiment to compare with, or its name, folder or number.
            paths: Files and folders, from the top of the repository, in which ``.code`` is
                compared; all of it if there are none.

        Returns:
            Parameters, metrics with their differences (this minus the other), tags, environment,
            data, files by their content, and ``.code`` as it was run, for which git is asked.

        Example:
            >>> load_experiment("xgb-v2").diff("xgb-v1").params["max_depth"]
            Change(key='max_depth', before=3, after=6)
        """
        from ..reading.difference import ExperimentDifference
        from .lookup import load_experiment

        if not isinstance(other, Reading):
            other = load_experiment(other, self._increment_path)
        return ExperimentDifference(self, other, paths)

    def why(
        self, other: Reading | str | os.PathLike[str] | int, *, metric: str | None = None
    ) -> Explanation:
        """Say what changed beside the score, seen from another experiment, and what is equal.

        Facts only, the most likely reason first: data, parameters, code, versions, command line,
        machine, seed; then other experiments that differ in one of the parameters alone.

        Args:
            other: The experiment that it is seen from, or its name, folder or number.
            metric: The metric that is explained; None is the one of a comparison.

        Raises:
            NotFoundError: Neither has the metric.

        Example:
            >>> load_experiment("xgb-v2").why("xgb-v1").changes[0]["sentence"]
            '1 parameter changed: max_depth from 3 to 6.'
        """
        from ..reading.explanation import Explanation
        from .lookup import load_experiment

        if not isinstance(other, Reading):
            other = load_experiment(other, self._increment_path)
        return Explanation(self, other, metric)

    def plot(
        self,
        *keys: str | Iterable[str],
        smoothing: float = 0.0,
        x: str = "step",
        logy: bool = False,
        ax: Axes | None = None,
    ) -> Figure:
        """Draw metrics over their steps with matplotlib; a notebook shows what this returns.

        Args:
            keys: A panel for each metric; a list of metrics shares one panel. None is every metric
                with more than one point, at most twelve.
            smoothing: From 0 to below 1, as the slider of TensorBoard; the values stay, faintly.
            x: "step", or "time" since the start of the experiment.
            logy: A logarithmic axis of the values.
            ax: Axes to draw on, for one panel; None makes a figure.

        Raises:
            NotFoundError: There is no such metric.
            MissingExtraError: matplotlib is not installed.

        Example:
            >>> exp.plot(["train/loss", "val/loss"], "accuracy", smoothing=0.6)
        """
        need("matplotlib.figure", "Experiment.plot()", extra="plots")
        from ..plotting.charts import curves_of

        return curves_of(self, keys, smoothing, x, logy, ax)

    def flush(self, durable: bool = False) -> None:
        """Refresh params.json, metrics.json, metadata.yaml and .summary.json.

        With ``durable=True`` everything is safe from a power cut when this returns, or it raises.
        """
        code = library().et_experiment_flush(self._native, int(durable))
        if code < 0:
            problem = failure(code)
            if durable or self._strict or self.closed:
                raise problem
            # Nothing is lost by it: what waits is stored by a later call, or counted at the end.
            self._warn_once("the flush", type(problem).__name__, f"the flush failed: {problem}")
        self._warn_of_notices()

    def finish(self, status: str | None = None, *, error: BaseException | None = None) -> None:
        """End the experiment and refresh its files. Idempotent.

        Without a status it is what `set_status` said, or else ``"completed"``. With an exception it
        is what the exception says. Logging stays possible.

        How it ended is said by who started or resumed it. One that joined, or was handed to a
        worker, is only flushed, whatever the status. While an experiment is running, also in this
        process, a handle of `load_experiment` has no say: use `close`. `set_status` changes the
        status of one that has ended.

        Where something could not be stored, as on a full disk, or can no longer be read, as after a
        disk was shut down, ``dropped`` counts it and a warning says so, once.

        Raises:
            InvalidArgumentError: It was only loaded, and is running.
            StorageError: Something could not be stored, and the experiment is strict.
        """
        self._finish(status or status_of(error), failure_of(error))

    def close(self) -> None:
        """Finish the experiment if this process started it, and release the handle for good."""
        if not self.closed:
            if self._is_mine():
                self.finish()
            super().close()

    def archive(self, *, force: bool = False) -> None:
        """Move it, with all that is inside it, to ``_archive`` of its increment.

        Lists and comparisons leave archived experiments out; `load_experiment` still finds them,
        and `restore` brings them back.

        Args:
            force: Move it even if it is tagged ``production``, selected or unreadable, or if it is
                unknown whether another host still writes it.

        Raises:
            ExperimentBusyError: It, or one inside it, is running, or is not moved without force.
            InvalidArgumentError: It is inside another one, or archived already.
        """
        pointer = ExperimentPointer()
        check(library().et_experiment_archive(self._native, int(force), byref(pointer)))
        self._moved(pointer)

    def restore(self) -> None:
        """Move it back out of ``_archive``; if its folder's name is taken, under the next free one.

        Raises:
            InvalidArgumentError: It is not in the archive.
        """
        pointer = ExperimentPointer()
        check(library().et_experiment_restore(self._native, byref(pointer)))
        self._moved(pointer)

    def delete(self, *, force: bool = False) -> None:
        """Delete it permanently with all that is inside it; the targets of links in it stay.

        It leaves every list in one step before its first file is removed. The handle is then
        closed.

        Args:
            force: Delete also one that is running, or may be, or is tagged ``production``, selected
                or unreadable.

        Raises:
            ExperimentBusyError: It, or one inside it, is not deleted without force.
            StorageError: Some of its files cannot be removed; the message says where they are.
        """
        native, path = self._native, str(self.path)
        if force and self._is_mine():
            output.end(self)
            worker.awaited(self)
        check(library().et_experiment_delete(native, int(force)))
        exit_hooks.forget(self)
        _by_path.pop((os.getpid(), path), None)
        super().close()

    def _moved(self, pointer: ExperimentPointer) -> None:
        """Continue with the experiment at its new place."""
        _by_path.pop((os.getpid(), str(self.path)), None)
        exit_hooks.forget(self)
        state = (self._blocks, self._unusable, self._warned)
        Experiment.__init__(self, pointer, strict=self._strict)
        self._blocks, self._unusable, self._warned = state

    def _finish(self, status: str | None, facts: dict[str, Any]) -> None:
        """End it with what is known of the failure."""
        output.end(self)
        text = None if status is None else encoded(status)
        code = self._conclude(text, facts)
        exit_hooks.forget(self)
        self._warn_of_notices()
        if code < 0:
            problem = failure(code)
            if self._strict or not isinstance(problem, OSError):
                raise problem
            warn(f"{self.path.name} was not finished: {problem}")
            console.note_dropped(self)
        console.at_end(self)

    def _conclude(self, status: bytes | None, facts: dict[str, Any]) -> int:
        """End it in the library, together with what is still being captured."""
        if self._lent:
            return int(library().et_experiment_flush(self._native, 0))
        core, job = library(), worker.awaited(self)
        # It ended when it ended: what is captured after that does not count as its time.
        end = core.et_experiment_finish if job is None else core.et_experiment_begin_finish
        code: int = end(self._native, status, encoded_json(facts) if facts else None)
        if job is None or code < 0:
            return code
        try:
            worker.complete(self, job)
        finally:
            code = core.et_experiment_finish(self._native, None, None)
        return code

    def _is_mine(self) -> bool:
        """Return whether this process started it, and therefore owns its end."""
        return self._started and self._process == os.getpid()

    def __enter__(self: Form) -> Form:
        if self.closed:
            raise ClosedError("this experiment is already closed")
        self._blocks.append(current.enter(self, shared=self._shared))
        exit_hooks.attend(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._blocks:
            current.leave(self._blocks.pop())
        if self._is_mine() and not self.closed:
            try:
                self.finish(error=error)
            except TrackingError as problem:
                # The user's own exception is the one to see.
                if error is None:
                    raise
                warn(f"{self.name} was not finished: {problem}")
        elif not self.closed and self._process == os.getpid():
            self.flush()

    def _told(self) -> str:
        """Return the label, if it has one, and the status."""
        return ", ".join(filter(None, (self.label, self.status)))

    def __copy__(self) -> Experiment:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Experiment:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return reattach, (str(self.path), self._strict)

    def __repr__(self) -> str:
        if self.closed:
            return "<Experiment, closed>"
        try:
            return f"<Experiment {self.name!r} ({self._told()}) in {shown(str(self.path))}>"
        except TrackingError as problem:
            return f"<Experiment, unreadable: {problem}>"


class Listed(Experiment):
    """An experiment of a listing, which turns into an ordinary one when more is asked of it.

    A class of its own, because `__getattr__` makes every call of a method slower.
    """

    @classmethod
    def of(cls, entry: ListingEntry) -> Experiment:
        """Return an experiment as a listing says it."""
        experiment = cls.__new__(cls)
        experiment._listed = entry
        return experiment

    if not TYPE_CHECKING:  # or else every misspelt name would pass for one

        def __getattr__(self, name: str) -> Any:
            # Only what `__init__` sets can be missing.
            if name.startswith("__"):
                raise AttributeError(f"'Experiment' object has no attribute {name!r}")
            path = str(self.path)
            self.__class__ = Experiment
            self._listed = None
            self.__init__(open_pointer(path))
            return getattr(self, name)


def reattach(path: str, strict: bool) -> Experiment:
    """Unpickle: return the same object in the same process, else a writer of its own."""
    existing = _by_path.get((os.getpid(), path))
    if existing is not None and not existing.closed:
        return existing
    experiment = open_path(path, strict=strict)
    experiment._lent = True
    return experiment


def open_path(path: str, *, strict: bool = False) -> Experiment:
    """Load the experiment in a folder."""
    return Experiment(open_pointer(path), strict=strict)


def open_pointer(path: str) -> ExperimentPointer:
    """Return the library's handle of the experiment in a folder."""
    pointer = ExperimentPointer()
    check(library().et_experiment_open(None, encoded_path(path), byref(pointer)))
    return pointer
