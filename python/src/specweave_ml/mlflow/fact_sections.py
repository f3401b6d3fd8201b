"""The sections of an experiment's facts that hold what only MLflow knows, and how they are written.

Nothing here needs MLflow, so that its files can be imported without it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

RUN = "mlflow"
"""What MLflow knows of a run; its tags are members ``tags.<key>``."""
TAG = "tags."
USER = "user_id"
"""The member that every run has which MLflow made, or that was imported from its files."""
LATEST = "mlflow_latest"
"""The latest point of a metric where it is not the last that was logged."""
MODELS = "mlflow_models"
MODEL_METRICS = "mlflow_model_metrics"
LINKS = "mlflow_links"
INPUT, OUTPUT = "input.", "output."
DATA = "data"
DATASET = "mlflow"
"""The member of an entry of the section ``data`` that has what MLflow knows."""
ARTIFACTS = "artifacts"
NAME_THERE = "path_in_mlflow"
"""The detail of an artifact that holds its path in MLflow."""
MODEL_FILES = "models"
MODEL_KIND = "model"
PLAIN = re.compile(r"[^\W_][\w -]{0,63}")


def is_plain(key: str, value: str) -> bool:
    """Return whether a tag of MLflow is one of the store's, which have no value."""
    return value == "" and PLAIN.fullmatch(key) is not None


def data_entry(dataset: Mapping[str, Any], tags: Mapping[str, str]) -> dict[str, Any]:
    """Return a dataset as an entry of the section ``data``.

    Args:
        dataset: ``name``, ``digest``, ``source_type``, ``source``, ``schema`` and ``profile``.
        tags: Those of its use in the run.
    """
    kept = {**dataset, "tags": dict(tags)}
    return {
        "digest": dataset["digest"],
        "source_type": dataset["source_type"],
        DATASET: {key: value for key, value in kept.items() if value is not None},
    }


def data_name(name: str, digest: str, *, taken: bool) -> str:
    """Return the name of an entry; another dataset may have the name already."""
    return f"{name}@{digest}" if taken else name


def model_metric(
    model_id: str, run_id: str, key: str, value: float, timestamp: int, step: int, *,
    dataset_name: str | None = None, dataset_digest: str | None = None,
) -> tuple[str, dict[str, Any]]:  # fmt: skip
    """Return a point of a model's metric as a member of its section."""
    entry = {
        "key": key,
        "value": float(value),
        "timestamp": timestamp,
        "step": step,
        "run": run_id,
        "dataset_name": dataset_name,
        "dataset_digest": dataset_digest,
    }
    place = (model_id, key, timestamp, step, run_id)
    return "/".join(map(str, place)), {key: one for key, one in entry.items() if one is not None}
