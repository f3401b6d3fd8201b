"""What is known about an experiment before it starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass
class ExperimentMetadata:
    """A name and what belongs to it, for ``track_experiment(metadata)``."""

    name: str | None = None
    description: str | None = None
    tags: Sequence[str] = ()
    git_commit: str | None = None
    data_version: str | None = None
    author: str | None = None
    primary_metric: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)
    """Further facts, kept in metadata.yaml."""

    def options(self) -> dict[str, Any]:
        """Return what was given, by name."""
        values = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return {key: value for key, value in values.items() if value and key != "name"}
