"""What is different in an experiment, seen from another one."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from functools import cached_property
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


class CodeFile(NamedTuple):
    """A file of code that is not the same in both."""

    path: str
    """Its path in the repository."""
    previous_path: str | None
    """What it was called before; None unless it was renamed."""
    change: str
    """``added``, ``removed``, ``changed`` or ``renamed``."""
    added: int | None
    """How many lines are new; None for what is no text."""
    removed: int | None
    """How many lines are gone; None for what is no text."""
    before: str | None
    """The name that git gives the content before; None if there is none."""
    after: str | None
    """The name that git gives the content after; None if there is none."""


class CodeDifference:
    """What differs in the code of two experiments; true if anything does, as text a diff."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.basis: str = facts["basis"]
        """``code``: as it was run; ``recorded``: a commit is missing, so only the recorded patches
        and files; ``none``: not compared."""
        self.files: dict[str, CodeFile] = {
            fact["path"]: CodeFile(*(fact[name] for name in CodeFile._fields))
            for fact in facts["files"]
        }
        """The files that differ by their paths in the repository."""
        self.patch: str = facts["patch"] or ""
        """A unified diff, credentials taken out."""
        self.redactions: int = facts["redactions"]
        """How many credentials were taken out."""
        self.notes: list[str] = facts["notes"]
        """What is missing or was compared otherwise."""

    def __bool__(self) -> bool:
        return bool(self.files)

    def __str__(self) -> str:
        return self.patch

    def __repr__(self) -> str:
        return f"<CodeDifference of {', '.join(self.files) or 'nothing'}>"


class ExperimentDifference:
    """What `Experiment.diff` finds; true if anything differs, and a table when it is shown."""

    def __init__(self, experiment: Reading, other: Reading, paths: Sequence[str] = ()) -> None:
        self._experiments = (experiment, other)
        self._paths = [paths] if isinstance(paths, str) else list(paths)
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

    @cached_property
    def code(self) -> CodeDifference:
        """What differs between the code of both as it was run; git is asked when this is read.

        Example:
            >>> print(load_experiment("xgb-v2").diff("xgb-v1").code)
        """
        experiment, other = self._experiments
        options = encoded_json({"code": True, "paths": self._paths})
        function = library().et_experiment_diff
        return CodeDifference(
            owned_json(function, experiment._native, other._native, options)["code"]
        )

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
