"""The tools that are measured, and the workloads that each can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Language = Literal["python", "c", "swift"]


@dataclass(frozen=True)
class Tool:
    """One row of the tables.

    `adapter` is module and class below `trackbench.adapters`, or empty for our own programs in C
    and Swift; `environment` the folder below `build/benchmarks` that it runs in.
    """

    name: str
    environment: str
    adapter: tuple[str, str] = ("", "")
    language: Language = "python"
    keeps_calls: bool = True
    """Whether an acknowledged call is meant to survive; the floors that keep nothing say no."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """What is added to the environment of its process."""

    @property
    def is_ours(self) -> bool:
        """Whether it is this project."""
        return self.name.startswith("specweave")

    @property
    def is_floor(self) -> bool:
        """Whether it is the machine itself."""
        return self.name.startswith("floor")


def _floor(name: str, adapter: str, keeps_calls: bool = False) -> Tool:
    """A floor runs in this project's own environment."""
    return Tool(f"floor: {name}", "specweave", ("floors", adapter), keeps_calls=keeps_calls)


NOTHING = _floor("nothing", "Nothing")
JSON_FILES = _floor("JSON files", "JsonFiles", keeps_calls=True)
WRITE_CALLS = _floor("one write(2) a call", "WriteCalls", keeps_calls=True)
EMPTY_CTYPES = _floor("empty ctypes call", "EmptyCtypes")
EMPTY_PYDLL = _floor("empty ctypes call, GIL kept", "EmptyCtypesHoldingTheGil")
EMPTY_EXTENSION = _floor("empty C extension method", "EmptyExtension")
MAPPED_STORE = _floor("store into a mapping", "MappedStore", keeps_calls=True)
BARE = _floor("bare Python", "Nothing")
COPY = Tool("floor: cp", "")
COPY_AND_HASH = Tool("floor: cp, then SHA-256", "")

PYTHON = Tool("specweave", "specweave", ("specweave", "Tracker"))
CTYPES = Tool(
    "specweave, ctypes only",
    "specweave",
    ("specweave", "Tracker"),
    variables={"SPECWEAVE_ACCELERATOR": "off"},
)
C = Tool("specweave from C", "native", language="c")
SWIFT = Tool("specweave from Swift", "native", language="swift")

MLFLOW = Tool("MLflow, SQLite", "mlflow", ("mlflow", "Sqlite"))
MLFLOW_FILES = Tool("MLflow, files", "mlflow", ("mlflow", "Files"))
WANDB = Tool("W&B, offline", "wandb", ("wandb", "Tracker"))
AIM = Tool("Aim", "aim", ("aim", "Tracker"))
TRACKIO = Tool("Trackio", "trackio", ("trackio", "Tracker"))
DVCLIVE = Tool("DVCLive", "dvclive", ("dvclive", "Tracker"))
TENSORBOARDX = Tool("tensorboardX", "tensorboardx", ("tensorboardx", "Tracker"))
SACRED = Tool("Sacred", "sacred", ("sacred", "Tracker"))

PEERS = (MLFLOW, MLFLOW_FILES, WANDB, AIM, TRACKIO, DVCLIVE, TENSORBOARDX, SACRED)
OURS = (PYTHON, C, SWIFT)
