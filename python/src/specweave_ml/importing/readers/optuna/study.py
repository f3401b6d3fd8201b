"""A study of Optuna and its trials as plain data, whatever they were read from."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

STATES = ("RUNNING", "COMPLETE", "PRUNED", "FAIL", "WAITING")
"""By the numbers that journals have."""
WAYS = ("NOT_SET", "MINIMIZE", "MAXIMIZE")
METRIC_NAMES = "study:metric_names"
WHOLE = frozenset(("IntDistribution", "IntUniformDistribution", "IntLogUniformDistribution"))
CHOICES = "CategoricalDistribution"


class UnusableError(ValueError):
    """What is nothing of Optuna's."""


@dataclass
class Trial:
    """One trial."""

    number: int
    state: str
    params: dict[str, Any] = field(default_factory=dict)
    distributions: dict[str, Any] = field(default_factory=dict)
    values: list[float] | None = None
    intermediate: dict[int, float] = field(default_factory=dict)
    user_attrs: dict[str, Any] = field(default_factory=dict)
    system_attrs: dict[str, Any] = field(default_factory=dict)
    started: float | None = None
    ended: float | None = None
    problems: list[str] = field(default_factory=list)

    def set_param(self, name: str, internal: Any, distribution: str) -> None:
        """Set a parameter from the number that is stored and the JSON of its distribution.

        Raises:
            UnusableError: These do not go together.
        """
        known = distribution_of(distribution)
        self.params[name] = external(internal, known)
        self.distributions[name] = known


@dataclass
class Study:
    """One study."""

    name: str
    directions: list[str]
    user_attrs: dict[str, Any] = field(default_factory=dict)
    system_attrs: dict[str, Any] = field(default_factory=dict)
    trials: list[Trial] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def metrics(self) -> list[str]:
        """The names of what is optimized."""
        names = self.system_attrs.get(METRIC_NAMES)
        count = len(self.directions)
        if isinstance(names, list) and len(names) == count:
            return [str(name) for name in names]
        return ["value"] if count == 1 else [f"value_{place}" for place in range(count)]

    def best(self) -> list[Trial]:
        """Return the best trial, the first of equals; of several objectives those on the front."""
        done = [
            trial
            for trial in self.trials
            if trial.state == "COMPLETE"
            and trial.values
            and len(trial.values) == len(self.directions)
        ]
        signs = [1.0 if way != "MAXIMIZE" else -1.0 for way in self.directions]
        scores = [
            tuple(sign * value for sign, value in zip(signs, trial.values or (), strict=True))
            for trial in done
        ]
        if len(signs) == 1:
            finite = [place for place, score in enumerate(scores) if score[0] == score[0]]
            return [done[min(finite, key=lambda place: scores[place])]] if finite else []
        return [
            trial
            for trial, score in zip(done, scores, strict=True)
            if not any(is_dominated(score, other) for other in scores)
        ]


def is_dominated(score: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Return whether another one is nowhere worse and somewhere better."""
    pairs = list(zip(score, other, strict=True))
    return all(theirs <= ours for ours, theirs in pairs) and score != other


def distribution_of(text: str) -> dict[str, Any]:
    """Return a distribution: its name and what it consists of."""
    try:
        found = json.loads(text)
        name, attributes = str(found["name"]), dict(found["attributes"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UnusableError(f"{text[:100]!r} is no distribution") from error
    return {"name": name, **attributes}


def external(internal: Any, distribution: dict[str, Any]) -> Any:
    """Return a parameter as the program got it."""
    try:
        if distribution["name"] == CHOICES:
            return distribution["choices"][int(internal)]
        return int(internal) if distribution["name"] in WHOLE else float(internal)
    except (TypeError, ValueError, IndexError, KeyError, OverflowError) as error:
        raise UnusableError(f"{internal!r} is no value of {distribution['name']}") from error


def time_of(text: Any, *, is_utc: bool = False) -> float | None:
    """Return seconds since 1970 of a time; without a zone it is UTC or this computer's."""
    if not isinstance(text, str) or not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UnusableError(f"{text!r} is no time") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc) if is_utc else moment.astimezone()
    return moment.timestamp()
