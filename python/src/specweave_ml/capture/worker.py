"""What reproduces an experiment: recorded at its start, the slow part by one short-lived thread.

The fast part (command line, Python, versions of what is imported) is stored with the start. Git's
state, the package list and the code that is in no commit follow within two seconds (or as many as
SPECWEAVE_CAPTURE_SECONDS says) from a thread that ends as soon as nothing is left to do; none is
started at import.

A fork waits for the thread to end: else the child would inherit locks, of modules that are being
imported for one, with nobody there to release them.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

from .._native.experiment_handle import ExperimentHandle
from .._native.library import library
from .._native.text import encoded
from .._native.warn import warn
from ..errors import InvalidArgumentError, TrackingError
from ..values.several import several

OF_LIBRARY = ("git", "command", "environment")
PARTS = (*OF_LIBRARY, "packages", "code")
SLOW = ("git", "packages", "code")
SECONDS = 2.0
PART_OF_GIT = 0.75
PART_OF_CODE = 0.15
MAXIMUM_SECONDS = 3600
MAXIMUM_TEXT = 1 << 20


def parts_of(wanted: bool | Iterable[str]) -> frozenset[str]:
    """Return the parts that the user wants."""
    if isinstance(wanted, bool):
        return frozenset(PARTS if wanted else ())
    chosen = frozenset(several("capture", wanted))
    unknown = sorted(map(str, chosen.difference(PARTS)))
    if unknown:
        raise InvalidArgumentError(
            f"capture: {', '.join(unknown)} is unknown; choose from {', '.join(PARTS)}"
        )
    return chosen


def limit() -> float:
    """Return how many seconds the slow part may take."""
    setting = os.environ.get("SPECWEAVE_CAPTURE_SECONDS")
    if not setting:
        return SECONDS
    with suppress(ValueError):
        if 0 < (seconds := float(setting)) <= MAXIMUM_SECONDS:
            return seconds
    raise InvalidArgumentError(
        f"SPECWEAVE_CAPTURE_SECONDS={setting} in the environment: a number of seconds, more than 0 "
        f"and at most {MAXIMUM_SECONDS}, is expected"
    )


def start_options(parts: frozenset[str]) -> dict[str, Any]:
    """Return the fast part as options of the start."""
    from . import code, environment

    options: dict[str, Any] = {"capture": [part for part in OF_LIBRARY if part in parts]}
    if parts.intersection(("git", "code")) and (program := code.program()) is not None:
        options["program"] = program
    if "command" in parts:
        options["arguments"] = environment.arguments()
    if "environment" in parts:
        options["environment"] = environment.facts()
    return options


class Worker:
    """The thread of one process and its queue."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self.jobs: deque[Job] = deque()
        self.lock = threading.Lock()
        self.thread: threading.Thread | None = None
        self.seconds = 0.0
        self.working = False

    def add(self, job: Job) -> None:
        """Add a job for the thread.

        Raises:
            RuntimeError: No thread can be started.
        """
        with self.lock:
            if not self.working:
                thread = threading.Thread(target=self.run, name="specweave", daemon=True)
                self.jobs.append(job)
                self.working = True
                try:
                    thread.start()
                except BaseException:
                    self.jobs.remove(job)
                    self.working = False
                    raise
                self.thread = thread
            else:
                self.jobs.append(job)
            self.seconds = max(self.seconds, job.seconds)

    def run(self) -> None:
        """Run jobs until there are none."""
        while True:
            with self.lock:
                if not self.jobs:
                    self.working = False
                    return
                job = self.jobs.popleft()
            job.run()

    def wait(self) -> None:
        """Wait until the thread has ended, but not for long."""
        thread = self.thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(self.seconds)


class Job:
    """The slow part for one experiment."""

    def __init__(self, experiment: ExperimentHandle, parts: frozenset[str], seconds: float) -> None:
        self.experiment: ExperimentHandle | None = experiment
        self.parts = parts
        self.seconds = seconds
        self.modules: set[str] = set()
        self.done = threading.Event()
        self.awaited = False
        self.process = os.getpid()

    def run(self) -> None:
        """Record what is wanted, each part on its own."""
        experiment = self.experiment
        self.experiment = None
        try:
            if experiment is not None and not experiment.closed:
                self.record(experiment)
        except (TrackingError, RuntimeError, OSError):
            # The experiment was closed, or the interpreter is ending: nobody would see a warning.
            return
        finally:
            self.done.set()

    def record(self, experiment: ExperimentHandle) -> None:
        """Record the parts, the most important first."""
        from . import code, packages

        if "git" in self.parts:
            library().et_experiment_capture_git(experiment._native, self.seconds * PART_OF_GIT)
        if "code" in self.parts:
            record_texts(experiment, code.cells)
            code.record(experiment, self.modules, self.seconds * PART_OF_CODE)
        if "packages" in self.parts:
            record_texts(experiment, packages.files)
        if not self.awaited:
            library().et_experiment_flush(experiment._native, 0)


_worker: Worker | None = None
_guarded = False
_jobs: WeakKeyDictionary[ExperimentHandle, Job] = WeakKeyDictionary()


def begin(experiment: ExperimentHandle, parts: frozenset[str], seconds: float) -> None:
    """Record the slow part in the thread, within so many seconds."""
    global _worker, _guarded
    if not parts.intersection(SLOW) or os.environ.get("SPECWEAVE_MODE") == "disabled":
        return
    if _worker is None or _worker.process != os.getpid():
        _worker = Worker()  # after a fork the parent's thread and lock are not ours
    if not _guarded:
        os.register_at_fork(before=before_fork)
        _guarded = True
    job = Job(experiment, parts, seconds)
    try:
        _worker.add(job)
    except RuntimeError as problem:
        # A limit of processes, as containers have one: what is logged counts, not what is captured.
        missing = ", ".join(sorted(parts.intersection(SLOW)))
        warn(f"of {experiment.path.name} was not captured: {missing}: {problem}")
        return
    _jobs[experiment] = job


def awaited(experiment: ExperimentHandle) -> Job | None:
    """Return the argument for `complete` once the experiment has ended."""
    job = _jobs.pop(experiment, None)
    if job is None or job.process != os.getpid():
        return None
    job.awaited = True
    return job


def complete(experiment: ExperimentHandle, job: Job) -> None:
    """Wait for the slow part until its time is up; record the code that was run since."""
    if threading.current_thread() is not getattr(_worker, "thread", None):
        job.done.wait(job.seconds)
    if "code" in job.parts:
        from . import code

        record_texts(experiment, code.cells)
        if job.done.is_set():
            code.record(experiment, job.modules, job.seconds * PART_OF_CODE)


def before_fork() -> None:
    """Stop the thread before the process forks."""
    if _worker is not None and _worker.process == os.getpid():
        _worker.wait()


def record_texts(
    experiment: ExperimentHandle, files: Callable[[], Iterable[tuple[str, str]]]
) -> None:
    """Save texts below ``environment/``; one that the library refuses does not stop the others."""
    for path, text in files():
        data = text.encode("utf-8", "backslashreplace")
        if len(data) <= MAXIMUM_TEXT:
            library().et_experiment_capture_text(experiment._native, encoded(path), data, len(data))
