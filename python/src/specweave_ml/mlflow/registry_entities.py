"""The records of the registry as MLflow's entities."""

from __future__ import annotations

import inspect
from typing import Any

from mlflow.entities.model_registry import (
    ModelVersion,
    ModelVersionTag,
    RegisteredModel,
    RegisteredModelAlias,
    RegisteredModelTag,
)

from .registry_records import ModelRecord, VersionRecord

OF_VERSION = frozenset(inspect.signature(ModelVersion.__init__).parameters)
"""What MLflow's versions have; before version 3 they are made from no logged model."""


def registered_model(record: ModelRecord, latest: list[Any]) -> Any:
    """Return a model with the latest version of each stage."""
    return RegisteredModel(
        name=record.name,
        creation_timestamp=record.creation_timestamp,
        last_updated_timestamp=record.last_updated_timestamp,
        description=record.description,
        latest_versions=latest,
        tags=[RegisteredModelTag(key, value) for key, value in record.tags.items()],
        aliases=[RegisteredModelAlias(name, number) for name, number in record.aliases.items()],
    )


def model_version(
    model: ModelRecord, record: VersionRecord, logged_model: Any | None = None
) -> Any:
    """Return a version; of the logged model that it is made from also metrics and parameters."""
    known: dict[str, Any] = {"model_id": record.model_id}
    if logged_model is not None:
        known |= {"metrics": logged_model.metrics, "params": logged_model.params}
    return ModelVersion(
        name=model.name,
        version=record.version,
        creation_timestamp=record.creation_timestamp,
        last_updated_timestamp=record.last_updated_timestamp,
        description=record.description,
        user_id=record.user_id,
        current_stage=record.current_stage,
        source=record.source,
        run_id=record.run_id,
        status=record.status,
        status_message=record.status_message,
        tags=[ModelVersionTag(key, value) for key, value in record.tags.items()],
        run_link=record.run_link,
        aliases=[name for name, number in model.aliases.items() if number == record.version],
        **{name: value for name, value in known.items() if name in OF_VERSION},
    )


def tags_of(tags: Any) -> dict[str, str]:
    """Return the tags that MLflow hands over by key, the last of each key."""
    return {tag.key: text_of(tag.value) for tag in tags or []}


def text_of(value: object) -> str:
    """Return the value of a tag as it is kept."""
    return "" if value is None else str(value)
