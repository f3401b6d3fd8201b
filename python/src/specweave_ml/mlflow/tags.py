"""Tags: pairs of a key and a value in MLflow.

They are members ``tags.<key>`` of the section ``mlflow`` of a run's facts, where None stands for
one that was deleted. The store's own tags have no value: MLflow shows an empty one. The description
is ``mlflow.note.content``, the name ``mlflow.runName``, the experiment around it
``mlflow.parentRunId``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_DOES_NOT_EXIST
from mlflow.utils.mlflow_tags import (
    MLFLOW_GIT_COMMIT,
    MLFLOW_PARENT_RUN_ID,
    MLFLOW_RUN_NAME,
    MLFLOW_RUN_NOTE,
    MLFLOW_SOURCE_NAME,
    MLFLOW_SOURCE_TYPE,
    MLFLOW_USER,
)

from .._native.library import library
from .._native.text import encoded
from . import fact_sections
from .fact_sections import is_plain
from .run_handles import OpenRun
from .tracking_errors import recorded

SECTION = fact_sections.RUN
MEMBER = fact_sections.TAG
USER = fact_sections.USER


def tags_of(facts: dict[str, Any]) -> dict[str, str]:
    """Return all tags of an experiment, as MLflow shows them."""
    sections = facts["facts"]
    section: dict[str, Any] = sections.get(SECTION, {})
    tags = dict.fromkeys(facts["tags"], "")
    if not is_by_mlflow(section):
        tags |= described(sections)
    tags[MLFLOW_RUN_NAME] = facts["name"]
    if facts["parent"]:
        tags[MLFLOW_PARENT_RUN_ID] = facts["parent"]
    note = sections.get("about", {}).get("description")
    if note:
        tags[MLFLOW_RUN_NOTE] = note
    for member, value in section.items():
        if member.startswith(MEMBER):
            if value is None:
                tags.pop(member[len(MEMBER) :], None)
            else:
                tags[member[len(MEMBER) :]] = value
    return tags


def is_by_mlflow(marks: dict[str, Any]) -> bool:
    """Return whether MLflow started a run, by what only MLflow knows of it."""
    return USER in marks


def described(sections: dict[str, Any]) -> dict[str, str]:
    """Return what MLflow's client would have said of a program that did not use it."""
    arguments = sections.get("command", {}).get("arguments") or []
    program = next((text for text in arguments[1:] if not text.startswith("-")), None)
    found = {
        MLFLOW_USER: sections.get("about", {}).get("author"),
        MLFLOW_SOURCE_NAME: program or (arguments[0] if arguments else None),
        MLFLOW_SOURCE_TYPE: "LOCAL" if arguments else None,
        MLFLOW_GIT_COMMIT: sections.get("git", {}).get("commit"),
    }
    return {key: str(value) for key, value in found.items() if value}


def set_tags(run: OpenRun, tags: Iterable[Any]) -> None:
    """Set tags of a run, each where it belongs."""
    members: dict[str, Any] = {}
    for tag in tags:
        key, value = tag.key, str(tag.value)
        if key == MLFLOW_RUN_NOTE:
            run.log_fact("about", {"description": value})
        elif is_plain(key, value) and run.marks.get(MEMBER + key) is None:
            code = library().et_experiment_add_tag(run.experiment._native, encoded(key))
            recorded(run.experiment, code, f"tag {key!r}")
        else:
            members[MEMBER + key] = value
        if key == MLFLOW_RUN_NAME:
            members["run_name"] = value
    if members:
        run.log_fact(SECTION, members)


def delete_tag(run: OpenRun, key: str) -> None:
    """Delete a tag of a run.

    Raises:
        MlflowException: It has no such tag.
    """
    facts = run.facts
    if key not in tags_of(facts):
        raise MlflowException(
            f"No tag with name: {key} in run with id {run.run_id}", RESOURCE_DOES_NOT_EXIST
        )
    if key in facts["tags"]:
        code = library().et_experiment_remove_tag(run.experiment._native, encoded(key))
        recorded(run.experiment, code, f"tag {key!r}")
    if key == MLFLOW_RUN_NOTE:
        run.log_fact("about", {"description": None})
    run.log_fact(SECTION, {MEMBER + key: None})
