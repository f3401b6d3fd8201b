"""Charts of what a classifier answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ...._native.optional_packages import need
from ..media.table import Table
from .chart import CustomChart, plot_table

ROUNDED = 3


def confusion_matrix(
    probs: Sequence[Sequence[float]] | None = None,
    y_true: Sequence[Any] | None = None,
    preds: Sequence[Any] | None = None,
    class_names: Sequence[str] | None = None,
    title: str = "Confusion Matrix Curve",
    split_table: bool = False,
) -> CustomChart:
    """Return how often each class was answered for each; from answers or from probabilities."""
    if probs is not None and preds is not None:
        raise ValueError("Only one of `probs` or `preds` should be provided, not both.")
    if y_true is None or (probs is None and preds is None):
        raise ValueError("a confusion matrix needs y_true, and preds or probs")
    if probs is not None:
        answers = [max(range(len(row)), key=list(row).__getitem__) for row in probs]
    else:
        answers = as_list(preds)
    truth = as_list(y_true)
    if len(answers) != len(truth):
        raise ValueError("The number of predictions and true labels must be equal.")
    if class_names is not None:
        names = list(class_names)
        for what, values in (("predicted classes", answers), ("true labels", truth)):
            if len(set(values)) > len(names):
                raise ValueError(f"The number of unique {what} exceeds the number of class names.")
        classes: list[Any] = list(range(len(names)))
    else:
        classes = sorted(set(answers) | set(truth))
        names = [f"Class_{number + 1}" for number in range(len(classes))]
    places = {value: number for number, value in enumerate(classes)}
    unknown = (set(answers) | set(truth)) - set(places)
    if unknown:
        raise ValueError(
            f"with class_names, classes are numbers from 0 to {len(names) - 1}, not {unknown}"
        )
    counts = [[0.0] * len(names) for _ in names]
    for actual, answer in zip(truth, answers, strict=True):
        counts[places[actual]][places[answer]] += 1
    rows = [
        [actual, predicted, counts[row][column]]
        for row, actual in enumerate(names)
        for column, predicted in enumerate(names)
    ]
    columns = ["Actual", "Predicted", "nPredictions"]
    fields = {column: column for column in columns}
    table = Table(columns=columns, data=rows)
    return plot_table("wandb/confusion_matrix/v1", table, fields, {"title": title}, split_table)


def roc_curve(
    y_true: Any,
    y_probas: Any = None,
    labels: Sequence[str] | None = None,
    classes_to_plot: Sequence[Any] | None = None,
    title: str = "ROC Curve",
    split_table: bool = False,
) -> CustomChart:
    """Return the true over the false positive rate of each class; by scikit-learn."""
    metrics = need("sklearn.metrics", "plot.roc_curve()")
    rows: list[list[Any]] = []
    for name, truth, scores, kind in classes_of(y_true, y_probas, labels, classes_to_plot):
        fpr, tpr, _ = metrics.roc_curve(truth, scores, pos_label=kind)
        rows += [[name, x, y] for x, y in zip(rounded(fpr), rounded(tpr), strict=True)]
    table = Table(columns=["class", "fpr", "tpr"], data=rows)
    strings = {"x-axis-title": "False positive rate", "y-axis-title": "True positive rate"}
    fields = {"x": "fpr", "y": "tpr", "class": "class"}
    return area_chart(table, fields, {"title": title, **strings}, split_table)


def pr_curve(
    y_true: Any = None,
    y_probas: Any = None,
    labels: Sequence[str] | None = None,
    classes_to_plot: Sequence[Any] | None = None,
    interp_size: int = 21,
    title: str = "Precision-Recall Curve",
    split_table: bool = False,
) -> CustomChart:
    """Return the precision over the recall of each class, at equal distances; by scikit-learn."""
    metrics = need("sklearn.metrics", "plot.pr_curve()")
    numpy = need("numpy", "plot.pr_curve()", extra="numpy")
    recalls = numpy.linspace(0, 1, interp_size)[::-1]
    rows: list[list[Any]] = []
    for name, truth, scores, kind in classes_of(y_true, y_probas, labels, classes_to_plot):
        precision, recall, _ = metrics.precision_recall_curve(truth, scores, pos_label=kind)
        best = numpy.maximum.accumulate(precision)[::-1]
        at = numpy.searchsorted(recall[::-1], recalls, side="left")
        rows += [[name, y, x] for y, x in zip(rounded(best[at]), rounded(recalls), strict=True)]
    table = Table(columns=["class", "precision", "recall"], data=rows)
    fields = {"x": "recall", "y": "precision", "class": "class"}
    strings = {"x-axis-title": "Recall", "y-axis-title": "Precision"}
    return area_chart(table, fields, {"title": title, **strings}, split_table)


def area_chart(table: Table, fields: Any, strings: Any, split_table: bool) -> CustomChart:
    """Return a chart of one curve a class."""
    return plot_table("wandb/area-under-curve/v0", table, fields, strings, split_table)


def classes_of(
    y_true: Any, y_probas: Any, labels: Sequence[str] | None, wanted: Sequence[Any] | None
) -> Iterable[tuple[Any, Any, Any, Any]]:
    """Yield for each class its name, the truth, the scores and the class."""
    if y_true is None or y_probas is None:
        raise ValueError("the curves of classes need y_true and y_probas")
    numpy = need("numpy", "A curve of a classifier", extra="numpy")
    truth, scores = numpy.asarray(y_true), numpy.asarray(y_probas)
    classes = numpy.unique(truth)
    if scores.ndim != 2 or scores.shape[1] < len(classes):
        raise ValueError(
            f"y_probas has a column for each of the {len(classes)} classes; it has the shape "
            f"{scores.shape}"
        )
    for column, kind in enumerate(classes.tolist()):
        if wanted is None or kind in list(wanted):
            named = labels is not None and isinstance(kind, int)
            name = labels[kind] if named and labels is not None else kind
            yield name, truth, scores[:, column], kind


def rounded(values: Any) -> list[float]:
    """Return an array rounded as tables of curves are."""
    return [round(float(value), ROUNDED) for value in values]


def as_list(values: Any) -> list[Any]:
    """Return labels as a list of Python's values."""
    return list(values.tolist() if hasattr(values, "tolist") else values)
