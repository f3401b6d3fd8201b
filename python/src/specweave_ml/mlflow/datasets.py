"""Datasets: what `mlflow.log_input` describes is an entry of the section ``data``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from mlflow.entities import Dataset, DatasetInput, InputTag
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INTERNAL_ERROR
from mlflow.utils.mlflow_tags import MLFLOW_DATASET_CONTEXT

from . import fact_sections
from .fact_sections import data_entry, data_name
from .run_handles import OpenRun

SECTION = fact_sections.DATA
MEMBER = fact_sections.DATASET

MAXIMUM_DIGEST = 36


def inputs_of(sections: dict[str, Any]) -> list[DatasetInput]:
    """Return the data of an experiment as MLflow's inputs."""
    entries: dict[str, Any] = sections.get(SECTION, {})
    return [input_of(name, entry) for name, entry in entries.items() if isinstance(entry, dict)]


def input_of(name: str, entry: dict[str, Any]) -> DatasetInput:
    """Return an entry as MLflow's input: as it was logged there, or as near as can be."""
    kept = entry.get(MEMBER)
    if isinstance(kept, dict):
        tags = [InputTag(key, value) for key, value in kept.get("tags", {}).items()]
        return DatasetInput(
            Dataset(
                name=kept["name"],
                digest=kept["digest"],
                source_type=kept["source_type"],
                source=kept["source"],
                schema=kept.get("schema"),
                profile=kept.get("profile"),
            ),
            tags,
        )
    described = {key: value for key, value in entry.items() if key != "left_out"}
    return DatasetInput(
        Dataset(
            name=name,
            digest=str(entry.get("sha256") or entry.get("digest") or "unknown")[:MAXIMUM_DIGEST],
            source_type="specweave",
            source=json.dumps({"path": entry.get("path")}),
            profile=json.dumps(described),
        ),
        [],
    )


def log_inputs(run: OpenRun, inputs: Iterable[DatasetInput]) -> None:
    """Log what went into a run; a dataset that it has already stays as it was."""
    known: dict[str, Any] = run.facts["facts"].get(SECTION, {})
    there = {(one.dataset.name, one.dataset.digest) for one in inputs_of({SECTION: known})}
    members: dict[str, Any] = {}
    for one in inputs:
        dataset = one.dataset
        if dataset is None:
            raise MlflowException(
                "Dataset input must have a dataset associated with it.", INTERNAL_ERROR
            )
        if (dataset.name, dataset.digest) in there:
            continue
        there.add((dataset.name, dataset.digest))
        taken = dataset.name in known or dataset.name in members
        name = data_name(dataset.name, dataset.digest, taken=taken)
        members[name] = entry_of(dataset, one.tags or [])
    if members:
        run.log_fact(SECTION, members)


def entry_of(dataset: Dataset, tags: Iterable[InputTag]) -> dict[str, Any]:
    """Return a dataset as an entry of the section."""
    kept = {
        "name": dataset.name,
        "digest": dataset.digest,
        "source_type": dataset.source_type,
        "source": dataset.source,
        "schema": dataset.schema,
        "profile": dataset.profile,
    }
    return data_entry(kept, {tag.key: tag.value for tag in tags})


def context_of(one: DatasetInput) -> str | None:
    """Return for what a dataset was used, such as training."""
    return next((tag.value for tag in one.tags or [] if tag.key == MLFLOW_DATASET_CONTEXT), None)
