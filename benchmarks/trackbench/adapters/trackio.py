"""Trackio, local."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trackbench.adapters.base import Adapter, Points


class Tracker(Adapter):
    """`trackio.log`, read back by its own API."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        os.environ["TRACKIO_DIR"] = str(folder)  # read when it is imported
        import trackio

        self.trackio = trackio

    def start(self, name: str, params: Mapping[str, float]) -> None:
        self.run = self.trackio.init(
            project="benchmark", name=name, config=dict(params), embed=False
        )
        self.log_many = self.trackio.log  # type: ignore[method-assign]

    def log(self, key: Any, value: float, step: int) -> Any:
        self.trackio.log({key: value}, step=step)

    def save(self, file: Path) -> None:
        self.trackio.save(str(file), project="benchmark")

    def finish(self) -> None:
        self.trackio.finish()

    def points(self, key: str) -> Points:
        run = self._runs()[-1]
        return [float(point["value"]) for point in run.get_metric_values(key)]

    def table(self) -> int:
        return sum(1 for run in self._runs() if run.config and run.metrics())

    def _runs(self) -> list[Any]:
        return list(self.trackio.Api().runs("benchmark"))
