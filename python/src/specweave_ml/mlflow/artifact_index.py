"""The files of an experiment that MLflow may see, under the paths that it sees them at."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import NamedTuple

from .artifact_place import ArtifactPlace

ARTIFACTS = "artifacts"
"""The folder of an experiment that has what MLflow saves as a run's artifacts."""

LOGGED_MODEL = re.compile(r"models/m-[0-9a-f]{32}/")


class ArtifactFile(NamedTuple):
    """A file that MLflow may see."""

    path: str
    """Within the experiment's folder."""
    size: int


class ArtifactIndex:
    """The files by the path at which MLflow sees them.

    In the folder of a URI these are the artifacts in it. Of a run MLflow sees also what the
    experiment has beside them: artifacts that other programs saved, reports, what was captured in
    `environment/`, and the output; where a name is both, it is MLflow's.
    """

    def __init__(self, place: ArtifactPlace) -> None:
        self._place = place
        start = f"{place.folder}/" if place.folder else ""
        own: dict[str, ArtifactFile] = {}
        others: dict[str, ArtifactFile] = {}
        for file in files_of(place):
            if file.path.startswith(start):
                own[file.path[len(start) :]] = file
            elif place.folder == ARTIFACTS and not LOGGED_MODEL.match(file.path):
                others[file.path] = file
        self.files = {**own, **{name: file for name, file in others.items() if name not in own}}

    def __contains__(self, path: str) -> bool:
        return path in self.files or any(name.startswith(f"{path}/") for name in self.files)

    def below(self, path: str) -> Iterator[tuple[str, bool, int | None]]:
        """Yield what is directly in a folder: its path, whether it is a folder, and its size."""
        start = f"{path}/" if path else ""
        found: dict[str, tuple[bool, int | None]] = {}
        for name, file in self.files.items():
            if name.startswith(start):
                part, slash, _ = name[len(start) :].partition("/")
                found.setdefault(part, (bool(slash), None if slash else file.size))
        for part in sorted(found):
            yield (start + part, *found[part])

    def real_path(self, path: str) -> str | None:
        """Return a file or a folder within the experiment; None for one of several places."""
        if path in self.files:
            return self.files[path].path
        end = f"/{path}" if path else ""
        folders = {
            file.path[: len(file.path) - len(name)].rstrip("/") + end
            for name, file in self.files.items()
            if not path or name.startswith(f"{path}/")
        }
        return folders.pop().lstrip("/") if len(folders) == 1 else None


def files_of(place: ArtifactPlace) -> Iterator[ArtifactFile]:
    """Yield the newest version of every artifact, those in saved folders one by one, and output."""
    for artifact in place.experiment._facts()["artifacts"]:
        if artifact["kept_as"] or artifact["removed"]:
            continue
        path = os.path.join(place.root, artifact["path"])
        if "files" not in artifact["details"] or not os.path.isdir(path):
            yield ArtifactFile(artifact["path"], artifact["size"])
            continue
        for folder, names in files_below(path):
            for name in names:
                file = os.path.join(folder, name)
                yield ArtifactFile(os.path.relpath(file, place.root), os.path.getsize(file))
    for entry in os.scandir(place.root):
        if is_output(entry.name) and entry.is_file():
            yield ArtifactFile(entry.name, entry.stat().st_size)


def is_output(name: str) -> bool:
    """Return whether a file has what the program, or another process of it, printed."""
    return name.startswith("output") and name.endswith(".log")


def files_below(top: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the folders below one, links followed, each once, and the names of their files."""
    seen: set[tuple[int, int]] = set()
    for folder, folders, names in os.walk(top, followlinks=True):
        status = os.stat(folder)
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders.sort()
        yield folder, sorted(name for name in names if os.path.isfile(os.path.join(folder, name)))
