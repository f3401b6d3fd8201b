"""Which experiment made an artifact, which ones use it, and what it was before."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from .._native.increments import Increment, IncrementName
from .._native.library import library
from .._native.text import encoded, owned_and_code, owned_json
from ..values.datasets import of_file
from .experiment import Experiment, open_path
from .lookup import load_experiment

SECTION = "inputs"
"""The section of metadata.yaml with the artifacts of others."""
OUTPUTS = "outputs"
"""The section of metadata.yaml with the files of its versioned artifacts, which lie elsewhere."""


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
    path, code = owned_and_code(
        library().et_artifact_use, experiment._native, source._native, encoded(name)
    )
    experiment._recorded(code, f"the use of {name!r}")
    return Path(os.fsdecode(path))


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
    native = Increment.find(increment)._native
    opened: dict[str, Experiment] = {}
    return [
        ArtifactUse(
            opened.get(use["experiment"])
            or opened.setdefault(use["experiment"], open_path(use["experiment"])),
            use["relation"],
            use["path"],
            int(use["version"]),
            use["sha256"],
        )
        for use in owned_json(library().et_artifact_find, native, encoded(digest))
    ]
