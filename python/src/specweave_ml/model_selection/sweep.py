"""One sweep from its start to its end."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._native.increments import IncrementName
from ..errors import InvalidArgumentError, TrackingError
from ..tracking.current import enclosing
from ..tracking.experiment import Experiment
from ..tracking.lookup import load_experiment
from ..tracking.start import track_experiment
from ..values.callables import shown
from ..values.estimators import short_name
from ..values.objects import qualified
from . import fingerprint, importance_figure, sklearn_hooks
from .importance import Importance, importance_of
from .names import Scores
from .progress import Progress
from .recorder import Recorder
from .results import SweepResults


@dataclass
class Sweep:
    """What the user asked for."""

    search: Any
    """An unfitted `GridSearchCV` or `RandomizedSearchCV`."""
    space: Any
    """The grid, the grids or the distributions."""
    X: Any
    y: Any
    name: str | os.PathLike[str] | None
    increment: IncrementName | None
    resume: bool | str
    save_models: str | bool
    importance: bool
    progress: bool
    tags: Any = ()
    fit_params: dict[str, Any] = field(default_factory=dict)

    def run(self) -> SweepResults:
        """Try everything, record it, and return the results."""
        models = self.models()
        # A sweep in a thread can be resumed whatever other threads have open.
        parent = enclosing(self.increment, other_threads=not self.resume)
        if self.resume and parent is not None:
            raise InvalidArgumentError(
                f"a sweep inside {parent.name!r} cannot be resumed; run it outside of a with block"
            )
        name = self.name or self.default_name()
        before = ended_before(name, self.increment) if self.resume else None
        experiment = track_experiment(
            name,
            self.increment,
            kind="sweep",
            parent=parent,
            resume=self.resume,
            tags=self.tags,
        )
        with experiment:
            try:
                return self.within(experiment, models)
            except fingerprint.AnotherSweepError:
                if before is not None:
                    experiment._finish(*before)  # nothing was done to it
                raise

    def models(self) -> str:
        """Return which models are saved: "best", "all" or "none"."""
        if self.save_models in ("best", "all", "none"):
            return str(self.save_models)
        if isinstance(self.save_models, bool):
            return "best" if self.save_models else "none"
        raise ValueError(f'save_models is "best", "all" or "none", not {self.save_models!r}')

    def default_name(self) -> str:
        """Return the name of a sweep that was given none."""
        kind = "random-search" if hasattr(self.search, "n_iter") else "grid-search"
        return f"{kind}-{short_name(self.search.estimator)}"

    def within(self, experiment: Experiment, models: str) -> SweepResults:
        """Run it inside its experiment."""
        search = self.search
        naming = Scores(search.scoring, search.estimator)
        progress = Progress(experiment.name, self.progress)
        if isinstance(search.refit, str):
            progress.primary = search.refit
        recorder = Recorder(
            experiment,
            naming,
            self.digests(),
            progress,
            resumed=bool(self.resume),
            models=models == "all",
        )
        experiment._log_fact("sweep", self.facts())
        data = (self.X,) if self.y is None else (self.X, self.y)
        try:
            sklearn_hooks.fit(
                search, recorder.cached_results, recorder.on_result, *data, **self.fit_params
            )
        finally:
            progress.end()
            recorder.interrupt()
        children = [recorder.children[index] for index in range(len(recorder.params))]
        results = SweepResults(experiment, search, children, naming, recorder.labels)
        if self.importance:
            results.importance = self.rate(results)
        self.keep(results, models)
        return results

    def digests(self) -> dict[str, str]:
        """Return what identifies the sweep when it is resumed; folds and grid are added later."""
        search = self.search
        return {
            "data": fingerprint.of_data(self.X, self.y),
            "model": fingerprint.of_model(search.estimator),
            "scoring": fingerprint.of_scoring(
                search.scoring, search.return_train_score, search.error_score
            ),
            "fit": fingerprint.of_params(self.fit_params),
        }

    def facts(self) -> dict[str, Any]:
        """Return what a reader of metadata.yaml wants to know."""
        search = self.search
        return {
            "search": type(search).__name__,
            "estimator": qualified(type(search.estimator)),
            "space": readable(self.space),
            "scoring": search.scoring,
            "cv": None if search.cv is None else shown(search.cv),
            "refit": search.refit,
            **self.objective(),
        }

    def objective(self) -> dict[str, str]:
        """Return the score by which the sweep is compared; nothing if a function decides."""
        naming = Scores(self.search.scoring, self.search.estimator)
        refit = self.search.refit
        if callable(refit) or (naming.several and not isinstance(refit, str)):
            return {}
        metric = refit if isinstance(refit, str) and naming.several else naming.single
        # scikit-learn turns losses around: a larger score is always better.
        return {"metric": metric, "direction": "higher"}

    def rate(self, results: SweepResults) -> Importance:
        """Compute and record which parameters mattered."""
        found = importance_of(results.cv_results_["params"], results.scores)
        results.experiment._log_fact("importance", found.facts())
        return found

    def keep(self, results: SweepResults, models: str) -> None:
        """Record the outcome: the best, the model and the picture; the end writes sweep.md."""
        experiment = results.experiment
        if results.best_index_ is not None:
            best = {
                "combination": results.best_index_ + 1,
                "params": results.best_params_,
                "score": results.best_score_,
            }
            experiment._log_fact("best", best)
        if models != "none" and results.best_estimator_ is not None:
            experiment.save_model(results.best_estimator_)
        if results.importance is not None:
            importance_figure.save(experiment, results.importance, results.metric)


def ended_before(
    name: str | os.PathLike[str], increment: IncrementName | None
) -> tuple[str, dict[str, Any]] | None:
    """Return how the sweep to resume ended: its status, and why it failed."""
    try:
        earlier = load_experiment(os.fspath(name), increment)
    except TrackingError:
        return None
    status = earlier.status
    if status not in ("completed", "failed"):
        return "interrupted", {}
    return status, dict(earlier.failure or {})


def readable(space: Any) -> Any:
    """Return the grid as it was given; a distribution by its name and arguments."""
    if isinstance(space, Mapping):
        return {name: readable_values(values) for name, values in space.items()}
    return [readable(grid) for grid in space]


def readable_values(values: Any) -> Any:
    """Return the values of one parameter."""
    if not hasattr(values, "rvs"):
        return values
    name = getattr(getattr(values, "dist", None), "name", type(values).__name__)
    arguments = [str(argument) for argument in getattr(values, "args", ())]
    arguments += [f"{key}={argument}" for key, argument in getattr(values, "kwds", {}).items()]
    return f"{name}({', '.join(arguments)})"
