"""`configure_optuna`: every study is a sweep, and every trial an experiment in it."""

from __future__ import annotations

import functools
import inspect
import threading
from typing import Any

from .._native.increments import IncrementName
from .._native.optional_packages import need
from ..tracking.current import enclosing
from ..tracking.experiment import Experiment
from ..tracking.start import track_experiment

STATUSES = {"COMPLETE": "completed", "PRUNED": "completed", "FAIL": "failed"}

_original: Any = None
_increment: IncrementName | None = None


def configure_optuna(increment: IncrementName | bool | None = None) -> None:
    """Record what ``study.optimize`` does from now on; ``configure_optuna(False)`` undoes it.

        configure_optuna(increment="0042")
        study = optuna.create_study(study_name="forest-depth", direction="maximize")
        study.optimize(objective, n_trials=20)

    The study is an experiment of the kind "sweep" with the best parameters as params and the best
    value as the metric ``value``. Each trial is an experiment inside it, with its parameters, its
    value, the values it reported on the way, and what ``set_user_attr`` set. Studies
    with several objectives have ``value_0``, ``value_1``, or the names of their metrics.

    Args:
        increment: The increment; None finds it as `track_experiment` does.

    Raises:
        MissingExtraError: Optuna is not installed.
    """
    global _original, _increment
    study = need("optuna.study", "configure_optuna").Study
    if increment is False:
        if _original is not None:
            study.optimize, _original = _original, None
        return
    _increment = None if isinstance(increment, bool) else increment
    if _original is None:
        _original = study.optimize
        study.optimize = recording(_original)


def recording(original: Any) -> Any:
    """Return the method `optimize` that records its trials."""
    signature = inspect.signature(original)

    @functools.wraps(original)
    def optimize(self: Any, *arguments: Any, **options: Any) -> None:
        bound = signature.bind(self, *arguments, **options)
        sweep = track_experiment(
            self.study_name,
            _increment,
            kind="sweep",
            parent=enclosing(_increment),
            about={
                "study": self.study_name,
                "directions": [d.name.lower() for d in self.directions],
            },
        )
        with sweep:
            sweep._log_fact("sweep", objectives_of(self))
            recorder = Recorder(sweep, self)
            bound.arguments["callbacks"] = [*(bound.arguments.get("callbacks") or ()), recorder]
            try:
                original(*bound.args, **bound.kwargs)
            except Exception:
                recorder.record_failed(self)
                raise
            finally:
                recorder.record_best(self)

    return optimize


class Recorder:
    """Records trials as they end; a callback of Optuna, called from several threads."""

    def __init__(self, sweep: Experiment, study: Any) -> None:
        self.sweep = sweep
        self.lock = threading.Lock()
        self.count = 0
        self.known = {trial.number for trial in study.trials}
        self.own: dict[int, tuple[int, Any]] = {}
        """The trials that completed here and the places of their experiments, by number."""
        self.best = -1
        """The number of the best of them, the first of equals."""

    def __call__(self, study: Any, trial: Any) -> None:
        """Record one trial."""
        child = track_experiment(
            f"trial-{trial.number}",
            parent=self.sweep,
            kind="trial",
            params=trial.params,
            capture=False,
        )
        for step, value in sorted(trial.intermediate_values.items()):
            child.log_metric("intermediate", value, step=step)
        child.log_metrics(values_of(study, trial))
        facts = {"state": trial.state.name.lower(), "user_attrs": dict(trial.user_attrs)}
        if trial.duration is not None:
            facts["seconds"] = trial.duration.total_seconds()
        child._log_fact("trial", facts)
        child.finish(STATUSES.get(trial.state.name, "interrupted"))
        with self.lock:
            self.count += 1
            self.known.add(trial.number)
            if trial.state.name == "COMPLETE":
                self.own[trial.number] = (int(child._facts()["child"]), trial)
                self.note_best(study, trial.number)

    def record_failed(self, study: Any) -> None:
        """Record the trial whose exception ended the study; Optuna calls no callback for it."""
        for trial in study.trials:
            if trial.state.name == "FAIL" and trial.number not in self.known:
                self(study, trial)

    def record_best(self, study: Any) -> None:
        """Record what came out of it."""
        self.sweep.log_param("n_trials", self.count)
        best = best_of(study)
        if len(best) == 1:
            self.sweep.log_params(best[0].params)
            self.sweep.log_metrics(values_of(study, best[0]))
            if best[0].number in self.own:  # a study may have had better trials before
                self.log_best(study, best[0].number)
        self.sweep._log_fact("best_trials", {"numbers": [trial.number for trial in best]})

    def note_best(self, study: Any, number: int) -> None:
        """Record which trial is the best so far, for readers of a study that was killed."""
        if len(study.directions) > 1:
            return
        sign = -1 if study.direction.name == "MINIMIZE" else 1
        best = self.own.get(self.best)
        if best is None or sign * self.own[number][1].value > sign * best[1].value:
            self.best = number
            self.log_best(study, number)

    def log_best(self, study: Any, number: int) -> None:
        """Record the best of the trials that are recorded here."""
        child, trial = self.own[number]
        score = next(iter(values_of(study, trial).values()))
        facts = {"combination": child, "params": trial.params, "score": score}
        self.sweep._log_fact("best", facts)


def objectives_of(study: Any) -> dict[str, Any]:
    """Return what the study looks for, by which its trials are compared."""
    names = names_of(study, len(study.directions))
    ways = ["lower" if direction.name == "MINIMIZE" else "higher" for direction in study.directions]
    if len(names) == 1:
        return {"metric": names[0], "direction": ways[0]}
    return {"directions": dict(zip(names, ways, strict=False))}


def best_of(study: Any) -> list[Any]:
    """Return the best trial, the one that Optuna takes of equals.

    For several objectives all of them.
    """
    if len(study.directions) > 1:
        return list(study.best_trials)
    try:
        return [study.best_trial]
    except ValueError:  # none has completed
        return []


def names_of(study: Any, count: int) -> list[str]:
    """Return the names of the study's metrics."""
    names = getattr(study, "metric_names", None)
    if names:
        return list(names)
    return ["value"] if count == 1 else [f"value_{i}" for i in range(count)]


def values_of(study: Any, trial: Any) -> dict[str, float]:
    """Return the values of a trial by the names of the study's metrics."""
    values = trial.values or ()
    return dict(zip(names_of(study, len(values)), values, strict=False))
