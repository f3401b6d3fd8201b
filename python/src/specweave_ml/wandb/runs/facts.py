"""What is known of a run before its first row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

SECTION = "wandb"
"""The section of facts that holds what only Weights & Biases knows of the run."""


@dataclass
class RunFacts:
    """A run as Weights & Biases names it."""

    id: str
    project: str | None = None
    entity: str | None = None
    name: str | None = None
    """The display name; the experiment is called so."""
    notes: str | None = None
    tags: Iterable[str] = ()
    group: str | None = None
    job_type: str | None = None
    config: Mapping[str, Any] = field(default_factory=dict)
    created: float | None = None
    """When it started, in seconds since 1970, if that is not now."""
    further: Mapping[str, Any] = field(default_factory=dict)
    """Other members of the section: ``sweep_id``, ``resumed``, where it comes from."""

    def section(self) -> dict[str, Any]:
        """Return the members of the section of facts; what is unknown is left out."""
        known = {
            "id": self.id,
            "project": self.project,
            "entity": self.entity,
            "name": self.name,
            "group": self.group,
            "job_type": self.job_type,
            **self.further,
        }
        return {key: value for key, value in known.items() if value not in (None, "")}
