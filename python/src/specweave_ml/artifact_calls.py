"""Saving and loading artifacts; the work is done in the package `artifacts`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._native.experiment_handle import LoggingPolicy

if TYPE_CHECKING:
    from .experiment import Experiment

NOTHING: Any = object()


class ArtifactCalls(LoggingPolicy):
    """``save_artifact``, ``log_artifact``, ``save_model``, ``load_artifact``.

    These raise when they fail: when they return, the file is there, whole and hashed.
    """

    def save_artifact(self, name: str | os.PathLike[str], obj: Any = NOTHING) -> str:
        """Save an object under a name whose extension says how; with one argument, copy a path.

        Returns the path within the experiment's folder.
        """
        from .artifacts import save

        if obj is NOTHING:
            return save(self, None, name)
        return save(self, os.fspath(name), obj)

    def log_artifact(
        self,
        path: str | os.PathLike[str],
        name: str | None = None,
        *,
        follow_links: bool = False,
    ) -> str:
        """Copy a file or a folder into the experiment, under its own name or another.

        Links in a folder are followed where they lead to something in it, or into a cache that
        names files by their content, as those of Hugging Face, DVC and git-annex;
        ``follow_links=True`` follows the others too. What is not copied is warned about: links that
        lead out, to nothing or in a circle, pipes and sockets, names that are not UTF-8. Of a file
        that grows meanwhile what it held at first is copied.

        Raises `InvalidArgumentError` for an empty path and for ``"."``: the working directory is
        copied only by its full path, ``Path.cwd()``, and no folder that holds the experiment is.
        """
        from .artifacts.saving import copy

        return copy(self, path, name, follow_links=follow_links)

    def save_model(self, model: Any, name: str | None = None) -> str:
        """Save a model in its native format, or as a pickle; by default as ``model.…``."""
        from .artifacts import save_model

        return save_model(self, model, name)

    def load_artifact(self, name: str, *, trust: bool = False) -> Any:
        """Load an artifact; a pickle only with ``trust=True``, for loading one runs its code."""
        from .artifacts import load

        return load(self, name, trust=trust)

    def artifact_versions(self, name: str) -> list[dict[str, Any]]:
        """Every version of an artifact, the newest first.

        Each has ``version``, ``size`` (bytes), ``sha256``, ``kind``, ``details`` and ``file``,
        where it lies. Raises `NotFoundError` if there is no artifact of that name.
        """
        from .artifacts.lineage import versions

        return versions(self, name)

    def use_artifact(self, experiment: Experiment | str, name: str) -> Path:
        """Note that this experiment uses an artifact of another one, and return its path.

        The note says which experiment made it, which version it is and its SHA-256, so that
        `find_artifact` finds this experiment too. ``experiment`` may be given by its name. Raises
        `NotFoundError` if there is no artifact of that name.

        Example:
            >>> frame = pandas.read_csv(exp.use_artifact("preprocessing", "clean.csv"))
        """
        from .artifacts.lineage import use

        return use(self, experiment, name)
