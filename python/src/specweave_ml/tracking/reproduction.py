"""An experiment that is run again."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from functools import cached_property
from typing import Any, Literal, NamedTuple

from .._native.increments import IncrementName
from .._native.library import library
from .._native.text import encoded_json, owned_json
from ..reading.properties import number
from .experiment import Experiment
from .lookup import load_experiment


class ReproducedMetric(NamedTuple):
    """A metric of an experiment, and what it was when the experiment was run again."""

    key: str
    before: float
    after: float | None
    """None where it was not logged again."""
    allowed: float
    """How far apart the two may be."""
    measure: str
    """Where that comes from: ``equal``, ``tolerance`` or ``seeds``."""
    reproduced: bool


class Reproduction:
    """What `reproduce` finds; true if the experiment was reproduced."""

    def __init__(self, original: Experiment, facts: dict[str, Any]) -> None:
        self._original = original
        self._path: str | None = facts["path"]
        self.verdict: Literal["reproduced", "differs", "cannot"] = facts["verdict"]
        """``cannot``: something that the experiment was made from is missing or another."""
        self.reasons: list[str] = facts["reasons"]
        """Why, one sentence each."""
        self.metrics: dict[str, ReproducedMetric] = {
            fact["key"]: ReproducedMetric(
                fact["key"],
                number(fact["before"]),
                number(fact["after"]),
                number(fact["allowed"]),
                fact["measure"],
                fact["reproduced"],
            )
            for fact in facts["metrics"]
        }
        """Metrics by name; times and memory are not compared."""
        self.kept: str | None = facts["kept"]
        """The folder in which the code was run, with ``keep=True``."""

    @cached_property
    def experiment(self) -> Experiment | None:
        """The new experiment; None where none was started."""
        return None if self._path is None else load_experiment(self._path)

    def __bool__(self) -> bool:
        """Return whether the verdict is ``reproduced``."""
        return self.verdict == "reproduced"

    def __repr__(self) -> str:
        """Return the verdict with its reasons, a line each."""
        lines = [f"Reproduction of {self._original.name!r}: {self.verdict}"]
        return "\n".join(lines + [f"- {reason}" for reason in self.reasons])


def reproduce(
    experiment: Experiment | str | os.PathLike[str] | int,
    increment: IncrementName | None = None,
    *,
    here: bool = False,
    python: str | os.PathLike[str] | None = None,
    before: str | None = None,
    links: Iterable[str | os.PathLike[str]] = (),
    tolerance: float = 0.0,
    keep: bool = False,
) -> Reproduction:
    """Run an experiment again from what was recorded, and compare the metrics.

    The recorded commit is checked out into a worktree of its own, with the recorded patch and code;
    a Python program gets a new environment with the recorded packages; then the recorded command is
    run there, into a new experiment of the same increment. Its output goes to standard error. The
    verdict is recorded in both experiments.

    Args:
        experiment: A handle, or what `load_experiment` takes.
        increment: Where to look first; None is the active increment.
        here: Use the programs and packages of this machine as they are.
        python: The Python to run with, or to make the environment with; None is with ``here`` the
            one that runs this program, else one of the recorded version.
        before: A command of the shell that is run first, in the same folder: what builds a program.
        links: Files and folders of the working tree that git does not have, such as data.
        tolerance: How far apart two values of a metric may be, as a part of the first one. The
            spread of runs that differ in nothing but the seed is always allowed.
        keep: Leave the folder in which the code was run.

    Raises:
        ExperimentNotFoundError: There is no such experiment.
        InvalidArgumentError: It has not ended.

    Examples:
        >>> reproduce("exp-003", here=True)
        Reproduction of 'xgboost-v1': reproduced
    """
    if not isinstance(experiment, Experiment):
        experiment = load_experiment(experiment, increment)
    options = {
        "here": bool(here),
        "python": (sys.executable if here else None) if python is None else os.fspath(python),
        "before": before,
        "links": [os.fspath(path) for path in links],
        "tolerance": tolerance,
        "keep": bool(keep),
    }
    facts = owned_json(library().et_experiment_reproduce, experiment._native, encoded_json(options))
    return Reproduction(experiment, facts)
