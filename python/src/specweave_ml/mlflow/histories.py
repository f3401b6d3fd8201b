"""The points of metrics, as MLflow's client and its pages ask for them."""

from __future__ import annotations

from typing import Any

from mlflow.entities import Metric
from mlflow.entities.metric import MetricWithRunId
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from mlflow.store.entities.paged_list import PagedList
from mlflow.store.tracking.abstract_store import AbstractStore
from mlflow.utils.search_utils import SearchUtils
from mlflow.utils.validation import _validate_metric_name, _validate_run_id

from .latest_points import Point, points_of
from .run_handles import OpenRun
from .runs import RunCalls
from .tracking_errors import as_mlflow_exceptions

LONG = 5000
"""From so many points on a history is thinned by the library for MLflow's charts."""
FEWEST = 5
"""The fewest points that the library thins to."""


class HistoryCalls(RunCalls, AbstractStore):  # type: ignore[misc]
    """The calls of MLflow's store that read histories."""

    def get_metric_history(
        self,
        run_id: str,
        metric_key: str,
        max_results: int | None = None,
        page_token: str | None = None,
    ) -> Any:
        """Return the points of a metric in the order in which they were logged, by page."""
        _validate_run_id(run_id)
        _validate_metric_name(metric_key)
        with as_mlflow_exceptions():
            run = self.handles.of(run_id)
            if metric_key not in run.facts["metrics"]:
                return PagedList([], None)
            points = points_of(run.experiment._native, metric_key)
        offset = SearchUtils.parse_start_offset_from_page_token(page_token)
        token = None
        if max_results is not None:
            end = offset + max_results
            if end < len(points):
                token = SearchUtils.create_page_token(end)
            points = points[offset:end]
        elif offset:
            points = points[offset:]
        found = [
            Metric(metric_key, value, timestamp, step, **of_run(run_id))
            for step, timestamp, value in points
        ]
        return PagedList(found, token)

    def get_metric_history_bulk_interval(
        self,
        run_ids: list[str],
        metric_key: str,
        max_results: int,
        start_step: int | None,
        end_step: int | None,
    ) -> list[Any]:
        """Return points of a metric of several runs, so many of each as a chart can show.

        Of short histories they are those that MLflow's own store gives, at common steps.
        """
        if (start_step is None) != (end_step is None):
            raise MlflowException(
                "Both start_step and end_step must be provided together, or neither should be "
                "provided.",
                INVALID_PARAMETER_VALUE,
            )
        with as_mlflow_exceptions():
            runs = [self.handles.of(run_id) for run_id in run_ids]
            counts = [count_of(run, metric_key) for run in runs]
            if max(counts, default=0) <= LONG:
                return list(
                    super().get_metric_history_bulk_interval(
                        run_ids, metric_key, max_results, start_step, end_step
                    )
                )
            return [
                MetricWithRunId(Metric(metric_key, value, timestamp, step), run.run_id)
                for run, count in zip(runs, counts, strict=True)
                if count
                for step, timestamp, value in sampled(
                    run, metric_key, max(1, max_results), start_step, end_step
                )
            ]


def count_of(run: OpenRun, key: str) -> int:
    """Return how many points a metric has."""
    return int(run.facts["metrics"].get(key, {}).get("count", 0))


def sampled(run: OpenRun, key: str, most: int, start: int | None, end: int | None) -> list[Point]:
    """Return at most so many points of a metric, by steps; of a long one those that show it.

    Without limits the library chooses: both ends, and of equal stretches the smallest and the
    largest. Within limits they are evenly spaced.
    """
    if start is None or end is None:
        points = points_of(run.experiment._native, key, max(most, FEWEST))
    else:
        every = points_of(run.experiment._native, key)
        within = [point for point in every if start <= point.step <= end]
        points = [within[place] for place in evenly_spaced(len(within), most)]
    return sorted(points, key=lambda point: (point.step, point.timestamp))


def evenly_spaced(total: int, most: int) -> list[int]:
    """Return at most so many places from 0 to below a total, the first and the last among them."""
    if total <= most:
        return list(range(total))
    if most == 1:
        return [total - 1]
    return sorted({round(place * (total - 1) / (most - 1)) for place in range(most)})


def of_run(run_id: str) -> dict[str, str]:
    """Return the argument that says of which run a point is, where MLflow has one."""
    return {"run_id": run_id} if HAS_RUN_ID else {}


HAS_RUN_ID = "run_id" in Metric.__init__.__code__.co_varnames
