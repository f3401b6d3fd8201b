"""Writes what each fit gave into the experiment of its combination."""

from __future__ import annotations

from typing import Any

from .._native.library import library
from .._native.text import encoded, encoded_json
from .._native.warn import warn
from ..tracking.experiment import Experiment, open_path
from ..tracking.start import start
from . import fingerprint, resume
from .labels import labelled
from .names import COMBINATION, FOLD, FOLD_TRAIN, Scores
from .progress import Progress
from .sklearn_hooks import SCORE_ERROR, Result, Task

TIMES = ("fit_time", "score_time")


class Recorder:
    """The experiments of one sweep while its fits come in, in any order."""

    def __init__(
        self,
        sweep: Experiment,
        naming: Scores,
        digests: dict[str, str],
        progress: Progress,
        *,
        resumed: bool,
        models: bool,
    ) -> None:
        self.sweep = sweep
        self.naming = naming
        self.digests = digests
        self.progress = progress
        self.resumed = resumed
        self.models = models
        self.places: list[tuple[int, int]] = []
        self.params: list[dict[str, Any]] = []
        self.labels: list[dict[str, Any]] = []
        self.folds = 0
        self.results: dict[int, dict[int, Result]] = {}
        self.open: dict[int, Experiment] = {}
        self.children: dict[int, Experiment] = {}

    def cached_results(self, tasks: list[Task]) -> dict[int, Result]:
        """Return the results that exist already, and record what the sweep consists of."""
        self.places = [place(kwargs) for _, _, kwargs in tasks]
        self.folds = max((fold for _, fold in self.places), default=-1) + 1
        self.params = [kwargs["parameters"] for _, _, kwargs in tasks[:: max(1, self.folds)]]
        self.labels = labelled(self.params)
        self.identify([kwargs for _, _, kwargs in tasks])
        if self.models:
            for _, _, kwargs in tasks:
                kwargs["return_estimator"] = True
        found = self.restore(tasks) if self.resumed else {}
        self.progress.begin(len(tasks) - len(found), "fit")
        return found

    def identify(self, tasks: list[dict[str, Any]]) -> None:
        """Record what makes this sweep the one it is, or refuse to continue another."""
        splits = [(task["train"], task["test"]) for task in tasks[: self.folds]]
        self.digests["folds"] = fingerprint.of_data(*(part for split in splits for part in split))
        self.digests["combinations"] = fingerprint.of_combinations(self.params)
        before = self.sweep.facts.get("sweep", {}).get("digests")
        if self.resumed and before:
            fingerprint.require_same(before, self.digests, self.sweep.path)
        elif self.resumed and (lacking := fingerprint.unknown(self.digests)):
            warn(
                f"the sweep {self.sweep.name!r} cannot be resumed when it is interrupted: it "
                f"will be unknown whether it is the same, because of {' and of '.join(lacking)}"
            )
        self.sweep._log_fact(
            "sweep",
            {
                "combinations": len(self.params),
                "folds": self.folds,
                "digests": fingerprint.facts(self.digests),
            },
        )

    def restore(self, tasks: list[Task]) -> dict[int, Result]:
        """Read back the fits that were done."""
        self.children = {
            candidate: experiment
            for candidate, experiment in resume.combinations(self.sweep).items()
            if candidate < len(self.params)
        }
        done = {
            candidate: resume.finished_folds(experiment)
            for candidate, experiment in self.children.items()
        }
        found = {}
        for index, (candidate, fold) in enumerate(self.places):
            stored = done.get(candidate, {}).get(fold)
            if stored is not None:
                result = resume.result_of(stored, tasks[index][2], self.naming)
                unscored = {SCORE_ERROR: stored[SCORE_ERROR]}
                self.results.setdefault(candidate, {})[fold] = {**result, **unscored}
                found[index] = result
        for candidate in done:
            if self.is_complete(candidate):
                self.end(candidate)
        return found

    def on_result(self, index: int, result: Result) -> None:
        """Record a fit, and end the experiment if it was the last one of its combination."""
        candidate, fold = self.places[index]
        child = self.child(candidate)
        model = result.pop("estimator", None) if self.models else None
        self.results.setdefault(candidate, {})[fold] = dict(result)
        if result["fit_error"] is not None:
            child._log_fact("failed_folds", {str(fold): result["fit_error"]})
        elif SCORE_ERROR in result:
            child._log_fact("failed_scores", {str(fold): result[SCORE_ERROR]})
        if model is not None and result["fit_error"] is None:
            child.save_model(model, f"models/fold-{fold}.pkl")
        child.log_metrics({FOLD + name: value for name, value in self.values(result)}, step=fold)
        if self.is_complete(candidate):
            self.end(candidate)
        self.progress.advance()

    def child(self, candidate: int) -> Experiment:
        """Return the experiment of a combination, started or resumed."""
        if candidate not in self.open:
            self.open[candidate] = self.started(candidate)
            self.children[candidate] = self.open[candidate]
        return self.open[candidate]

    def started(self, candidate: int) -> Experiment:
        """Start the experiment of a combination, or reopen the one that was interrupted."""
        if candidate in self.children:
            return open_path(str(self.children[candidate].path))
        options = {"kind": COMBINATION, "child": candidate + 1, "params": self.params[candidate]}
        child = start(f"{candidate + 1:04d}", None, self.sweep, options, False)
        labels = self.labels[candidate].items()
        objects = {name: text for name, text in labels if text is not self.params[candidate][name]}
        if objects:
            child._log_fact(COMBINATION, {"labels": objects})
        return child

    def values(self, result: Result) -> list[tuple[str, float]]:
        """Return everything that was measured in one fit."""
        values = list(self.naming.named(result["test_scores"]).items())
        if "train_scores" in result:
            trained = self.naming.named(result["train_scores"])
            values += [(FOLD_TRAIN + name, value) for name, value in trained.items()]
        return values + [(name, float(result[name])) for name in TIMES]

    def is_complete(self, candidate: int) -> bool:
        """Return whether all folds of a combination are done."""
        return len(self.results.get(candidate, ())) == self.folds

    def end(self, candidate: int) -> None:
        """Record means and deviations, and whether it failed."""
        results = [self.results[candidate][fold] for fold in range(self.folds)]
        errors_of_fits = [result["fit_error"] or result.get(SCORE_ERROR) for result in results]
        errors = [error for error in errors_of_fits if error is not None]
        summary = summarised([dict(self.values(result)) for result in results])
        self.progress.rate(candidate, summary)
        child = self.children[candidate]
        if candidate not in self.open and child.status in ("completed", "failed"):
            return  # it was ended before the interruption
        child = self.child(candidate)
        child.log_metrics(summary)
        if errors:
            finish(child, "failed", failure_in(errors[0]))
        else:
            finish(child, "completed", {})
        del self.open[candidate]

    def interrupt(self) -> None:
        """End the combinations that are not finished as interrupted."""
        for child in self.open.values():
            finish(child, "interrupted", {})
        self.open.clear()


def finish(child: Experiment, status: str, facts: dict[str, str]) -> None:
    """End it so, also where an earlier session has ended it as interrupted."""
    if child.status != "running":
        library().et_experiment_set_status(child._native, encoded(status), encoded_json(facts))
    child._finish(status, facts)


def place(task: dict[str, Any]) -> tuple[int, int]:
    """Return which combination and which fold a fit is."""
    return task["candidate_progress"][0], task["split_progress"][0]


def summarised(folds: list[dict[str, float]]) -> dict[str, float]:
    """Return mean and standard deviation of each score, and the mean of each time."""
    import numpy as np

    summary = {}
    with np.errstate(invalid="ignore"):  # infinite scores have no deviation
        for name in dict.fromkeys(name for fold in folds for name in fold):
            # As `cv_results_` is made: one row for each combination.
            row = np.array([[fold.get(name, np.nan) for fold in folds]], dtype=np.float64)
            mean = np.average(row, axis=1)
            summary[name] = float(mean[0])
            if name not in TIMES and not name.startswith(FOLD_TRAIN):
                deviation = np.sqrt(np.average((row - mean[:, np.newaxis]) ** 2, axis=1))
                summary[f"{name}_std"] = float(deviation[0])
    return summary


def failure_in(trace: str) -> dict[str, str]:
    """Return what a traceback says at its end."""
    last = next((line for line in reversed(trace.splitlines()) if line.strip()), "")
    kind, _, message = last.partition(": ")
    return {"type": kind or "Exception", "message": message, "traceback": trace}
