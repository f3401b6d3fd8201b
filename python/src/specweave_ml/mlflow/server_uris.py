"""Where MLflow's server says that artifacts are.

``mlflow server --backend-store-uri specweave:`` tells its clients to send artifacts to it: those of
a run are at ``mlflow-artifacts:/<experiment>/<run>/artifacts``. It puts what it is sent below its
``--artifacts-destination``, which is the project unless another one is given, so that the files are
in the experiments.
"""

from __future__ import annotations

import os
from pathlib import Path

from .._native.projects import project_path
from .store_uri import SCHEME, StorePlace

BACKEND = "_MLFLOW_SERVER_FILE_STORE"
ROOT = "_MLFLOW_SERVER_ARTIFACT_ROOT"
DESTINATION = "_MLFLOW_SERVER_ARTIFACT_DESTINATION"
SERVES = "_MLFLOW_SERVER_SERVE_ARTIFACTS"
"""The variables that MLflow sets for the processes of its server."""

NOT_GIVEN = "./mlartifacts"
"""The destination that MLflow takes where none is given."""

NO_ROOT_GIVEN = "./mlruns"
"""The root that MLflow takes where none is given and the server does not pass artifacts on."""


def of_experiment(experiment_id: str) -> str | None:
    """Return where clients of the server in this process find artifacts; None in any other."""
    root = root_for_clients()
    return None if root is None else f"{root}/{experiment_id}"


def of_run(experiment_id: str, run_id: str) -> str | None:
    """Return where clients of the server in this process find a run's; None in any other."""
    root = root_for_clients()
    return None if root is None else f"{root}/{experiment_id}/{run_id}/artifacts"


def of_model(experiment_id: str, model_id: str) -> str | None:
    """Return where clients of the server in this process find a model's; None in any other."""
    root = root_for_clients()
    return None if root is None else f"{root}/{experiment_id}/models/{model_id}/artifacts"


def serves(path: str | Path) -> bool:
    """Return whether clients may be given what is at a path: of the project of the server only.

    A client says by itself where the files of a model are that it registers. In a process that is
    no server everything may be read.
    """
    backend = os.environ.get(BACKEND, "")
    if not backend.startswith(f"{SCHEME}:"):
        return True
    served = StorePlace.of(backend).project
    return os.path.realpath(project_path(path)) == os.path.realpath(served)


def chosen_root(default_artifact_root: str | None) -> str | None:
    """Return the root that somebody has chosen for the artifacts of new experiments.

    None where MLflow names its own, since artifacts then are in the experiments.
    """
    root = default_artifact_root or ""
    is_ours = root.startswith(("mlflow-artifacts:", "specweave:"))
    return None if is_ours or root in ("", NO_ROOT_GIVEN) else root


def root_for_clients() -> str | None:
    """Return how the URIs begin that the server gives its clients, if it passes artifacts on."""
    root = os.environ.get(ROOT, "")
    if os.environ.get(SERVES) != "true" or not root.startswith("mlflow-artifacts:"):
        return None
    return root.rstrip("/")


def take_artifacts(project: str) -> None:
    """Let the server in this process, if it is one, put artifacts into the experiments.

    Another destination than MLflow's own stays, since the user has chosen it.
    """
    if root_for_clients() is not None and os.environ.get(DESTINATION) == NOT_GIVEN:
        os.environ[DESTINATION] = f"specweave:{project}"
