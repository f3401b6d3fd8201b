"""How good a fitted model is on held-out data."""

from __future__ import annotations

import copy
import inspect
import math
import numbers
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from .._native.closest import closest
from ..errors import InvalidArgumentError
from .scores import own_score, scorers_of

Metrics: TypeAlias = "str | Callable[..., Any] | Iterable[Any] | Mapping[str, Any]"
"""Names of metrics, scorers of scikit-learn, or either by names of one's own."""

CLASSIFICATION = ("accuracy", "precision", "recall", "f1", "roc_auc")
REGRESSION = ("r2", "rmse", "mae")
ERRORS = ("rmse", "mae")
AVERAGED = ("precision", "recall", "f1", "roc_auc")
SAME = {"auc": "roc_auc", "f1_score": "f1", "r2_score": "r2", "mean_absolute_error": "mae"}
AVERAGES = ("auto", "binary", "macro", "weighted", "micro")


@dataclass(frozen=True)
class Task:
    """What is predicted, and how the scores of several classes become one."""

    classifies: bool
    labels: Sequence[Any] = ()
    average: str = ""
    positive: Any = None
    named: bool = False
    """Whether the caller named the positive class."""

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that are usual for it."""
        return CLASSIFICATION if self.classifies else REGRESSION

    @property
    def averaging(self) -> str:
        """The averaging in words; "" where there is none."""
        if not self.classifies:
            return ""
        of = f", positive class {self.positive!s}" if self.average == "binary" else " over classes"
        return self.average + of


def task_of(models: Iterable[Any], truth: Any, average: str, pos_label: Any = None) -> Task:
    """Tell classification from regression, by the models or, if they do not say, the target."""
    from sklearn.base import is_classifier, is_regressor
    from sklearn.utils.multiclass import type_of_target, unique_labels

    if average not in AVERAGES:
        raise InvalidArgumentError(f"average is one of {', '.join(AVERAGES)}, not {average!r}")
    kinds = {True for model in models if says(is_classifier, model)}
    kinds |= {False for model in models if says(is_regressor, model)}
    kind = type_of_target(truth)
    classifies = kinds.pop() if len(kinds) == 1 else not kind.startswith("continuous")
    if not classifies:
        if pos_label is not None:
            raise InvalidArgumentError("pos_label is a class, and a regressor has none")
        return Task(classifies=False)
    labels = list(unique_labels(truth))
    if average == "auto":
        average = "binary" if len(labels) <= 2 and kind == "binary" else "macro"
    if pos_label is not None:
        require_positive(pos_label, labels, average)
        return Task(True, labels, average, pos_label, named=True)
    positive = labels[-1] if average == "binary" else None
    return Task(classifies=True, labels=labels, average=average, positive=positive)


def require_positive(label: Any, labels: Sequence[Any], average: str) -> None:
    """Refuse a positive class that no score would count."""
    if average != "binary":
        raise InvalidArgumentError(
            f"pos_label={label!r} counts where one of two classes is the positive one; here the "
            f"average is {average!r} over {len(labels)} classes"
        )
    if label not in labels:
        known = ", ".join(repr(getattr(one, "item", lambda one=one: one)()) for one in labels)
        raise InvalidArgumentError(f"pos_label={label!r} is not a class of y; it has {known}")


def says(question: Callable[[Any], bool], model: Any) -> bool:
    """Return what a model says about itself; nothing where scikit-learn cannot read it."""
    try:
        return bool(question(model))
    except Exception:
        return False


@dataclass(frozen=True)
class Asked:
    """What is to be measured."""

    measures: Mapping[str, Any]
    """By the name of the metric: the name of a measure, or a scorer of scikit-learn."""
    alone: bool = False
    """Whether it is a single scorer, which may give several scores by name."""
    ordered: bool = False
    """Whether the caller put one before the others."""

    def averaged(self) -> list[str]:
        """Return the metrics that depend on the averaging."""
        return [
            key
            for key, measure in self.measures.items()
            if isinstance(measure, str) and SAME.get(measure, measure) in AVERAGED
        ]

    def directions(self, keys: Iterable[str]) -> dict[str, str]:
        """Return whether "higher" or "lower" is better, for all metrics whose name could mislead.

        Of a scorer higher is better, also of ``{"mae": "neg_mean_absolute_error"}``.
        """
        measures = {key: self.measures.get(key) for key in keys}
        return {
            key: "lower" if isinstance(measure, str) and usual_name(measure) in ERRORS else "higher"
            for key, measure in measures.items()
            if measure != key
        }


def usual_name(name: str) -> str:
    """Return the usual name of a measure."""
    return SAME.get(name, name)


def asked_for(metrics: Metrics | None, task: Task) -> Asked:
    """Return the requested metrics, in any form that scikit-learn takes, or the usual ones."""
    if metrics is None:
        return Asked({key: key for key in task.metrics})
    alone = callable(metrics)
    chosen = {own_score(None, metrics): metrics} if alone else scorers_of(metrics)
    if isinstance(chosen, str):
        chosen = [chosen]
    if not isinstance(chosen, Mapping):
        chosen = {key: key for key in chosen}
    if not chosen:
        raise InvalidArgumentError("metrics is empty; leave it out for the usual ones")
    measures = {str(key): checked(measure, task) for key, measure in chosen.items()}
    return Asked(measures, alone, ordered=not isinstance(metrics, (set, frozenset)))


def checked(measure: Any, task: Task) -> Any:
    """Return a measure that can be computed: the name of a built-in one, or else a scorer."""
    from sklearn.metrics import check_scoring, get_scorer, get_scorer_names

    if isinstance(measure, str):
        if usual_name(measure) in (*CLASSIFICATION, *REGRESSION):
            return measure
        if usual_name(measure) in get_scorer_names():
            return with_positive(get_scorer(usual_name(measure)), task)
        usual = (*CLASSIFICATION, *REGRESSION)
        raise InvalidArgumentError(
            f"there is no metric {measure!r}; known are {', '.join(usual)} and the scorers of "
            f"scikit-learn, the closest first:",
            candidates=closest(measure, dict.fromkeys([*usual, *get_scorer_names()])),
        )
    if measure is None:  # the model's own score, as in scikit-learn
        return None
    if not callable(measure):
        raise InvalidArgumentError(
            f"{measure!r} is not a metric: give a name, a scorer, or a function of (model, X, y)"
        )
    try:
        inspect.signature(measure).bind("model", "X", "y")
    except TypeError as error:
        raise InvalidArgumentError(
            f"{measure!r} is not a scorer, which takes (model, X, y): {error}; "
            f"make_scorer of sklearn.metrics makes one of a function of the true and the predicted"
        ) from error
    except ValueError:  # a function in C has no signature
        pass
    try:
        return check_scoring(None, scoring=measure)
    except ValueError as error:
        raise InvalidArgumentError(str(error)) from error


def with_positive(scorer: Any, task: Task) -> Any:
    """Return a scorer of scikit-learn by name, for the positive class that the caller named."""
    takes = inspect.signature(scorer._score_func).parameters
    arguments = scorer._kwargs
    if not task.named or "pos_label" not in takes or arguments.get("average", "binary") != "binary":
        return scorer
    scorer = copy.copy(scorer)
    scorer._kwargs = {**arguments, "pos_label": task.positive}
    return scorer


def scores(
    asked: Asked, model: Any, rows: Any, truth: Any, predicted: Any, task: Task
) -> dict[str, float | None]:
    """Return the value of each metric for a model; None where one is not defined."""
    found: dict[str, float | None] = {}
    for key, measure in asked.measures.items():
        if isinstance(measure, str):
            found[key] = score(usual_name(measure), model, rows, truth, predicted, task)
            continue
        measured = model.score(rows, truth) if measure is None else measure(model, rows, truth)
        if asked.alone and isinstance(measured, Mapping):
            found |= {str(name): plain(value, str(name)) for name, value in measured.items()}
        else:
            found[key] = plain(measured, key)
    return found


def plain(value: Any, key: str) -> float:
    """Return the number that a scorer returned."""
    item = getattr(value, "item", None)
    try:
        number = item() if callable(item) else value
    except ValueError:  # an array of several
        number = value
    if isinstance(number, numbers.Real):
        return float(number)
    raise TypeError(f"the scorer of {key} gave {type(value).__name__} ({value!r}), not a number")


def score(name: str, model: Any, rows: Any, truth: Any, predicted: Any, task: Task) -> float | None:
    """Compute one of the usual metrics of one model; None where it is not defined."""
    from sklearn import metrics as measures

    averaged: dict[str, Any] = {"average": task.average, "zero_division": 0}
    if task.average == "binary":
        averaged["pos_label"] = task.positive
    if name == "accuracy":
        return float(measures.accuracy_score(truth, predicted))
    if name in ("precision", "recall", "f1"):
        return float(getattr(measures, f"{name}_score")(truth, predicted, **averaged))
    if name == "roc_auc":
        return area(model, rows, truth, task)
    if name == "rmse":
        return math.sqrt(measures.mean_squared_error(truth, predicted))
    if name == "r2":
        return float(measures.r2_score(truth, predicted))
    return float(measures.mean_absolute_error(truth, predicted))


def area(model: Any, rows: Any, truth: Any, task: Task) -> float | None:
    """Compute the area under the ROC curve; None for a model without scores or a single class."""
    from sklearn.metrics import roc_auc_score

    if len(task.labels) < 2:
        return None
    scores = class_scores(model, rows)
    classes = list(getattr(model, "classes_", task.labels))
    if scores is None or not set(task.labels) <= set(classes):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if len(classes) == 2:
                column = scores if scores.ndim == 1 else scores[:, 1]
                return float(roc_auc_score([label == classes[1] for label in truth], column))
            average = task.average if task.average in ("macro", "weighted", "micro") else "macro"
            found = float(
                roc_auc_score(truth, scores, multi_class="ovr", average=average, labels=classes)
            )
        except ValueError:
            return None
    return found if found == found else None


def class_scores(model: Any, rows: Any) -> Any:
    """Return the probabilities of the classes, or the distances from the decision boundary."""
    for name in ("predict_proba", "decision_function"):
        method = getattr(model, name, None)
        if callable(method):
            return method(rows)
    return None
