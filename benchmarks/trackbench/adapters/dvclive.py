"""DVCLive outside a DVC repository."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from typing import Any

os.environ["DVC_NO_ANALYTICS"] = "1"

from dvclive import Live

from trackbench.adapters.base import Adapter, Points

logging.getLogger("dvclive").setLevel(logging.ERROR)


class Tracker(Adapter):
    """`live.log_metric` and `live.next_step()`, as its documentation shows a loop."""

    def start(self, name: str, params: Mapping[str, float]) -> None:
        os.chdir(self.folder)
        self.live = Live(dir=str(self.folder / name), save_dvc_exp=False, dvcyaml=None, report=None)
        self.live.log_params(dict(params))

    def log(self, key: Any, value: float, step: int) -> Any:
        self.live.step = step
        self.live.log_metric(key, value)
        self.live.next_step()

    def log_many(self, values: Mapping[Any, float], step: int) -> Any:
        self.live.step = step
        for key, value in values.items():
            self.live.log_metric(key, value)
        self.live.next_step()

    def finish(self) -> None:
        self.live.end()

    def points(self, key: str) -> Points:
        newest = max(self.folder.glob("*/plots/metrics"), key=os.path.getmtime)
        lines = (newest / f"{key}.tsv").read_text(encoding="utf-8").splitlines()[1:]
        return [float(line.split("\t")[1]) for line in lines]

    def table(self) -> int:
        found = 0
        for file in self.folder.glob("*/metrics.json"):
            found += bool(json.loads(file.read_bytes())) and file.with_name("params.yaml").exists()
        return found
