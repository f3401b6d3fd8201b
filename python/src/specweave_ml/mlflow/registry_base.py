"""What the calls of MLflow's model registry share: its files, and the records in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from mlflow.entities.model_registry.model_version_stages import ALL_STAGES, get_canonical_stage
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_STATE, RESOURCE_DOES_NOT_EXIST, ErrorCode
from mlflow.store.artifact.utils.models import _parse_model_uri
from mlflow.store.model_registry.abstract_store import AbstractStore
from mlflow.utils.time import get_current_time_millis
from mlflow.utils.validation import _validate_model_version

from .._native.record_files import RecordFileError
from .registry_arguments import validate_model_name
from .registry_entities import model_version, registered_model
from .registry_files import RegistryFiles
from .registry_records import ModelRecord, VersionRecord
from .server_uris import root_for_clients
from .store_uri import StorePlace


class RegistryCalls(AbstractStore):  # type: ignore[misc]
    """A model registry's access to its files."""

    def __init__(self, store_uri: str, tracking_uri: str | None, place: StorePlace) -> None:
        super().__init__(store_uri, tracking_uri)
        self._tracking_uri = tracking_uri
        self._files = RegistryFiles(Path(place.project))

    def get_model_version_download_uri(self, name: str, version: Any) -> str | None:
        """Return where the files of a version are."""
        raise NotImplementedError

    def _now(self) -> int:
        """Return the time in milliseconds."""
        return int(get_current_time_millis())

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Turn what is wrong with the files into MLflow's exception."""
        try:
            yield
        except RecordFileError as error:
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
        validate_model_name(name)
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
        model.last_updated_timestamp = self._now() if now is None else now
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


def is_served(location: str | None) -> bool:
    """Return whether only clients of a server find files there."""
    return (location or "").startswith("mlflow-artifacts:")
