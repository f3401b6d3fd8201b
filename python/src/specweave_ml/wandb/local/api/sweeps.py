"""A sweep of the past, and its runs."""

from __future__ import annotations

from typing import Any

from ..artifacts.state import moment
from ..sweeps.config import SweepConfig
from ..sweeps.records import SweepFiles
from ..sweeps.search import combinations
from ..sweeps.sweep import experiment_of
from .run import Run
from .runs import Runs

LABELS = {"minimize": "+", "maximize": "-"}


class Sweep:
    """A sweep as `Api` gives it."""

    def __init__(self, sweep_id: str) -> None:
        self._files = SweepFiles.here()
        self._record = self._files.sweep(sweep_id)
        self._config = SweepConfig(self._record.config)
        self.id = self._record.id

    @property
    def experiment(self) -> Any:
        """The experiment that its runs are in."""
        return experiment_of(self._record)

    @property
    def config(self) -> dict[str, Any]:
        """The configuration."""
        return self._record.config

    @property
    def name(self) -> str:
        """The display name."""
        return self._config.name or self.id

    @property
    def entity(self) -> str:
        """The entity."""
        return self._record.entity or "local"

    @property
    def project(self) -> str:
        """The project."""
        return self._record.project or str(self._record.experiment["increment"])

    @property
    def path(self) -> list[str]:
        """Entity, project and id."""
        return [self.entity, self.project, self.id]

    @property
    def url(self) -> str:
        """The folder of its experiment."""
        return str(self.experiment.path.as_uri())

    @property
    def state(self) -> str:
        """``PENDING``, ``RUNNING``, ``FINISHED``, ``STOPPED`` or ``CANCELED``."""
        return self._files.sweep(self.id).state

    @property
    def created_at(self) -> str:
        """When it was begun, in UTC."""
        return moment(self._record.created_at)

    @property
    def order(self) -> str | None:
        """How its runs are ordered, the best first."""
        metric = self._config.metric
        return None if metric is None else f"{LABELS[self._config.goal]}summary_metrics.{metric}"

    @property
    def expected_run_count(self) -> int | None:
        """How many runs it has in all; None if there is no end."""
        return combinations(self._config)

    @property
    def runs(self) -> Runs:
        """Its runs, the best first."""
        from .lookup import everything, run_facts

        mine = [one for one in everything() if run_facts(one).get("sweep_id") == self.id]
        return Runs(mine, order=self.order)

    def best_run(self, order: str | None = None) -> Run | None:
        """Return the best run; None as long as there is none."""
        runs = (
            self.runs if order is None else Runs([run.experiment for run in self.runs], None, order)
        )
        return runs[0] if len(runs) else None

    def load(self, force: bool = False) -> dict[str, Any]:
        """Read what is stored now."""
        self._record = self._files.sweep(self.id)
        return {"id": self.id, "name": self.name, "state": self.state, "config": self.config}

    def __repr__(self) -> str:
        return f"<Sweep {'/'.join(self.path)} ({self.state})>"


def find_sweep(path: str) -> Sweep:
    """Return the sweep of ``[[entity/]project/]id``.

    Raises:
        CommError: There is none.
    """
    return Sweep(path.strip("/").rpartition("/")[2])


def stop_sweep(sweep_id: str, state: str = "STOPPED") -> None:
    """Let agents of a sweep begin no further run."""
    SweepFiles.here().change(sweep_id, lambda record: setattr(record, "state", state))
