"""``monitor_gym=True``: what a recorder of videos writes is kept.

gymnasium is not among the packages of the tests: a module at its place records as it does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from specweave_ml import public

load_experiment = public.load("load_experiment")
RECORDER = """
import os

class RecordVideo:
    def __init__(self, env, video_folder, name_prefix="rl-video"):
        self.video_folder = os.path.abspath(video_folder)
        self.name_prefix = name_prefix
        os.makedirs(self.video_folder, exist_ok=True)

    def stop_recording(self, number):
        path = os.path.join(self.video_folder, f"{self.name_prefix}-episode-{number}.mp4")
        with open(path, "wb") as file:
            file.write(b"video %d" % number)
"""


def test_videos_become_artifacts(run: Any, project: Path) -> None:
    package = project / "gymnasium" / "wrappers"
    package.mkdir(parents=True)
    (project / "gymnasium" / "__init__.py").touch()
    (package / "__init__.py").write_text("from .rendering import RecordVideo\n")
    (package / "rendering.py").write_text(RECORDER)
    (project / "videos" / "one").mkdir(parents=True)
    (project / "videos" / "one" / "earlier.mp4").write_bytes(b"earlier")
    done = run(
        """
        import os
        os.utime("videos/one/earlier.mp4", (1, 1))
        import specweave.wandb as wandb

        with wandb.init(name="gym", monitor_gym=True):
            from gymnasium.wrappers import RecordVideo

            recorder = RecordVideo(None, "videos/one")
            recorder.stop_recording(0)
            recorder.stop_recording(8)
        RecordVideo(None, "videos/two").stop_recording(1)
        """
    )
    assert done.returncode == 0, done.stderr
    found = load_experiment("gym")
    videos = [saved["path"] for saved in found.artifacts if saved["path"].endswith(".mp4")]
    assert videos == [
        "media/videos/one/rl-video-episode-0.mp4",
        "media/videos/one/rl-video-episode-8.mp4",
    ]
    assert found.artifact_path(videos[1]).read_bytes() == b"video 8"
