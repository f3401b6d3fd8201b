"""Artifacts that a run logs: kept in the store of artifacts too, with their names and aliases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..offline_file.records import Artifact as ArtifactRecord
    from .mirrored_run import MirroredRun

OF_WANDB = ("run_table", "wandb-run-incremental-table", "wandb-history", "job")
"""Types of artifacts that wandb makes for itself; what is in them is recorded otherwise."""

Entry = tuple[str, str | None, str | None]
"""Path, where the file is, and the URL if it is a reference."""


class RunOfArtifacts:
    """What the store of artifacts asks of a run."""

    def __init__(self, mirrored: MirroredRun) -> None:
        self.experiment = mirrored.recorder.experiment
        self.id = str(mirrored.run.id)
        self.project = mirrored.project
        self.step = mirrored.rows.step


def log(mirrored: MirroredRun, artifact: Any, aliases: Any) -> None:
    """Keep an artifact of wandb's own class."""
    name = str(artifact.name).partition(":")[0]
    entries = [
        (path, getattr(entry, "local_path", None), getattr(entry, "ref", None))
        for path, entry in artifact.manifest.entries.items()
    ]
    keep(
        mirrored, name, artifact.type, artifact.digest, entries,
        description=artifact.description, metadata=artifact.metadata,
        aliases=[aliases] if isinstance(aliases, str) else aliases or (),
    )  # fmt: skip


def log_record(mirrored: MirroredRun, record: ArtifactRecord) -> None:
    """Keep an artifact that stands in the file of the run."""
    entries = [
        (file.path, file.local_path or None, file.reference or None) for file in record.files
    ]
    keep(
        mirrored, record.name, record.type, record.digest, entries,
        description=record.description or None, metadata=record.metadata, aliases=record.aliases,
        tags=record.tags,
    )  # fmt: skip


def keep(
    mirrored: MirroredRun,
    name: str,
    kind: str,
    digest: str,
    entries: Iterable[Entry],
    *,
    description: str | None,
    metadata: Any,
    aliases: Iterable[str],
    tags: Iterable[str] = (),
) -> None:
    """Keep an artifact once; files that are not there any more are left out."""
    if kind in OF_WANDB or (name, digest) in mirrored.artifacts:
        return
    from ..local.artifacts.artifact import Artifact
    from ..local.artifacts.logging import log_artifact

    artifact = Artifact(name, kind, description, metadata if isinstance(metadata, dict) else None)
    for path, source, reference in present(entries):
        if reference:
            artifact.add_reference(reference, path, checksum=False)
        elif source:
            artifact.add_file(source, path)
    log_artifact(RunOfArtifacts(mirrored), artifact, aliases=list(aliases), tags=list(tags))
    mirrored.artifacts.add((name, digest))


def present(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Yield the references, and the files that are still there."""
    for path, source, reference in entries:
        if reference or (source and Path(source).is_file()):
            yield path, source, reference
