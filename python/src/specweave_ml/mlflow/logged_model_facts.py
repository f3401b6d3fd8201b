"""Models of MLflow 3 as facts of the run that made them: the section ``mlflow_models``.

Their metrics, which come from any run, are in ``mlflow_model_metrics``; their files lie in
``models/<id>`` of the experiment's folder. A model that no run made has an experiment of its own.
"""

from __future__ import annotations

from typing import Any

from mlflow.utils.uri import append_to_uri_path

from ..reading.properties import number
from . import fact_sections, server_uris
from .fact_sections import model_metric
from .increment_catalog import KnownIncrement
from .store_uri import uri_of

KIND = fact_sections.MODEL_KIND
SECTION = fact_sections.MODELS
METRICS = fact_sections.MODEL_METRICS
FOLDER = fact_sections.MODEL_FILES


def models_of(facts: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the models of an experiment by id."""
    found: dict[str, dict[str, Any]] = facts["facts"].get(SECTION, {})
    return {key: model for key, model in found.items() if model}


def only_models(facts: dict[str, Any]) -> dict[str, Any] | None:
    """Return what of the facts of an experiment is about models; None if nothing is."""
    sections = facts["facts"]
    if SECTION not in sections:
        return None
    return {"facts": {name: sections.get(name, {}) for name in (SECTION, METRICS)}}


def model_of(
    model_id: str,
    facts: dict[str, Any],
    path: str,
    increment: KnownIncrement,
    nothing: list[Any] | None = None,
) -> Any:
    """Return a model as MLflow's; what says that it has no metrics depends on who looks at it."""
    from mlflow.entities import LoggedModel, LoggedModelStatus

    model = facts["facts"][SECTION][model_id]
    return LoggedModel(
        experiment_id=increment.id,
        model_id=model_id,
        name=model["name"],
        artifact_location=location_of(model_id, path, increment),
        creation_timestamp=model["created"],
        last_updated_timestamp=model["updated"],
        model_type=model.get("type"),
        source_run_id=model.get("run"),
        status=LoggedModelStatus.from_int(model["status"]),
        status_message=model.get("message"),
        tags=dict(model.get("tags", {})),
        params=dict(model.get("params", {})),
        metrics=metrics_of(model_id, facts) or nothing,
    )


def metrics_of(model_id: str, facts: dict[str, Any]) -> list[Any]:
    """Return the points of a model's metrics."""
    from mlflow.entities import Metric

    beginning = model_id + "/"
    return [
        Metric(
            key=entry["key"],
            value=float(number(entry["value"])),
            timestamp=entry["timestamp"],
            step=entry["step"],
            model_id=model_id,
            dataset_name=entry.get("dataset_name"),
            dataset_digest=entry.get("dataset_digest"),
            run_id=entry["run"],
        )
        for member, entry in facts["facts"].get(METRICS, {}).items()
        if member.startswith(beginning)
    ]


def metric_members(run_id: str, metrics: list[Any]) -> dict[str, dict[str, Any]]:
    """Return points of models' metrics as members of the section."""
    return dict(
        model_metric(
            metric.model_id, run_id, metric.key, metric.value, metric.timestamp, metric.step,
            dataset_name=metric.dataset_name, dataset_digest=metric.dataset_digest,
        )
        for metric in metrics
    )  # fmt: skip


def location_of(model_id: str, path: str, increment: KnownIncrement) -> str:
    """Return where MLflow puts the files of a model."""
    location = increment.members.get("artifact_location")
    if location:
        return str(append_to_uri_path(location, FOLDER, model_id, "artifacts"))
    return server_uris.of_model(increment.id, model_id) or local_location_of(model_id, path)


def local_location_of(model_id: str, path: str) -> str:
    """Return where the files of a model are on this machine."""
    return uri_of(f"{path}/{FOLDER}/{model_id}")
