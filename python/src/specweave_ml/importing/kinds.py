"""The table of importers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module
from typing import NamedTuple, Protocol

from .runs import Faults, ForeignRun, Survey


class Reader(Protocol):
    """What the module of a kind offers; the package says how to write one."""

    def detect(self, path: str) -> bool:
        """Return whether a file or folder is a source of this kind."""

    def survey(self, path: str) -> Survey:
        """Return what it seems to hold."""

    def read(self, path: str, faults: Faults) -> Iterator[ForeignRun]:
        """Yield its runs."""


class Kind(NamedTuple):
    """A kind of source."""

    name: str
    """What ``--from`` takes."""
    tool: str
    """The tool as people write it."""
    module: str
    """Its module in `readers`."""
    what: str
    """What it is, for the list of kinds."""
    takes_urls: bool = False
    """Whether it reads also what is not on this computer, if its name is given."""
    home: tuple[str, str] | None = None
    """The variable that says where the tool keeps all projects, and where it does without it."""

    @property
    def usual_source(self) -> str | None:
        """Where the tool keeps what it logs, whichever project is worked on; None if nowhere."""
        if self.home is None:
            return None
        variable, default = self.home
        return os.environ.get(variable) or os.path.expanduser(default)

    @property
    def reader(self) -> Reader:
        """Its functions; loaded when they are used."""
        module: Reader = import_module(f"{__package__}.readers.{self.module}")
        return module


KINDS = (
    Kind("mlruns", "MLflow", "mlruns", "a folder of MLflow's file store"),
    Kind("mlflow-db", "MLflow", "mlflow_database", "a SQLite database of MLflow"),
    Kind("wandb", "Weights & Biases", "wandb_offline", "a folder wandb/, or a .wandb file"),
    Kind(
        "trackio",
        "Trackio",
        "trackio",
        "a database of a project, or the folder of all",
        home=("TRACKIO_DIR", "~/.cache/huggingface/trackio"),
    ),
    Kind("tensorboard", "TensorBoard", "tensorboard", "a log folder, or an event file"),
    Kind("aim", "Aim", "aim", "a folder .aim, through Aim's package"),
    Kind("sacred", "Sacred", "sacred", "a folder of runs of the FileStorageObserver"),
    Kind("dvclive", "DVCLive", "dvclive", "a folder of one run"),
    Kind("optuna", "Optuna", "optuna", "a database or a journal of studies", True),
    Kind("csv", "CSV", "csv_files", "a table of steps, or of points"),
)
"""In the order in which they are asked; a more special one stands before a more general one."""

BY_NAME = {kind.name: kind for kind in KINDS}
