"""The models of MLflow 3: made, found, searched, tagged and deleted."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE, RESOURCE_DOES_NOT_EXIST
from mlflow.store.entities.paged_list import PagedList
from mlflow.utils.name_utils import _generate_random_name
from mlflow.utils.time import get_current_time_millis
from mlflow.utils.validation import _validate_param, _validate_tag_name

from .increment_catalog import KnownIncrement
from .logged_model_facts import KIND, METRICS, SECTION, metric_members, model_of, models_of
from .projects import increment_at
from .run_handles import OpenRun
from .run_start import started
from .searching import SearchCalls
from .tracking_errors import as_mlflow_exceptions

Change = Callable[[dict[str, Any]], None]
PENDING = 1
NO_MODELS: dict[str, Any] = {"facts": {}}
MODELS_OF_A_PAGE = 100


class LoggedModelCalls(SearchCalls):
    """The calls of MLflow's store that are about logged models."""

    _holders: dict[str, str]
    """Of each model that was met, the id of the run that holds its facts."""

    def create_logged_model(
        self,
        experiment_id: str = "0",
        name: str | None = None,
        source_run_id: str | None = None,
        tags: Sequence[Any] | None = None,
        params: Sequence[Any] | None = None,
        model_type: str | None = None,
    ) -> Any:
        """Note a model, before its files are written."""
        from mlflow.utils.validation import _validate_logged_model_name

        _validate_logged_model_name(name)
        known = self.catalog.by_id(experiment_id)
        if known.is_deleted:
            raise MlflowException(
                f"The experiment {known.id} must be in the 'active' state. "
                "Current state is deleted.",
                INVALID_PARAMETER_VALUE,
            )
        for param in params or ():
            _validate_param(param.key, param.value)
        model_id, now = f"m-{uuid.uuid4().hex}", get_current_time_millis()
        name = name or _generate_random_name()
        model: dict[str, Any] = {
            "name": name,
            "created": now,
            "updated": now,
            "status": PENDING,
            "type": model_type,
            "run": source_run_id,
            "params": {param.key: str(param.value) for param in params or ()},
            "tags": {tag.key: str(tag.value) for tag in tags or ()},
        }
        with as_mlflow_exceptions():
            holder = self._new_holder(known, name, source_run_id)
            holder.log_fact(SECTION, {model_id: model})
            self._holders[model_id] = holder.run_id
            return self._model(model_id, holder)

    def log_logged_model_params(self, model_id: str, params: Sequence[Any]) -> None:
        """Add parameters to a model."""
        for param in params:
            _validate_param(param.key, param.value)

        def edit(model: dict[str, Any]) -> None:
            model["params"] |= {param.key: str(param.value) for param in params}

        self._change(model_id, edit)

    def get_logged_model(self, model_id: str, allow_deleted: bool = False) -> Any:
        """Return a model."""
        with as_mlflow_exceptions():
            holder = self._holder(model_id)
            if not allow_deleted and models_of(holder.facts)[model_id].get("deleted"):
                raise not_found(model_id)
            return self._model(model_id, holder)

    def finalize_logged_model(self, model_id: str, status: Any) -> Any:
        """Set whether a model's files are there."""

        def edit(model: dict[str, Any]) -> None:
            model["status"] = status.to_int()

        return self._change(model_id, edit, touched=True)

    def set_logged_model_tags(self, model_id: str, tags: Sequence[Any]) -> None:
        """Set tags of a model."""
        for tag in tags:
            _validate_tag_name(tag.key)

        def edit(model: dict[str, Any]) -> None:
            model["tags"] |= {tag.key: str(tag.value) for tag in tags}

        self._change(model_id, edit)

    def delete_logged_model_tag(self, model_id: str, key: str) -> None:
        """Delete a tag of a model."""

        def edit(model: dict[str, Any]) -> None:
            if key not in model["tags"]:
                raise MlflowException(
                    f"No tag with key {key!r} found for model with ID {model_id!r}.",
                    RESOURCE_DOES_NOT_EXIST,
                )
            del model["tags"][key]

        self._change(model_id, edit)

    def delete_logged_model(self, model_id: str) -> None:
        """Mark a model as deleted; its files stay."""
        self._change(model_id, lambda model: model.update(deleted=True), touched=True)

    def search_logged_models(
        self,
        experiment_ids: Sequence[str],
        filter_string: str | None = None,
        datasets: Sequence[dict[str, Any]] | None = None,
        max_results: int | None = None,
        order_by: Sequence[dict[str, Any]] | None = None,
        page_token: str | None = None,
    ) -> Any:
        """Return the models of experiments that fulfil a filter, by page."""
        from mlflow.utils.search_utils import (
            SearchLoggedModelsPaginationToken,
            SearchLoggedModelsUtils,
        )

        if datasets and not all(one.get("dataset_name") for one in datasets):
            raise MlflowException(
                "`dataset_name` in the `datasets` clause must be specified.",
                INVALID_PARAMETER_VALUE,
            )
        offset = 0
        if page_token:
            token = SearchLoggedModelsPaginationToken.decode(page_token)
            token.validate(experiment_ids, filter_string, order_by)
            offset = token.offset
        with as_mlflow_exceptions():
            found = [
                model_of(model_id, listed.models, listed.path, increment, [])
                for increment, listed in self.listed(experiment_ids)
                if listed.models is not None
                for model_id, model in models_of(listed.models).items()
                if not model.get("deleted")
            ]
        filtered = SearchLoggedModelsUtils.filter_logged_models(found, filter_string, datasets)
        ordered = SearchLoggedModelsUtils.sort(filtered, order_by)
        end = offset + (max_results or MODELS_OF_A_PAGE)
        more = None
        if end < len(ordered):
            more = SearchLoggedModelsPaginationToken(
                experiment_ids=experiment_ids,
                filter_string=filter_string,
                order_by=order_by,
                offset=end,
            ).encode()
        return PagedList(ordered[offset:end], more)

    def log_model_metrics(self, run: OpenRun, metrics: Iterable[Any]) -> None:
        """Log points of a run that belong to models too."""
        of_models = [metric for metric in metrics if getattr(metric, "model_id", None)]
        members = metric_members(run.run_id, of_models)
        for model_id in dict.fromkeys(metric.model_id for metric in of_models):
            beginning = f"{model_id}/"
            mine = {key: entry for key, entry in members.items() if key.startswith(beginning)}
            self._holder(model_id).log_fact(METRICS, mine)

    def _new_holder(self, known: KnownIncrement, name: str, source_run_id: str | None) -> OpenRun:
        """Return the run that made a model, or an experiment that is there for the model alone."""
        folder = self.catalog.with_place(known).folder
        source = None if not source_run_id else self.handles.known(source_run_id)
        if folder is None:
            raise MlflowException(f"The experiment {known.id} has no folder")
        if source is not None and increment_at(source.path).path == folder.path:
            return source
        experiment = started(folder.path, name, None, {"kind": KIND}, alone=False)
        experiment.finish("completed")
        return self.handles.add(experiment, owned=False)

    def _holder(self, model_id: str) -> OpenRun:
        """Return the run that holds a model's facts."""
        run_id = self._holders.get(model_id)
        holder = None if run_id is None else self.handles.known(run_id)
        if holder is not None and model_id in models_of(holder.facts):
            return holder
        for increment in self.catalog.with_folder():
            for listed in self.listings.of(increment):
                for found in models_of(listed.models or NO_MODELS):
                    self._holders[found] = listed.id
        run_id = self._holders.get(model_id)
        holder = None if run_id is None else self.handles.known(run_id)
        if holder is None or model_id not in models_of(holder.facts):
            raise not_found(model_id)
        return holder

    def _model(self, model_id: str, holder: OpenRun) -> Any:
        """Return a model as it is now."""
        return model_of(model_id, holder.facts, holder.path, self.increment_of(holder))

    def _change(self, model_id: str, edit: Change, *, touched: bool = False) -> Any:
        """Change a model and return it."""
        with as_mlflow_exceptions():
            holder = self._holder(model_id)
            with holder.lock:
                model = dict(models_of(holder.facts)[model_id])
                for member in ("params", "tags"):
                    model[member] = dict(model.get(member, {}))
                edit(model)
                if touched:
                    model["updated"] = get_current_time_millis()
                holder.log_fact(SECTION, {model_id: model})
            return self._model(model_id, holder)


def not_found(model_id: str) -> MlflowException:
    """Return the error for a model that is not there."""
    return MlflowException(f"Logged model with ID '{model_id}' not found.", RESOURCE_DOES_NOT_EXIST)
