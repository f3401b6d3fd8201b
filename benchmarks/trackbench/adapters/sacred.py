"""Sacred with its file store observer.

Its main function is the run: it waits in a thread until the harness has logged what it wants.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sacred import Experiment
from sacred.observers import FileStorageObserver
from sacred.run import Run

from trackbench.adapters.base import Adapter, Points

logging.getLogger("sacred").setLevel(logging.ERROR)


class Tracker(Adapter):
    """`run.log_scalar`."""

    def start(self, name: str, params: Mapping[str, float]) -> None:
        os.chdir(self.folder)
        experiment = Experiment(name, save_git_info=False)
        experiment.observers.append(FileStorageObserver(str(self.folder / "runs")))
        experiment.add_config(dict(params))
        self.ended, started = threading.Event(), threading.Event()

        def main(_run: Run) -> None:
            self.run = _run
            started.set()
            self.ended.wait()

        experiment.main(main)
        options = {"--loglevel": "ERROR", "--capture": "no"}
        self.thread = threading.Thread(target=experiment.run, kwargs={"options": options})
        self.thread.start()
        started.wait()
        self.log = self.run.log_scalar  # type: ignore[method-assign]

    def log(self, key: Any, value: float, step: int) -> Any:
        self.run.log_scalar(key, value, step)

    def save(self, file: Path) -> None:
        self.run.add_artifact(str(file))

    def finish(self) -> None:
        self.ended.set()
        self.thread.join()

    def points(self, key: str) -> Points:
        newest = max(self.folder.glob("runs/[0-9]*"), key=os.path.getmtime)
        content = json.loads((newest / "metrics.json").read_bytes() or b"{}")
        return list(content.get(key, {"values": []})["values"])

    def table(self) -> int:
        found = 0
        for folder in self.folder.glob("runs/[0-9]*"):
            metrics = json.loads((folder / "metrics.json").read_bytes())
            last = [series["values"][-1] for series in metrics.values()]
            found += bool(last and json.loads((folder / "config.json").read_bytes()))
        return found
