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
        # `trackio.log` finds its run by a context variable, which other threads do not have.
        self.log_many = self.run.log  # type: ignore[method-assign]

    def log(self, key: Any, value: float, step: int) -> Any:
        self.run.log({key: value}, step=step)

    def save(self, file: Path) -> None:
        self.trackio.save(str(file), project="benchmark")

    def finish(self) -> None:
        self.trackio.finish()

    def points(self, key: str) -> Points:
        from trackio.sqlite_storage import SQLiteStorage

        newest = SQLiteStorage.get_runs("benchmark")[-1]
        values = SQLiteStorage.get_metric_values("benchmark", newest, key)
        return [float(point["value"]) for point in values]

    def table(self) -> int:
        from trackio.sqlite_storage import SQLiteStorage

        found = 0
        for name in SQLiteStorage.get_runs("benchmark"):
            last = SQLiteStorage.get_logs("benchmark", name)[-1]
            found += bool(last and SQLiteStorage.get_run_config("benchmark", name))
        return found
