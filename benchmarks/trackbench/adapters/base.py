"""What a workload asks of a tool."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

KEY = "loss"
Points: TypeAlias = Any
"""A list or an array of numbers."""


class NotMeasuredError(Exception):
    """This tool cannot do this work; the message says why, and stands in the table."""


class Adapter(ABC):
    """One tool with one store in `folder`, and one run at a time.

    `log(key, value, step)` is bound to the tool's own callable where the arguments agree, so that
    the harness adds nothing to the cheapest calls.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def key(self, name: str) -> Any:
        """The key as this tool wants it; the floors take bytes."""
        return name

    @abstractmethod
    def start(self, name: str, params: Mapping[str, float]) -> None:
        """Open a run and log its parameters."""

    @abstractmethod
    def log(self, key: Any, value: float, step: int) -> Any:
        """Log one point."""

    def log_many(self, values: Mapping[Any, float], step: int) -> Any:
        """Log several metrics at one step, in one call where the tool has one."""
        for key, value in values.items():
            self.log(key, value, step)

    def log_series(self, key: Any, values: Sequence[float]) -> Any:
        """Log a whole series, in one call where the tool has one."""
        for step, value in enumerate(values):
            self.log(key, value, step)

    def save(self, file: Path) -> None:
        """Save a file with the run."""
        raise NotMeasuredError("stores no files")

    @abstractmethod
    def finish(self) -> None:
        """End the run."""

    def prepare_reading(self) -> None:  # noqa: B027 most tools need nothing
        """Whatever has to happen once after writing before anything can be read."""

    def points(self, key: str) -> Points:
        """The values of one metric of the newest run, by the tool's own reader."""
        raise NotMeasuredError("cannot be read without its server")

    def table(self) -> int:
        """Read parameters and last metrics of all runs, and return how many there were."""
        raise NotMeasuredError("cannot be read without its server")
