"""What is known of experiments, written into the project's documentation."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from .._native.increments import Increment, IncrementName
from .._native.library import library
from .._native.text import encoded_json, owned_json


class LivingDocsFile(NamedTuple):
    """A file of the documentation."""

    path: Path
    change: str
    """``"created"``, ``"updated"``, or ``"unchanged"`` where it said the same already."""


class LivingDocs(NamedTuple):
    """What became of the documentation."""

    increment: str
    files: list[LivingDocsFile]
    """Empty for an increment without experiments, of which nothing was written before."""
    selected: list[str]
    """The names of the experiments that are selected."""


def sync_living_docs(increment: IncrementName | None = None, *, report: bool = False) -> LivingDocs:
    """Write what is known of an increment's experiments into the project's documentation.

    ``architecture/ml-experiments.md`` says what was tried, what was selected and why,
    ``architecture/ml-models.md`` what the selected models are, ``runbooks/model-training.md`` how
    to train them again; all are below ``.specweave/docs/internal/``. In each the increment has one
    marked block; all other text stays as it is.

    Args:
        increment: The increment; None is the active one.
        report: Write ``reports/ml-experiments.md`` in the increment too.

    Raises:
        FormatError: The markers in a file are damaged; nothing was changed.
        StorageError: A file cannot be written, or is a link.
    """
    target = Increment.find(increment)
    found = owned_json(
        library().et_increment_sync_docs, target._native, encoded_json({"report": bool(report)})
    )
    files = [LivingDocsFile(Path(file["path"]), file["change"]) for file in found["files"]]
    return LivingDocs(found["increment"], files, found["selected"])
