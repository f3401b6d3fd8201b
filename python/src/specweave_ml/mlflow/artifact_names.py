"""What an artifact of a run is called in MLflow, and where it lies in the experiment's folder.

Nearly always that is one path. The differences: what MLflow itself saves lies in `artifacts/`, and
a name that the store keeps for its own files, or that not every computer can check out, has another
one here; what it is called in MLflow is then recorded with the artifact.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from .._native.projects import folder_name
from . import fact_sections
from .experiment_record import FOLDER, artifacts_of, current_artifacts
from .fact_sections import ARTIFACTS
from .tags import SECTION, is_by_mlflow

NAME_THERE = fact_sections.NAME_THERE


def known_by_name(facts: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the newest version of each artifact by its path in MLflow."""
    return {
        str(artifact["details"].get(NAME_THERE, artifact["path"])): artifact
        for artifact in current_artifacts(facts)
    }


def places_for(name: str) -> Iterator[str]:
    """Yield the paths that an artifact of MLflow may get here, the first that is free is taken."""
    yield name
    yield f"{ARTIFACTS}/{name}"
    yield "/".join([ARTIFACTS, *map(portable, name.split("/"))])


def portable(part: str) -> str:
    """Return the name that every computer takes for a part of a path; it keeps its ending."""
    plain = folder_name(part)
    ending = os.path.splitext(part)[1]
    return plain if plain == part or not ending[1:].isalnum() else f"{plain}{ending}"


def names_for_sending(facts: dict[str, Any]) -> dict[str, str]:
    """Return the path that each artifact of an experiment gets in another MLflow, by its own.

    Of a run that MLflow made, artifacts are called there as MLflow calls them here.
    """
    wanted = artifacts_of(facts)
    names = {path: path for path in wanted}
    if not is_by_mlflow(facts["facts"].get(SECTION, {})):
        return names
    folders = {folder for path in wanted for folder in folders_of(path)}
    for path in wanted:
        rest = path.removeprefix(f"{ARTIFACTS}/")
        is_free = rest not in wanted and rest not in folders
        if is_free and rest.split("/")[0] != FOLDER and not any(map(wanted.get, folders_of(rest))):
            names[path] = rest
    return names


def folders_of(path: str) -> Iterator[str]:
    """Yield the folders that a path is in."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
