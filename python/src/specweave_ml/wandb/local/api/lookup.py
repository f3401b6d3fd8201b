"""Which experiments are the runs of a project, and which run is meant."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from ....errors import IncrementNotFoundError
from ....tracking.experiment import Experiment
from ....tracking.lookup import list_experiments
from ...runs.facts import SECTION
from ...runs.places import named_increment
from ..artifacts.names import USUAL_PROJECT
from ..errors import CommError
from .run import Run

MOST_PARTS = 3


def run_facts(experiment: Experiment) -> Mapping[str, Any]:
    """Return what only Weights & Biases knows of an experiment."""
    found = experiment._facts()["facts"].get(SECTION)
    return found if isinstance(found, Mapping) else {}


def project_of(experiment: Experiment) -> str:
    """Return the project of an experiment; one that is no run is of its increment's."""
    facts = run_facts(experiment)
    return str(facts.get("project") or (USUAL_PROJECT if facts else experiment.increment))


def experiments_of(project: str | None) -> list[Experiment]:
    """Return the experiments of a project, the oldest first.

    None is the active increment. A project that names an increment is all of that increment; any
    other one the runs with this project, in whichever increment.

    Raises:
        CommError: There is no such project.
    """
    if not project:
        with suppress(IncrementNotFoundError):
            return by_time(list_experiments(children=True))
        return []
    increment = named_increment(project)
    if increment is not None:
        return by_time(list_experiments(increment.path, children=True))
    found = [one for one in everything() if project_of(one) == project]
    if not found:
        there = ", ".join(dict.fromkeys(project_of(one) for one in everything()))
        raise CommError(f"Could not find project {project}; there are: {there or 'none'}")
    return by_time(found)


def everything() -> list[Experiment]:
    """Return the experiments of all increments."""
    with suppress(IncrementNotFoundError):
        return by_time(list_experiments("all", children=True))
    return []


def by_time(experiments: Any) -> list[Experiment]:
    """Return experiments, the oldest first."""
    return sorted(experiments, key=lambda one: float(one._facts()["created"]))


def split(path: str, most: int = MOST_PARTS) -> tuple[str | None, str | None, str]:
    """Return entity, project and the last part of a path, from the right."""
    parts = [part for part in path.strip("/").replace(":", "/").split("/") if part]
    if len(parts) > 2 and parts[-2] in ("runs", "sweeps"):
        del parts[-2]
    if not parts or len(parts) > most:
        raise ValueError(f"a path is 'entity/project/id', with one part to {most}, not {path!r}")
    filled = [None] * (MOST_PARTS - len(parts)) + parts
    return filled[0], filled[1], parts[-1]


def find_run(path: str) -> Run:
    """Return the run of ``[entity/][project/]id``; the id may be the experiment's name.

    Raises:
        CommError: There is none.
    """
    _, project, name = split(path)
    candidates = everything() if project is None else experiments_of(project)
    for fits in (is_of_id, is_of_name):
        found = [one for one in candidates if fits(one, name)]
        if found:
            return Run(found[-1])
    raise CommError(f"Could not find run {path}")


def is_of_id(experiment: Experiment, name: str) -> bool:
    """Return whether a run has this id."""
    return name == run_facts(experiment).get("id") or name == experiment._facts()["id"]


def is_of_name(experiment: Experiment, name: str) -> bool:
    """Return whether an experiment is called so."""
    named = (experiment.path.name, experiment.name, experiment.label)
    return name in (*named, run_facts(experiment).get("name"))


def run_of_facts(facts: Mapping[str, Any]) -> Run | None:
    """Return the run that an artifact says; None if it is gone."""
    for experiment in everything():
        if experiment._facts()["id"] == facts.get("id"):
            return Run(experiment)
    return None
