"""How good a fitted model is on held-out data."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import InvalidArgumentError

CLASSIFICATION = ("accuracy", "precision", "recall", "f1", "roc_auc")
REGRESSION = ("r2", "rmse", "mae")
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


def task_of(models: Iterable[Any], truth: Any, average: str) -> Task:
    """Classification or regression, by the models and, where they do not say, by the target."""
    from sklearn.base import is_classifier, is_regressor
    from sklearn.utils.multiclass import type_of_target, unique_labels

    if average not in AVERAGES:
        raise InvalidArgumentError(f"average is one of {', '.join(AVERAGES)}, not {average!r}")
    told = {True for model in models if says(is_classifier, model)}
    told |= {False for model in models if says(is_regressor, model)}
    kind = type_of_target(truth)
    classifies = told.pop() if len(told) == 1 else not kind.startswith("continuous")
    if not classifies:
        return Task(classifies=False)
    labels = list(unique_labels(truth))
    if average == "auto":
        average = "binary" if len(labels) <= 2 and kind == "binary" else "macro"
    positive = labels[-1] if average == "binary" else None
    return Task(classifies=True, labels=labels, average=average, positive=positive)


def says(question: Callable[[Any], bool], model: Any) -> bool:
    """What a model says about itself; one that scikit-learn cannot ask says nothing."""
    try:
        return bool(question(model))
    except Exception:
        return False


def known_metrics(metrics: Iterable[str] | None, task: Task) -> list[str]:
    """The metrics that were asked for, or the usual ones."""
    from sklearn.metrics import get_scorer_names

    asked = list(task.metrics if metrics is None else metrics)
    for key in asked:
        if SAME.get(key, key) not in (*CLASSIFICATION, *REGRESSION, *get_scorer_names()):
            raise InvalidArgumentError(
                f"compare_models knows no metric {key!r}; it knows {', '.join(CLASSIFICATION)}, "
                f"{', '.join(REGRESSION)} and the scorers of scikit-learn"
            )
    return asked


def score(key: str, model: Any, rows: Any, truth: Any, predicted: Any, task: Task) -> float | None:
    """One metric of one model; None where it is not defined."""
    from sklearn import metrics as measures

    name = SAME.get(key, key)
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
    if name == "mae":
        return float(measures.mean_absolute_error(truth, predicted))
    return float(measures.get_scorer(name)(model, rows, truth))


def area(model: Any, rows: Any, truth: Any, task: Task) -> float | None:
    """The area under the ROC curve; None for a model without scores, or a single class."""
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
    """The probabilities of the classes, or the distances from the border between them."""
    for name in ("predict_proba", "decision_function"):
        method = getattr(model, name, None)
        if callable(method):
            return method(rows)
    return None
