"""The experiments of increments as MLflow's runs; what did not change is not read again.

A listing of ten thousand experiments takes longer than to look at their folders. So it is told from
the folders' times, which change with every file that is added or replaced, and from the sizes of
the event files, which are only ever added to, whether anything changed. An experiment that may be
running is read each time: that its program has died shows in no file.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterable, Iterator
from itertools import count
from os import stat
from typing import Any

from .._native.increments import Increment
from .._native.library import library
from .._native.text import owned_bytes
from ..reading.listing import Listing
from . import logged_model_facts
from .increment_catalog import KnownIncrement
from .run_entities import run_of
from .run_handles import RunHandles, loaded_from

OPTIONS = {"children": True, "archived": True}
ENDED = frozenset(("completed", "failed", "interrupted", "crashed"))
FEW = 50
"""So many changed experiments are read one by one; if there are more, all are listed."""
VERSIONS = count()
UNSETTLED = 100_000_000
"""For so many nanoseconds after a change of a folder another one might not change its time."""


class ListedRun:
    """An experiment as it was read, and what it is in MLflow."""

    __slots__ = ("_files", "_folders", "_time", "id", "is_run", "models", "path", "run", "stage")

    def __init__(self, facts: dict[str, Any], path: str, increment: KnownIncrement) -> None:
        self.path = path
        self.id = str(facts["id"])
        self.is_run = bool(self.id) and facts["kind"] != logged_model_facts.KIND
        """Whether MLflow sees it: not one that only holds a model."""
        self.run = run_of(facts, path, increment, Reader(path, self.id))
        """The run, which nobody must change."""
        self.stage = str(self.run.info.lifecycle_stage)
        self.models = logged_model_facts.only_models(facts)
        """What of the facts is about models; None if nothing is."""
        self._files = [(f"{path}/{one['file']}", one["size"]) for one in facts["writers"]]
        self._folders = sorted({os.path.dirname(file) for file, _ in self._files} | {path})
        self._time = 0 if facts["status"] in ENDED else -1

    def settle(self, now: int) -> None:
        """Note the times of the folders, once it is certain that they will show a change."""
        if self._time >= 0:
            latest = self.latest_time()
            self._time = latest if latest < now - UNSETTLED else 0

    def is_as_it_was(self) -> bool:
        """Return whether nothing in it has changed since it was read."""
        if self._time <= 0:
            return False
        # Without further calls, as it is asked of each of thousands of experiments.
        try:
            if len(self._folders) == 1:
                if stat(self.path).st_mtime_ns != self._time:
                    return False
            elif self.latest_time() != self._time:
                return False
            for file, size in self._files:
                if stat(file).st_size != size:
                    return False
        except OSError:
            return False
        return True

    def may_have_new_children(self) -> bool:
        """Return whether an experiment may have come into it, or gone from it."""
        return os.path.isdir(os.path.join(self.path, ".numbers"))

    def latest_time(self) -> int:
        """Return when an entry of one of its folders changed last, in nanoseconds."""
        if len(self._folders) == 1:
            return time_of(self.path)
        return max(map(time_of, self._folders))


class Reader:
    """Opens an experiment where only its histories say what is asked."""

    def __init__(self, path: str, run_id: str) -> None:
        self._path = path
        self._id = run_id

    @property
    def experiment(self) -> Any:
        """The experiment."""
        return loaded_from(self._path, self._id)


class KnownListing:
    """What was read of one increment."""

    def __init__(self, increment: KnownIncrement, folder: str) -> None:
        self.seen_as = view_of(increment)
        self.version = next(VERSIONS)
        """A number that no other state of this increment, or of another one, has."""
        self.runs: dict[str, ListedRun] = {}
        self.by_hash: dict[int, ListedRun] = {}
        self.tops = [os.path.join(folder, name) for name in ("experiments", "experiments/_archive")]
        self.times: list[int] = []

    def __iter__(self) -> Iterator[ListedRun]:
        return iter(list(self.runs.values()))

    def settle(self, now: int) -> None:
        """Note the times of the folders of all experiments, and of each."""
        times = [time_of(top) for top in self.tops]
        self.times = times if max(times) < now - UNSETTLED else []
        for run in self.runs.values():
            run.settle(now)

    def has_same_experiments(self) -> bool:
        """Return whether no experiment came or went, but for those inside others."""
        return self.times == [time_of(top) for top in self.tops]


class RunListings:
    """Lists the experiments of increments."""

    def __init__(self, handles: RunHandles) -> None:
        self._handles = handles
        self._known: dict[str, KnownListing] = {}
        self._lock = threading.Lock()

    def of(self, increment: KnownIncrement) -> KnownListing:
        """Return the experiments of an increment, those inside others and in the archive too."""
        if increment.folder is None:
            return KnownListing(increment, "")
        folder = increment.folder.path
        with self._lock:
            known = self._known.get(folder)
            if known is not None and known.seen_as != view_of(increment):
                known = None
            if known is None or not self._renewed(known, increment):
                known = self._listed(known, increment, folder)
                self._known[folder] = known
            return known

    def _renewed(self, known: KnownListing, increment: KnownIncrement) -> bool:
        """Read again what has changed; return whether that was enough."""
        if not known.has_same_experiments():
            return False
        changed = [run for run in known.runs.values() if not run.is_as_it_was()]
        if len(changed) > FEW or any(run.may_have_new_children() for run in changed):
            return False
        now = time.time_ns()
        for run in changed:
            experiment = loaded_from(run.path, run.id) if os.path.isdir(run.path) else None
            if experiment is None:
                return False
            known.runs[run.path] = renewed = ListedRun(experiment._facts(), run.path, increment)
            renewed.settle(now)
        if changed:
            known.version = next(VERSIONS)
        return True

    def _listed(
        self, known: KnownListing | None, increment: KnownIncrement, folder: str
    ) -> KnownListing:
        """List all experiments; of those that are said to be the same the runs stay."""
        now = time.time_ns()
        listed = KnownListing(increment, folder)
        listing = Listing.open(Increment.find(folder)._native, OPTIONS)
        read, pointer = library().et_listing_read, listing._native
        before = {} if known is None else known.by_hash
        for place in range(len(listing)):
            data = owned_bytes(read, pointer, place)
            digest = hash(data)
            run = before.get(digest)
            if run is None:
                facts = json.loads(data)
                run = ListedRun(facts, str(facts["path"]), increment)
            listed.by_hash[digest] = run
            listed.runs[run.path] = run
        listed.settle(now)
        self._handles.note(paths_of(listed.runs.values()))
        return listed


def paths_of(runs: Iterable[ListedRun]) -> dict[str, str]:
    """Return where experiments are, by their ids."""
    return {run.id: run.path for run in runs if run.id}


def view_of(increment: KnownIncrement) -> tuple[Any, ...]:
    """Return what of an increment shows in its runs."""
    return increment.id, increment.is_deleted, increment.members.get("artifact_location")


def time_of(folder: str) -> int:
    """Return when an entry of a folder changed last, in nanoseconds; 0 if it is not there."""
    try:
        return stat(folder).st_mtime_ns
    except OSError:
        return 0
