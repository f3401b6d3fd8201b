"""The configuration of a sweep, as Weights & Biases describes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ...._native.optional_packages import need
from ....errors import MissingExtraError
from ..errors import UsageError
from ..media.json_text import plain
from ..notices import once
from .spaces import Space, space_of

METHODS = ("grid", "random", "bayes")
GOALS = ("minimize", "maximize")


class SweepConfig:
    """What a sweep tries, how it chooses, and by what runs are judged."""

    def __init__(self, members: Mapping[str, Any]) -> None:
        self.members: dict[str, Any] = plain(members)
        method = self.members.get("method")
        if method == "custom":
            raise SweepConfigError("method 'custom' needs a controller of one's own: use 'random'")
        if method not in METHODS:
            raise SweepConfigError(f"method is one of {', '.join(METHODS)}, not {method!r}")
        self.method: str = method
        parameters = self.members.get("parameters")
        if not isinstance(parameters, Mapping) or not parameters:
            raise SweepConfigError(
                "parameters is a dict of names: {'lr': {'min': 0.001, 'max': 0.1}, …}"
            )
        self.spaces: dict[str, Space] = dict(spaces_of(parameters))
        self.metric, self.goal = metric_of(self.members.get("metric"), method)
        self.run_cap = positive("run_cap", self.members.get("run_cap"))
        if self.members.get("early_terminate"):
            once(
                "early_terminate",
                "early_terminate= ends no run: every run of the sweep goes on to its end",
            )

    @property
    def name(self) -> str | None:
        """The display name."""
        return self.members.get("name")

    @property
    def program(self) -> str | None:
        """The program of agents of the command line."""
        return self.members.get("program")

    def nested(self, flat: Mapping[str, Any]) -> dict[str, Any]:
        """Return chosen values by name, those of nested parameters as dicts."""
        found: dict[str, Any] = {}
        for name, value in flat.items():
            *groups, last = self.spaces[name].path
            place = found
            for group in groups:
                place = place.setdefault(group, {})
            place[last] = value
        return found

    def __repr__(self) -> str:
        return f"<SweepConfig {self.method}: {', '.join(self.spaces)}>"


class SweepConfigError(UsageError):
    """The configuration of a sweep is not one."""


def loaded(given: Any) -> SweepConfig:
    """Return the configuration in a dict, a function that returns one, or a YAML or JSON file."""
    if isinstance(given, Callable):  # type: ignore[arg-type]
        given = given()
    if isinstance(given, (str, Path)):
        path = Path(given)
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise SweepConfigError(f"the sweep {path} cannot be read: {error.strerror}") from error
        try:
            if path.suffix == ".json":
                given = json.loads(text)
            else:
                given = need("yaml", f"The sweep in {path}").safe_load(text)
        except MissingExtraError:
            raise
        except Exception as error:
            raise SweepConfigError(f"{path} is no sweep: {error}") from error
    if not isinstance(given, Mapping):
        raise SweepConfigError(f"a sweep is a dict or a file with one, not {given!r}")
    return SweepConfig(given)


def spaces_of(parameters: Mapping[str, Any], path: tuple[str, ...] = ()) -> list[tuple[str, Space]]:
    """Return the values of each parameter that can be tried; nested ones by a name with dots."""
    found: list[tuple[str, Space]] = []
    for key, said in parameters.items():
        place = (*path, str(key))
        name = ".".join(place)
        if not isinstance(said, Mapping):
            raise SweepConfigError(f"the parameter {name!r} is a dict, not {said!r}")
        if "parameters" in said:
            found += spaces_of(said["parameters"], place)
            continue
        try:
            found.append((name, space_of(place, said)))
        except ValueError as error:
            raise SweepConfigError(f"the parameter {name!r}: {error}") from error
    return found


def metric_of(said: Any, method: str) -> tuple[str | None, str]:
    """Return the metric by which runs are judged, and its goal."""
    if said is None:
        if method == "bayes":
            raise SweepConfigError("method 'bayes' needs a metric: {'name': …, 'goal': …}")
        return None, GOALS[0]
    if not isinstance(said, Mapping) or not isinstance(said.get("name"), str):
        raise SweepConfigError(f"metric is {{'name': …, 'goal': 'minimize'}}, not {said!r}")
    goal = said.get("goal", GOALS[0])
    if goal not in GOALS:
        raise SweepConfigError(f"the goal of a metric is one of {', '.join(GOALS)}, not {goal!r}")
    return said["name"], goal


def positive(name: str, value: Any) -> int | None:
    """Return a number of runs."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise SweepConfigError(f"{name} is a number of runs of at least 1, not {value!r}")
    return value
