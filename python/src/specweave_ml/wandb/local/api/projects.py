"""The projects there are: those of runs, and the increments."""

from __future__ import annotations

from ..artifacts.collections import ArtifactCollection, ArtifactType
from ..artifacts.state import moment
from ..artifacts.store import ArtifactStore
from ..sweeps.records import SweepFiles
from .lookup import everything, experiments_of, project_of
from .runs import Runs
from .sweeps import Sweep


class Project:
    """A project."""

    def __init__(self, name: str, entity: str = "local") -> None:
        self.name = name
        self.entity = entity
        self.id = name

    @property
    def path(self) -> list[str]:
        """Entity and name."""
        return [self.entity, self.name]

    @property
    def created_at(self) -> str | None:
        """When its first run was started, in UTC."""
        found = experiments_of(self.name)
        return moment(found[0].created.timestamp()) if found else None

    @property
    def runs(self) -> Runs:
        """Its runs."""
        return Runs(experiments_of(self.name))

    def sweeps(self, per_page: int = 50) -> list[Sweep]:
        """Return its sweeps, the oldest first."""
        found = [Sweep(one) for one in SweepFiles.here().ids()]
        return [sweep for sweep in found if sweep.project == self.name]

    def artifacts_types(self, per_page: int = 50) -> list[ArtifactType]:
        """Return the types of its artifacts."""
        store = ArtifactStore.here()
        kinds = dict.fromkeys(one.type for one in store.collections(self.name))
        return [ArtifactType(store, self.name, kind) for kind in kinds]

    def collections(self, per_page: int = 50) -> list[ArtifactCollection]:
        """Return its artifacts."""
        store = ArtifactStore.here()
        return [ArtifactCollection(store, one) for one in store.collections(self.name)]

    def __repr__(self) -> str:
        return f"<Project {self.entity}/{self.name}>"


def projects() -> list[Project]:
    """Return all projects, in the order of their first runs."""
    named = [project_of(experiment) for experiment in everything()]
    named += ArtifactStore.here().projects()
    return [Project(name) for name in dict.fromkeys(named)]
