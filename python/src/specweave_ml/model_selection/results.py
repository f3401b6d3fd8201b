"""The results of a sweep."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .._native.optional_packages import need, pandas
from .._native.text import shown
from ..display import results
from ..display.text import count
from ..tracking.experiment import Experiment
from ..tracking.lookup import ExperimentList
from .importance import Importance
from .names import Scores

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MAXIMUM_SHOWN = 20


class SweepResults(ExperimentList):
    """The experiments of a sweep in the order of the grid, and what scikit-learn says of them.

    ``cv_results_``, ``best_index_``, ``best_params_``, ``best_score_`` and ``best_estimator_`` are
    those of `GridSearchCV`; None where it has none (several scorers and ``refit=False``).
    """

    def __init__(
        self,
        experiment: Experiment,
        search: Any,
        children: list[Experiment],
        naming: Scores,
        labels: list[dict[str, Any]],
    ) -> None:
        super().__init__(children)
        self.experiment = experiment
        """The sweep itself."""
        self.search = search
        """The fitted `GridSearchCV` or `RandomizedSearchCV`."""
        self.labels = labels
        """The parameters of each combination; a value that is not plain as a text of its own."""
        self.importance: Importance | None = None
        """Which parameters mattered; None if it was not asked for."""
        self.cv_results_: dict[str, Any] = search.cv_results_
        self.best_index_: int | None = optional_integer(getattr(search, "best_index_", None))
        self.best_params_: dict[str, Any] | None = getattr(search, "best_params_", None)
        self.best_score_: float | None = getattr(search, "best_score_", None)
        self.best_estimator_: Any = getattr(search, "best_estimator_", None)
        names = [key[10:] for key in self.cv_results_ if key.startswith("mean_test_")]
        self._naming = naming
        self._primary = naming.primary(search.refit, names)

    @property
    def best(self) -> Experiment | None:
        """The experiment of the best combination."""
        return None if self.best_index_ is None else self[self.best_index_]

    @property
    def metric(self) -> str:
        """The score that decides, by the name of its metric."""
        return self._naming.single if self._primary == "score" else self._primary

    @property
    def scores(self) -> list[float]:
        """The mean of the score that decides, for each combination."""
        return [float(score) for score in self.cv_results_[f"mean_test_{self._primary}"]]

    @property
    def deviations(self) -> list[float]:
        """The standard deviation over the folds, for each combination."""
        return [float(score) for score in self.cv_results_[f"std_test_{self._primary}"]]

    @property
    def ranks(self) -> list[int]:
        """The rank of each combination; 1 is the best."""
        return [int(rank) for rank in self.cv_results_[f"rank_test_{self._primary}"]]

    @property
    def fit_times(self) -> list[float]:
        """The mean time of fitting, in seconds, for each combination."""
        return [float(time) for time in self.cv_results_["mean_fit_time"]]

    def ordered(self) -> list[int]:
        """Return the positions in the grid, the best first."""
        return sorted(range(len(self)), key=lambda index: self.ranks[index])

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame: name, status, path, and everything in ``cv_results_``."""
        frames = pandas("SweepResults.to_dataframe()")
        statuses = [experiment.status for experiment in self]
        frame = frames.DataFrame(self.cv_results_)
        frame.insert(0, "name", [experiment.name for experiment in self])
        frame.insert(1, "status", statuses)
        return frame

    def plot(
        self,
        kind: str = "parallel",
        *,
        params: str | Iterable[str] | None = None,
        x: str | None = None,
        ax: Axes | None = None,
    ) -> Figure:
        """Draw the combinations with matplotlib; a notebook shows what this returns.

        Args:
            kind: "parallel", each a line through its parameters to its score; "scatter", a point
                for each; "bar".
            params: The parameters in "parallel"; None is those that differ.
            x: For "scatter" a parameter; None is the time of fitting.
            ax: Axes to draw on; None makes a figure.

        Raises:
            InvalidArgumentError: The kind or a parameter is unknown.
            MissingExtraError: matplotlib is not installed.

        Example:
            >>> results.plot("scatter", x="max_depth").savefig("depth.png")
        """
        need("matplotlib.figure", "SweepResults.plot()", extra="plots")
        from ..plotting.charts import draw
        from .combinations import table_of

        return draw(table_of(self), kind, params=params, x=x, ax=ax)

    def __repr__(self) -> str:
        lines = [f"{count(len(self), 'combination')} in {shown(str(self.experiment.path))}"]
        if self.best_index_ is not None and self.best_score_ is not None:
            best = self.labels[self.best_index_]
            lines.append(f"best {shown(self.metric)} {self.best_score_:.6g}: {shown(str(best))}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Return the best combinations and what mattered as escaped HTML for a notebook."""
        order = self.ordered()[:MAXIMUM_SHOWN]
        keys = varied(self.cv_results_["params"])
        columns = [("Combination", "text"), *((key, "text") for key in keys)]
        columns += [(self.metric, "number"), ("Std", "number"), ("Fit time", "seconds")]
        scores = list(zip(self.scores, self.deviations, self.fit_times, strict=True))
        rows = []
        for index in order:
            params = self.labels[index]
            texts = [str(params[key]) if key in params else "" for key in keys]
            rows.append([self[index].name, *texts, *scores[index]])
        more = len(self) - len(rows)
        rated = self.importance
        return results.html(
            self.experiment.name,
            count(len(self), "combination"),
            columns=columns,
            rows=rows,
            best=order.index(self.best_index_) if self.best_index_ in order else None,
            remarks=[f"{more} more not shown." if more > 0 else "", rated.remark if rated else ""],
            shares=rated.shares if rated else (),
        )


def varied(params: list[dict[str, Any]]) -> list[str]:
    """Return the names of all parameters, each once."""
    return list(dict.fromkeys(name for combination in params for name in combination))


def optional_integer(value: Any) -> int | None:
    """Return an integer of numpy as a Python integer; None stays None."""
    return None if value is None else int(value)
