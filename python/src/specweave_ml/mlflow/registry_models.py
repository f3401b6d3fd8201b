"""The calls of MLflow's model registry that are about registered models, and their aliases."""

from __future__ import annotations

from typing import Any

from mlflow.entities.model_registry.model_version_stages import ALL_STAGES
from mlflow.exceptions import MlflowException
from mlflow.prompt.registry_utils import (
    add_prompt_filter_string,
    handle_resource_already_exist_error,
    has_prompt_tag,
)
from mlflow.protos.databricks_pb2 import (
    INVALID_PARAMETER_VALUE,
    RESOURCE_ALREADY_EXISTS,
    RESOURCE_DOES_NOT_EXIST,
)
from mlflow.store.model_registry import (
    SEARCH_REGISTERED_MODEL_MAX_RESULTS_DEFAULT,
    SEARCH_REGISTERED_MODEL_MAX_RESULTS_THRESHOLD,
)
from mlflow.utils.search_utils import SearchModelUtils
from mlflow.utils.validation import (
    _validate_model_alias_name,
    _validate_model_renaming,
    _validate_registered_model_tag,
    _validate_tag_name,
)

from .registry_arguments import (
    order_of,
    page_of,
    validate_alias_is_free,
    validate_max_results,
    validate_model_name,
)
from .registry_base import RegistryCalls
from .registry_entities import registered_model, tags_of, text_of
from .registry_records import ModelRecord

ALIAS_OF_NEWEST = "latest"
"""The alias that every model has by itself."""


class RegisteredModelCalls(RegistryCalls):
    """The calls that are about a model as a whole."""

    def create_registered_model(
        self,
        name: str,
        tags: Any = None,
        description: str | None = None,
        deployment_job_id: str | None = None,
    ) -> Any:
        """Register a model without versions."""
        validate_model_name(name)
        for tag in tags or []:
            _validate_registered_model_tag(tag.key, tag.value)
        now = self._now()
        record = ModelRecord(name, now, now, description, tags_of(tags))
        with self._changing():
            if not self._files.add_model(record):
                existing = registered_model(self._model(name), [])
                handle_resource_already_exist_error(
                    name, has_prompt_tag(existing._tags), has_prompt_tag(tags)
                )
        return registered_model(record, [])

    def update_registered_model(
        self, name: str, description: str | None, deployment_job_id: str | None = None
    ) -> Any:
        """Set the description of a model."""
        with self._changing():
            record = self._model(name)
            record.description = description
            self._touch(record)
            return self._registered_model(record)

    def rename_registered_model(self, name: str, new_name: str) -> Any:
        """Give a model, with all its versions, another name."""
        _validate_model_renaming(new_name)
        validate_model_name(new_name)
        with self._changing():
            record, versions = self._model(name), self._files.versions(name)
            if self._files.model(new_name) is not None:
                raise MlflowException(
                    f"Registered Model (name={new_name}) already exists.", RESOURCE_ALREADY_EXISTS
                )
            now = self._now()
            record.name, record.last_updated_timestamp = new_name, now
            for version in versions:
                version.last_updated_timestamp = now
            self._files.rename_model(name, record, versions)
            return self._registered_model(record)

    def delete_registered_model(self, name: str) -> None:
        """Delete a model with all its versions; the files that they name stay."""
        with self._changing():
            self._model(name)
            self._files.remove_model(name)

    def search_registered_models(
        self,
        filter_string: str | None = None,
        max_results: int = SEARCH_REGISTERED_MODEL_MAX_RESULTS_DEFAULT,
        order_by: list[str] | None = None,
        page_token: str | None = None,
    ) -> Any:
        """Return the models that fulfil a filter, a page at a time."""
        validate_max_results(max_results, SEARCH_REGISTERED_MODEL_MAX_RESULTS_THRESHOLD)
        with self._reading():
            models = [self._registered_model(record) for record in self._files.models()]
        wanted = add_prompt_filter_string(filter_string, is_prompt=False)
        found = SearchModelUtils.filter(models, wanted)
        ordered = SearchModelUtils.sort(found, [order_of(clause) for clause in order_by or []])
        return page_of(ordered, max_results, page_token)

    def list_registered_models(self, max_results: int, page_token: str | None) -> Any:
        """Return all models, a page at a time."""
        return self.search_registered_models(max_results=max_results, page_token=page_token)

    def get_registered_model(self, name: str) -> Any:
        """Return a model."""
        with self._reading():
            return self._registered_model(self._model(name))

    def get_latest_versions(self, name: str, stages: list[str] | None = None) -> list[Any]:
        """Return the latest version of each of some stages, or of every stage."""
        with self._reading():
            return self._latest(self._model(name), stages or ALL_STAGES)

    def set_registered_model_tag(self, name: str, tag: Any) -> None:
        """Set a tag of a model."""
        _validate_registered_model_tag(tag.key, tag.value)
        with self._changing():
            record = self._model(name)
            record.tags[tag.key] = text_of(tag.value)
            self._touch(record)

    def delete_registered_model_tag(self, name: str, key: str) -> None:
        """Delete a tag of a model, if it has it."""
        _validate_tag_name(key)
        with self._changing():
            record = self._model(name)
            if record.tags.pop(key, None) is not None:
                self._touch(record)

    def set_registered_model_alias(self, name: str, alias: str, version: Any) -> None:
        """Let an alias name a version, whatever it named before."""
        _validate_model_alias_name(alias)
        validate_alias_is_free(alias)
        with self._changing():
            model, record = self._version(name, version)
            model.aliases[alias] = record.version
            self._touch(model)

    def delete_registered_model_alias(self, name: str, alias: str) -> None:
        """Delete an alias, if the model has it."""
        _validate_model_alias_name(alias)
        with self._changing():
            model = self._model(name)
            if model.aliases.pop(alias, None) is not None:
                self._touch(model)

    def get_model_version_by_alias(self, name: str, alias: str) -> Any:
        """Return the version that an alias names; ``latest`` is the highest."""
        _validate_model_alias_name(alias)
        with self._reading():
            model = self._model(name)
            if alias.lower() == ALIAS_OF_NEWEST:
                versions = self._files.versions(name)
                if not versions:
                    raise MlflowException(
                        f"Latest version not found for model {name}.", RESOURCE_DOES_NOT_EXIST
                    )
                return self._model_version(model, versions[-1])
            if alias not in model.aliases:
                raise MlflowException(
                    f"Registered model alias {alias} not found.", INVALID_PARAMETER_VALUE
                )
            return self._model_version(*self._version(name, model.aliases[alias]))
