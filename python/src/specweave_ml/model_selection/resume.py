"""What an interrupted sweep has done already, read from its combinations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..tracking.experiment import Experiment
from ..tracking.lookup import list_experiments
from .names import COMBINATION, FOLD, FOLD_TRAIN, Scores
from .sklearn_hooks import SCORE_ERROR

Folds = dict[int, dict[str, Any]]


def combinations(sweep: Experiment) -> dict[int, Experiment]:
    """Return the experiments inside a sweep by their position in the grid, counted from 0."""
    facts = sweep._facts()
    found = {}
    for experiment in list_experiments(sweep._increment_path, children=True):
        child = experiment._facts()
        if child["parent"] == facts["id"] and child["kind"] == COMBINATION:
            found[int(child["child"]) - 1] = experiment
    return found


def finished_folds(experiment: Experiment) -> Folds:
    """Return the results of the fits whose record is in the history, by fold."""
    errors = experiment.facts.get("failed_folds", {})
    unscored = experiment.facts.get("failed_scores", {})
    folds: Folds = {}
    for name, value, fold in points(experiment):
        result = folds.setdefault(
            fold, {"fit_error": errors.get(str(fold)), SCORE_ERROR: unscored.get(str(fold))}
        )
        result[name] = value
    return {fold: result for fold, result in folds.items() if "score_time" in result}


def points(experiment: Experiment) -> Iterator[tuple[str, float, int]]:
    """Return the values of single folds."""
    for key in experiment.metrics:
        if key.startswith(FOLD):
            history = experiment.history(key)
            for value, fold in zip(history.values, history.steps, strict=True):
                yield key.removeprefix(FOLD), float(value), int(fold)


def result_of(fold: dict[str, Any], task: dict[str, Any], naming: Scores) -> dict[str, Any]:
    """Return a stored fold in the form of scikit-learn's own result of the fit."""
    times = ("fit_time", "score_time")
    tests = {
        name: value
        for name, value in fold.items()
        if name not in (*times, "fit_error", SCORE_ERROR) and not name.startswith(FOLD_TRAIN)
    }
    result = {
        "fit_error": fold["fit_error"],
        "test_scores": naming.restored(tests),
        "n_test_samples": len(task["test"]),
        **{name: fold[name] for name in times},
    }
    if task["return_train_score"]:
        trains = {name: fold.get(FOLD_TRAIN + name, value) for name, value in tests.items()}
        result["train_scores"] = naming.restored(trains)
    return result
