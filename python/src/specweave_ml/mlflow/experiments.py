"""MLflow's experiments: searched, made, renamed, deleted and tagged."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from mlflow.entities import Experiment, ExperimentTag, LifecycleStage, ViewType
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import (
    INVALID_PARAMETER_VALUE,
    INVALID_STATE,
    RESOURCE_DOES_NOT_EXIST,
)
from mlflow.store.entities.paged_list import PagedList
from mlflow.store.tracking import SEARCH_MAX_RESULTS_DEFAULT, SEARCH_MAX_RESULTS_THRESHOLD
from mlflow.utils.search_utils import SearchExperimentsUtils, SearchUtils
from mlflow.utils.time import get_current_time_millis
from mlflow.utils.uri import append_to_uri_path, resolve_uri_if_local
from mlflow.utils.validation import (
    _validate_experiment_artifact_location_length,
    _validate_experiment_name,
    _validate_experiment_tag,
    _validate_tag_name,
)

from . import experiment_file, server_uris
from .increment_catalog import DEFAULT_ID, IncrementCatalog, KnownIncrement
from .projects import STORE
from .store_uri import uri_of

Change = Callable[[dict[str, Any]], None]


class ExperimentCalls:
    """The calls of MLflow's store that are about experiments."""

    catalog: IncrementCatalog
    artifact_uri: str | None
    """The root for artifacts that MLflow's server was given."""

    def search_experiments(
        self,
        view_type: int = ViewType.ACTIVE_ONLY,
        max_results: int = SEARCH_MAX_RESULTS_DEFAULT,
        filter_string: str | None = None,
        order_by: Sequence[str] | None = None,
        page_token: str | None = None,
    ) -> Any:
        """Return the experiments that fulfil a filter, by page."""
        check_page_size(max_results)
        found = [entity_of(known, self.catalog) for known in self.catalog.all()]
        shown = [
            one for one in found if LifecycleStage.matches_view_type(view_type, one.lifecycle_stage)
        ]
        filtered = SearchExperimentsUtils.filter(shown, filter_string)
        ordered = SearchExperimentsUtils.sort(
            filtered, order_by or ["creation_time DESC", "experiment_id ASC"]
        )
        page, token = SearchUtils.paginate(ordered, page_token, max_results)
        return PagedList(page, token)

    def create_experiment(
        self,
        name: str,
        artifact_location: str | None = None,
        tags: Sequence[ExperimentTag] | None = None,
    ) -> str:
        """Make an increment for an experiment and return its id."""
        _validate_experiment_name(name)
        members: dict[str, Any] = {}
        if artifact_location:
            artifact_location = resolve_uri_if_local(artifact_location)
            _validate_experiment_artifact_location_length(artifact_location)
            members["artifact_location"] = artifact_location
        for tag in tags or ():
            _validate_experiment_tag(tag.key, tag.value)
        if tags:
            members["tags"] = {tag.key: str(tag.value) for tag in tags}
        known = self.catalog.make(name, members)
        root = server_uris.chosen_root(self.artifact_uri)
        if root is not None and not artifact_location:
            self._change_members(known, artifact_location=append_to_uri_path(root, known.id))
        return known.id

    def get_experiment(self, experiment_id: str | None) -> Any:
        """Return the experiment of an id, also a deleted one."""
        return entity_of(self.catalog.by_id(experiment_id), self.catalog)

    def get_experiment_by_name(self, experiment_name: str) -> Any:
        """Return the experiment of a name, also a deleted one; None if there is none."""
        known = self.catalog.by_name(experiment_name)
        return None if known is None else entity_of(known, self.catalog)

    def delete_experiment(self, experiment_id: str) -> None:
        """Mark the experiment as deleted, and its runs with it; the increment stays."""
        known = self._in_stage(experiment_id, deleted=False)
        if known.id == DEFAULT_ID:
            raise MlflowException(
                f"Cannot delete the default experiment '{DEFAULT_ID}': it is where runs go that "
                "name no experiment.",
                INVALID_PARAMETER_VALUE,
            )
        self._change_members(known, lifecycle_stage="deleted")

    def restore_experiment(self, experiment_id: str) -> None:
        """Take the mark of `delete_experiment` back."""
        known = self._in_stage(experiment_id, deleted=True)
        self._change_members(known, lifecycle_stage="active")

    def rename_experiment(self, experiment_id: str, new_name: str) -> None:
        """Give the experiment another name in MLflow; the increment's folder keeps its own."""
        _validate_experiment_name(new_name)
        known = self.catalog.by_id(experiment_id)
        if known.is_deleted:
            raise MlflowException("Cannot rename a non-active experiment.", INVALID_STATE)
        if known.name != new_name:
            self.catalog.check_name_is_free(new_name)
        self._change_members(known, name=new_name)

    def set_experiment_tag(self, experiment_id: str, tag: ExperimentTag) -> None:
        """Set a tag of an experiment."""
        _validate_experiment_tag(tag.key, tag.value)
        known = self._active(experiment_id, "set tags")

        def edit(members: dict[str, Any]) -> None:
            members["tags"] = {**members.get("tags", {}), tag.key: str(tag.value)}

        self._change_experiment(known, edit)

    def delete_experiment_tag(self, experiment_id: str, key: str) -> None:
        """Delete a tag of an experiment."""
        _validate_tag_name(key)
        known = self._active(experiment_id, "delete tags")
        if key not in known.members.get("tags", {}):
            raise MlflowException(
                f"No tag with name: {key} in experiment with id {experiment_id}",
                RESOURCE_DOES_NOT_EXIST,
            )

        def edit(members: dict[str, Any]) -> None:
            members["tags"] = {**members.get("tags", {})}
            members["tags"].pop(key, None)

        self._change_experiment(known, edit)

    def filter_active_experiment_ids(self, experiment_ids: list[str]) -> list[str]:
        """Return those of the ids that are of experiments which are not deleted."""
        active = {known.id for known in self.catalog.all() if not known.is_deleted}
        return [one for one in experiment_ids if str(one) in active]

    def _in_stage(self, experiment_id: str, *, deleted: bool) -> KnownIncrement:
        """Return the experiment of an id if it is, or is not, deleted."""
        known = self.catalog.by_id(experiment_id)
        if known.is_deleted != deleted:
            raise MlflowException(
                f"No Experiment with id={experiment_id} exists that is "
                f"{'deleted' if deleted else 'active'}",
                RESOURCE_DOES_NOT_EXIST,
            )
        return known

    def _active(self, experiment_id: str, what: str) -> KnownIncrement:
        """Return the experiment of an id, unless it is deleted."""
        known = self.catalog.by_id(experiment_id)
        if known.is_deleted:
            raise MlflowException(
                f"The experiment {known.id} must be in the 'active' state. Current state is "
                f"deleted: it must be in the 'active' lifecycle_stage to {what}",
                INVALID_PARAMETER_VALUE,
            )
        return known

    def _change_members(self, known: KnownIncrement, **members: Any) -> None:
        """Set members of an experiment, and when that was."""
        members["last_update_time"] = get_current_time_millis()
        self._change_experiment(known, lambda stored: stored.update(members))

    def _change_experiment(self, known: KnownIncrement, edit: Change) -> None:
        """Change what MLflow knows of an experiment."""
        folder = self.catalog.with_place(known).folder
        if folder is not None:
            experiment_file.change(folder.path, edit)


def check_page_size(max_results: Any) -> None:
    """Refuse a page size that MLflow's own stores refuse."""
    if not isinstance(max_results, int) or max_results < 1:
        problem = "It must be a positive integer"
    elif max_results > SEARCH_MAX_RESULTS_THRESHOLD:
        problem = f"It must be at most {SEARCH_MAX_RESULTS_THRESHOLD}"
    else:
        return
    raise MlflowException(
        f"Invalid value {max_results} for parameter 'max_results' supplied. {problem}",
        INVALID_PARAMETER_VALUE,
    )


def entity_of(known: KnownIncrement, catalog: IncrementCatalog) -> Any:
    """Return an increment as MLflow's experiment."""
    members, folder = known.members, known.folder
    made: int | None
    changed: int | None
    if folder is None:
        path = os.path.join(catalog.place.project, STORE, "increments")
        made = changed = min(changed_at(catalog.place.project) or catalog.opened, catalog.opened)
    else:
        path = os.path.join(folder.path, "experiments")
        made, changed = times_of(folder.path)
    return Experiment(
        experiment_id=known.id,
        name=known.name,
        artifact_location=members.get("artifact_location")
        or server_uris.of_experiment(known.id)
        or uri_of(path),
        lifecycle_stage=LifecycleStage.DELETED if known.is_deleted else LifecycleStage.ACTIVE,
        tags=[ExperimentTag(key, value) for key, value in members.get("tags", {}).items()],
        creation_time=members.get("creation_time", made),
        last_update_time=members.get("last_update_time", changed),
    )


def times_of(increment: str) -> tuple[int | None, int | None]:
    """Return since when an increment has experiments, and when the last one came; milliseconds."""
    paths = ("experiments/.numbers/001", "experiments", "")
    known = (changed_at(os.path.join(increment, path)) for path in paths)
    times = [time for time in known if time is not None]
    return (times[0], times[-2] if len(times) > 1 else times[-1]) if times else (None, None)


def changed_at(path: str) -> int | None:
    """Return when a file or a folder was changed last, in milliseconds; None if it is not there."""
    try:
        return int(os.stat(path).st_mtime * 1000)
    except OSError:
        return None
