"""Sound and film."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import wave
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from ...._native.optional_packages import is_a, need, optional
from ...._native.warn import warn
from .run_files import RunFiles
from .value import Media

if TYPE_CHECKING:
    from ..artifacts.artifact import Artifact

LOUDEST = 32767
"""The largest sample of 16 bits."""
USUAL_FPS = 4


class Audio(Media):
    """A clip: a file, or samples from -1 to 1 (one column a channel) with their rate.

    Samples are written as a WAV file of 16 bits, for which no package is needed.
    """

    _log_type: ClassVar[str] = "audio-file"
    folder: ClassVar[str] = "media/audio"

    def __init__(
        self, data_or_path: Any, sample_rate: int | None = None, caption: str | None = None
    ) -> None:
        super().__init__(caption)
        self._sample_rate = sample_rate
        self._duration: float | None = None
        self._reference: str | None = None
        if self.path_is_reference(data_or_path):
            self._reference = data_or_path
            self._sha256 = hashlib.sha256(data_or_path.encode()).hexdigest()
        elif isinstance(data_or_path, (str, os.PathLike)):
            self._set_path(data_or_path)
        elif sample_rate is None:
            raise ValueError('Audio made of samples needs the argument "sample_rate"')
        else:
            samples = data_or_path.tolist() if hasattr(data_or_path, "tolist") else data_or_path
            self._duration = len(samples) / float(sample_rate)
            self._set_bytes(wav(samples, int(sample_rate)), ".wav")

    def for_run(self, files: RunFiles, key: str, step: int | str) -> dict[str, Any]:
        """Put the clip into the run and return its JSON."""
        if self._reference is not None:
            raise ValueError(f"audio that is the URL {self._reference} cannot be logged by itself")
        return super().for_run(files, key, step)

    def for_artifact(self, artifact: Artifact) -> dict[str, Any]:
        """Add the clip to an artifact and return its JSON."""
        if self._reference is None:
            return super().for_artifact(artifact)
        name = f"{self.folder}/{self._sha256[:20]}/{self._reference.rpartition('/')[2]}"
        artifact.add_reference(self._reference, name=name, checksum=False)
        found = {} if self._caption is None else {"caption": self._caption}
        return {**found, "path": name, "sha256": self._sha256, "_type": self._log_type}

    @classmethod
    def several_for_run(
        cls, items: Sequence[Audio], files: RunFiles, key: str, step: int | str
    ) -> dict[str, Any]:
        """Return the JSON of a list of clips."""
        parts = [item.for_run(files, key, step) for item in items]
        found: dict[str, Any] = {
            "_type": "audio",
            "count": len(parts),
            "audio": parts,
            "sampleRates": [item._sample_rate for item in items],
            "durations": [item._duration for item in items],
        }
        if any(item._caption is not None for item in items):
            found["captions"] = [item._caption or "" for item in items]
        return found


def wav(samples: Sequence[Any], rate: int) -> bytes:
    """Return samples as a WAV file."""
    several = bool(samples) and isinstance(samples[0], (list, tuple))
    channels = len(samples[0]) if several else 1
    flat = [value for frame in samples for value in frame] if several else samples
    whole = all(isinstance(value, int) for value in flat)
    scaled = flat if whole else [round(max(-1.0, min(1.0, value)) * LOUDEST) for value in flat]
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        numbers = array("h", [max(-LOUDEST - 1, min(LOUDEST, int(value))) for value in scaled])
        file.writeframes(numbers.tobytes())
    return content.getvalue()


class Video(Media):
    """A film: a file, bytes, or frames as an array (time, channel, height, width).

    Frames become a GIF by Pillow; an mp4, webm or ogg of frames needs moviepy.
    """

    EXTS: ClassVar[tuple[str, ...]] = ("gif", "mp4", "webm", "ogg")
    _log_type: ClassVar[str] = "video-file"
    folder: ClassVar[str] = "media/videos"

    def __init__(
        self,
        data_or_path: Any,
        caption: str | None = None,
        fps: int | None = None,
        format: str | None = None,
    ) -> None:
        super().__init__(caption)
        self._width: int | None = None
        self._height: int | None = None
        if isinstance(data_or_path, (str, os.PathLike)):
            self._format = checked_format(Path(data_or_path).suffix[1:].lower())
            self._set_path(data_or_path)
        elif isinstance(data_or_path, io.BytesIO):
            self._format = checked_format(format)
            self._set_bytes(data_or_path.read(), f".{self._format}")
        else:
            self._format = checked_format(format or "gif")
            self._encode(frames_of(data_or_path), fps or USUAL_FPS)
            return
        if fps is not None:
            warn("fps= says nothing for a film that is encoded already")

    def _encode(self, frames: Any, fps: int) -> None:
        """Make a film of frames (time, height, width, channel)."""
        _, self._height, self._width, _ = frames.shape
        if self._format == "gif":
            self._set_bytes(gif(frames, fps), ".gif")
            return
        clips = optional("moviepy") or need("moviepy.editor", f"A {self._format} made of frames")
        clip = clips.ImageSequenceClip(list(frames), fps=fps)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"film.{self._format}")
            clip.write_videofile(str(path), logger=None)
            self._set_bytes(path.read_bytes(), f".{self._format}")

    def for_run(self, files: RunFiles, key: str, step: int | str) -> dict[str, Any]:
        """Put the film into the run and return its JSON."""
        return {**super().for_run(files, key, step), **self._shape()}

    def for_artifact(self, artifact: Artifact) -> dict[str, Any]:
        """Add the film to an artifact and return its JSON."""
        return {**super().for_artifact(artifact), **self._shape()}

    def _shape(self) -> dict[str, Any]:
        return {} if self._width is None else {"width": self._width, "height": self._height}

    @classmethod
    def several_for_run(
        cls, items: Sequence[Video], files: RunFiles, key: str, step: int | str
    ) -> dict[str, Any]:
        """Return the JSON of a list of films."""
        parts = [item.for_run(files, key, step) for item in items]
        return {
            "_type": "videos", "count": len(parts), "videos": parts, "captions": cls.captions(items)
        }  # fmt: skip


def checked_format(form: str | None) -> str:
    """Return the format of a film, if it is one."""
    if form is None:
        raise ValueError("Video made of bytes needs the argument format=")
    if form not in Video.EXTS:
        raise ValueError(f"a Video is one of {', '.join(Video.EXTS)}, not {form!r}")
    return form


def frames_of(data: Any) -> Any:
    """Return frames as (time, height, width, channel); a batch of films side by side."""
    if is_a(data, "torch.Tensor"):
        data = data.detach().cpu()
    video = data.numpy() if callable(getattr(data, "numpy", None)) else data
    if not is_a(video, "numpy.ndarray"):
        raise ValueError(f"a Video is made of a path, bytes or an array, not of {type(data)}")
    if video.ndim < 4:
        raise ValueError(
            f"frames have the dimensions time, channel, height and width, not {video.ndim} of them"
        )
    if video.ndim == 4:
        video = video[None]
    numpy = need("numpy", "A film made of frames", extra="numpy")
    count = video.shape[0]
    padded = 1 << max(0, count - 1).bit_length()
    if padded != count:
        blank = numpy.zeros((padded - count, *video.shape[1:]), dtype=video.dtype)
        video = numpy.concatenate((video, blank))
    rows = 1 << ((count.bit_length() - 1) // 2)
    _, time, channels, height, width = video.shape
    grid = video.astype("uint8").reshape(rows, padded // rows, time, channels, height, width)
    grid = numpy.transpose(grid, (2, 0, 4, 1, 5, 3))
    return grid.reshape(time, rows * height, (padded // rows) * width, channels)


def gif(frames: Any, fps: int) -> bytes:
    """Return frames as an animated GIF."""
    pil = need("PIL.Image", "A gif made of frames", extra="plots")
    images = [pil.fromarray(frame.squeeze()) for frame in frames]
    content = io.BytesIO()
    images[0].save(
        content, "GIF", save_all=True, append_images=images[1:], duration=1000 / fps, loop=0
    )
    return content.getvalue()
