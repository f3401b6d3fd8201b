"""Aim, local repository."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

os.environ["AIM_DISABLE_TELEMETRY"] = "1"

import aim

from trackbench.adapters.base import Adapter, Points


class Tracker(Adapter):
    """`run.track`; new runs are seen by queries after `aim storage reindex` only."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        if not (folder / ".aim").exists():
            aim.Repo.from_path(str(folder), init=True)

    def start(self, name: str, params: Mapping[str, float]) -> None:
        self.run = aim.Run(
            repo=str(self.folder), experiment=name, system_tracking_interval=None,
            capture_terminal_logs=False, log_system_params=False,
        )  # fmt: skip
        self.run["params"] = dict(params)

    def log(self, key: Any, value: float, step: int) -> Any:
        self.run.track(value, key, step)

    def log_many(self, values: Mapping[Any, float], step: int) -> Any:
        self.run.track(dict(values), step=step)

    def save(self, file: Path) -> None:
        self.run.set_artifacts_uri((self.folder / "artifacts").as_uri())
        self.run.log_artifact(str(file), block=True)

    def finish(self) -> None:
        self.run.close()

    def prepare_reading(self) -> None:
        command = [str(Path(sys.executable).with_name("aim")), "storage", "--repo"]
        subprocess.run(
            [*command, str(self.folder), "reindex", "-y"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def points(self, key: str) -> Points:
        runs = list(aim.Repo(str(self.folder)).iter_runs())
        metric = runs[0].get_metric(key, _no_context())
        return [] if metric is None else list(metric.values.sparse_numpy()[1])

    def table(self) -> int:
        found = 0
        for run in aim.Repo(str(self.folder)).iter_runs():
            last = [metric.values.sparse_list()[1][-1] for metric in run.metrics()]
            found += bool(last and run["params"])
        return found


def _no_context() -> Any:
    from aim.storage.context import Context

    return Context({})
