"""Another MLflow: a tracking server, a database or a folder that experiments are pushed to."""

from __future__ import annotations

import inspect
import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any, NamedTuple, TypeVar

from mlflow.entities import Metric, Param, RunStatus, RunTag, ViewType
from mlflow.exceptions import MlflowException
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository
from mlflow.tracking import MlflowClient
from mlflow.utils.rest_utils import http_request, verify_rest_response

from ..display.progress import Bar
from .experiment_record import FOLDER

Result = TypeVar("Result")

AT_ONCE = 8
"""So many runs are sent at the same time, since a server works on several requests at once."""
MOST_IN_BATCH = 1000
"""MLflow's limit of points in a batch."""
MOST_PARAMS = 100
"""MLflow's limit of parameters in a batch, and of tags."""
PAGE = 1000
UNSENDABLE = "#%?"
BAD_REQUEST = 400
RUNNING = "RUNNING"
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

    def since(self, time: int) -> Points:
        """Return the points that are not before a time."""
        kept = [index for index, when in enumerate(self.times) if when >= time]
        return Points(
            self.key,
            [self.steps[index] for index in kept],
            [self.values[index] for index in kept],
            [self.times[index] for index in kept],
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

    def delete(self, run: str) -> None:
        """Delete a run, which can be restored there."""
        self.client.delete_run(run)

    def log_params(self, run: str, params: Mapping[str, str]) -> list[str]:
        """Log parameters, and return the names of those that MLflow refuses."""
        items = [Param(key, value) for key, value in params.items()]
        return refused_of(items, lambda part: self._store.log_batch(run, [], part, []))

    def set_tags(self, run: str, tags: Mapping[str, str]) -> list[str]:
        """Set tags, and return the names of those that MLflow refuses."""
        items = [RunTag(key, value) for key, value in tags.items()]
        return refused_of(items, lambda part: self._store.log_batch(run, [], [], part))

    def log_points(self, run: str, parts: Sequence[Points]) -> dict[str, int]:
        """Log points, at most `MOST_IN_BATCH` together, and return how many are refused of what.

        Sent again they are the same points: a database knows a point by all that it consists of.
        """
        try:
            self._log_points(run, parts)
        except MlflowException as error:
            raise_unless_refused(error)
        else:
            return {}
        refused: dict[str, int] = {}
        for part in parts:
            # MLflow knows no times before 1970; the other reason is the name.
            rest = part.since(0)
            count = len(part.steps) - len(rest.steps)
            try:
                self._log_points(run, [rest])
            except MlflowException as error:
                raise_unless_refused(error)
                count = len(part.steps)
            if count:
                refused[part.key] = refused.get(part.key, 0) + count
        return refused

    def _log_points(self, run: str, parts: Sequence[Points]) -> None:
        """Log points together, or none of them."""
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

    def set_status(self, run: str, status: str, ended: int | None = None) -> None:
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

    def can_hold(self, repository: Any, source: str, path: str) -> bool:
        """Return whether an artifact comes back from there as it is.

        A server takes what follows one of the `UNSENDABLE` characters for something else than a
        part of the name, and nobody has folders without files.
        """
        from mlflow.store.artifact.http_artifact_repo import HttpArtifactRepository

        names, is_whole = [path], True
        for folder, folders, files in os.walk(source):
            names += [os.path.join(folder, name) for name in files]
            is_whole = is_whole and bool(folders or files)
        over_http = isinstance(repository, HttpArtifactRepository)
        inside = [name.removeprefix(source) for name in names]
        return (
            is_whole
            and path.split("/")[0] != FOLDER
            and not (over_http and any(mark in name for name in inside for mark in UNSENDABLE))
        )

    def history(self, run: str, key: str) -> list[Any]:
        """Return all points of a metric."""
        return list(self.client.get_metric_history(run, key))


def refused_of(items: Sequence[Any], log: Callable[[Sequence[Any]], None]) -> list[str]:
    """Log parameters or tags, and return the names of those that MLflow refuses."""
    refused: list[str] = []
    for start in range(0, len(items), MOST_PARAMS):
        part = items[start : start + MOST_PARAMS]
        try:
            log(part)
        except MlflowException as error:
            raise_unless_refused(error)
            # A batch is refused as a whole: one by one those that can be are stored.
            for one in part:
                try:
                    log([one])
                except MlflowException as error:
                    raise_unless_refused(error)
                    refused.append(one.key)
    return refused


def done_at_once(work: Callable[[Any], Result], items: Iterable[Any], bar: Bar) -> list[Result]:
    """Do the same to several runs at a time, and return what came of each.

    After a failure none is begun any more.
    """
    done: list[Result] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        tasks = [pool.submit(work, item) for item in items]
        try:
            for task in as_completed(tasks):
                done.append(task.result())
                bar.advance()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return done


def as_json(points: Points) -> Iterator[dict[str, Any]]:
    """Yield points as MLflow's server reads them; numbers that JSON has not are words."""
    for step, value, time in zip(points.steps, points.values, points.times, strict=True):
        number: float | str = value
        if not math.isfinite(value):
            number = "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        yield {"key": points.key, "value": number, "timestamp": time, "step": step}


def is_refusal(error: BaseException) -> bool:
    """Return whether MLflow answered that it does not take something, and not that it failed."""
    if isinstance(error, MlflowException):
        return bool(error.get_http_status_code() == BAD_REQUEST)
    response = getattr(error, "response", None)
    return getattr(response, "status_code", None) == BAD_REQUEST


def raise_unless_refused(error: Exception) -> None:
    """Raise an error again that says that MLflow failed."""
    if not is_refusal(error):
        raise error
