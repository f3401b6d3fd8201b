"""Artifacts of runs by the plain paths that MLflow is given for them.

Other programs read the files where they lie. What MLflow writes to such a path goes through the
library all the same, so that it is hashed and versioned: where a path leads into an experiment, the
repository of MLflow for local files is replaced by ours, in a process that uses our store.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

from .store_uri import increment_in

SCHEMES = ("", "file")


def offer_artifacts() -> None:
    """Let MLflow's repository of a path into an experiment be ours from now on."""
    from mlflow.store.artifact import artifact_repository_registry

    table = artifact_repository_registry._artifact_repository_registry
    for scheme in SCHEMES:
        theirs = table._registry.get(scheme)
        if theirs is not None and not isinstance(theirs, LocalArtifacts):
            table.register(scheme, LocalArtifacts(theirs))


class LocalArtifacts:
    """Makes our repository for a path into an experiment, and MLflow's for any other."""

    def __init__(self, theirs: Callable[..., Any]) -> None:
        self.theirs = theirs
        self.__wrapped__ = theirs  # whose arguments MLflow looks at

    def __call__(self, artifact_uri: str, *arguments: Any, **named: Any) -> Any:
        """Return the repository of a URI."""
        path = path_in_experiment(artifact_uri)
        if path is None:
            return self.theirs(artifact_uri, *arguments, **named)
        from .artifact_repository import SpecweaveArtifactRepository

        return SpecweaveArtifactRepository(f"specweave:{path}", *arguments, **named)


def path_in_experiment(uri: str) -> str | None:
    """Return the absolute path that a URI is, if it leads into an experiment."""
    path = unquote(urlsplit(uri).path) if uri.startswith("file:") else uri
    path = os.path.abspath(path)
    if "/experiments/" not in path or increment_in(path) is None:
        return None
    return path
