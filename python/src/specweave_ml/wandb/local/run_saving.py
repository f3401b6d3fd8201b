"""``run.save``, ``run.restore`` and ``run.log_code``: files of a run."""

from __future__ import annotations

import glob as globbing
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

from ...errors import TrackingError
from ..runs.places import entry_of_run, increment_of
from . import current, notices, terminal
from .folder import NAME
from .run_artifacts import RunArtifacts

REMOTE = ("gs://", "s3://", "http://", "https://")
POLICIES = ("live", "end", "now")
UNWANTED = frozenset({".specweave", ".git", "wandb", "__pycache__", ".venv", "node_modules"})


class RunSaving(RunArtifacts):
    """The calls that keep files."""

    def save(
        self,
        glob_str: str | os.PathLike[str] | bytes | None = None,
        base_path: str | os.PathLike[str] | None = None,
        policy: str = "live",
        glob: bool = True,
    ) -> bool | list[str]:
        """Copy files into the run, where they are artifacts when it ends.

        Args:
            glob_str: A path, or a pattern of several. Without one nothing is done.
            base_path: The folder below which the folders of the files are kept; by default the
                working directory, and for an absolute path the folder around the file's folder.
            policy: "live" and "end" copy a file again when the run ends; "now" does not.
            glob: False takes the path as it is, with its stars and brackets.

        Returns:
            The paths of the copies.
        """
        self._require_open("save")
        if glob_str is None:
            return True  # how a run's new name was once stored
        text = os.fsdecode(glob_str) if isinstance(glob_str, bytes) else os.fspath(glob_str)
        if text.startswith(REMOTE):
            terminal.termlog(f"{text} is a cloud storage url, can't save file to W&B.")
            return []
        if policy not in POLICIES:
            raise ValueError('Only "live", "end" and "now" policies are currently supported.')
        pattern = os.path.abspath(text)
        if base_path is not None:
            base = Path(os.path.abspath(base_path))
        elif os.path.isabs(text):
            base = Path(pattern).parent.parent
            own = Path(self.dir)
            base = own if Path(pattern).is_relative_to(own) else base
        else:
            base = Path.cwd()
        if not Path(pattern).is_relative_to(base):
            raise ValueError(f"{text!r} is not below the base path {str(base)!r}")
        found = sorted(globbing.glob(pattern, recursive=True)) if glob else [pattern]
        saved = []
        for path in files_of(found):
            place = path.relative_to(base)
            target = self._folder.save(path, place)
            if policy != "now":
                self._folder.copied[target] = path
            saved.append(str(target))
        return saved

    def restore(
        self,
        name: str,
        run_path: str | None = None,
        replace: bool = False,
        root: str | os.PathLike[str] | None = None,
    ) -> TextIO | None:
        """Open a file of this run or of another one; None if there is none of this name."""
        return restore(name, run_path or self.path, replace, root or self.dir)

    def log_code(
        self,
        root: str | os.PathLike[str] | None = ".",
        name: str | None = None,
        include_fn: Callable[..., bool] | None = None,
        exclude_fn: Callable[..., bool] | None = None,
    ) -> Any:
        """Keep the code below a folder as an artifact of the type "code".

        The experiment has the code that runs anyway; this adds files that are not imported.

        Args:
            root: The folder.
            name: The name of the artifact; by default it is made of the project.
            include_fn: Called with a path, and the root if it takes two; by default Python files,
                requirements and Dockerfiles.
            exclude_fn: Called alike for what is left out.

        Returns:
            The artifact; None if no file was found.
        """
        self._require_open("log_code")
        top = Path(os.path.abspath(root or "."))
        wanted = [
            path
            for path in code_below(top)
            if asked(include_fn or is_code, path, top)
            and not (exclude_fn is not None and asked(exclude_fn, path, top))
        ]
        if not wanted:
            notices.once("log_code", f"no code was found below {top}")
            return None
        return self._log_code_files(name or f"source-{self.project}", top, wanted)


def files_of(paths: list[str]) -> Iterator[Path]:
    """Yield the files of paths, all of a folder."""
    for text in paths:
        path = Path(text)
        if path.is_dir():
            yield from (inside for inside in sorted(path.rglob("*")) if inside.is_file())
        elif path.is_file():
            yield path


def code_below(top: Path) -> Iterator[Path]:
    """Yield all files below a folder, but for folders that are no code of the user's."""
    for folder, folders, files in os.walk(top):
        folders[:] = sorted(name for name in folders if name not in UNWANTED)
        yield from (Path(folder, name) for name in sorted(files))


def is_code(path: str) -> bool:
    """Return whether a file is code, or says what it needs."""
    name = os.path.basename(path)
    return name.endswith(".py") or name == "requirements.txt" or name.startswith("Dockerfile")


def asked(function: Callable[..., bool], path: Path, top: Path) -> bool:
    """Return what a function of the user's says, called with one argument or two."""
    try:
        import inspect

        inspect.signature(function).bind(str(path), str(top))
    except TypeError:
        return bool(function(str(path)))
    return bool(function(str(path), str(top)))


def restore(
    name: str,
    run_path: str | None = None,
    replace: bool = False,
    root: str | os.PathLike[str] | None = None,
) -> TextIO | None:
    """Open a file that a run has saved, copied to a folder.

    Args:
        name: Its path in the run.
        run_path: Entity, project and id, or the last two, or the id; None is the open run.
        replace: Copy it even if there is such a file already.
        root: Where it is copied to: the folder of the open run, or the working directory.

    Returns:
        The file, open for reading; None if the run has none of this name.

    Raises:
        ValueError: No run is open, and none is named.
        CommError: There is no such run.
    """
    from .errors import CommError

    opened = current.run()
    if run_path is None and opened is None:
        raise ValueError("run_path required when calling wandb.restore before wandb.init")
    folder = Path(root if root is not None else opened.dir if opened is not None else ".")
    target = folder / name
    if target.is_file() and not replace:
        return target.open(encoding="utf-8", errors="surrogateescape")
    if opened is not None and opened.disabled:
        return None
    if opened is not None and run_path in (None, opened.path, opened.id):
        source = Path(opened.dir) / name
    else:
        parts = (run_path or "").strip("/").split("/")
        project = parts[-2] if len(parts) > 1 else None
        entry = entry_of_run(increment_of(project), parts[-1], project)
        if entry is None:
            raise CommError(f"there is no run {run_path}")
        source = Path(str(entry.facts["path"])) / NAME / name
    if not source.is_file():
        return None
    try:
        if source != target:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    except OSError as error:
        raise TrackingError(f"{source} was not copied to {target}: {error}") from error
    return target.open(encoding="utf-8", errors="surrogateescape")
