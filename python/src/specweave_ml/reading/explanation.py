"""What changed beside the score between two experiments."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import Any

from .._native.library import library
from .._native.text import encoded_json, owned, owned_json
from .properties import Reading


class Explanation:
    """What `Experiment.why` finds, as facts; sentences when it is shown."""

    def __init__(self, experiment: Reading, other: Reading, metric: str | None) -> None:
        self._experiments = (experiment, other)
        self._options = {} if metric is None else {"metric": metric}
        facts = owned_json(
            library().et_experiment_why,
            experiment._native,
            other._native,
            encoded_json(self._options),
        )
        self.metric: str | None = facts["metric"]
        """The metric that is explained."""
        self.score: dict[str, Any] = facts["score"]
        """How it changed: ``sentence``, ``before``, ``after``, ``difference``, ``direction``,
        ``p_value``."""
        self.changes: list[dict[str, Any]] = facts["changes"]
        """What changed, the most likely reason first: ``part``, ``sentence``, ``entries``."""
        self.evidence: list[str] = facts["evidence"]
        """Other experiments that differ in one of the changed parameters alone."""
        self.equal: list[str] = facts["equal"]
        """What is equal."""
        self.unknown: list[str] = facts["unknown"]
        """What was not recorded, so that it may differ."""

    @property
    def markdown(self) -> str:
        """The explanation as Markdown, everything in it escaped."""
        return self._shown({"as": "markdown"})

    def __repr__(self) -> str:
        width = shutil.get_terminal_size((100, 24)).columns
        return self._shown({"as": "text", "width": width}).rstrip("\n")

    def _repr_html_(self) -> str:
        """Return the explanation as HTML for a notebook."""
        return self._shown({"as": "html"})

    def _shown(self, options: Mapping[str, Any]) -> str:
        experiment, other = self._experiments
        request = encoded_json({**self._options, **options})
        return owned(library().et_experiment_why, experiment._native, other._native, request)
