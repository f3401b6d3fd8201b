"""Searching runs: filters, orders and pages are MLflow's, the runs come from the listing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy

from mlflow.entities import LifecycleStage, Run, _DatasetSummary
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from mlflow.store.tracking import SEARCH_MAX_RESULTS_THRESHOLD
from mlflow.utils.search_utils import SearchUtils

from . import datasets
from .increment_catalog import KnownIncrement
from .logged_model_facts import KIND
from .run_listings import ListedRun, RunListings
from .runs import RunCalls
from .tracking_errors import as_mlflow_exceptions

MAXIMUM_DATASETS = 1000


class SearchCalls(RunCalls):
    """The calls of MLflow's store that search."""

    listings: RunListings

    def _search_runs(
        self,
        experiment_ids: Sequence[str],
        filter_string: str | None,
        run_view_type: int,
        max_results: int,
        order_by: Sequence[str] | None,
        page_token: str | None,
    ) -> tuple[list[Run], str | None]:
        """Return the runs of experiments that fulfil a filter, and the token of the next page."""
        if max_results is not None and max_results > SEARCH_MAX_RESULTS_THRESHOLD:
            raise MlflowException(
                "Invalid value for request parameter max_results. It must be at most "
                f"{SEARCH_MAX_RESULTS_THRESHOLD}, but got value {max_results}",
                INVALID_PARAMETER_VALUE,
            )
        with as_mlflow_exceptions():
            stages = LifecycleStage.view_type_to_stages(run_view_type)
            runs = [
                listed.run
                for _, listed in self.listed(experiment_ids)
                if is_run(listed) and listed.run.info.lifecycle_stage in stages
            ]
        filtered = SearchUtils.filter(runs, filter_string)
        ordered = SearchUtils.sort(filtered, order_by)
        most = SEARCH_MAX_RESULTS_THRESHOLD if max_results is None else max_results
        page, token = SearchUtils.paginate(ordered, page_token, most)
        return [copied(run) for run in page], token

    def _search_datasets(self, experiment_ids: Sequence[str]) -> list[_DatasetSummary]:
        """Return which datasets the runs of experiments use, each once."""
        found: dict[tuple[str, ...], _DatasetSummary] = {}
        with as_mlflow_exceptions():
            for increment, listed in self.listed(experiment_ids):
                for one in listed.run.inputs.dataset_inputs:
                    dataset, context = one.dataset, datasets.context_of(one)
                    key = (increment.id, dataset.name, dataset.digest, context or "")
                    found[key] = _DatasetSummary(
                        increment.id, dataset.name, dataset.digest, context
                    )
                    if len(found) >= MAXIMUM_DATASETS:
                        return list(found.values())
        return list(found.values())

    def listed(self, experiment_ids: Sequence[str]) -> Iterator[tuple[KnownIncrement, ListedRun]]:
        """Yield the experiments of increments; an id that none has is passed over."""
        wanted = dict.fromkeys(map(str, experiment_ids))
        for experiment_id in wanted:
            try:
                increment = self.catalog.by_id(experiment_id)
            except MlflowException:
                continue
            for listed in self.listings.of(increment):
                yield increment, listed


def copied(run: Run) -> Run:
    """Return a run that the caller may change: the listing keeps its own."""
    mine = copy(run)
    mine._info, mine._data = copy(run.info), copy(run.data)
    for name, value in vars(run.data).items():
        setattr(mine._data, name, copy(value))
    return mine


def is_run(listed: ListedRun) -> bool:
    """Return whether MLflow sees an experiment: not one that only holds a model."""
    return bool(listed.id) and listed.kind != KIND
