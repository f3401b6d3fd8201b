"""Where the files of a run's media go: artifacts of its experiment, at the paths of W&B."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from ....artifacts.writer import save_file, written
from ....tracking.experiment import Experiment

Content: TypeAlias = bytes | Path
"""Bytes, or a file that is copied."""


class RunFiles:
    """The files of one run."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self._placed: set[str] = set()

    def place(self, path: str, content: Content, kind: str, details: Mapping[str, Any]) -> None:
        """Save a file; its path holds its digest, so the same path again is the same file."""
        if path in self._placed:
            return
        if isinstance(content, Path):
            save_file(self.experiment, str(content), path, kind)
        else:
            with written(self.experiment, path, kind, details) as place:
                place.write_bytes(content)
        self._placed.add(path)

    def draw(self, path: str, figure: Any) -> str | None:
        """Save a figure; what cannot be drawn is warned about."""
        return self.experiment.log_figure(path, figure)

    def table_artifact(self, table: Any, key: str) -> dict[str, Any]:
        """Return what else is recorded of a table: nothing here."""
        return {}

    def __repr__(self) -> str:
        return f"<RunFiles of {self.experiment.name!r}>"
