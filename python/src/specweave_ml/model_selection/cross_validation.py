"""Cross-validation as an experiment."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._native.increments import IncrementName
from .._native.optional_packages import need
from .._native.text import shown
from ..display import results
from ..display.progress import Bar
from ..display.text import count
from ..errors import InvalidArgumentError, MissingExtraError
from ..tracking.current import enclosing
from ..tracking.experiment import Experiment
from ..tracking.start import track_experiment
from ..values.estimators import model_params, short_name
from ..values.objects import of_repr
from . import fold_figure, out_of_fold
from .folds import CAVEAT, FoldSummary, summary
from .scores import Scoring, metric_name, scorers_of
from .sklearn_hooks import with_progress

COLUMNS = ("Mean", "Std", "Min", "Max", "Mean from (95 %)", "Mean to (95 %)", "Folds")

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PICTURE = "fold_scores.png"
METHODS = ("predict", "predict_proba", "predict_log_proba", "decision_function")


class CrossValidation(dict[str, Any]):
    """What `cross_validate` of scikit-learn returns, key for key, and what became of it here."""

    experiment: Experiment
    """Where it is recorded."""
    summary: dict[str, FoldSummary]
    """For each score, named as its metric: mean, std, min, max, confidence interval."""
    predictions: list[Any] | None
    """With ``return_predictions`` those of each fold, in the order of its test rows."""

    @property
    def mean(self) -> Any:
        """The mean of the test scores: a number, or one by name where there are several scorers."""
        return self._told("mean")

    @property
    def std(self) -> Any:
        """Their standard deviation as ``scores.std()`` gives it; in the same form as `mean`."""
        return self._told("std")

    def _told(self, what: str) -> Any:
        by_scorer = {
            key: getattr(facts, what)
            for key, facts in self.summary.items()
            if not key.startswith("train_")
        }
        return next(iter(by_scorer.values())) if len(by_scorer) == 1 else by_scorer

    def plot(self) -> Figure:
        """Return the plot ``fold_scores.png`` as a matplotlib figure.

        Raises:
            MissingExtraError: matplotlib is not installed.
        """
        scores = {key: self.experiment.history(f"fold/{key}").values for key in self.summary}
        return fold_figure.draw(scores, self.summary)

    def _repr_html_(self) -> str:
        """Return the scores as HTML for a notebook."""
        rows = []
        for key, scores in self.summary.items():
            interval = (scores.low, scores.high) if scores.low == scores.low else (None, None)
            numbers = (scores.mean, scores.std, scores.min, scores.max)
            rows.append([key, *numbers, *interval, scores.folds])
        return results.html(
            self.experiment.name,
            "cross-validation",
            columns=[("Score", "text"), *((heading, "number") for heading in COLUMNS)],
            rows=rows,
            remarks=[CAVEAT],
        )

    def __repr__(self) -> str:
        lines = [
            f"{shown(key)}: {scores.mean:.4g} ± {scores.std:.2g} ({count(scores.folds, 'fold')})"
            for key, scores in self.summary.items()
        ]
        return "\n".join([f"<CrossValidation in {shown(str(self.experiment.path))}>", *lines])


def track_cross_validation(
    model: Any,
    X: Any,  # noqa: N803 - as the field writes it
    y: Any = None,
    cv: Any = 5,
    increment: IncrementName | None = None,
    *,
    name: str | None = None,
    scoring: Scoring = None,
    groups: Any = None,
    fit_params: Mapping[str, Any] | None = None,
    n_jobs: int | None = None,
    error_score: float | str = float("nan"),
    return_train_score: bool = False,
    return_estimator: bool = False,
    return_indices: bool = False,
    return_predictions: bool | str = False,
    save_models: bool = False,
    progress: bool = True,
    parent: Experiment | None = None,
    **options: Any,
) -> CrossValidation:
    """Cross-validate a model and record every fold.

    The scores are those of scikit-learn's `cross_validate`, which does the work, to the last bit.
    The experiment of kind "cross-validation" has for each score the metrics ``accuracy`` (the mean)
    and ``accuracy_std``, the series ``fold/accuracy`` with the fold as its step, all summaries with
    a 95 % confidence interval of the mean in metadata.yaml, and the picture fold_scores.png. The
    interval is Student's t as if the folds were independent, which they are not: the true one is
    wider.

    Args:
        model: An estimator or a pipeline; it stays unfitted, as its clones are fitted.
        X: The rows.
        y: The target.
        cv: The number of folds or any splitter, also of groups and of time series.
        increment: The increment; None finds it.
        name: The name; None is that of the model's class with ``-cv``.
        scoring: As in `cross_validate`: a name, a scorer, a list, a dict, or None for the model's
            own ``score``; a list may have scorers in it, which keep their names.
        groups: The group of each row, for splitters that ask for it.
        fit_params: Further arguments of ``fit``, such as ``sample_weight``; what is routed, where
            scikit-learn's metadata routing is on.
        n_jobs: How many folds at a time, by joblib and its backend.
        error_score: The score of a fold that fails, or "raise".
        return_train_score: Score the training rows of each fold too.
        return_estimator: Return the fitted models as ``["estimator"]``.
        return_indices: Return the rows of each fold as ``["indices"]``.
        return_predictions: Predict the test rows of each fold: True is "predict"; or
            "predict_proba", "decision_function"; saved as out_of_fold_predictions.csv.
        save_models: Save the fitted model of each fold as ``models/fold-0.…``.
        progress: Show a bar on a terminal and in a notebook.
        parent: The experiment around it; None is the one whose block is open, if there is one.
        options: Further options of `track_experiment`.

    Raises:
        MissingExtraError: scikit-learn is not installed.
        Exception: Whatever the model or the scorer raises; then the experiment is failed.

    Example:
        >>> results = track_cross_validation(model=model, X=X, y=y, cv=5, increment="0042")
        >>> results.mean, results["test_score"]
    """
    selection = need("sklearn.model_selection", "track_cross_validation", extra="sweeps")
    method = "predict" if return_predictions is True else return_predictions
    if method and method not in METHODS:
        raise InvalidArgumentError(
            f"return_predictions is True, False or one of {', '.join(METHODS)}, not {method!r}"
        )
    asked = {"estimator": return_estimator, "indices": return_indices}
    routed = inspect.signature(selection.cross_validate).parameters
    scoring = scorers_of(scoring)
    title = name or f"{short_name(model)}-cv"
    with (
        track_experiment(
            title,
            increment,
            parent=parent or enclosing(increment),
            kind="cross-validation",
            params=model_params(model),
            **options,
        ) as experiment,
        Bar(title, progress) as bar,
    ):
        record_setting(experiment, X, y, cv, scoring, groups)
        found = with_progress(selection.cross_validate, bar)(
            model,
            X,
            y,
            cv=cv,
            scoring=scoring,
            groups=groups,
            n_jobs=n_jobs,
            error_score=error_score,
            return_train_score=return_train_score,
            return_estimator=bool(return_estimator or method or save_models),
            return_indices=bool(return_indices or method),
            **{"params" if "params" in routed else "fit_params": fit_params},
        )
        results = CrossValidation(found)
        results.experiment, results.predictions = experiment, None
        results.summary = record_scores(experiment, found, model, scoring)
        if method:
            results.predictions = record_predictions(experiment, found, X, y, str(method))
        if save_models:
            for fold, fitted in enumerate(found["estimator"]):
                experiment.save_model(fitted, f"models/fold-{fold}.pkl")
        for key, wanted in asked.items():
            if not wanted:
                results.pop(key, None)
    return results


def record_setting(
    experiment: Experiment, rows: Any, target: Any, cv: Any, scoring: Any, groups: Any
) -> None:
    """Record the data and how it is split."""
    experiment.log_data("X", rows)
    if target is not None:
        experiment.log_data("y", target)
    if groups is not None:
        experiment.log_data("groups", groups)
    experiment._log_fact("cross_validation", {"cv": of_repr(cv), "scoring": scoring})


def record_scores(
    experiment: Experiment, found: Mapping[str, Any], model: Any, scoring: Any
) -> dict[str, FoldSummary]:
    """Record the scores as metrics: summaries first, for they are the result, then the folds."""
    scores = {
        metric_name(key, model, scoring): values
        for key, values in found.items()
        if key.startswith(("test_", "train_"))
    }
    summaries = {key: summary(values) for key, values in scores.items()}
    for key, facts in summaries.items():
        experiment.log_metrics({key: facts.mean, f"{key}_std": facts.std})
    for key, values in scores.items():
        experiment.log_series(f"fold/{key}", values, steps=range(len(values)))
    for key in ("fit_time", "score_time"):
        experiment.log_series(f"fold/{key}", found[key], steps=range(len(found[key])))
    stored = {key: facts.facts() for key, facts in summaries.items()}
    experiment._log_fact("cross_validation", {"scores": stored, "interval": CAVEAT})
    try:
        experiment.save_artifact(PICTURE, fold_figure.draw(scores, summaries))
    except MissingExtraError as missing:
        experiment.log_note(f"{PICTURE} was left out: {missing}")
    return summaries


def record_predictions(
    experiment: Experiment,
    found: Mapping[str, Any],
    rows: Any,
    target: Any,
    method: str,
) -> list[Any]:
    """Record the predictions of each fold for its own test rows."""
    models, tests = found["estimator"], found["indices"]["test"]
    predictions = out_of_fold.predict(models, tests, rows, method)
    text = out_of_fold.table(predictions, tests, target, models)
    experiment.save_artifact(out_of_fold.FILE, text)
    return predictions
