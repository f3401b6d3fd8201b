"""``history.jsonl``: the values of a run that are no metrics, a JSON line for each.

    {"key": "sample", "step": 3, "time": 1764430000.5, "value": "a text"}

While the run is open the lines are appended to a hidden file beside it, so that a kill loses none
that was written; the end makes it the artifact ``history.jsonl``. A run that is continued continues
the file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from time import time as now
from typing import IO, Any

from ...errors import StorageError, TrackingError
from ...tracking.experiment import Experiment
from .rows import stored

NAME = "history.jsonl"
OPEN_NAME = ".history.jsonl.open"


class HistoryFile:
    """Appends values to the file of an experiment."""

    def __init__(self, experiment: Experiment, *, buffered: bool = False) -> None:
        self.experiment = experiment
        self._buffering = 1 << 20 if buffered else 0
        self._file: IO[bytes] | None = None

    def add(self, key: str, step: int, time: float | None, value: Any) -> None:
        """Append one value; what the disk refuses is warned about."""
        if self.experiment._off:
            return
        moment = now() if time is None else time
        line = {"key": key, "step": step, "time": moment, "value": stored(value)}
        text = json.dumps(line, separators=(",", ":"), ensure_ascii=False)
        try:
            if self._file is None:
                self._file = self._opened()
            self._file.write(text.encode("utf-8", "surrogatepass") + b"\n")
        except OSError as error:
            self.experiment._refuse(f"value {key!r}", error)

    def finish(self) -> None:
        """Make the lines an artifact."""
        path = self.experiment.path / OPEN_NAME
        if self._file is None and not path.is_file():
            return
        try:
            if self._file is not None:
                self._file.close()
                self._file = None
            self.experiment.log_artifact(path, NAME)
            path.unlink()
        except (OSError, TrackingError) as error:
            self.experiment._refuse(NAME, error)

    def _opened(self) -> IO[bytes]:
        """Open the file, with the lines of an earlier session at its beginning."""
        path = self.experiment.path / OPEN_NAME
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        number = os.open(path, flags, 0o644)
        size = os.fstat(number).st_size
        cut_short = size > 0 and os.pread(number, 1, size - 1) != b"\n"
        file = os.fdopen(number, "ab", buffering=self._buffering)
        earlier = self.experiment.path / NAME
        if not size and earlier.is_file():
            file.write(earlier.read_bytes())
        elif cut_short:
            file.write(b"\n")
        return file


def read_lines(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines of an experiment's folder; one that a kill cut short ends them.

    Raises:
        StorageError: The file is there and cannot be read.
    """
    path = folder / OPEN_NAME
    if not path.is_file():
        path = folder / NAME
    if not path.is_file():
        return
    try:
        with path.open("rb") as file:
            for line in file:
                try:
                    found = json.loads(line)
                except ValueError:
                    if line.endswith(b"\n"):
                        continue  # what a kill cut short, and a later session went on behind
                    return
                if isinstance(found, dict):
                    yield found
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}") from error
