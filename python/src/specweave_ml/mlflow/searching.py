"""Searching runs: filters, orders and pages are MLflow's, the runs come from the listing."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from threading import Lock
from typing import Any

from mlflow.entities import LifecycleStage, Run, _DatasetSummary
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from mlflow.store.tracking import SEARCH_MAX_RESULTS_THRESHOLD
from mlflow.utils.search_utils import SearchUtils

from . import datasets
from .increment_catalog import KnownIncrement
from .run_listings import KnownListing, ListedRun, RunListings
from .runs import RunCalls
from .tracking_errors import as_mlflow_exceptions

MAXIMUM_DATASETS = 1000
MOST_SEARCHES = 8


class SearchCalls(RunCalls):
    """The calls of MLflow's store that search."""

    listings: RunListings
    searches: KnownSearches

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
            listings = [listing for _, listing in self._listings(experiment_ids)]
        what = (filter_string, run_view_type, tuple(order_by or ()))
        ordered = self.searches.of(listings, what)
        if ordered is None:
            stages = LifecycleStage.view_type_to_stages(run_view_type)
            runs = [
                listed.run
                for listing in listings
                for listed in listing
                if listed.is_run and listed.stage in stages
            ]
            filtered = SearchUtils.filter(runs, filter_string)
            ordered = SearchUtils.sort(filtered, order_by)
            self.searches.keep(listings, what, ordered)
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
        for increment, listing in self._listings(experiment_ids):
            for listed in listing:
                yield increment, listed

    def _listings(
        self, experiment_ids: Sequence[str]
    ) -> Iterator[tuple[KnownIncrement, KnownListing]]:
        """Yield increments with what is known of them; an id that none has is passed over."""
        for experiment_id in dict.fromkeys(map(str, experiment_ids)):
            try:
                increment = self.catalog.by_id(experiment_id)
            except MlflowException:
                continue
            yield increment, self.listings.of(increment)


class KnownSearches:
    """What the last searches found: their next pages, and the same again, need no other look."""

    def __init__(self) -> None:
        self._found: OrderedDict[tuple[Any, ...], list[Run]] = OrderedDict()
        self._lock = Lock()

    def of(self, listings: Iterable[KnownListing], what: tuple[Any, ...]) -> list[Run] | None:
        """Return the runs in their order, if there was this search since the last change."""
        return self._found.get(name_of(listings, what))

    def keep(
        self, listings: Iterable[KnownListing], what: tuple[Any, ...], runs: list[Run]
    ) -> None:
        """Keep what a search found."""
        name = name_of(listings, what)
        with self._lock:
            self._found[name] = runs
            while len(self._found) > MOST_SEARCHES:
                self._found.popitem(last=False)


def name_of(listings: Iterable[KnownListing], what: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return what tells a search from another one, and from itself after a change."""
    return (what, *(listing.version for listing in listings))


def copied(run: Run) -> Run:
    """Return a run that the caller may change: the listing keeps its own."""
    mine = twin(run)
    mine._info, mine._data = twin(run.info), twin(run.data)
    members = vars(mine._data)
    for name, value in members.items():
        members[name] = value.copy()
    return mine


def twin(one: Any) -> Any:
    """Return a copy with the same members, which is what `copy.copy` takes much longer for."""
    made = object.__new__(type(one))
    vars(made).update(vars(one))
    return made
