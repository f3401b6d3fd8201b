"""A folder for TensorBoard that shows experiments, and their params in its HParams tab."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._native.increments import Increment
from .._native.optional_packages import need
from .._native.warn import warn
from ..errors import MissingExtraError
from ..tracking.experiment import Experiment

EVENTS = "events.out.tfevents.*"
HPARAMS = "events.out.tfevents.0000000000.hparams"
"""Sorts before every other: TensorBoard reads the files of a folder in the order of their names,
and the settings are complete before the first point."""

PLAIN = (bool, int, float, str)


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

    def write_hparams(self, params: Mapping[str, Any]) -> None:
        """Write the settings in the form of TensorBoard's plugin, if it is installed."""
        try:
            summaries = need(
                "tensorboard.plugins.hparams.summary_v2", "HParams", extra="tensorboard"
            )
            records = need(
                "tensorboard.summary.writer.record_writer", "HParams", extra="tensorboard"
            )
            events = need("tensorboard.compat.proto.event_pb2", "HParams", extra="tensorboard")
        except MissingExtraError:
            return
        usable = {key: value for key, value in params.items() if isinstance(value, PLAIN)}
        started = summaries.hparams_pb(usable, trial_id=self.source.name)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with (self.folder / HPARAMS).open("wb") as file:
                writer = records.RecordWriter(file)
                first = events.Event(file_version="brain.Event:2")
                for event in (first, events.Event(summary=started)):
                    writer.write(event.SerializeToString())
                writer.flush()
        except OSError as error:
            warn(f"{self.folder} has no settings for the HParams tab: {error}")
