"""MLflow: its SQLite store, which is the default, and the file store that it maintains."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")

from mlflow.entities import Metric

from trackbench.adapters.base import Adapter, Points

# By its name: for type checkers a folder of tests has it.
mlflow: Any = import_module("mlflow")

POINTS_A_REQUEST = 1000  # what the store takes at once


class Sqlite(Adapter):
    """`mlflow.log_metric` with the SQLite store."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        mlflow.set_tracking_uri(self.uri())
        self.client = mlflow.MlflowClient()

    def uri(self) -> str:
        """Where the store is."""
        return f"sqlite:///{self.folder / 'mlflow.db'}"

    def start(self, name: str, params: Mapping[str, float]) -> None:
        os.chdir(self.folder)
        mlflow.set_experiment("benchmark")
        self.run = mlflow.start_run(run_name=name)
        mlflow.log_params(dict(params))
        self.log = mlflow.log_metric  # type: ignore[method-assign]
        self.log_many = mlflow.log_metrics  # type: ignore[method-assign]

    def log(self, key: Any, value: float, step: int) -> Any:
        mlflow.log_metric(key, value, step)

    def log_series(self, key: Any, values: Sequence[float]) -> Any:
        for first in range(0, len(values), POINTS_A_REQUEST):
            block = values[first : first + POINTS_A_REQUEST]
            points = [Metric(key, float(v), 0, first + i) for i, v in enumerate(block)]
            self.client.log_batch(self.run.info.run_id, metrics=points)

    def save(self, file: Path) -> None:
        mlflow.log_artifact(str(file))

    def finish(self) -> None:
        mlflow.end_run()

    def points(self, key: str) -> Points:
        os.chdir(self.folder)
        # A forked child logs into a run of its own, which MLflow starts by itself.
        runs = mlflow.search_runs(experiment_names=["benchmark", "Default"], output_format="list")
        histories = (self.client.get_metric_history(run.info.run_id, key) for run in runs)
        return [metric.value for history in histories for metric in history]

    def table(self) -> int:
        os.chdir(self.folder)
        found, token = 0, None
        experiment = self.client.get_experiment_by_name("benchmark")
        while True:
            page = self.client.search_runs(
                [experiment.experiment_id], max_results=1000, page_token=token
            )
            found += sum(1 for run in page if run.data.metrics and run.data.params)
            token = page.token
            if not token:
                return found


class Files(Sqlite):
    """`mlflow.log_metric` with the file store."""

    def uri(self) -> str:
        return (self.folder / "mlruns").as_uri()
