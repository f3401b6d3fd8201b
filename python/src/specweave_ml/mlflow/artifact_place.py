"""Which experiment a URI of artifacts names, and which folder in it.

``specweave:<path of an experiment's folder>`` is all of its artifacts, and
``specweave:<path of an experiment's folder>/models/m-1`` those in a folder of it, as MLflow's
logged models have one each.
"""

from __future__ import annotations

import os
from typing import NamedTuple

from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE, RESOURCE_DOES_NOT_EXIST

from ..errors import ExperimentNotFoundError
from ..tracking.experiment import Experiment
from ..tracking.lookup import load_experiment

SCHEME = "specweave:"
ARCHIVE = "_archive"
VIEWS = (".summary.json", "metadata.yaml")


class ArtifactPlace(NamedTuple):
    """Where artifacts are."""

    experiment: Experiment
    folder: str
    """The folder within the experiment's, with `/`; "" is all of it."""

    def inner(self, path: str | None) -> str:
        """Return a path of MLflow's, which starts in the folder, as one of the experiment's."""
        return os.path.normpath(os.path.join(self.folder, path or "")).removeprefix(".")

    @property
    def root(self) -> str:
        """The experiment's folder."""
        return str(self.experiment.path)

    @classmethod
    def of(cls, uri: str) -> ArtifactPlace:
        """Open the experiment.

        Raises:
            MlflowException: The URI names none, or it is not there.
        """
        path = path_of(uri)
        for candidate in (path, archived(path)):
            found = cls._around(candidate)
            if found is not None:
                return found
        raise MlflowException(f"there is no experiment at '{path}'", RESOURCE_DOES_NOT_EXIST)

    @classmethod
    def _around(cls, path: str) -> ArtifactPlace | None:
        """Return the innermost experiment whose folder a path is, or is in."""
        folder = path
        while os.path.basename(folder) != "experiments" and folder != "/":
            if any(os.path.exists(os.path.join(folder, name)) for name in VIEWS):
                try:
                    experiment = load_experiment(folder)
                except ExperimentNotFoundError:
                    pass
                else:
                    if os.path.samefile(experiment.path, folder):
                        return cls(experiment, os.path.relpath(path, folder).removeprefix("."))
            folder = os.path.dirname(folder)
        return None


def path_of(uri: str) -> str:
    """Return the path in a URI, which must be one in the experiments of an increment.

    Raises:
        MlflowException: It is not.
    """
    path = "/" + uri.removeprefix(SCHEME).lstrip("/")
    parts = path.split("/")
    is_plain = ".." not in parts and "." not in parts and "\0" not in path
    if not is_plain or "experiments" not in parts[start_of_increment(parts) :]:
        raise MlflowException(
            f"'{uri}' names no experiment: it must be specweave:<project>/.specweave/increments/"
            f"<increment>/experiments/<experiment>",
            INVALID_PARAMETER_VALUE,
        )
    return path.rstrip("/")


def start_of_increment(parts: list[str]) -> int:
    """Return the place after ``.specweave/increments`` in a path; its end if that is not there."""
    for place in range(len(parts) - 1, 1, -1):
        if parts[place - 2 : place] == [".specweave", "increments"]:
            return place
    return len(parts)


def archived(path: str) -> str:
    """Return where an experiment of the increment lies once it is archived."""
    parts = path.split("/")
    place = parts.index("experiments", start_of_increment(parts)) + 1
    return "/".join([*parts[:place], ARCHIVE, *parts[place:]])
