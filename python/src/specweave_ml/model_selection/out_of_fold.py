"""The predictions for each row by the models that have not seen it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

FILE = "out_of_fold_predictions.csv"


def predict(estimators: Sequence[Any], tests: Sequence[Any], X: Any, method: str) -> list[Any]:  # noqa: N803
    """Return each fold's predictions for its test rows; None for a fold whose model did not fit."""
    from sklearn.exceptions import NotFittedError
    from sklearn.utils import _safe_indexing

    predictions: list[Any] = []
    for estimator, rows in zip(estimators, tests, strict=True):
        try:
            predictions.append(getattr(estimator, method)(_safe_indexing(X, rows)))
        except NotFittedError:
            predictions.append(None)
    return predictions


def table(predictions: Sequence[Any], tests: Sequence[Any], y: Any, estimators: Any) -> str:
    """Return CSV with a line for each row and fold: row, fold, the true value, the prediction."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    actual = None if y is None else list(getattr(y, "to_numpy", lambda: y)())
    heading = ["row", "fold", *([] if actual is None else ["actual"])]
    lines.writerow(heading + columns(predictions, estimators))
    for fold, (values, rows) in enumerate(zip(predictions, tests, strict=True)):
        if values is None:
            continue
        for row, value in zip(rows, values, strict=True):
            predicted = list(value) if hasattr(value, "__len__") and value.ndim else [value]
            truth = [] if actual is None else [actual[row]]
            lines.writerow([int(row), fold, *truth, *predicted])
    return text.getvalue()


def columns(predictions: Sequence[Any], estimators: Sequence[Any]) -> list[str]:
    """Return the headings of the predictions: one, or one for each class or output."""
    shapes = [values.shape for values in predictions if values is not None]
    if not shapes or len(shapes[0]) < 2:
        return ["predicted"]
    width = int(shapes[0][1])
    for estimator in estimators:
        classes = getattr(estimator, "classes_", None)
        if classes is not None and len(classes) == width:
            return [f"predicted {name}" for name in classes]
    return [f"predicted {index}" for index in range(width)]
