"""Which run of another MLflow is which experiment's, also where two pushes make one at once.

MLflow makes a run for each that asks. So a push that has made some looks again: of several runs of
one experiment the one with the smallest id stays, and each push deletes those that it made itself.
What a push that was killed has left the next one deletes.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from .push_marks import ID
from .remote import Remote


class RunsThere:
    """The runs of the experiments of one increment."""

    def __init__(self, remote: Remote, experiment: str) -> None:
        self._remote = remote
        self._experiment = experiment
        self._made: dict[str, Any] = {}
        self._superfluous: set[str] = set()
        self.of: dict[str, Any] = {}
        """The run of each experiment, by the experiment's id."""
        for identity, runs in self._read().items():
            self.of[identity] = runs[0]
            self._superfluous |= {run.info.run_id for run in runs[1:]}

    def add(self, identity: str, run: Any) -> None:
        """Take note of a run that was made for an experiment."""
        self._made[identity] = self.of[identity] = run

    def settle(self) -> set[str]:
        """Leave one run for each experiment that one was made for.

        Returns:
            The experiments whose run is now that of another push.
        """
        if not self._made:
            return set()
        others: set[str] = set()
        for identity, runs in self._read(self._made).items():
            mine = self._made[identity]
            if runs[0].info.run_id != mine.info.run_id:
                self._remote.delete(mine.info.run_id)
                self.of[identity] = runs[0]
                others.add(identity)
        for identity in others:
            del self._made[identity]
        return others

    def delete_superfluous(self) -> None:
        """Delete the runs that were there twice before this push, and still are."""
        if self._superfluous:
            for runs in self._read().values():
                for run in runs[1:]:
                    if run.info.run_id in self._superfluous:
                        self._remote.delete(run.info.run_id)

    def _read(self, wanted: Collection[str] | None = None) -> dict[str, list[Any]]:
        """Return the runs of experiments, the one that stays first."""
        found: dict[str, list[Any]] = {}
        for run in self._remote.runs(self._experiment):
            identity = run.data.tags.get(ID, run.info.run_id)
            if wanted is None or identity in wanted:
                found.setdefault(identity, []).append(run)
        for identity, runs in found.items():
            # One that MLflow itself made, and that a pull brought, has the id of the experiment.
            runs.sort(key=lambda run: (run.info.run_id != identity, run.info.run_id))
        return found
