"""Weights & Biases, offline."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

os.environ.update(WANDB_MODE="offline", WANDB_SILENT="true", WANDB_CONSOLE="off")

import wandb

from trackbench.adapters.base import Adapter, Points


class Tracker(Adapter):
    """`run.log` of an offline run; read back by wandb's own reader of its transaction log."""

    def start(self, name: str, params: Mapping[str, float]) -> None:
        self.run = wandb.init(
            project="benchmark", name=name, dir=str(self.folder), config=dict(params),
            reinit="finish_previous",
        )  # fmt: skip
        self.log_many = self.run.log  # type: ignore[method-assign]

    def log(self, key: Any, value: float, step: int) -> Any:
        self.run.log({key: value}, step=step)

    def save(self, file: Path) -> None:
        artifact = wandb.Artifact("file", type="data")
        artifact.add_file(str(file))
        self.run.log_artifact(artifact)

    def finish(self) -> None:
        self.run.finish()

    def points(self, key: str) -> Points:
        return [float(point[key]) for point in self._histories()[-1] if key in point]

    def table(self) -> int:
        return len([history for history in self._histories() if history])

    def _histories(self) -> list[list[dict[str, str]]]:
        """What each `.wandb` file holds; wandb offers no public reader for offline runs."""
        from wandb.proto import wandb_internal_pb2
        from wandb.sdk.internal.datastore import DataStore

        runs = []
        for file in sorted(self.folder.glob("wandb/offline-run-*/*.wandb"), key=os.path.getmtime):
            store, history = DataStore(), []
            store.open_for_scan(str(file))
            while True:
                try:
                    data = store.scan_data()
                except AssertionError:  # how it meets a file that ends early
                    break
                if data is None:
                    break
                record = wandb_internal_pb2.Record()
                record.ParseFromString(data)
                if record.WhichOneof("record_type") == "history":
                    items = record.history.item
                    history.append({(i.key or i.nested_key[0]): i.value_json for i in items})
            runs.append(history)
        return runs
