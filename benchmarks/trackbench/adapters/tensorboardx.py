"""tensorboardX, read by TensorBoard."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from tensorboardX import SummaryWriter

from trackbench.adapters.base import Adapter, Points


class Tracker(Adapter):
    """`add_scalar`; parameters as text, which is what it has for them."""

    def start(self, name: str, params: Mapping[str, float]) -> None:
        self.writer = SummaryWriter(str(self.folder / name))
        for key, value in params.items():
            self.writer.add_text(key, str(value))
        self.log = self.writer.add_scalar  # type: ignore[method-assign]

    def log(self, key: Any, value: float, step: int) -> Any:
        self.writer.add_scalar(key, value, step)

    def finish(self) -> None:
        self.writer.close()

    def points(self, key: str) -> Points:
        newest = max(self.folder.glob("*/"), key=os.path.getmtime)
        return [point.value for point in _load(str(newest)).Scalars(key)]

    def table(self) -> int:
        found = 0
        for folder in self.folder.glob("*/"):
            events = _load(str(folder))
            found += bool([events.Scalars(key)[-1] for key in events.Tags()["scalars"]])
        return found


def _load(folder: str) -> Any:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(folder, size_guidance={"scalars": 0})
    events.Reload()
    return events
