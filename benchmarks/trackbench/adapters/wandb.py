"""Weights & Biases, offline."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

os.environ.update(WANDB_MODE="offline", WANDB_SILENT="true", WANDB_CONSOLE="off")

from trackbench.adapters.base import Adapter, Points
from trackbench.adapters.wandb_log import histories

wandb: Any = import_module("wandb")


class Tracker(Adapter):
    """`run.log` of an offline run; read back from its log by a reader of this harness."""

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
        files = sorted(self.folder.glob("wandb/offline-run-*/*.wandb"), key=os.path.getmtime)
        return [histories(file) for file in files]
