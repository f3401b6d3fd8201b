"""``wandb.sklearn``: plots of a model, drawn by scikit-learn and logged to the open run."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from ..._native.optional_packages import need
from . import current
from .sklearn_clusters import plot_elbow_curve, plot_silhouette
from .sklearn_figures import PURPOSE, axes, displays, log_figure, log_rows


def names_of(classes: Any, labels: Any) -> list[str]:
    """Return what the classes are called: by the labels, if there is one for each of them.

    There may be labels of more classes than the data has; then a class is the number of its label.
    """
    if labels is None:
        return [str(value) for value in classes]
    if len(labels) == len(classes):
        return [str(label) for label in labels]
    try:
        return [str(labels[int(value)]) for value in classes]
    except (IndexError, TypeError, ValueError):
        return [str(value) for value in classes]


def plot_confusion_matrix(
    y_true: Any = None,
    y_pred: Any = None,
    labels: Any = None,
    true_labels: Any = None,
    pred_labels: Any = None,
    normalize: bool = False,
) -> None:
    """Draw which classes are taken for which."""
    numpy = need("numpy", PURPOSE, extra="numpy")
    found = numpy.unique(numpy.concatenate([numpy.asarray(y_true), numpy.asarray(y_pred)]))
    shown = displays().ConfusionMatrixDisplay.from_predictions(
        y_true,
        y_pred,
        display_labels=names_of(found, labels),
        normalize="true" if normalize else None,
        ax=axes(),
    )
    log_figure("confusion_matrix", shown.figure_)


def plot_roc(
    y_true: Any = None,
    y_probas: Any = None,
    labels: Any = None,
    plot_micro: bool = True,
    plot_macro: bool = True,
    classes_to_plot: Any = None,
) -> None:
    """Draw the curve of true over false positives, of each class."""
    _curves("roc", displays().RocCurveDisplay, y_true, y_probas, labels, classes_to_plot)


def plot_precision_recall(
    y_true: Any = None,
    y_probas: Any = None,
    labels: Any = None,
    plot_micro: bool = True,
    classes_to_plot: Any = None,
) -> None:
    """Draw precision over recall, of each class."""
    kind = displays().PrecisionRecallDisplay
    _curves("precision_recall", kind, y_true, y_probas, labels, classes_to_plot)


def _curves(name: str, kind: Any, y_true: Any, y_probas: Any, labels: Any, chosen: Any) -> None:
    """Draw a curve for each class against all others."""
    numpy = need("numpy", PURPOSE, extra="numpy")
    truth, probabilities = numpy.asarray(y_true), numpy.asarray(y_probas)
    classes, place = numpy.unique(truth), axes()
    names = names_of(classes, labels)
    for index, value in enumerate(classes):
        wanted = chosen is None or value in chosen
        if wanted and (len(classes) > 2 or index == 1):
            label = names[index]
            scores = probabilities if probabilities.ndim == 1 else probabilities[:, index]
            kind.from_predictions(truth == value, scores, name=label, ax=place)
    log_figure(name, place.figure)


def plot_feature_importances(
    model: Any = None,
    feature_names: Any = None,
    title: str = "Feature Importance",
    max_num_features: int = 50,
) -> None:
    """Draw how much each feature counts, the largest first."""
    numpy = need("numpy", PURPOSE, extra="numpy")
    found = getattr(model, "feature_importances_", None)
    if found is None:
        found = getattr(model, "coef_", None)
    if found is None:
        raise AttributeError(f"{type(model).__name__} has no feature_importances_ and no coef_")
    values = numpy.asarray(found)
    values = numpy.abs(values).mean(axis=0) if values.ndim > 1 else values
    names = feature_names if feature_names is not None else range(len(values))
    order = numpy.argsort(-numpy.abs(values))[:max_num_features]
    rows = [(str(list(names)[index]), float(values[index])) for index in order]
    place = axes()
    place.barh([name for name, _ in reversed(rows)], [value for _, value in reversed(rows)])
    place.set_title(title)
    log_figure("feature_importances", place.figure)
    log_rows("feature_importances", ("feature", "importance"), rows)


def plot_learning_curve(
    model: Any = None,
    X: Any = None,  # noqa: N803 - as the field writes it
    y: Any = None,
    cv: Any = None,
    shuffle: bool = False,
    random_state: Any = None,
    train_sizes: Any = None,
    n_jobs: int = 1,
    scoring: Any = None,
) -> None:
    """Draw the score over the size of the training data."""
    selection = need("sklearn.model_selection", PURPOSE)
    sizes = {} if train_sizes is None else {"train_sizes": train_sizes}
    shown = selection.LearningCurveDisplay.from_estimator(
        model, X, y, cv=cv, shuffle=shuffle, random_state=random_state, n_jobs=n_jobs,
        scoring=scoring, ax=axes(), **sizes,
    )  # fmt: skip
    log_figure("learning_curve", shown.figure_)


def plot_calibration_curve(
    clf: Any = None,
    X: Any = None,  # noqa: N803 - as the field writes it
    y: Any = None,
    clf_name: str = "Classifier",
) -> None:
    """Draw how often what is called probable is true."""
    calibration = need("sklearn.calibration", PURPOSE)
    shown = calibration.CalibrationDisplay.from_estimator(clf, X, y, name=clf_name, ax=axes())
    log_figure("calibration_curve", shown.figure_)


def plot_class_proportions(y_train: Any = None, y_test: Any = None, labels: Any = None) -> None:
    """Draw how many examples each class has, in training and in test data."""
    numpy = need("numpy", PURPOSE, extra="numpy")
    place = axes()
    rows = []
    for offset, (name, values) in enumerate((("train", y_train), ("test", y_test))):
        classes, counts = numpy.unique(numpy.asarray(values), return_counts=True)
        places = numpy.arange(len(classes)) + 0.4 * offset
        place.bar(places, counts, 0.4, label=name)
        rows += [(str(one), name, int(count)) for one, count in zip(classes, counts, strict=True)]
    place.legend()
    log_figure("class_proportions", place.figure)
    log_rows("class_proportions", ("class", "dataset", "count"), rows)


def plot_residuals(
    regressor: Any = None,
    X: Any = None,  # noqa: N803 - as the field writes it
    y: Any = None,
) -> None:
    """Draw the errors of a regression over its predictions."""
    shown = displays().PredictionErrorDisplay.from_estimator(
        regressor, X, y, kind="residual_vs_predicted", ax=axes()
    )
    log_figure("residuals", shown.figure_)


def plot_outlier_candidates(
    regressor: Any = None,
    X: Any = None,  # noqa: N803 - as the field writes it
    y: Any = None,
) -> None:
    """Draw Cook's distance of each example: how much it alone moves the fit."""
    numpy = need("numpy", PURPOSE, extra="numpy")
    data, truth = numpy.asarray(X, dtype=float), numpy.asarray(y, dtype=float)
    design = numpy.column_stack([numpy.ones(len(data)), data])
    leverage = numpy.einsum("ij,ji->i", design, numpy.linalg.pinv(design))
    errors = truth - regressor.predict(X)
    spread = float(errors @ errors) / max(len(data) - design.shape[1], 1)
    distances = errors**2 / (design.shape[1] * spread) * leverage / (1 - leverage) ** 2
    place = axes()
    place.stem(distances)
    place.axhline(4 / len(data), linestyle="--")
    log_figure("outlier_candidates", place.figure)
    log_rows("outlier_candidates", ("example", "distance"), list(enumerate(distances.tolist())))


def plot_summary_metrics(
    model: Any = None,
    X: Any = None,  # noqa: N803 - as the field writes it
    y: Any = None,
    X_test: Any = None,  # noqa: N803 - as the field writes it
    y_test: Any = None,
) -> None:
    """Fit the model and log its scores on the test data."""
    metrics = displays()
    model.fit(X, y)
    predicted = model.predict(X_test)
    if need("sklearn.base", PURPOSE).is_classifier(model):
        named = {"average": "weighted", "zero_division": 0}
        found = {
            "accuracy_score": metrics.accuracy_score(y_test, predicted),
            "precision": metrics.precision_score(y_test, predicted, **named),
            "recall": metrics.recall_score(y_test, predicted, **named),
            "f1_score": metrics.f1_score(y_test, predicted, **named),
        }
    else:
        found = {
            "mae": metrics.mean_absolute_error(y_test, predicted),
            "mse": metrics.mean_squared_error(y_test, predicted),
            "r2_score": metrics.r2_score(y_test, predicted),
        }
    run = current.require("wandb.sklearn.plot_summary_metrics()")
    run.log({key: float(value) for key, value in found.items()}, commit=False)


def plot_classifier(
    model: Any,
    X_train: Any,  # noqa: N803 - as the field writes it
    X_test: Any,  # noqa: N803 - as the field writes it
    y_train: Any,
    y_test: Any,
    y_pred: Any,
    y_probas: Any,
    labels: Any,
    is_binary: bool = False,
    model_name: str = "Classifier",
    feature_names: Any = None,
    log_learning_curve: bool = False,
) -> None:
    """Draw all that is worth seeing of a classifier."""
    with suppress(AttributeError):
        plot_feature_importances(model, feature_names)
    if log_learning_curve:
        plot_learning_curve(model, X_train, y_train)
    plot_confusion_matrix(y_test, y_pred, labels)
    plot_summary_metrics(model, X=X_train, y=y_train, X_test=X_test, y_test=y_test)
    plot_class_proportions(y_train, y_test, labels)
    plot_roc(y_test, y_probas, labels)
    plot_precision_recall(y_test, y_probas, labels)
    if is_binary:
        plot_calibration_curve(model, X_test, y_test, model_name)


def plot_regressor(
    model: Any,
    X_train: Any,  # noqa: N803 - as the field writes it
    X_test: Any,  # noqa: N803 - as the field writes it
    y_train: Any,
    y_test: Any,
    model_name: str = "Regressor",
) -> None:
    """Draw all that is worth seeing of a regression."""
    plot_summary_metrics(model, X=X_train, y=y_train, X_test=X_test, y_test=y_test)
    plot_learning_curve(model, X_train, y_train)
    plot_outlier_candidates(model, X_train, y_train)
    plot_residuals(model, X_test, y_test)


def plot_clusterer(
    model: Any,
    X_train: Any,  # noqa: N803 - as the field writes it
    cluster_labels: Any,
    labels: Any = None,
    model_name: str = "Clusterer",
) -> None:
    """Draw all that is worth seeing of a clustering."""
    if type(model).__name__ == "KMeans":
        plot_elbow_curve(model, X_train)
    plot_silhouette(model, X_train, cluster_labels, labels)
