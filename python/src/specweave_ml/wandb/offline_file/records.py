"""What stands in such a file, record by record.

Times are seconds since 1970. A text that a record does not have is empty, as in the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .changes import Changes


@dataclass(frozen=True)
class Header:
    """The first record."""

    producer: str = ""
    """The version of W&B that wrote the file; older ones do not say."""
    min_consumer: str = ""


@dataclass(frozen=True)
class Run:
    """What is known of the run at its start; a later record of the kind replaces it."""

    id: str = ""
    entity: str = ""
    project: str = ""
    name: str = ""
    group: str = ""
    job_type: str = ""
    notes: str = ""
    tags: tuple[str, ...] = ()
    config: Changes = field(default_factory=Changes)
    summary: Changes = field(default_factory=Changes)
    sweep_id: str = ""
    host: str = ""
    starting_step: int = 0
    start_time: float | None = None
    resumed: bool = False
    remote: str = ""
    """The URL of the git repository."""
    commit: str = ""


@dataclass(frozen=True)
class ConfigChange:
    """A change of the configuration."""

    changes: Changes


@dataclass(frozen=True)
class SummaryChange:
    """A change of the summary, by the run or by W&B itself with each row."""

    changes: Changes


@dataclass
class HistoryRow:
    """A row of the history."""

    step: int | None
    values: dict[str, Any]
    """The values, groups as dicts, with W&B's own ``_step``, ``_runtime``, ``_timestamp``."""

    @property
    def time(self) -> float | None:
        """When it was logged."""
        found = self.values.get("_timestamp")
        return float(found) if isinstance(found, (int, float)) else None


@dataclass(frozen=True)
class Output:
    """A part of what the program printed, with its line ends and terminal controls."""

    stream: str
    """``stdout`` or ``stderr``."""
    time: float | None
    text: str


@dataclass(frozen=True)
class Stats:
    """A measurement of the machine."""

    time: float | None
    values: dict[str, Any]


@dataclass(frozen=True)
class Metric:
    """A definition by ``define_metric``."""

    name: str
    """The metric, or the beginning of metrics with a star behind it."""
    step_metric: str = ""
    step_sync: bool = False
    hidden: bool = False
    summary: tuple[str, ...] = ()
    """Of min, max, mean, best, last, none, copy, first."""
    goal: str = ""
    """``minimize`` or ``maximize``."""
    overwrite: bool = False
    from_glob: bool = False
    """Whether W&B made it for a metric that a definition with a star fits."""


@dataclass(frozen=True)
class RunFile:
    """A file of the run: its path within the folder ``files``."""

    path: str
    kind: str = "other"
    """``other``, ``wandb`` (W&B's own), ``media`` or ``artifact``."""


@dataclass(frozen=True)
class Files:
    """Files that were saved."""

    files: tuple[RunFile, ...]


@dataclass(frozen=True)
class ArtifactFile:
    """A file of an artifact."""

    path: str
    digest: str = ""
    reference: str = ""
    """Where it is, if it is not part of the artifact."""
    size: int = 0
    local_path: str = ""
    """Where it was on the machine that wrote the file; often it is gone."""


@dataclass(frozen=True)
class Artifact:
    """An artifact that the run logged."""

    name: str = ""
    type: str = ""
    digest: str = ""
    description: str = ""
    metadata: Any = None
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    files: tuple[ArtifactFile, ...] = ()
    manifest_path: str = ""
    """The file that lists the files instead, if there are too many for the record."""
    entity: str = ""
    project: str = ""
    client_id: str = ""
    """The id by which media in rows of the history name it."""
    user_created: bool = False


@dataclass(frozen=True)
class UsedArtifact:
    """An artifact that the run used."""

    id: str = ""
    type: str = ""
    name: str = ""


@dataclass(frozen=True)
class Alert:
    """An alert that the run sent."""

    title: str = ""
    text: str = ""
    level: str = ""


@dataclass(frozen=True)
class TensorBoardFolder:
    """A folder of event files that W&B follows."""

    folder: str = ""
    root: str = ""
    save: bool = False


@dataclass(frozen=True)
class Telemetry:
    """The versions that ran."""

    python_version: str = ""
    wandb_version: str = ""


@dataclass(frozen=True)
class Environment:
    """The program and its machine; W&B writes several, which add to each other."""

    values: dict[str, Any]


@dataclass(frozen=True)
class Exit:
    """The end of the run. A run that was killed has none."""

    code: int = 0
    runtime: int = 0
    """Seconds."""


@dataclass(frozen=True)
class Other:
    """A record that says nothing of the experiment, or of a kind that this reader does not know."""

    number: int
    """The number of its kind in W&B's own description of the file."""
    known: bool = True


Record = (
    Header
    | Run
    | ConfigChange
    | SummaryChange
    | HistoryRow
    | Output
    | Stats
    | Metric
    | Files
    | Artifact
    | UsedArtifact
    | Alert
    | TensorBoardFolder
    | Telemetry
    | Environment
    | Exit
    | Other
)
