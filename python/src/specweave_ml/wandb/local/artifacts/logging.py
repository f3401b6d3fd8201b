"""Logging and using artifacts in a run, and what is recorded of it in the experiment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from ....errors import NotFoundError
from ....tracking.artifact_search import OUTPUTS
from ....tracking.artifact_search import SECTION as INPUTS
from ....tracking.experiment import Experiment
from ..errors import CommError
from .artifact import Artifact
from .names import USUAL_PROJECT, ArtifactName, parsed
from .records import Collection, Version
from .store import ArtifactStore

ORIGIN = ("experiment", "increment", "folder", "id")
"""What is noted of the experiment that made an artifact."""
MOST_FILES = 50
"""How many files of one artifact stand in the experiment; of larger ones stands the artifact."""


class ArtifactRun(Protocol):
    """What is asked of a run."""

    @property
    def experiment(self) -> Experiment:
        """Its experiment."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def project(self) -> str | None:
        """Its project."""

    @property
    def step(self) -> int:
        """Its next step."""


def store_of(run: ArtifactRun) -> ArtifactStore:
    """Return the store of the project that a run's experiment is in."""
    return ArtifactStore.here(run.experiment.path)


def log_artifact(
    run: ArtifactRun,
    artifact_or_path: Artifact | str | os.PathLike[str],
    name: str | None = None,
    type: str | None = None,
    aliases: Iterable[str] | None = None,
    tags: Iterable[str] | None = None,
) -> Artifact:
    """Log an artifact, a file or a folder as output of a run; return it with its version."""
    artifact = as_artifact(run, artifact_or_path, name, type)
    if artifact.is_draft():
        artifact._store = store_of(run)
    facts = {"logged_by": facts_of(run), "history_step": run.step}
    artifact._log(run.project, several(aliases), several(tags), facts)
    note(run, OUTPUTS, artifact)
    return artifact


def as_artifact(
    run: ArtifactRun,
    given: Artifact | str | os.PathLike[str],
    name: str | None,
    kind: str | None,
) -> Artifact:
    """Return an artifact; a path becomes one."""
    if isinstance(given, Artifact):
        return given
    if not isinstance(given, (str, os.PathLike)):
        raise ValueError(  # noqa: TRY004 - as Weights & Biases raises it
            f"You must pass an instance of wandb.Artifact or a valid file path to log_artifact, "
            f"not {given!r}"
        )
    path = Path(given)
    artifact = Artifact(name or f"run-{run.id}-{path.name}", kind or "unspecified")
    add_path(artifact, path)
    return artifact


def add_path(artifact: Artifact, path: Path) -> None:
    """Add a file, a folder, or what a URL means."""
    if "://" in str(path) or ":/" in str(path):
        artifact.add_reference(str(path).replace(":/", "://", 1))
    elif path.is_dir():
        artifact.add_dir(path)
    else:
        artifact.add_file(path)


def use_artifact(
    run: ArtifactRun,
    artifact_or_name: Artifact | str,
    type: str | None = None,
    aliases: Iterable[str] | None = None,
    use_as: str | None = None,
) -> Artifact:
    """Note that a run uses an artifact, and return it.

    Raises:
        CommError: There is none of this name.
        ValueError: It is of another type.
    """
    if isinstance(artifact_or_name, Artifact):
        artifact = artifact_or_name
        if artifact.is_draft():
            artifact._store = store_of(run)
            artifact._log(run.project, several(aliases), (), {})
        else:
            artifact._give_aliases(several(aliases))
    else:
        store = store_of(run)
        wanted = parsed(artifact_or_name)
        found = found_in(store, wanted, run.project or USUAL_PROJECT)
        artifact = Artifact._logged(store, *found, artifact_or_name)
    if type is not None and artifact.type != type:
        raise ValueError(
            f"Supplied type {type} does not match type {artifact.type} of artifact {artifact.name}"
        )
    artifact.use_as = use_as or artifact.use_as
    user = facts_of(run)

    def change(collection: Collection, record: Version) -> None:
        if user not in record.used_by:
            record.used_by.append(user)

    artifact._changed(change)
    note(run, INPUTS, artifact)
    return artifact


def found_in(
    store: ArtifactStore, wanted: ArtifactName, project: str
) -> tuple[Collection, Version]:
    """Return the version that a name means; a table of a run becomes one when it is asked for.

    Raises:
        CommError: There is none of this name.
    """
    from .run_tables import make_artifact

    place = wanted.project or project
    if wanted.name.startswith("run-") and store.collection(place, wanted.name) is None:
        make_artifact(store, place, wanted.name)
    try:
        return store.find(wanted, project)
    except NotFoundError as error:
        raise CommError(str(error)) from error


def note(run: ArtifactRun, section: str, artifact: Artifact) -> None:
    """Write into the experiment which files it used or made, so that they are found by content."""
    record = artifact._version("note")
    files: Sequence[Any] = list(artifact.manifest.entries.values())
    whole = {
        "artifact": f"{artifact.project}/{artifact.name}",
        "path": artifact.name,
        "version": record.version,
        "digest": record.digest,
    }
    maker = record.logged_by or {}
    origin = {
        key: maker[key] for key in ("experiment", "increment", "folder", "id") if key in maker
    }
    if section == OUTPUTS:
        origin = {}
    facts: dict[str, Any] = {artifact.name: {**origin, **whole, "files": len(files)}}
    if len(files) <= MOST_FILES:
        for entry in files:
            if entry.sha256 is not None:
                facts[f"{artifact.name}/{entry.path}"] = {
                    **origin, **whole, "path": entry.path, "sha256": entry.sha256
                }  # fmt: skip
    run.experiment._log_fact(section, facts)


def facts_of(run: ArtifactRun) -> dict[str, Any]:
    """Return what identifies a run in the store of artifacts."""
    experiment = run.experiment
    return {
        "experiment": experiment.name,
        "increment": experiment.increment,
        "folder": experiment.path.name,
        "id": experiment._facts()["id"],
        "run_id": run.id,
        "project": run.project,
    }


def several(values: Iterable[str] | None) -> list[str]:
    """Return names as a list; a single one may be given as a text."""
    if values is None:
        return []
    return [values] if isinstance(values, str) else list(values)


def log_artifact_without_run(artifact: Artifact, project: str | None) -> None:
    """Log an artifact by itself; nothing is known of a run then."""
    artifact._log(project, (), (), {})


def log_model(
    run: ArtifactRun,
    path: str | os.PathLike[str],
    name: str | None = None,
    aliases: Iterable[str] | None = None,
) -> Artifact:
    """Log a file or folder as a model."""
    named = name or f"run-{run.id}-{Path(path).name}"
    return log_artifact(run, path, named, "model", aliases)


def with_alias(name: str) -> str:
    """Return the name of an artifact, by default of its latest version."""
    return name if ":" in name else f"{name}:latest"


def downloaded_model(artifact: Artifact) -> str:
    """Return the path of the file of a model, or of the folder if it has several.

    Raises:
        AssertionError: It is no model.
    """
    if "model" not in artifact.type.lower():
        raise AssertionError(
            f"You can only use this method for 'model' artifacts, {artifact.name} is not"
        )
    folder = artifact.download()
    files = list(artifact.manifest.entries)
    return str(Path(folder, files[0])) if len(files) == 1 else folder


def link_artifact(
    run: ArtifactRun, artifact: Artifact, target_path: str, aliases: Iterable[str] | None = None
) -> Artifact:
    """Make an artifact a version of another collection too; a draft is logged first."""
    if artifact.is_draft():
        log_artifact(run, artifact)
    return artifact.link(target_path, several(aliases))


def link_model(
    run: ArtifactRun,
    path: str | os.PathLike[str],
    registered_model_name: str,
    name: str | None = None,
    aliases: Iterable[str] | None = None,
) -> Artifact:
    """Log a model, and make it a version of a registered one."""
    artifact = log_model(run, path, name)
    target = registered_model_name.replace(" ", "-")
    return artifact.link(f"model-registry/{target}", several(aliases))


def upsert_artifact(
    run: ArtifactRun,
    artifact_or_path: Artifact | str | os.PathLike[str],
    name: str | None = None,
    type: str | None = None,
    aliases: Iterable[str] | None = None,
    distributed_id: str | None = None,
) -> Artifact:
    """Log a part of an artifact that several runs of a group make together; `finish_artifact` ends.

    Each part is a version of its own with the tag ``part-<id>``; the last call joins them.
    """
    shared = distributed_id or getattr(run, "group", None)
    if not shared:
        raise TypeError(
            "Cannot upsert artifact unless run is in a group or distributed_id is provided"
        )
    artifact = as_artifact(run, artifact_or_path, name, type)
    part = Artifact(f"{artifact._name}.{shared}.part", artifact.type)
    part._manifest, part._draft = artifact._manifest, artifact._draft
    part._metadata = {**artifact.metadata, "part_of": artifact._name, "part": secrets.token_hex(4)}
    artifact.distributed_id = str(shared)
    return log_artifact(run, part, tags=several(aliases))


def finish_artifact(
    run: ArtifactRun,
    artifact_or_path: Artifact | str | os.PathLike[str],
    name: str | None = None,
    type: str | None = None,
    aliases: Iterable[str] | None = None,
    distributed_id: str | None = None,
) -> Artifact:
    """Log an artifact of all parts that were logged by `upsert_artifact` under this id."""
    shared = distributed_id or getattr(run, "group", None)
    if not shared:
        raise TypeError(
            "Cannot finish artifact unless run is in a group or distributed_id is provided"
        )
    artifact = as_artifact(run, artifact_or_path, name, type)
    store, project = store_of(run), run.project or USUAL_PROJECT
    part = f"{artifact._name}.{shared}.part"
    collection = store.collection(project, part)
    records = [] if collection is None else store.versions(project, part)
    for record in reversed(records):
        if collection is not None:
            for entry in Artifact._logged(store, collection, record).manifest.entries.values():
                if entry.path not in artifact.manifest.entries:
                    artifact.manifest.add_entry(entry)
    found = log_artifact(run, artifact, aliases=aliases)
    store.delete_collection(project, part)
    return found
