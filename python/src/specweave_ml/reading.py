"""What is known of an experiment, read back; also from a program that only reads."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from copy import deepcopy
from ctypes import byref, c_uint64
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._native.experiment_handle import LoggingPolicy
from ._native.library import library
from ._native.optional_packages import extra, pandas
from ._native.status import check
from ._native.text import decoded, encoded, owned, owned_json
from .history import History, read_blocks, read_history
from .listing import ListingEntry
from .metrics import Metrics
from .notes import Note
from .params import params_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from .differing import ExperimentDifference


class Reading(LoggingPolicy):
    """The properties of an experiment; each reads what is stored now, its own calls included."""

    _listed: ListingEntry | None = None
    """What a listing said; used until the experiment is opened."""
    _read: tuple[int, dict[str, Any]] = (0, {})
    """What was read last, and the state in which it was."""

    def _facts(self) -> dict[str, Any]:
        """Everything but the histories; shared, so whoever hands out a part hands out a copy."""
        if self._listed is not None:
            return self._listed.facts
        state = c_uint64()
        check(library().et_experiment_state(self._native, byref(state)))
        known, facts = self._read
        if state.value and state.value == known:
            return facts
        facts = dict(owned_json(library().et_experiment_read, self._native))
        self._read = (state.value, facts)
        return facts

    @property
    def name(self) -> str:
        """The name as it was given."""
        if self._listed is not None:
            return str(self._listed.facts["name"])
        return decoded(library().et_experiment_name(self._native))

    @property
    def path(self) -> Path:
        """The folder."""
        if self._listed is not None:
            return Path(str(self._listed.facts["path"]))
        return Path(os.fsdecode(library().et_experiment_path(self._native) or b""))

    @property
    def increment(self) -> str:
        """The name of the increment's folder."""
        if self._listed is not None:
            return str(self._listed.facts["increment"])
        return decoded(library().et_experiment_increment(self._native))

    @property
    def number(self) -> int:
        """The number in the increment; 0 for a child."""
        return int(self._facts()["number"])

    @property
    def label(self) -> str:
        """The number as people write it: ``exp-003``, ``exp-003.12`` for its twelfth child.

        Empty for a child whose parent cannot be read.
        """
        return self._facts()["label"] or ""

    @property
    def status(self) -> str:
        """``running``, ``completed``, ``failed``, ``interrupted``, ``crashed`` or ``unknown``."""
        return str(self._facts()["status"])

    @property
    def failure(self) -> dict[str, str] | None:
        """The ``type``, ``message`` and ``traceback`` of the error that ended it."""
        return deepcopy(self._facts().get("failure"))

    @property
    def params(self) -> dict[str, Any]:
        """The parameters, each with the value logged last."""
        return params_of(self._facts())

    @property
    def metrics(self) -> Metrics:
        """The last value of each metric; ``metrics.summary`` has minimum, maximum, mean, count."""
        return Metrics(self._facts()["metrics"])

    @property
    def tags(self) -> list[str]:
        """The tags in the order they were added."""
        return list(self._facts()["tags"])

    @property
    def notes(self) -> list[Note]:
        """The notes in order: text with a ``time``."""
        return [Note.of(facts) for facts in self._facts()["notes"]]

    @property
    def artifacts(self) -> list[dict[str, Any]]:
        """The saved files: ``path``, ``size``, ``sha256``, ``kind``, ``version``, ``details``."""
        return deepcopy(list(self._facts()["artifacts"]))

    @property
    def facts(self) -> dict[str, Any]:
        """What was captured and recorded by section: git, command, environment, data, about."""
        return deepcopy(dict(self._facts()["facts"]))

    @property
    def selection(self) -> dict[str, Any] | None:
        """The decision for it and its ``rationale``, if there was one."""
        return deepcopy(self._facts().get("selection"))

    @property
    def writers(self) -> list[dict[str, Any]]:
        """The processes that wrote into it."""
        return deepcopy(list(self._facts().get("writers", [])))

    @property
    def created(self) -> datetime:
        """When it was started, in UTC."""
        return datetime.fromtimestamp(float(self._facts()["created"]), timezone.utc)

    @property
    def duration(self) -> float | None:
        """How long it ran, in seconds; None while it runs. A kill counts up to the last write."""
        seconds = self._facts().get("duration")
        return None if seconds is None else float(seconds)

    def history(self, key: str) -> History:
        """All points of one metric: ``.steps``, ``.values``, ``.times``, ``.writers``."""
        return read_history(self._native, key, encoded(key))

    def history_blocks(self, key: str, size: int = 1_000_000) -> Iterator[History]:
        """All points of one metric in pieces of ``size``, for one that is larger than the memory.

        Each piece is what `history` gives, in the same order::

            total = sum(block.values.sum() for block in experiment.history_blocks("loss"))
        """
        return read_blocks(self._native, key, encoded(key), size)

    def diff(self, other: Reading | str | os.PathLike[str] | int) -> ExperimentDifference:
        """What is different in this experiment, seen from another one.

        Args:
            other: The experiment to compare with, or its name, folder or number.

        Returns:
            Parameters, metrics with their differences (this minus the other), tags, code,
            environment, data, and files by their content.

        Example:
            >>> load_experiment("xgb-v2").diff("xgb-v1").params["max_depth"]
            Change(key='max_depth', before=3, after=6)
        """
        from .differing import ExperimentDifference
        from .finding import load_experiment

        if not isinstance(other, Reading):
            inside = len(Path(self._facts()["folder"]).parts)
            other = load_experiment(other, self.path.parents[inside])
        return ExperimentDifference(self, other)

    def artifact_path(self, name: str) -> Path:
        """The file of an artifact."""
        function = library().et_artifact_path
        return Path(os.fsdecode(os.fsencode(owned(function, self._native, encoded(name)))))

    def to_dataframe(self) -> Any:
        """All points of all metrics as a pandas DataFrame: key, step, value, time, writer."""
        frames = pandas("Experiment.to_dataframe()")
        parts = []
        for key in self.metrics:
            part = self.history(key).to_dataframe()
            part.insert(0, "key", key)
            parts.append(part)
        columns = ["key", "step", "value", "time", "writer"]
        return (
            frames.concat(parts, ignore_index=True) if parts else frames.DataFrame(columns=columns)
        )

    def plot(
        self,
        *keys: str | Iterable[str],
        smoothing: float = 0.0,
        x: str = "step",
        logy: bool = False,
        ax: Axes | None = None,
    ) -> Figure:
        """Draw metrics over their steps with matplotlib; a notebook shows what this returns.

        Args:
            keys: A panel for each metric; a list of metrics shares one panel. None is every metric
                with more than one point, at most twelve.
            smoothing: From 0 to below 1, as the slider of TensorBoard; the values stay, faintly.
            x: "step", or "time" since the start of the experiment.
            logy: A logarithmic axis of the values.
            ax: Axes to draw on, for one panel; None makes a figure.

        Raises:
            NotFoundError: There is no such metric.
            MissingExtraError: matplotlib is not installed.

        Example:
            >>> exp.plot(["train/loss", "val/loss"], "accuracy", smoothing=0.6)
        """
        extra("matplotlib.figure", "Experiment.plot()", "plots")
        from .plotting.experiments import curves_of

        return curves_of(self, keys, smoothing, x, logy, ax)

    def _repr_html_(self) -> str:
        """The experiment in a notebook."""
        return owned(library().et_experiment_html, self._native)
