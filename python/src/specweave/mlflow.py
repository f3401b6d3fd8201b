"""MLflow, writing into the increment: everything in here is MLflow's own.

    from specweave import mlflow as sw_mlflow

    with sw_mlflow.start_run("xgboost"):
        sw_mlflow.log_metric("auc", 0.87)

It is the active increment, unless `configure_mlflow`, `set_tracking_uri` or
``MLFLOW_TRACKING_URI`` says where MLflow writes.
"""

from __future__ import annotations

import re
from typing import Any

from specweave_ml.mlflow.configure import configured_mlflow

_RUN_ID = re.compile(r"[0-9a-f]{32}")


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(configured_mlflow(), name)


def __dir__() -> list[str]:
    return sorted({*dir(configured_mlflow()), "start_run"})


def start_run(name: str | None = None, **options: Any) -> Any:
    """Start a run as `mlflow.start_run` does, which takes the options; the first is its name.

    A run's id continues that run, as in MLflow.
    """
    if name is not None:
        options["run_id" if _RUN_ID.fullmatch(name) else "run_name"] = name
    return configured_mlflow().start_run(**options)
