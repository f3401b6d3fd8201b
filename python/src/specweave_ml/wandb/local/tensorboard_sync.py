"""``sync_tensorboard=True``: what the program writes for TensorBoard is recorded too.

The writers of torch, of tensorboardX and of Lightning hand each event to one method of one class,
and that is where it is seen. Numbers become points of metrics at their steps and text becomes lines
of the history, as they come. The event files themselves, with images, histograms and all else in
them, become artifacts below ``tensorboard/`` when the run ends. What TensorFlow writes in C++ is
not seen.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from ..._native.warn import warn
from ...autologging.import_hooks import Waiting
from ...autologging.patches import Patches
from ...errors import TrackingError
from .run_state import RunState

WRITERS = (
    "tensorboard.summary.writer.event_file_writer",
    "tensorboardX.event_file_writer",
)
"""The modules with a class ``EventFileWriter``."""
PATTERN = "*tfevents*"
FOLDER = "tensorboard"

_followers: list[Follower] = []
_patches = Patches()
_waiting = Waiting()


class Follower:
    """Records for one run what writers write while it is open."""

    def __init__(self, run: RunState) -> None:
        self.run = run
        self.folders: list[str] = []
        self.failed = False

    def see(self, writer: Any, event: Any) -> None:
        """Record an event; nothing in it may disturb the writer."""
        try:
            folder = str(writer.get_logdir())
            if folder not in self.folders:
                self.folders.append(folder)
            for tag, value in values_of(event):
                self.run._recorder.log_row({self.name(folder, tag): value}, int(event.step))
        except Exception as error:
            if not self.failed:
                self.failed = True
                warn(f"what is written for TensorBoard was not recorded: {error!r}")

    def name(self, folder: str, tag: str) -> str:
        """Return the name of a metric: with the last folder before it where there are several."""
        place = self.folders.index(folder)
        return tag if place == 0 else f"{os.path.basename(os.path.normpath(folder))}/{tag}"

    def finish(self) -> None:
        """Keep the event files."""
        if self in _followers:
            _followers.remove(self)
        if not _followers:
            _patches.undo()
            _waiting.stop()
        experiment = self.run._experiment
        if experiment._off:
            return
        for path, name in self.files():
            try:
                experiment.log_artifact(path, name)
            except TrackingError as error:
                warn(f"{path} was not recorded: {error}")

    def files(self) -> Iterator[tuple[Path, str]]:
        """Yield the event files that were written meanwhile, with the names of the artifacts."""
        for folder in self.folders:
            top = Path(folder)
            for path in sorted(top.glob(PATTERN)):
                if path.stat().st_mtime >= self.run.start_time - 1:
                    # Under its own name TensorBoard would show it as a part of the experiment.
                    name = path.name.replace("tfevents", "tensorboard")
                    yield path, f"{FOLDER}/{place_of(top)}/{name}"


def place_of(folder: Path) -> str:
    """Return where the files of a folder are kept: as below the working directory, if it is."""
    absolute = Path(os.path.abspath(folder))
    inside = absolute.is_relative_to(Path.cwd())
    return absolute.relative_to(Path.cwd()).as_posix() if inside else absolute.name


def values_of(event: Any) -> Iterator[tuple[str, Any]]:
    """Yield the numbers and the texts of an event with their tags."""
    if event.WhichOneof("what") != "summary":
        return
    for value in event.summary.value:
        kind = value.metadata.plugin_data.plugin_name
        if value.HasField("simple_value"):
            yield value.tag, float(value.simple_value)
        elif value.HasField("tensor") and kind == "scalars":
            numbers = value.tensor.float_val or value.tensor.double_val
            if len(numbers) == 1:
                yield value.tag, float(numbers[0])
        elif value.HasField("tensor") and kind == "text" and value.tensor.string_val:
            text = value.tensor.string_val[0].decode("utf-8", "replace")
            yield value.tag.removesuffix("/text_summary"), text


def follow(run: RunState) -> None:
    """Record what is written for TensorBoard until the run ends."""
    follower = Follower(run)
    if not _followers:
        for module in WRITERS:
            _waiting.when_loaded(module, patch)
    _followers.append(follower)
    run._recorder.before_end.insert(0, follower.finish)


def patch(module: ModuleType) -> None:
    """Let the module's writer hand on what it writes."""
    _patches.record(module.EventFileWriter, "add_event", seeing)


def seeing(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return the method that writes an event, and lets each run see it."""

    def add_event(self: Any, event: Any, *rest: Any, **named: Any) -> Any:
        result = original(self, event, *rest, **named)
        for follower in list(_followers):
            follower.see(self, event)
        return result

    return add_event
