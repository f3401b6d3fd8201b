"""Which experiment made an artifact, which ones use it, and what it was before."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._native.increments import IncrementName
from ..errors import InvalidArgumentError
from ..values.datasets import of_file
from .experiment import Experiment
from .lookup import list_experiments, load_experiment

SECTION = "inputs"
"""The section of metadata.yaml with the artifacts of others."""
OUTPUTS = "outputs"
"""The section of metadata.yaml with the files of its versioned artifacts, which lie elsewhere."""
DIGEST = re.compile(r"[0-9a-f]{8,64}")


@dataclass(frozen=True)
class ArtifactUse:
    """That an experiment produced or used an artifact."""

    experiment: Experiment
    relation: str
    """``"produced"`` or ``"used"``."""
    path: str
    """Its path within the experiment that produced it."""
    version: int
    """1 for the first of this path, 2 for the next …."""
    sha256: str


def use(experiment: Experiment, other: Experiment | str, name: str) -> Path:
    """Note that the experiment uses the newest version of an artifact of another."""
    source = load_experiment(other, None) if isinstance(other, str) else other
    newest = source.artifact_versions(name)[0]
    facts = {
        "experiment": source.name,
        "increment": source.increment,
        "folder": source.path.name,
        "id": source._facts()["id"],
        "path": name,
        "version": newest["version"],
        "sha256": newest["sha256"],
    }
    experiment._log_fact(SECTION, {f"{source.path.name}/{name}": facts})
    return Path(newest["file"])


def find_artifact(
    artifact: str | os.PathLike[str], increment: IncrementName | None = None
) -> list[ArtifactUse]:
    """Return which experiments of an increment produced or used an artifact, by its content.

    Args:
        artifact: Its SHA-256 or at least eight digits of it; or a path (``os.PathLike``), whose
            content is looked for wherever it came from.
        increment: The increment; None finds it. Children and archived experiments are searched too.

    Raises:
        InvalidArgumentError: It is no SHA-256.

    Example:
        >>> for use in find_artifact(Path("model.pkl")):
        ...     print(use.relation, use.experiment.name, use.path)
    """
    digest = of_file(Path(artifact))["sha256"] if isinstance(artifact, os.PathLike) else artifact
    wanted = digest.lower()
    if not DIGEST.fullmatch(wanted):
        raise InvalidArgumentError(
            f"find_artifact takes a SHA-256, 8 to 64 hexadecimal digits, or a Path, "
            f"not {artifact!r}"
        )
    found: list[ArtifactUse] = []
    for experiment in list_experiments(increment, children=True, archived=True):
        found += [
            ArtifactUse(experiment, relation, facts["path"], int(facts["version"]), facts["sha256"])
            for relation, facts in touched(experiment)
            if str(facts.get("sha256", "")).startswith(wanted)
        ]
    return found


def touched(experiment: Experiment) -> list[tuple[str, dict[str, Any]]]:
    """Return what an experiment produced and used."""
    found = [("produced", facts) for facts in experiment.artifacts]
    for relation, section in (("produced", OUTPUTS), ("used", SECTION)):
        noted = experiment.facts.get(section, {})
        found += [(relation, facts) for facts in noted.values() if isinstance(facts, dict)]
    return found
