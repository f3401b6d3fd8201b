"""What of an experiment another MLflow has already, noted there in tags of its run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

ID = "specweave.id"
"""The tag with the experiment's identifier."""
MARK = "specweave.pushed"
"""The tag, and with ``.1``, ``.2``, … the further ones, that hold the marks as JSON."""
MOST_IN_TAG = 5000
"""The longest value of a tag that every MLflow takes, in characters."""


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
        text = json.dumps(facts, separators=(",", ":"))
        parts = [text[start : start + MOST_IN_TAG] for start in range(0, len(text), MOST_IN_TAG)]
        names = [MARK, *(f"{MARK}.{number}" for number in range(1, len(parts) + 1))]
        return dict(zip(names, [*parts, ""], strict=True))


def state_of(facts: Mapping[str, Any]) -> str:
    """Return a text that changes with everything that is recorded in an experiment."""
    files = sorted((writer["file"], writer["size"]) for writer in facts["writers"])
    return hashlib.sha256(json.dumps(files).encode()).hexdigest()[:32]


def is_ours(tag: str) -> bool:
    """Return whether a tag of a run is one of these marks."""
    return tag in (ID, MARK) or tag.startswith(MARK + ".")
