"""`track_sklearn_model`: an estimator whose training and evaluation are an experiment."""

from __future__ import annotations

import time
from typing import Any

from .._native.increments import IncrementName
from .._native.optional_packages import need
from ..model_selection.metrics import Metrics, asked_for, scores, task_of
from ..values.estimators import model_params, short_name
from .base import save_model
from .estimators import facts_of_model
from .tracked import Tracked


class TrackedEstimator(Tracked):
    """Everything of an `Experiment`, and ``fit`` and ``evaluate``; ``model`` is the estimator."""

    def __init__(self, model: Any, increment: IncrementName | None, name: str | None) -> None:
        need("sklearn", "track_sklearn_model", extra="sweeps")
        super().__init__(name or short_name(model), increment)
        self.model = model
        self.log_params(model_params(model))

    def fit(self, X: Any, y: Any = None, **options: Any) -> TrackedEstimator:  # noqa: N803
        """Fit the model; record the data, ``training_time`` in seconds, and the fitted model."""
        self.log_data("X_train", X)
        if y is not None:
            self.log_data("y_train", y)
        start = time.perf_counter()
        self.model.fit(X, y, **options)
        self.log_metric("training_time", time.perf_counter() - start)
        self.experiment._log_fact("models", {"model": facts_of_model(self.model)})
        save_model(self.experiment, self.model, "model.pkl")
        return self

    def predict(self, X: Any) -> Any:  # noqa: N803
        """Return what the model predicts; nothing is recorded."""
        return self.model.predict(X)

    def evaluate(
        self,
        X: Any,  # noqa: N803
        y: Any,
        *,
        metrics: Metrics | None = None,
        average: str = "auto",
        pos_label: Any = None,
    ) -> dict[str, float]:
        """Measure the model on data it has not seen; record the scores and return them.

        Args:
            X: The rows.
            y: What should be predicted for them.
            metrics: Which scores; None is accuracy, precision, recall, F1 and ROC AUC for
                classifiers, R², RMSE and MAE for regressors, each where it is defined. Names and
                scorers as in `compare_models`.
            average: How the scores of several classes become one, as in `compare_models`; it is
                recorded as the param ``averaging``.
            pos_label: The positive class, as in `compare_models`.
        """
        self.log_data("X_test", X)
        task = task_of([self.model], y, average, pos_label)
        found = scores(asked_for(metrics, task), self.model, X, y, self.model.predict(X), task)
        measured = {key: value for key, value in found.items() if value is not None}
        if task.averaging:
            self.log_param("averaging", task.averaging)
        self.log_metrics(measured)
        return measured


def track_sklearn_model(
    model: Any, increment: IncrementName | None = None, *, name: str | None = None
) -> TrackedEstimator:
    """Start an experiment for an estimator of scikit-learn's kind.

        with track_sklearn_model(RandomForestClassifier(), increment="0042") as tracked:
            tracked.fit(X_train, y_train)
            scores = tracked.evaluate(X_test, y_test)

    Args:
        model: The estimator, or a pipeline; it is fitted itself, not a copy.
        increment: The increment; None finds it as `track_experiment` does.
        name: The name of the experiment; None is the class, as ``random-forest-classifier``.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    return TrackedEstimator(model, increment, name)
