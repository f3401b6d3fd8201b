"""The files of a run: what its experiment has saved."""

from __future__ import annotations

import fnmatch
import hashlib
import io
import mimetypes
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, overload

from ....tracking.experiment import Experiment


class File:
    """A file of a run."""

    def __init__(self, experiment: Experiment, facts: dict[str, Any], path: Path) -> None:
        self._path = path
        self._facts = facts
        self._experiment = experiment
        self.name = str(facts["path"])
        self.size = int(facts.get("size", 0))
        self.mimetype = mimetypes.guess_type(self.name)[0] or "application/octet-stream"
        self.sha256 = facts.get("sha256")

    @property
    def md5(self) -> str:
        """The MD5 of its content."""
        return hashlib.md5(self._path.read_bytes(), usedforsecurity=False).hexdigest()

    @property
    def url(self) -> str:
        """Where it is."""
        return self._path.as_uri()

    direct_url = url

    @property
    def path_uri(self) -> str:
        """Where it is."""
        return self.url

    def download(
        self,
        root: str | os.PathLike[str] = ".",
        replace: bool = False,
        exist_ok: bool = False,
        api: Any = None,
    ) -> io.TextIOWrapper:
        """Copy the file below a folder, and return it opened.

        Raises:
            ValueError: There is a file of this name already, and neither argument allows that.
        """
        target = Path(root, self.name)
        if target.exists() and not replace:
            if exist_ok:
                return target.open()
            raise ValueError(
                f"{target} exists already; replace=True replaces it, exist_ok=True keeps it"
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self._path, target)
        return target.open()

    def __repr__(self) -> str:
        return f"<File {self.name} ({self.mimetype}) {self.size} bytes>"


class Files(Sequence[File]):
    """The files of a run."""

    def __init__(
        self, experiment: Experiment, names: Sequence[str] | None, pattern: str | None
    ) -> None:
        self._files: list[File] = []
        for facts in experiment.artifacts:
            path = str(facts["path"])
            if facts.get("kept_as") or (names is not None and path not in names):
                continue
            if pattern is None or fnmatch.fnmatch(path, pattern.replace("%", "*")):
                self._files.append(File(experiment, facts, experiment.path / path))

    @overload
    def __getitem__(self, index: int) -> File: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[File]: ...
    def __getitem__(self, index: int | slice) -> File | Sequence[File]:
        return self._files[index]

    def __len__(self) -> int:
        return len(self._files)

    def __repr__(self) -> str:
        return f"<Files ({len(self)})>"
