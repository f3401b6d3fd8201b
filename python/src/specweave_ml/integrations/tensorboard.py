"""A folder for TensorBoard that shows experiments."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from .._native.increments import Increment
from .._native.warn import warn
from ..tracking.experiment import Experiment

EVENTS = "events.*tfevents.*"
"""The event files, and that of the settings which TensorBoard reads before them."""


def folder_of(given: str | os.PathLike[str] | None, experiment: Experiment) -> Path:
    """Return the folder that was asked for.

    ``0042...`` as the documents write it is the whole name.
    """
    if given is None:
        return Increment.find(experiment.increment).path / "tensorboard"
    parts = list(Path(given).parts)
    for index, part in enumerate(parts):
        if part.endswith(("...", "…")):
            parts[index] = Increment.find(part).name
    return Path(*parts)


class Run:
    """What the folder shows of one experiment."""

    def __init__(self, folder: Path, experiment: Experiment) -> None:
        self.source = experiment.path
        self.folder = folder.absolute() / experiment.path.name

    def link(self, *, complete: bool = False) -> None:
        """Link the event files; where there are no links, copy them when they are complete."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for file in sorted(self.source.glob(EVENTS)):
                self.show(file, complete)
        except OSError as error:
            warn(f"{self.folder} does not show {self.source.name}: {error}")

    def show(self, file: Path, complete: bool) -> None:
        """Show one event file in the folder."""
        link_path = self.folder / file.name
        if link_path.is_symlink():
            return
        try:
            link_path.symlink_to(os.path.relpath(file, self.folder))
        except OSError:
            if complete:
                shutil.copyfile(file, link_path)
