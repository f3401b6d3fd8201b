"""Another MLflow: a tracking server, a database or a folder that experiments are pushed to."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mlflow.entities import Metric, Param, RunStatus, RunTag, ViewType
from mlflow.exceptions import MlflowException
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository
from mlflow.tracking import MlflowClient
from mlflow.utils.rest_utils import http_request, verify_rest_response

MOST_IN_BATCH = 1000
"""MLflow's limit of points in a batch."""
MOST_PARAMS = 100
"""MLflow's limit of parameters in a batch, and of tags."""
PAGE = 1000
LOG_BATCH = "/api/2.0/mlflow/runs/log-batch"


TAKES_TRACKING_URI = "tracking_uri" in inspect.signature(get_artifact_repository).parameters
"""Whether MLflow asks which server a repository belongs to; before version 3 it is the current."""


class Points(NamedTuple):
    """Points of one metric."""

    key: str
    steps: Sequence[int]
    values: Sequence[float]
    times: Sequence[int]
    """Milliseconds since 1970."""

    def part(self, start: int, end: int) -> Points:
        """Return the points from one place up to another."""
        return Points(
            self.key, self.steps[start:end], self.values[start:end], self.times[start:end]
        )


class Remote:
    """The runs of one experiment of another MLflow."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self.client = MlflowClient(tracking_uri=uri)
        self._store: Any = self.client._tracking_client.store
        self._is_rest = uri.startswith(("http://", "https://"))

    def experiment(self, name: str, *, create: bool) -> str | None:
        """Return the id of the experiment of a name; it is created or restored if asked for."""
        found = self.client.get_experiment_by_name(name)
        if found is None:
            return str(self.client.create_experiment(name)) if create else None
        if found.lifecycle_stage != "active":
            if not create:
                return None
            self.client.restore_experiment(found.experiment_id)
        return str(found.experiment_id)

    def runs(self, experiment: str) -> Iterator[Any]:
        """Yield the active runs of an experiment."""
        token = None
        while True:
            page = self.client.search_runs(
                [experiment], "", ViewType.ACTIVE_ONLY, PAGE, page_token=token
            )
            yield from page
            token = page.token
            if not token:
                return

    def create(self, experiment: str, name: str, started: int, tags: Mapping[str, str]) -> Any:
        """Create a run that began at a time in milliseconds."""
        return self.client.create_run(
            experiment, start_time=started, tags=dict(tags), run_name=name
        )

    def log_params(self, run: str, params: Mapping[str, str]) -> list[str]:
        """Log parameters, and return the names of those that MLflow refuses."""
        items = [Param(key, value) for key, value in params.items()]
        refused: list[str] = []
        for start in range(0, len(items), MOST_PARAMS):
            part = items[start : start + MOST_PARAMS]
            try:
                self._store.log_batch(run, [], part, [])
            except MlflowException:
                # A batch is refused as a whole: one by one those that can be are stored.
                for one in part:
                    try:
                        self._store.log_batch(run, [], [one], [])
                    except MlflowException:
                        refused.append(one.key)
        return refused

    def set_tags(self, run: str, tags: Mapping[str, str]) -> list[str]:
        """Set tags, and return the names of those that MLflow refuses."""
        items = [RunTag(key, value) for key, value in tags.items()]
        refused: list[str] = []
        for start in range(0, len(items), MOST_PARAMS):
            part = items[start : start + MOST_PARAMS]
            try:
                self._store.log_batch(run, [], [], part)
            except MlflowException:
                for one in part:
                    try:
                        self._store.set_tag(run, one)
                    except MlflowException:
                        refused.append(one.key)
        return refused

    def log_points(self, run: str, parts: Sequence[Points]) -> None:
        """Log points, at most `MOST_IN_BATCH` together.

        Sent again they are the same points: a database knows a point by all that it consists of.
        """
        if self._is_rest:
            body = {"run_id": run, "metrics": [one for part in parts for one in as_json(part)]}
            response = http_request(
                host_creds=self._store.get_host_creds(), endpoint=LOG_BATCH, method="POST",
                json=body,
            )  # fmt: skip
            verify_rest_response(response, LOG_BATCH)
            return
        metrics = [
            Metric(part.key, value, time, step)
            for part in parts
            for step, value, time in zip(part.steps, part.values, part.times, strict=True)
        ]
        self._store.log_batch(run, metrics, [], [])

    def end(self, run: str, status: str, ended: int | None) -> None:
        """Set a run's status and the time of its end in milliseconds."""
        self._store.update_run_info(run, RunStatus.from_string(status), ended, None)

    def artifacts(self, run: Any) -> Any:
        """Return where the artifacts of a run are."""
        uri = run.info.artifact_uri
        if TAKES_TRACKING_URI:
            return get_artifact_repository(uri, tracking_uri=self.uri)
        if uri.startswith("mlflow-artifacts:"):
            from mlflow.store.artifact.mlflow_artifacts_repo import MlflowArtifactsRepository

            uri = MlflowArtifactsRepository.resolve_uri(uri, self.uri)
        return get_artifact_repository(uri)

    def history(self, run: str, key: str) -> list[Any]:
        """Return all points of a metric."""
        return list(self.client.get_metric_history(run, key))


def as_json(points: Points) -> Iterator[dict[str, Any]]:
    """Yield points as MLflow's server reads them; numbers that JSON has not are words."""
    for step, value, time in zip(points.steps, points.values, points.times, strict=True):
        number: float | str = value
        if not math.isfinite(value):
            number = "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        yield {"key": points.key, "value": number, "timestamp": time, "step": step}
