"""``run.dir``: a folder for files of the run, which become artifacts when it ends."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ..._native.warn import warn
from ...artifacts.writer import written
from ...errors import TrackingError
from ...tracking.experiment import Experiment

NAME = "files"
"""The folder within the experiment's folder, and before the names of its artifacts."""
MOVED = ".moved-"


class RunFolder:
    """The folder of one run."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        if experiment._off:
            self.path = Path(tempfile.mkdtemp(prefix="wandb-disabled-"))
        else:
            self.path = experiment.path / NAME
        self.copied: dict[Path, Path] = {}
        """Files elsewhere that are copied into it again at the end, by their places in it."""

    def open(self) -> Path:
        """Return the folder; it is made when it is first asked for."""
        if not self.experiment.closed or self.path.is_dir():
            self.path.mkdir(parents=True, exist_ok=True)
        return self.path

    def save(self, source: Path, place: Path) -> Path:
        """Copy a file into the folder, unless it lies there; return where it is then."""
        target = self.open() / place
        if target.exists() and source.samefile(target):
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".partial-{os.getpid()}-{target.name}")
        shutil.copy2(source, partial)
        partial.replace(target)
        return target

    def finish(self) -> None:
        """Record what lies in the folder; a file that is recorded and the same stays as it is."""
        if self.experiment._off:
            shutil.rmtree(self.path, ignore_errors=True)
            return
        for target, source in self.copied.items():
            try:
                if source.is_file():
                    self.save(source, target.relative_to(self.path))
            except OSError as error:
                warn(f"{source} was not saved again at the end: {error}")
        if not self.path.is_dir():
            return
        known = {
            str(saved["path"]): int(saved["size"])
            for saved in self.experiment._facts()["artifacts"]
            if not saved["kept_as"] and not saved["removed"]
        }
        for path in self._files():
            name = f"{NAME}/{path.relative_to(self.path).as_posix()}"
            try:
                if not (name in known and self._is_as_saved(name, path, known[name])):
                    self._record(path, name)
            except (OSError, TrackingError) as error:
                warn(f"{path} was not recorded: {error}")
        self._remove_empty()

    def _files(self) -> Iterator[Path]:
        """Yield the files, but for links that lead out of the folder."""
        for folder, folders, files in os.walk(self.path):
            folders.sort()
            for name in sorted(files):
                path = Path(folder, name)
                inside = path.resolve().is_relative_to(self.path.resolve())
                if path.is_symlink() and not inside:
                    warn(f"{path} was not recorded: it is a link that leads out of the folder")
                elif path.is_file():
                    yield path

    def _is_as_saved(self, name: str, path: Path, size: int) -> bool:
        """Return whether an artifact is still the file that was saved."""
        if path.stat().st_size != size:
            return False
        try:
            self.experiment.check_artifact(name)
        except TrackingError:
            return False
        return True

    def _record(self, path: Path, name: str) -> None:
        """Make a file an artifact in its place; if that fails it stays what it is."""
        aside = path.with_name(f"{MOVED}{os.getpid()}-{path.name}")
        with written(self.experiment, name, "file", {}) as place:
            try:
                os.link(path, place, follow_symlinks=True)
            except OSError:
                shutil.copy2(path, place)
            path.rename(aside)
        aside.unlink()

    def _remove_empty(self) -> None:
        """Remove the folder if nothing is in it."""
        for folder, _, _ in os.walk(self.path, topdown=False):
            if not any(Path(folder).iterdir()):
                Path(folder).rmdir()
