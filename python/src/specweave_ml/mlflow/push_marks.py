"""What a push says in the tags of a run: those of the experiment, and what of it is there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID

from .tags import SECTION, tags_of

ID = "specweave.id"
"""The tag with the experiment's identifier."""
MARK = "specweave.pushed"
"""The tag, and with ``.1``, ``.2``, … the further ones, that hold the marks as JSON."""
MOST_IN_TAG = 5000
"""The longest value of a tag that every MLflow takes, in characters."""
PULLED_FROM = "MLflow"
"""The host of an experiment that was brought from another MLflow."""
IMPORTED = "imported"
"""The section of facts of an experiment that was imported."""
EARLY = "pulled_early"
"""The fact of an experiment that was brought before it had ended, or had been sent whole."""


class Marks:
    """What has been sent."""

    def __init__(self, text: str = "") -> None:
        try:
            facts = json.loads(text) if text else {}
        except ValueError:
            facts = {}
        if not isinstance(facts, dict):
            facts = {}
        self.state: str = str(facts.get("state", ""))
        """The state of the experiment that was sent whole; "" while some of it is missing."""
        self.points: dict[str, int] = dict(facts.get("points", {}))
        """How many points of each metric."""
        self.artifacts: dict[str, str] = dict(facts.get("artifacts", {}))
        """The SHA-256 of each artifact."""
        self.names: dict[str, str] = dict(facts.get("names", {}))
        """What artifacts are called there whose path here is another one."""

    @classmethod
    def of(cls, tags: Mapping[str, str]) -> Marks:
        """Read them from the tags of a run."""
        parts = [tags.get(MARK, "")]
        while f"{MARK}.{len(parts)}" in tags and parts[-1]:
            parts.append(tags[f"{MARK}.{len(parts)}"])
        return cls("".join(parts))

    def tags(self) -> dict[str, str]:
        """Return the tags that hold them; the one after the last is empty and ends them."""
        facts = {"state": self.state, "points": self.points, "artifacts": self.artifacts}
        if self.names:
            facts["names"] = self.names
        text = json.dumps(facts, separators=(",", ":"))
        parts = [text[start : start + MOST_IN_TAG] for start in range(0, len(text), MOST_IN_TAG)]
        names = [MARK, *(f"{MARK}.{number}" for number in range(1, len(parts) + 1))]
        return dict(zip(names, [*parts, ""], strict=True))


def state_of(facts: Mapping[str, Any]) -> str:
    """Return a text that changes with everything that is recorded in an experiment."""
    files = sorted((writer["file"], writer["size"]) for writer in facts["writers"])
    return hashlib.sha256(json.dumps(files).encode()).hexdigest()[:32]


def sent_tags(facts: dict[str, Any]) -> dict[str, str]:
    """Return the tags that the run of an experiment gets, but for the one that names its parent."""
    tags = {
        key: text[:MOST_IN_TAG]
        for key, text in tags_of(facts).items()
        if key != MLFLOW_PARENT_RUN_ID and not is_ours(key)
    }
    return {**tags, ID: facts["id"]}


def is_early(facts: Mapping[str, Any]) -> bool:
    """Return whether an experiment is a part of one that another store has and has not ended."""
    return bool(facts["facts"].get(SECTION, {}).get(EARLY))


def is_itself(facts: Mapping[str, Any], run: Any | None) -> bool:
    """Return whether a run is the experiment and no copy: the other MLflow shows this store.

    One that was brought from there, or imported, has the run's id too.
    """
    if run is None or run.info.run_id != facts["id"] or ID in run.data.tags:
        return False
    is_brought = any(writer["host"] == PULLED_FROM for writer in facts["writers"])
    return not is_brought and IMPORTED not in facts["facts"]


def is_ours(tag: str) -> bool:
    """Return whether a tag of a run is one of these marks."""
    return tag in (ID, MARK) or tag.startswith(MARK + ".")
