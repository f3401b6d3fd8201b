"""``wandb.Api``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..artifacts.artifact import Artifact
from ..artifacts.collections import ArtifactCollection, ArtifactType
from ..artifacts.logging import found_in
from ..artifacts.names import USUAL_PROJECT, parsed
from ..artifacts.store import ArtifactStore
from ..errors import CommError, UnsupportedError
from ..settings import merged
from .lookup import experiments_of, find_run
from .projects import Project, projects
from .run import Run
from .runs import ORDER, Runs
from .sweeps import Sweep, find_sweep


class Viewer:
    """Who asks."""

    entity = "local"
    username = "local"
    name = "local"
    email = ""

    def __init__(self) -> None:
        self.teams: list[str] = []

    def __repr__(self) -> str:
        return "<User local>"


class Api:
    """What is known of runs, read from the project's files; no server, no key.

        for run in Api().runs("0042", filters={"config.lr": {"$gt": 0.01}, "state": "finished"}):
            print(run.name, run.summary["auc"])

    A project is an increment, by number or name, or what runs gave as ``project=``.
    """

    def __init__(
        self,
        overrides: Mapping[str, Any] | None = None,
        timeout: int | None = None,
        api_key: str | None = None,
    ) -> None:
        settings = merged(None)
        self.settings: dict[str, Any] = {
            "entity": settings.entity, "project": settings.project, **(overrides or {})
        }  # fmt: skip
        self.client = None
        self.api_key = None

    @property
    def default_entity(self) -> str:
        """The entity of all, where none was given."""
        return str(self.settings["entity"] or "local")

    @property
    def viewer(self) -> Viewer:
        """Who asks."""
        return Viewer()

    @property
    def user_agent(self) -> str:
        """What would be said to a server."""
        return "specweave-ml"

    def flush(self) -> None:
        """Do nothing: everything is read anew when it is asked for."""

    def runs(
        self,
        path: str | None = None,
        filters: Mapping[str, Any] | None = None,
        order: str = ORDER,
        per_page: int = 50,
        include_sweeps: bool = True,
        lazy: bool = True,
    ) -> Runs:
        """Return the runs of a project.

        Args:
            path: ``[entity/]project``: an increment, or a project that runs were given. None is
                ``WANDB_PROJECT``, or else the active increment.
            filters: As MongoDB writes them, of ``config.x``, ``summary_metrics.y``, ``state``,
                ``tags``, ``created_at``, ``display_name``, ``group``, ``job_type``, ``name`` (the
                id), with ``$and $or $nor $not $eq $ne $gt $gte $lt $lte $in $nin $regex $exists``.
            order: ``"+created_at"``, ``"-summary_metrics.loss"``, ``"config.lr"`` …
            per_page: Without meaning here.
            include_sweeps: False leaves out the runs of sweeps.
            lazy: Without meaning here.

        Raises:
            CommError: There is no such project.
            ValueError: A filter is none.
        """
        project = project_name(path) or self.settings["project"]
        found = experiments_of(project)
        runs = Runs(found, filters, order)
        if not include_sweeps:
            runs.objects = [run for run in runs.objects if run.sweep_name is None]
        return runs

    def run(self, path: str = "") -> Run:
        """Return a run: ``[entity/][project/]id``; the id may be the name of an experiment.

        Raises:
            CommError: There is none.
        """
        return find_run(path)

    def from_path(self, path: str) -> Run | Sweep | Project:
        """Return the run, sweep or project of a path.

        Raises:
            CommError: There is none.
        """
        parts = path.strip("/").split("/")
        if "sweeps" in parts:
            return self.sweep(path)
        if len(parts) > 2 or "runs" in parts:
            return self.run(path)
        return self.project(parts[-1])

    def projects(self, entity: str | None = None, per_page: int = 200) -> list[Project]:
        """Return all projects."""
        return projects()

    def project(self, name: str, entity: str | None = None) -> Project:
        """Return a project by its name."""
        return Project(name, entity or self.default_entity)

    def create_project(self, name: str, entity: str | None = None) -> None:
        """Do nothing: a project begins with its first run."""

    def sweep(self, path: str = "") -> Sweep:
        """Return a sweep: ``[[entity/]project/]id``.

        Raises:
            CommError: There is none.
        """
        return find_sweep(path)

    def artifact(self, name: str, type: str | None = None) -> Artifact:
        """Return an artifact: ``[[entity/]project/]name:alias``, by default the latest version.

        Raises:
            CommError: There is none.
            ValueError: It is of another type.
        """
        store = ArtifactStore.here()
        wanted = parsed(name)
        found = found_in(store, wanted, self._project_of_artifact(store, wanted.name))
        artifact = Artifact._logged(store, *found, name)
        if type is not None and artifact.type != type:
            raise ValueError(
                f"type {type!r} specified but this artifact is of type {artifact.type!r}"
            )
        return artifact

    def _project_of_artifact(self, store: ArtifactStore, name: str) -> str:
        """Return the project of a name without one: the chosen one, or the only one that has it."""
        chosen = self.settings["project"]
        if chosen is not None:
            return str(chosen)
        having = [one.project for one in store.collections() if one.name == name]
        return having[0] if len(having) == 1 else USUAL_PROJECT

    def artifacts(
        self, type_name: str, name: str, per_page: int = 50, tags: Any = None
    ) -> list[Artifact]:
        """Return the versions of an artifact, the newest first; with all of the tags, if given."""
        found = self.artifact_collection(type_name, name).artifacts()
        wanted = {tags} if isinstance(tags, str) else set(tags or ())
        return [artifact for artifact in found if wanted <= set(artifact.tags)]

    def artifact_versions(self, type_name: str, name: str, per_page: int = 50) -> list[Artifact]:
        """Return the versions of an artifact, the newest first."""
        return self.artifacts(type_name, name)

    def artifact_exists(self, name: str, type: str | None = None) -> bool:
        """Return whether there is an artifact of this name and version."""
        try:
            self.artifact(name, type)
        except (CommError, ValueError):
            return False
        return True

    def artifact_collection(self, type_name: str, name: str) -> ArtifactCollection:
        """Return all versions of ``[[entity/]project/]name``.

        Raises:
            CommError: There is none of this name and type.
        """
        store = ArtifactStore.here()
        wanted = parsed(name)
        project = wanted.project or self._project_of_artifact(store, wanted.name)
        record = store.collection(project, wanted.name)
        if record is None or record.type != type_name:
            raise CommError(
                f"Could not find artifact {wanted.name!r} of type {type_name!r} in project "
                f"{project!r}"
            )
        return ArtifactCollection(store, record)

    def artifact_collection_exists(self, name: str, type: str) -> bool:
        """Return whether there is an artifact of this name."""
        try:
            self.artifact_collection(type, name)
        except CommError:
            return False
        return True

    def artifact_collections(
        self, project_name: str, type_name: str, per_page: int = 50
    ) -> list[ArtifactCollection]:
        """Return the artifacts of one type in a project."""
        return list(self.artifact_type(type_name, project_name).collections())

    def artifact_types(self, project: str | None = None) -> list[ArtifactType]:
        """Return the types of the artifacts of a project."""
        return Project(project_name(project) or self._usual_project()).artifacts_types()

    def artifact_type(self, type_name: str, project: str | None = None) -> ArtifactType:
        """Return one type of artifacts of a project."""
        named = project_name(project) or self._usual_project()
        return ArtifactType(ArtifactStore.here(), named, type_name)

    def _usual_project(self) -> str:
        return str(self.settings["project"] or USUAL_PROJECT)

    def __getattr__(self, name: str) -> Any:
        if name in NEED_A_SERVER:
            raise UnsupportedError(f"Api().{name} asks a server, and there is none")
        raise AttributeError(f"'Api' object has no attribute {name!r}")

    def __repr__(self) -> str:
        return "<Api of the files of this project>"


NEED_A_SERVER = frozenset(
    {
        *("automation", "automations", "create_automation", "create_registry", "create_run_queue"),
        *("create_team", "create_user", "integrations", "job", "list_jobs", "organization"),
        *("queued_run", "registries", "registry", "reports", "run_queue", "slack_integrations"),
        *("sync_tensorboard", "team", "upsert_run_queue", "user", "users", "webhook_integrations"),
        *("create_run", "create_custom_chart", "delete_automation", "update_automation"),
    }
)
"""Calls of the real class that mean nothing without a server."""


def project_name(path: str | None) -> str | None:
    """Return the project of ``[entity/]project``."""
    if path is None:
        return None
    return path.strip("/").rpartition("/")[2] or None
