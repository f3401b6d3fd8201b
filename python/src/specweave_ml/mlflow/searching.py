"""Searching runs: filters, orders and pages are MLflow's, the runs come from the listing."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from typing import Any

from mlflow.entities import LifecycleStage, Run, _DatasetSummary
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from mlflow.store.tracking import SEARCH_MAX_RESULTS_THRESHOLD
from mlflow.utils.search_utils import SearchUtils

from .._native.increments import Increment
from .._native.library import library
from .._native.text import owned_bytes
from ..reading.listing import Listing
from . import datasets, logged_model_facts
from .increment_catalog import KnownIncrement
from .run_entities import run_of
from .run_handles import RunHandles, loaded_from
from .runs import RunCalls
from .tracking_errors import as_mlflow_exceptions

MAXIMUM_DATASETS = 1000


class ListedRun:
    """An experiment of a listing: what was said of it, and what that is in MLflow."""

    __slots__ = ("_experiment", "_run", "_seen_in", "data", "facts", "path")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.facts: dict[str, Any] = json.loads(data)
        self.path = str(self.facts["path"])
        self._run: Run | None = None
        self._seen_in: Any = None
        self._experiment: Any = None

    @property
    def experiment(self) -> Any:
        """The experiment itself, where only its histories say what is asked."""
        if self._experiment is None:
            self._experiment = loaded_from(self.path, self.facts["id"])
        return self._experiment

    def run(self, increment: KnownIncrement) -> Run:
        """Return it as a run of MLflow, which nobody must change."""
        seen = (increment.id, increment.is_deleted, increment.members.get("artifact_location"))
        if self._run is None or self._seen_in != seen:
            self._run = run_of(self.facts, self.path, increment, self)
            self._seen_in, self._experiment = seen, None
        return self._run


class RunListings:
    """Lists the experiments of increments; what did not change since is not made again."""

    def __init__(self, handles: RunHandles) -> None:
        self._handles = handles
        self._known: dict[str, dict[bytes, ListedRun]] = {}
        self._lock = threading.Lock()

    def of(self, increment: KnownIncrement) -> list[ListedRun]:
        """Return the experiments of an increment, those inside others and in the archive too."""
        if increment.folder is None:
            return []
        path = increment.folder.path
        options = {"children": True, "archived": True}
        listing = Listing.open(Increment.find(path)._native, options)
        read, pointer = library().et_listing_read, listing._native
        with self._lock:
            known = self._known.get(path, {})
            now: dict[bytes, ListedRun] = {}
            for place in range(len(listing)):
                data = owned_bytes(read, pointer, place)
                now[data] = known.get(data) or ListedRun(data)
            self._known[path] = now
        found = list(now.values())
        self._handles.note({one.facts["id"]: one.path for one in found if one.facts["id"]})
        return found


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
            runs = [
                run
                for increment, listed in self.listed(experiment_ids)
                if is_run(listed.facts)
                for run in (listed.run(increment),)
                if LifecycleStage.matches_view_type(run_view_type, run.info.lifecycle_stage)
            ]
        filtered = SearchUtils.filter(runs, filter_string)
        ordered = SearchUtils.sort(filtered, order_by)
        most = SEARCH_MAX_RESULTS_THRESHOLD if max_results is None else max_results
        page, token = SearchUtils.paginate(ordered, page_token, most)
        return page, token

    def _search_datasets(self, experiment_ids: Sequence[str]) -> list[_DatasetSummary]:
        """Return which datasets the runs of experiments use, each once."""
        found: dict[tuple[str, ...], _DatasetSummary] = {}
        with as_mlflow_exceptions():
            for increment, listed in self.listed(experiment_ids):
                for one in datasets.inputs_of(listed.facts["facts"]):
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


def is_run(facts: dict[str, Any]) -> bool:
    """Return whether MLflow sees an experiment: not one that only holds a model."""
    return bool(facts["id"]) and facts["kind"] != logged_model_facts.KIND
