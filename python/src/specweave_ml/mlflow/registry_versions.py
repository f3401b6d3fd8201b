"""The calls of MLflow's model registry that are about versions of models."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from mlflow.entities.model_registry.model_version_stages import (
    DEFAULT_STAGES_FOR_GET_LATEST_VERSIONS,
    STAGE_ARCHIVED,
    STAGE_NONE,
    get_canonical_stage,
)
from mlflow.exceptions import MlflowException
from mlflow.prompt.registry_utils import add_prompt_filter_string
from mlflow.store.model_registry import (
    SEARCH_MODEL_VERSION_MAX_RESULTS_DEFAULT,
    SEARCH_MODEL_VERSION_MAX_RESULTS_THRESHOLD,
)
from mlflow.utils.search_utils import SearchModelVersionUtils
from mlflow.utils.validation import _validate_model_version_tag, _validate_tag_name

from .registry_arguments import page_of, validate_max_results, validate_model_name
from .registry_base import RegistryCalls, is_served
from .registry_entities import model_version, tags_of, text_of
from .registry_records import VersionRecord

NEWEST_FIRST = ["last_updated_timestamp DESC", "name ASC", "version_number DESC"]


class ModelVersionCalls(RegistryCalls):
    """The calls that are about one version."""

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
        validate_model_name(name)
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
        now = self._now()
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
            record.last_updated_timestamp = self._now()
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
        now = self._now()
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
        validate_max_results(max_results, SEARCH_MODEL_VERSION_MAX_RESULTS_THRESHOLD)
        with self._reading():
            versions = [
                model_version(model, record)
                for model in self._files.models()
                for record in self._files.versions(model.name)
            ]
        wanted = add_prompt_filter_string(filter_string, is_prompt=False)
        found = SearchModelVersionUtils.filter(versions, wanted)
        ordered = SearchModelVersionUtils.sort(found, order_by or NEWEST_FIRST)
        return page_of(ordered, max_results, page_token)

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

    def _await_model_version_creation(self, mv: Any, await_creation_for: int) -> None:
        """Return at once: a version that was created is ready."""
