"""Recording the files that a piece of code writes below a folder."""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar, cast

from .._native.warn import warn
from ..errors import InvalidArgumentError, TrackingError
from .current import current_experiment
from .experiment import Experiment

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
Stamp = tuple[int, int, int]

NEVER = frozenset({".specweave", ".git", "__pycache__"})
"""Folders whose files are not results."""


class track_artifacts:  # noqa: N801 - called as a function, in the document too
    """Record the files that the code writes below a folder, as a block or as a decorator.

    Files that are new or changed at the end become artifacts, named with the folder's own name:
    ``outputs/plots/roc.png``. When the block raises, what it has written is recorded too.
    Links, and what lies in ``.specweave``, ``.git`` and ``__pycache__``, are left alone.

    Args:
        folder: The folder; it may not exist yet.
        experiment: Where they are recorded; None is the one whose block is open.

    Raises:
        InvalidArgumentError: There is no experiment to record them in, or the path is empty.
        StorageError: A file cannot be saved.

    Example:
        >>> with track_experiment("xgboost-v1"), track_artifacts("outputs/") as recorded:
        ...     plot_everything("outputs/")
        >>> recorded.paths
        ['outputs/roc.png']
    """

    def __init__(
        self, folder: str | os.PathLike[str], experiment: Experiment | None = None
    ) -> None:
        if not os.fspath(folder):
            raise InvalidArgumentError(
                "track_artifacts(''): the path is empty; for the working directory give '.'"
            )
        self.folder = Path(folder)
        self.experiment = experiment
        self.paths: list[str] = []
        """After the block: the artifacts, in the order of their names."""
        self._before: dict[Path, Stamp] = {}
        self._root = self.folder

    def __enter__(self) -> track_artifacts:
        self.experiment = self.experiment or current_experiment()
        if self.experiment is None:
            raise InvalidArgumentError(
                f"track_artifacts({os.fspath(self.folder)!r}): no experiment is open; start one "
                f"around it, or pass it: track_artifacts(folder, experiment=exp)"
            )
        self._root = self.folder.absolute()  # the code may change the working directory
        self._before = dict(stamped(self._root))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.record()
        except TrackingError as problem:
            # The user's own exception is the one to see.
            if error is None:
                raise
            warn(f"not all files of {self.folder} were recorded: {problem}")

    def record(self) -> None:
        """Save what is new or changed since the block was entered."""
        experiment = self.experiment
        name = Path(os.path.normpath(self._root)).name
        for path, stamp in sorted(stamped(self._root)):
            if experiment is not None and self._before.get(path) != stamp:
                target = f"{name}/{path.relative_to(self._root).as_posix()}"
                self.paths.append(experiment.log_artifact(path, target))
                self._before[path] = stamp

    def __call__(self, function: Decorated) -> Decorated:
        """Return the function, the files of each of its calls recorded."""
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def awaited(*arguments: Any, **named: Any) -> Any:
                with track_artifacts(self.folder, self.experiment):
                    return await function(*arguments, **named)

            return cast("Decorated", awaited)

        @functools.wraps(function)
        def called(*arguments: Any, **named: Any) -> Any:
            with track_artifacts(self.folder, self.experiment):
                return function(*arguments, **named)

        return cast("Decorated", called)


def stamped(folder: Path) -> Iterator[tuple[Path, Stamp]]:
    """Yield each file below a folder with what changes when it is written."""
    for directory, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in NEVER]
        for name in files:
            path = Path(directory, name)
            try:
                facts = path.lstat()
            except OSError:
                continue  # it was there a moment ago: a temporary file
            if path.is_file() and not path.is_symlink():
                yield path, (facts.st_mtime_ns, facts.st_size, facts.st_ino)
