"""``wandb.controller``: a sweep made step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..notices import once
from .records import SweepFiles
from .search import combinations
from .sweep import sweep as begin_sweep


class SweepController:
    """Describes a sweep, begins it, and says how far it is; agents choose values by themselves."""

    def __init__(self, sweep_id_or_config: Any = None, project: str | None = None) -> None:
        self._project = project
        self.sweep_id: str | None = None
        self.sweep_config: dict[str, Any] = {}
        if isinstance(sweep_id_or_config, str):
            self.sweep_id = sweep_id_or_config
            self.sweep_config = SweepFiles.here().sweep(sweep_id_or_config).config
        elif sweep_id_or_config is not None:
            self.sweep_config = dict(sweep_id_or_config)

    def configure(self, sweep: Mapping[str, Any]) -> None:
        """Set the whole configuration."""
        self.sweep_config = dict(sweep)

    def configure_search(self, method: str, **_: Any) -> None:
        """Set how values are chosen."""
        self.sweep_config["method"] = method

    def configure_metric(self, name: str, goal: str | None = None) -> None:
        """Set by what runs are judged."""
        self.sweep_config["metric"] = {"name": name, "goal": goal or "minimize"}

    def configure_stopping(self, stopping: str, **settings: Any) -> None:
        """Set when runs are to end early, which is noted."""
        self.sweep_config["early_terminate"] = {"type": stopping, **settings}

    def configure_parameter(self, name: str, value: Any = None, **said: Any) -> None:
        """Set the values of one parameter."""
        given = {"value": value} if value is not None else {}
        given |= {key: one for key, one in said.items() if one is not None}
        self.sweep_config.setdefault("parameters", {})[name] = given

    def configure_program(self, program: str) -> None:
        """Set the program of agents."""
        self.sweep_config["program"] = program

    def create(self, from_dict: bool = False) -> str:
        """Begin the sweep and return its id."""
        self.sweep_id = begin_sweep(self.sweep_config, project=self._project)
        return self.sweep_id

    def done(self) -> bool:
        """Return whether the sweep is at its end."""
        if self.sweep_id is None:
            return False
        files = SweepFiles.here()
        return files.sweep(self.sweep_id).state in ("FINISHED", "STOPPED", "CANCELED")

    def step(self) -> None:
        """Do nothing: agents choose values by themselves."""

    schedule = step

    def run(self, verbose: bool = False, print_status: bool = False, **_: Any) -> None:
        """Return at once: agents choose values by themselves."""
        once("controller", "a controller has nothing to do here: agents choose values themselves")

    def print_status(self) -> str:
        """Return how far the sweep is."""
        from .config import SweepConfig

        if self.sweep_id is None:
            return "not begun"
        files = SweepFiles.here()
        planned = combinations(SweepConfig(files.sweep(self.sweep_id).config))
        trials = files.trials(self.sweep_id)
        return f"Sweep: {self.sweep_id} ({len(trials)} of {planned or 'any number of'} runs)"

    def __repr__(self) -> str:
        return f"<SweepController {self.sweep_id or 'not begun'}>"


def controller(
    sweep_id_or_config: Any = None, entity: str | None = None, project: str | None = None
) -> SweepController:
    """Return a controller of a sweep, or of one that is still to be begun."""
    return SweepController(sweep_id_or_config, project)
