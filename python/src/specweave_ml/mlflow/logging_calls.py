"""What is logged to a run: metrics, parameters, tags and what goes in."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from ctypes import c_double, c_int64
from typing import Any

from mlflow.entities import DatasetInput, Metric, Param, RunTag
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from mlflow.utils.mlflow_tags import MLFLOW_LOGGED_MODELS
from mlflow.utils.validation import (
    _validate_batch_log_data,
    _validate_batch_log_limits,
    _validate_dataset_inputs,
    _validate_metric,
    _validate_param,
    _validate_param_keys_unique,
    _validate_run_id,
    _validate_tag,
    _validate_tag_name,
)

from .._native.library import library
from .._native.text import encoded_json
from ..reading.params import params_of
from . import datasets, model_links
from .latest_points import SECTION as LATEST
from .latest_points import Point
from .logged_models import LoggedModelCalls
from .param_values import REDACTED, texts_of, value_of
from .run_handles import OpenRun
from .tags import delete_tag, set_tags, tags_of
from .tracking_errors import as_mlflow_exceptions, recorded

ONE_DOUBLE, ONE_INTEGER = c_double * 1, c_int64 * 1


class LoggingCalls(LoggedModelCalls):
    """The calls of MLflow's store that log something."""

    def log_metric(self, run_id: str, metric: Metric) -> None:
        """Log one point."""
        _validate_metric(metric.key, metric.value, metric.timestamp, metric.step)
        with as_mlflow_exceptions():
            run = self.writable(run_id)
            point = Point(metric.step, metric.timestamp, float(metric.value))
            with run.lock:
                if run.latest.without_repeated(metric.key, [point]):
                    latest = run.latest.logged(metric.key, [point])
                    log_series(run, metric.key, [point])
                    note_latest(run, {metric.key: latest})
            if getattr(metric, "model_id", None):
                self.log_model_metrics(run, [metric])

    def log_param(self, run_id: str, param: Param) -> None:
        """Log one parameter."""
        param = _validate_param(param.key, param.value)
        with as_mlflow_exceptions():
            run = self.writable(run_id)
            old = texts_of(params_of(run.facts)).get(param.key)
            if differs(old, param.value):
                raise MlflowException(
                    f"Changing param values is not allowed. Param with key='{param.key}' was "
                    f"already logged with value='{old}' for run ID='{run_id}'. Attempted logging "
                    f"new value '{param.value}'.",
                    INVALID_PARAMETER_VALUE,
                )
            if old is None:
                log_params(run, [param])

    def set_tag(self, run_id: str, tag: RunTag) -> None:
        """Set one tag."""
        _validate_run_id(run_id)
        tag = _validate_tag(tag.key, tag.value)
        with as_mlflow_exceptions():
            set_tags(self.writable(run_id), [tag])

    def delete_tag(self, run_id: str, key: str) -> None:
        """Delete a tag."""
        _validate_run_id(run_id)
        _validate_tag_name(key)
        with as_mlflow_exceptions():
            delete_tag(self.writable(run_id), key)

    def log_batch(
        self,
        run_id: str,
        metrics: Sequence[Metric],
        params: Sequence[Param],
        tags: Sequence[RunTag],
    ) -> None:
        """Log points, parameters and tags; nothing if a parameter would change."""
        _validate_run_id(run_id)
        metrics, params, tags = _validate_batch_log_data(metrics, params, tags)
        _validate_batch_log_limits(metrics, params, tags)
        _validate_param_keys_unique(params)
        with as_mlflow_exceptions():
            run = self.writable(run_id)
            if params:
                log_params(run, new_params(run, params))
            if metrics:
                log_points(run, metrics)
                self.log_model_metrics(run, metrics)
            if tags:
                set_tags(run, tags)

    def record_logged_model(self, run_id: str, mlflow_model: Any) -> None:
        """Note in a tag which models were logged, as MLflow before version 3 does."""
        from mlflow.models import Model

        _validate_run_id(run_id)
        if not isinstance(mlflow_model, Model):
            raise TypeError(
                f"Argument 'mlflow_model' should be mlflow.models.Model, got '{type(mlflow_model)}'"
            )
        with as_mlflow_exceptions():
            run = self.writable(run_id)
            logged = json.loads(tags_of(run.facts).get(MLFLOW_LOGGED_MODELS, "[]"))
            value = json.dumps([*logged, mlflow_model.get_tags_dict()])
            set_tags(run, [_validate_tag(MLFLOW_LOGGED_MODELS, value)])

    def log_inputs(
        self,
        run_id: str,
        datasets: list[DatasetInput] | None = None,
        models: list[Any] | None = None,
    ) -> None:
        """Log which datasets and models a run uses."""
        _validate_run_id(run_id)
        if datasets is not None:
            if not isinstance(datasets, list):
                raise TypeError(f"Argument 'datasets' should be a list, got '{type(datasets)}'")
            _validate_dataset_inputs(datasets)
        with as_mlflow_exceptions():
            run = self.writable(run_id)
            log_datasets(run, datasets or [])
            model_links.log_inputs(run, models or [])

    def log_outputs(self, run_id: str, models: list[Any]) -> None:
        """Log which models a run made."""
        _validate_run_id(run_id)
        with as_mlflow_exceptions():
            model_links.log_outputs(self.writable(run_id), models or [])


log_datasets = datasets.log_inputs


def log_points(run: OpenRun, metrics: Iterable[Metric]) -> None:
    """Log points of any metrics, those of each in their order."""
    by_key: defaultdict[str, list[Point]] = defaultdict(list)
    for metric in metrics:
        by_key[metric.key].append(Point(metric.step, metric.timestamp, float(metric.value)))
    with run.lock:
        fresh = {
            key: points
            for key, every in by_key.items()
            if (points := run.latest.without_repeated(key, every))
        }
        latest = {key: run.latest.logged(key, points) for key, points in fresh.items()}
        for key, points in fresh.items():
            log_series(run, key, points)
        note_latest(run, latest)


def log_series(run: OpenRun, key: str, points: list[Point]) -> None:
    """Log points of one metric."""
    if len(points) == 1:
        step, timestamp, value = points[0]
        values, steps = ONE_DOUBLE(value), ONE_INTEGER(step)
        times = ONE_DOUBLE(timestamp / 1000)
    else:
        count = len(points)
        values = (c_double * count)(*(point.value for point in points))
        steps = (c_int64 * count)(*(point.step for point in points))
        times = (c_double * count)(*(point.timestamp / 1000 for point in points))
    experiment = run.experiment
    code = library().et_experiment_log_series(
        experiment._native, run.key(key), values, steps, times, len(points)
    )
    if code:
        recorded(experiment, code, f"metric {key!r}")


def note_latest(run: OpenRun, found: dict[str, Point | None]) -> None:
    """Record where the latest point of a metric is not the one that was logged last."""
    members = run.latest.changes(found)
    if members:
        run.log_fact(LATEST, members)


def new_params(run: OpenRun, params: Iterable[Param]) -> list[Param]:
    """Return the parameters that the run does not have.

    Raises:
        MlflowException: It has one with another value.
    """
    known = texts_of(params_of(run.facts))
    changed = [
        {"key": param.key, "old_value": known[param.key], "new_value": param.value}
        for param in params
        if differs(known.get(param.key), param.value)
    ]
    if changed:
        raise MlflowException(
            "Changing param values is not allowed. Params were already "
            f"logged='{changed}' for run ID='{run.run_id}'.",
            INVALID_PARAMETER_VALUE,
        )
    return [param for param in params if param.key not in known]


def differs(old: str | None, new: str) -> bool:
    """Return whether a parameter would change; of one that is not shown nobody can tell."""
    return old is not None and old not in (new, REDACTED)


def log_params(run: OpenRun, params: Sequence[Param]) -> None:
    """Log parameters with their types."""
    if not params:
        return
    values = {param.key: value_of(param.value) for param in params}
    code = library().et_experiment_log_params(run.experiment._native, encoded_json(values))
    run.experiment._recorded(0, "") if code == 0 else recorded(run.experiment, code, "params")
