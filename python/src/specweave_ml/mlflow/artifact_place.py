"""Which experiment a URI of artifacts names, and which folder in it.

MLflow's artifacts of a run are in the folder `artifacts` of the experiment, where no name is the
store's, and those of a logged model in `models/m-…`: ``file://<experiment's folder>/artifacts``. So
what expects a local path, as MLflow's own tests do, finds the files. ``specweave:`` may stand
before the path as well.
"""

from __future__ import annotations

import os
from typing import NamedTuple

from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import (
    INVALID_PARAMETER_VALUE,
    PERMISSION_DENIED,
    RESOURCE_DOES_NOT_EXIST,
)
from mlflow.utils.file_utils import local_file_uri_to_path

from ..errors import ExperimentNotFoundError
from ..tracking.experiment import Experiment
from ..tracking.lookup import load_experiment
from .server_uris import serves

SCHEME = "specweave:"
STORE = "/.specweave/increments/"
EXPERIMENTS = "experiments"
ARCHIVE = "_archive"
VIEWS = (".summary.json", "metadata.yaml")


class ArtifactPlace(NamedTuple):
    """Where artifacts are."""

    experiment: Experiment
    folder: str
    """The folder within the experiment's, with `/`; "" is all of it."""

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
        if not serves(path):
            raise MlflowException(
                f"'{uri}' is in another project than the one that is served", PERMISSION_DENIED
            )
        for candidate in (path, archived(path)):
            found = cls._around(candidate)
            if found is not None:
                return found
        raise MlflowException(f"there is no experiment at '{path}'", RESOURCE_DOES_NOT_EXIST)

    @classmethod
    def _around(cls, path: str) -> ArtifactPlace | None:
        """Return the innermost experiment whose folder a path is, or is in."""
        folder = path
        while os.path.basename(folder) != EXPERIMENTS and folder != "/":
            if any(os.path.exists(os.path.join(folder, name)) for name in VIEWS):
                try:
                    experiment = load_experiment(folder)
                except ExperimentNotFoundError:
                    pass
                else:
                    if os.path.samefile(experiment.path, folder):
                        return cls(experiment, normal(os.path.relpath(path, folder)))
            folder = os.path.dirname(folder)
        return None


def normal(path: str) -> str:
    """Return a relative path without `.` and double `/`; "" for the folder itself."""
    plain = os.path.normpath(path)
    return "" if plain == os.curdir else plain


def is_in_experiment(uri: str) -> bool:
    """Return whether a URI is a path in the experiments of an increment, by its text."""
    return STORE in uri and f"/{EXPERIMENTS}/" in uri[uri.index(STORE) :]


def path_of(uri: str) -> str:
    """Return the path in a URI, which must be one in the experiments of an increment.

    Raises:
        MlflowException: It is not.
    """
    if uri.startswith(SCHEME):
        path = "/" + uri.removeprefix(SCHEME).lstrip("/")
    else:
        path = local_file_uri_to_path(uri)
    parts = path.split("/")
    is_plain = ".." not in parts and "." not in parts and "\0" not in path
    if not is_plain or not is_in_experiment(path):
        raise MlflowException(
            f"'{uri}' names no experiment: it must be <project>/.specweave/increments/<increment>/"
            f"experiments/<experiment>, and perhaps a folder in it",
            INVALID_PARAMETER_VALUE,
        )
    return path.rstrip("/")


def archived(path: str) -> str:
    """Return where an experiment of the increment lies once it is archived."""
    start = path.index(STORE)
    end = path.index(f"/{EXPERIMENTS}/", start) + len(f"/{EXPERIMENTS}")
    return f"{path[:end]}/{ARCHIVE}{path[end:]}"
