"""``monitor_gym=True``: the videos that gymnasium, or the older gym, records become artifacts."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from ..._native.warn import warn
from ...autologging.import_hooks import Waiting
from ...autologging.patches import Patches
from ...errors import TrackingError
from .run_state import RunState

WRAPPERS = (
    "gymnasium.wrappers.rendering",
    "gymnasium.wrappers.record_video",
    "gym.wrappers.record_video",
)
"""The modules with a class ``RecordVideo``, of several versions."""
ENDINGS = (".mp4", ".gif", ".webm")

_followers: list[VideoFollower] = []
_patches = Patches()
_waiting = Waiting()


class VideoFollower:
    """Keeps for one run the videos of folders that are recorded to while it is open."""

    def __init__(self, run: RunState) -> None:
        self.run = run
        self.folders: list[Path] = []

    def see(self, recorder: Any) -> None:
        """Note the folder of a recorder."""
        folder = getattr(recorder, "video_folder", None)
        if folder is not None:
            path = Path(os.path.abspath(folder))
            if path not in self.folders:
                self.folders.append(path)

    def finish(self) -> None:
        """Keep the videos."""
        if self in _followers:
            _followers.remove(self)
        if not _followers:
            _patches.undo()
            _waiting.stop()
        if self.run._experiment._off:
            return
        for folder in self.folders:
            for path in sorted(folder.glob("*")):
                if path.suffix in ENDINGS and path.stat().st_mtime >= self.run.start_time - 1:
                    self.keep(path, f"media/videos/{folder.name}/{path.name}")

    def keep(self, path: Path, name: str) -> None:
        """Keep one video."""
        try:
            self.run._experiment.log_artifact(path, name)
        except TrackingError as error:
            warn(f"{path} was not recorded: {error}")


def follow_videos(run: RunState) -> None:
    """Keep the videos that are recorded until the run ends."""
    follower = VideoFollower(run)
    if not _followers:
        for module in WRAPPERS:
            _waiting.when_loaded(module, patch)
    _followers.append(follower)
    run._recorder.before_end.insert(0, follower.finish)


def patch(module: ModuleType) -> None:
    """Let the module's recorder say where it records."""
    if "RecordVideo" in vars(module):
        _patches.record(module.RecordVideo, "__init__", seeing)


def seeing(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return the method that makes a recorder, and lets each run see it."""

    def __init__(self: Any, *arguments: Any, **named: Any) -> None:  # noqa: N807
        original(self, *arguments, **named)
        for follower in list(_followers):
            follower.see(self)

    return __init__
