"""What is different in an experiment, seen from another one."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import Any, NamedTuple

from .._native.library import library
from .._native.optional_packages import pandas
from .._native.text import encoded_json, owned, owned_json
from .properties import Reading, number


class Change(NamedTuple):
    """A value that is not the same in both; None where there is none."""

    key: str
    before: Any
    after: Any


class MetricChange(NamedTuple):
    """A metric whose last value is not the same in both."""

    key: str
    before: float | int | bool | None
    after: float | int | bool | None
    difference: float | None
    """After minus before; None unless both are finite."""
    relative: float | None
    """The difference as a part of the value before; None where that is 0."""
    better: bool | None
    """Whether it got better; None if the name does not imply a direction."""


class ExperimentDifference:
    """What `Experiment.diff` finds; true if anything differs, and a table when it is shown."""

    def __init__(self, experiment: Reading, other: Reading) -> None:
        self._experiments = (experiment, other)
        facts = owned_json(
            library().et_experiment_diff, experiment._native, other._native, encoded_json({})
        )
        self.before: dict[str, Any] = facts["before"]
        """The other experiment: name, folder, number, status, duration, number of notes."""
        self.after: dict[str, Any] = facts["after"]
        """This experiment."""
        self.params: dict[str, Change] = changes(facts["params"], "key")
        """Parameters by name; those inside others by path: ``model.depth``."""
        self.metrics: dict[str, MetricChange] = {
            fact["key"]: MetricChange(**{name: number(fact[name]) for name in MetricChange._fields})
            for fact in facts["metrics"]
        }
        """Metrics by name."""
        self.added_tags: list[str] = facts["tags"]["added"]
        """Tags that only this experiment has."""
        self.removed_tags: list[str] = facts["tags"]["removed"]
        """Tags that only the other one has."""
        self.facts: dict[str, Change] = changes(facts["facts"], "key")
        """Code, environment and data by path: ``git.commit``, ``environment.imported.numpy``."""
        self.artifacts: dict[str, Change] = changes(facts["artifacts"], "path")
        """Saved files by path: ``size`` and ``sha256`` before and after."""
        self.same: dict[str, int] = facts["same"]
        """How many ``params``, ``metrics``, ``facts`` and ``artifacts`` are the same in both."""

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame: part, key, before, after, difference, better."""
        frames = pandas("ExperimentDifference.to_dataframe()")
        rows: list[tuple[Any, ...]] = [
            ("params", *change, None, None) for change in self.params.values()
        ]
        for metric in self.metrics.values():
            rows.append(("metrics", *metric[:4], metric.better))
        rows += [("tags", tag, None, True, None, None) for tag in self.added_tags]
        rows += [("tags", tag, True, None, None, None) for tag in self.removed_tags]
        rows += [("facts", *change, None, None) for change in self.facts.values()]
        for path, before, after in self.artifacts.values():
            digests = (before and before["sha256"], after and after["sha256"])
            rows.append(("artifacts", path, *digests, None, None))
        names = ["part", "key", "before", "after", "difference", "better"]
        return frames.DataFrame(rows, columns=names)

    def __bool__(self) -> bool:
        parts = (self.params, self.metrics, self.facts, self.artifacts)
        return any(parts) or bool(self.added_tags or self.removed_tags)

    def __repr__(self) -> str:
        width = shutil.get_terminal_size((100, 24)).columns
        return self._shown({"as": "text", "width": width}).rstrip("\n")

    def _repr_html_(self) -> str:
        """Return the difference as HTML for a notebook."""
        return self._shown({"as": "html"})

    def _shown(self, options: Mapping[str, Any]) -> str:
        experiment, other = self._experiments
        function = library().et_experiment_diff
        return owned(function, experiment._native, other._native, encoded_json(options))


def changes(facts: list[dict[str, Any]], name: str) -> dict[str, Change]:
    """Return what differs, by its name."""
    return {fact[name]: Change(fact[name], fact["before"], fact["after"]) for fact in facts}
