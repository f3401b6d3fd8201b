"""MLflow's model registry as files of the project, in git beside the experiments they come from.

The store class implements the 21 methods of MLflow's `AbstractStore` on the records of
`registry_records`, which `registry_files` reads and writes; MLflow's own prompts, copies and stages
rest on them. Filters, order and pages are those of MLflow's `SearchUtils`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from mlflow.entities.model_registry.model_version_stages import (
    ALL_STAGES,
    DEFAULT_STAGES_FOR_GET_LATEST_VERSIONS,
    STAGE_ARCHIVED,
    STAGE_NONE,
    get_canonical_stage,
)
from mlflow.exceptions import MlflowException
from mlflow.prompt.registry_utils import (
    add_prompt_filter_string,
    handle_resource_already_exist_error,
    has_prompt_tag,
)
from mlflow.protos.databricks_pb2 import (
    INVALID_PARAMETER_VALUE,
    INVALID_STATE,
    RESOURCE_ALREADY_EXISTS,
    RESOURCE_DOES_NOT_EXIST,
    ErrorCode,
)
from mlflow.store.artifact.utils.models import _parse_model_uri
from mlflow.store.entities.paged_list import PagedList
from mlflow.store.model_registry import (
    SEARCH_MODEL_VERSION_MAX_RESULTS_DEFAULT,
    SEARCH_MODEL_VERSION_MAX_RESULTS_THRESHOLD,
    SEARCH_REGISTERED_MODEL_MAX_RESULTS_DEFAULT,
    SEARCH_REGISTERED_MODEL_MAX_RESULTS_THRESHOLD,
)
from mlflow.store.model_registry.abstract_store import AbstractStore
from mlflow.utils import validation
from mlflow.utils.search_utils import SearchModelUtils, SearchModelVersionUtils, SearchUtils
from mlflow.utils.time import get_current_time_millis
from mlflow.utils.validation import (
    _validate_model_alias_name,
    _validate_model_renaming,
    _validate_model_version,
    _validate_model_version_tag,
    _validate_registered_model_tag,
    _validate_tag_name,
)
from mlflow.utils.validation import _validate_model_name as _validate_name_as_mlflow

from .registry_entities import model_version, registered_model, tags_of, text_of
from .registry_files import RegistryFileError, RegistryFiles
from .registry_records import ModelRecord, VersionRecord
from .server_uris import root_for_clients
from .store_uri import StorePlace

ALIAS_OF_NEWEST = "latest"
"""The alias that every model has by itself."""
_validate_model_alias_name_reserved: Any = getattr(
    validation, "_validate_model_alias_name_reserved", _validate_model_alias_name
)
"""MLflow before version 3 reserves these names inside of the other check."""
NEWEST_FIRST = ["last_updated_timestamp DESC", "name ASC", "version_number DESC"]


class SpecweaveModelRegistryStore(AbstractStore):  # type: ignore[misc]
    """The models that a project has registered."""

    def __init__(self, store_uri: str, tracking_uri: str | None, place: StorePlace) -> None:
        super().__init__(store_uri, tracking_uri)
        self._tracking_uri = tracking_uri
        self._files = RegistryFiles(Path(place.project))

    # Registered models

    def create_registered_model(
        self,
        name: str,
        tags: Any = None,
        description: str | None = None,
        deployment_job_id: str | None = None,
    ) -> Any:
        """Register a model without versions."""
        _validate_model_name(name)
        for tag in tags or []:
            _validate_registered_model_tag(tag.key, tag.value)
        now = get_current_time_millis()
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
        _validate_model_name(new_name)
        with self._changing():
            record, versions = self._model(name), self._files.versions(name)
            if self._files.model(new_name) is not None:
                raise MlflowException(
                    f"Registered Model (name={new_name}) already exists.", RESOURCE_ALREADY_EXISTS
                )
            now = get_current_time_millis()
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
        _validate_max_results(max_results, SEARCH_REGISTERED_MODEL_MAX_RESULTS_THRESHOLD)
        with self._reading():
            models = [self._registered_model(record) for record in self._files.models()]
        wanted = add_prompt_filter_string(filter_string, is_prompt=False)
        found = SearchModelUtils.filter(models, wanted)
        ordered = SearchModelUtils.sort(found, [_order_by(clause) for clause in order_by or []])
        return _page(ordered, max_results, page_token)

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

    # Versions

    def create_model_version(
        self,
        name: str,
        source: str,
        run_id: str | None = None,
        tags: Any = None,
        run_link: str | None = None,
        description: str | None = None,
        local_model_path: str | None = None,
        model_id: str | None = None,
    ) -> Any:
        """Register a version of a model; its files stay where they are."""
        _validate_model_name(name)
        for tag in tags or []:
            _validate_model_version_tag(tag.key, tag.value)
        model_id = model_id or None
        location, logged = self._origin(source)
        if logged is None and model_id:
            # Only where it says which run it is from does it have to be there.
            find = self._logged_model_if_there if run_id else self._logged_model
            logged = find(model_id)
        if not run_id and logged is not None:
            run_id = logged.source_run_id
        now = get_current_time_millis()
        record = VersionRecord(
            version=0,
            creation_timestamp=now,
            last_updated_timestamp=now,
            source=source,
            current_stage=STAGE_NONE,
            status="READY",
            description=description,
            model_id=model_id,
            run_id=run_id or None,
            run_link=run_link,
            storage_location=None if location == source or is_served(location) else location,
            tags=tags_of(tags),
        )
        with self._changing():
            model = self._model(name)
            record.version = self._files.next_version(model)
            while not self._files.add_version(name, record):
                record.version += 1
            model.last_version = record.version
            self._touch(model, now)
            return model_version(model, record, logged if model_id else None)

    def update_model_version(self, name: str, version: Any, description: str | None = None) -> Any:
        """Set the description of a version."""
        with self._changing():
            model, record = self._version(name, version)
            record.description = description
            record.last_updated_timestamp = get_current_time_millis()
            self._files.replace_version(name, record)
            return self._model_version(model, record)

    def transition_model_version_stage(
        self, name: str, version: Any, stage: str, archive_existing_versions: bool
    ) -> Any:
        """Put a version into a stage, and perhaps those that are in it into the archive."""
        stage_name = get_canonical_stage(stage)
        if archive_existing_versions and stage_name not in DEFAULT_STAGES_FOR_GET_LATEST_VERSIONS:
            raise MlflowException(
                f"Model version transition cannot archive existing model versions because "
                f"'{stage}' is not an Active stage. Valid stages are "
                f"{DEFAULT_STAGES_FOR_GET_LATEST_VERSIONS}"
            )
        now = get_current_time_millis()
        with self._changing():
            model, record = self._version(name, version)
            if archive_existing_versions:
                for other in self._files.versions(name):
                    if other.version != record.version and other.current_stage == stage_name:
                        other.current_stage = STAGE_ARCHIVED
                        other.last_updated_timestamp = now
                        self._files.replace_version(name, other)
            record.current_stage, record.last_updated_timestamp = stage_name, now
            self._files.replace_version(name, record)
            self._touch(model, now)
            return self._model_version(model, record)

    def delete_model_version(self, name: str, version: Any) -> None:
        """Delete a version and its aliases; its number is not given again."""
        with self._changing():
            model, record = self._version(name, version)
            model.aliases = {
                alias: number for alias, number in model.aliases.items() if number != record.version
            }
            model.last_version = self._files.next_version(model) - 1
            self._touch(model)
            self._files.remove_version(name, record.version)

    def get_model_version(self, name: str, version: Any) -> Any:
        """Return a version."""
        with self._reading():
            return self._model_version(*self._version(name, version))

    def get_model_version_download_uri(self, name: str, version: Any) -> str | None:
        """Return where the files of a version are."""
        with self._reading():
            _, record = self._version(name, version)
        with suppress(MlflowException):  # deleted, or of another tracking server
            location, logged = self._origin(record.source or "")
            if logged is not None:
                return location
        return self._on_this_machine(record.storage_location or record.source)

    def search_model_versions(
        self,
        filter_string: str | None = None,
        max_results: int = SEARCH_MODEL_VERSION_MAX_RESULTS_DEFAULT,
        order_by: list[str] | None = None,
        page_token: str | None = None,
    ) -> Any:
        """Return the versions that fulfil a filter, a page at a time."""
        _validate_max_results(max_results, SEARCH_MODEL_VERSION_MAX_RESULTS_THRESHOLD)
        with self._reading():
            versions = [
                model_version(model, record)
                for model in self._files.models()
                for record in self._files.versions(model.name)
            ]
        wanted = add_prompt_filter_string(filter_string, is_prompt=False)
        found = SearchModelVersionUtils.filter(versions, wanted)
        ordered = SearchModelVersionUtils.sort(found, order_by or NEWEST_FIRST)
        return _page(ordered, max_results, page_token)

    def set_model_version_tag(self, name: str, version: Any, tag: Any) -> None:
        """Set a tag of a version."""
        _validate_model_version_tag(tag.key, tag.value)
        with self._changing():
            model, record = self._version(name, version)
            record.tags[tag.key] = text_of(tag.value)
            self._files.replace_version(name, record)
            self._touch(model)

    def delete_model_version_tag(self, name: str, version: Any, key: str) -> None:
        """Delete a tag of a version, if it has it."""
        _validate_tag_name(key)
        with self._changing():
            model, record = self._version(name, version)
            if record.tags.pop(key, None) is not None:
                self._files.replace_version(name, record)
                self._touch(model)

    # Aliases

    def set_registered_model_alias(self, name: str, alias: str, version: Any) -> None:
        """Let an alias name a version, whatever it named before."""
        _validate_model_alias_name(alias)
        _validate_model_alias_name_reserved(alias)
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

    # What is not offered

    def list_webhooks(self, max_results: int | None = None, page_token: str | None = None) -> Any:
        """Return no webhooks: there is no server that would call them."""
        return PagedList([], None)

    def list_webhooks_by_event(
        self, event: Any, max_results: int | None = None, page_token: str | None = None
    ) -> Any:
        """Return no webhooks: there is no server that would call them."""
        return PagedList([], None)

    def _await_model_version_creation(self, mv: Any, await_creation_for: int) -> None:
        """Return at once: a version that was created is ready."""

    # What the methods share

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Turn what is wrong with the files into MLflow's exception."""
        try:
            yield
        except RegistryFileError as error:
            raise MlflowException(str(error), INVALID_STATE) from error
        except OSError as error:
            raise MlflowException(
                f"the model registry in {self._files.folder} cannot be used: {error}",
                INVALID_STATE,
            ) from error

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Keep other writers out."""
        with self._reading(), self._files.locked():
            yield

    def _model(self, name: str) -> ModelRecord:
        _validate_model_name(name)
        record = self._files.model(name)
        if record is None:
            raise MlflowException(
                f"Registered Model with name={name} not found", RESOURCE_DOES_NOT_EXIST
            )
        return record

    def _version(self, name: str, version: Any) -> tuple[ModelRecord, VersionRecord]:
        number = _validate_model_version(version)
        missing = f"Model Version (name={name}, version={version}) not found"
        try:
            model = self._model(name)
        except MlflowException as error:
            if error.error_code != ErrorCode.Name(RESOURCE_DOES_NOT_EXIST):
                raise
            raise MlflowException(f"{missing}: {error}", RESOURCE_DOES_NOT_EXIST) from error
        # Before MLflow 3.13 the validation returns nothing.
        record = self._files.version(name, int(version) if number is None else number)
        if record is None:
            raise MlflowException(missing, RESOURCE_DOES_NOT_EXIST)
        return model, record

    def _touch(self, model: ModelRecord, now: int | None = None) -> None:
        """Write a model that has changed now."""
        model.last_updated_timestamp = get_current_time_millis() if now is None else now
        self._files.replace_model(model)

    def _registered_model(self, record: ModelRecord) -> Any:
        return registered_model(record, self._latest(record, ALL_STAGES))

    def _latest(self, model: ModelRecord, stages: list[str]) -> list[Any]:
        wanted = {get_canonical_stage(stage) for stage in stages}
        latest = {
            record.current_stage: record
            for record in self._files.versions(model.name)
            if record.current_stage in wanted
        }
        return [model_version(model, record) for record in latest.values()]

    def _model_version(self, model: ModelRecord, record: VersionRecord) -> Any:
        """Return a version with the metrics and parameters of its logged model."""
        logged = self._logged_model_if_there(record.model_id) if record.model_id else None
        return model_version(model, record, logged)

    def _logged_model(self, model_id: str) -> Any:
        from mlflow.tracking.client import MlflowClient

        return MlflowClient(self._tracking_uri).get_logged_model(model_id)

    def _logged_model_if_there(self, model_id: str) -> Any:
        """Return a logged model; None if it is deleted, or of another tracking server."""
        try:
            return self._logged_model(model_id)
        except MlflowException:
            return None

    def _on_this_machine(self, location: str | None) -> str | None:
        """Return a location without the server that a client of it has given it for."""
        if location is None or not is_served(location) or root_for_clients() is not None:
            return location
        from .plugin_entry_points import artifact_repository

        artifacts = artifact_repository(f"specweave:{self._files.project}")
        return str(artifacts.local_uri(urlparse(location).path))

    def _origin(self, source: str) -> tuple[str | None, Any]:
        """Return where the files of a source are, and the logged model that it is."""
        if urlparse(source).scheme != "models":
            return source, None
        parsed = _parse_model_uri(source)
        try:
            if parsed.model_id is not None:
                logged = self._logged_model(parsed.model_id)
                return logged.artifact_location, logged
            return self.get_model_version_download_uri(parsed.name, parsed.version), None
        except Exception as error:
            raise MlflowException(
                f"Unable to fetch model from model URI source artifact location '{source}'."
                f"Error: {error}"
            ) from error


def _not_offered(name: str) -> Callable[..., Any]:
    """Return a method that says that webhooks are not offered."""

    def refuse(self: Any, *arguments: Any, **options: Any) -> Any:
        raise MlflowException(
            f"{name} is not offered: webhooks are sent by a server, and the model registry of "
            f"specweave is plain files",
            INVALID_PARAMETER_VALUE,
        )

    refuse.__name__ = name
    refuse.__doc__ = "Refuse: webhooks are not offered."
    return refuse


for _name in ("create_webhook", "get_webhook", "update_webhook", "delete_webhook", "test_webhook"):
    setattr(SpecweaveModelRegistryStore, _name, _not_offered(_name))


def _validate_model_name(name: str) -> None:
    """Refuse what MLflow refuses as a model's name, and what a URI would make another name of."""
    _validate_name_as_mlflow(name)
    # MLflow before version 3 takes every name.
    if not name.strip() or re.search(r"[/:]|^\.+$", name):
        raise MlflowException(
            f"Invalid name: '{name}'. Registered model name cannot be empty, consist of dots, or "
            "contain '/' or ':': in a URI it is another name",
            INVALID_PARAMETER_VALUE,
        )
    if re.search("%[0-9A-Fa-f]{2}", name):
        raise MlflowException(
            f"Invalid name: '{name}'. Registered model name cannot contain '%' character followed "
            f"by two hexadecimal digits: in a URI it is another name",
            INVALID_PARAMETER_VALUE,
        )


def _validate_max_results(max_results: Any, most: int) -> None:
    if not isinstance(max_results, int) or max_results < 1:
        raise MlflowException(
            f"Invalid value for max_results. It must be a positive integer, but got {max_results}",
            INVALID_PARAMETER_VALUE,
        )
    if max_results > most:
        raise MlflowException(
            f"Invalid value for request parameter max_results. It must be at most {most}, but got "
            f"value {max_results}",
            INVALID_PARAMETER_VALUE,
        )


def _order_by(clause: str) -> str:
    """Return a clause for the order; ``timestamp`` is an older word of MLflow for the change."""
    return re.sub(r"^\s*timestamp\b", "last_updated_timestamp", clause)


def is_served(location: str | None) -> bool:
    """Return whether only clients of a server find files there."""
    return (location or "").startswith("mlflow-artifacts:")


def _page(found: list[Any], max_results: int, page_token: str | None) -> Any:
    start = SearchUtils.parse_start_offset_from_page_token(page_token)
    end = start + max_results
    token = SearchUtils.create_page_token(end) if end < len(found) else None
    return PagedList(found[start:end], token)
