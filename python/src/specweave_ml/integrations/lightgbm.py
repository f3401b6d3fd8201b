"""A callback for LightGBM."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from .._native.optional_packages import is_a
from .base import TrainingCallback, save_model


class LightGBMCallback(TrainingCallback):
    """Records a training of LightGBM, by ``lightgbm.train`` or by an estimator.

        model.fit(X_train, y_train, eval_X=X_test, eval_y=y_test,
                  callbacks=[LightGBMCallback(increment="0042"), early_stopping(10)])

    Every training is an experiment: its parameters, each evaluation at its iteration as
    ``valid_0/auc``, and the trained model as model.txt. LightGBM does not tell callbacks that
    another one stopped the training early: then the experiment ends by ``finish()``, at the end of
    a ``with`` block of the callback, when the next training begins or when the program ends.

    Args:
        increment: The increment; None finds it as `track_experiment` does.
        name: The name of the experiment.
        experiment: Record into this one instead, and leave it open.
        save_model: Whether the model is saved at the end.
    """

    order = 25
    """After those that change parameters, before the one that stops early."""
    before_iteration = False
    model: Any = None

    def __call__(self, env: Any) -> None:
        """Record an iteration: what LightGBM calls after each."""
        if self.model is not env.model:
            self.finish()
            self.model = env.model
            self.experiment = self.recording.begin("lightgbm")
            self.experiment.log_params(env.params)
        metrics = {}
        for data, metric, value, _, *deviation in env.evaluation_result_list or ():
            metrics[f"{data}/{metric}"] = value
            if deviation:  # of the folds, in a cross-validation
                metrics[f"{data}/{metric}_std"] = deviation[0]
        if self.experiment is not None and metrics:
            self.experiment.log_metrics(metrics, step=env.iteration)
        if env.iteration + 1 == env.end_iteration:
            self.finish()

    def finish(self, *, error: BaseException | None = None) -> None:
        """Save the model and end the experiment. Idempotent."""
        model, self.model = self.model, None
        if model is None or self.experiment is None:
            return
        if is_a(model, "lightgbm.Booster") and error is None:
            best = int(getattr(model, "best_iteration", -1))
            if best > 0:
                self.experiment.log_metric("best_iteration", best)
            if self.saves:
                save_model(self.experiment, model, "model.txt")
        self.recording.end(error=error)

    def __enter__(self) -> LightGBMCallback:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.finish(error=error)
