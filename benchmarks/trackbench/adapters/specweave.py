"""This project's Python package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import specweave_ml
from trackbench.adapters.base import Adapter, Points

INCREMENT = "0001-benchmark"


class Tracker(Adapter):
    """The public API, nothing else; the comparison is the table."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (folder / ".specweave").mkdir(parents=True, exist_ok=True)
        (folder / ".specweave" / "config.json").touch()
        self.increment = folder / ".specweave" / "increments" / INCREMENT

    def start(self, name: str, params: Mapping[str, float]) -> None:
        self.experiment = specweave_ml.track_experiment(
            name, increment=str(self.increment), params=dict(params)
        )
        self.log = self.experiment.log_metric  # type: ignore[method-assign]
        self.log_many = self.experiment.log_metrics  # type: ignore[method-assign,assignment]

    def log(self, key: Any, value: float, step: int) -> Any:
        return self.experiment.log_metric(key, value, step)

    def log_series(self, key: Any, values: Sequence[float]) -> Any:
        return self.experiment.log_series(key, values)

    def save(self, file: Path) -> None:
        self.experiment.log_artifact(file)

    def finish(self) -> None:
        self.experiment.finish()

    def points(self, key: str) -> Points:
        newest = specweave_ml.list_experiments(str(self.increment))[-1]
        return newest.history(key).values

    def table(self) -> int:
        return len(specweave_ml.compare_experiments(str(self.increment), metrics=["m0"]).rows)
