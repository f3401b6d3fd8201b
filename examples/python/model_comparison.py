"""Three models on one data set, compared. Run it: `python examples/python/model_comparison.py`

XGBoost, LightGBM and a random forest learn to tell benign from malignant tumours (the breast cancer
set that scikit-learn brings). Each is an experiment with its parameters, its learning curve, its
scores, the model, the confusion matrix as a picture and the importance of the features as a table.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import lightgbm
import pandas as pd
import xgboost
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import (
    ConfusionMatrixDisplay,
    accuracy_score,
    f1_score,
    log_loss,
    precision_score,
    recall_score,
)
from sklearn.model_selection import train_test_split

from specweave import Comparison, Experiment, compare_experiments, track_experiment

METRICS = ["accuracy", "precision", "recall", "f1", "training_time"]


class XGBoostCallback(xgboost.callback.TrainingCallback):
    """Logs what XGBoost evaluates after every round."""

    def __init__(self, exp: Experiment) -> None:
        super().__init__()
        self.exp = exp

    def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
        for data, scores in evals_log.items():
            for metric, values in scores.items():
                self.exp.log_metric(f"{data}/{metric}", values[-1], step=epoch)
        return False


def lightgbm_callback(exp: Experiment) -> Callable[[Any], None]:
    """Logs what LightGBM evaluates after every round."""

    def log(env: Any) -> None:
        for data, metric, value, *_ in env.evaluation_result_list:
            exp.log_metric(f"{data}/{metric}", value, step=env.iteration)

    return log


def train_xgboost(exp: Experiment, X_train: Any, y_train: Any, X_test: Any, y_test: Any) -> Any:
    params: dict[str, Any] = {
        "n_estimators": 200,
        "max_depth": 6,
        "learning_rate": 0.1,
        "subsample": 0.8,
    }
    exp.log_params(params)
    model = xgboost.XGBClassifier(
        **params, random_state=42, eval_metric="logloss", callbacks=[XGBoostCallback(exp)]
    )
    model.fit(X_train, y_train, eval_set=[(X_test, y_test)], verbose=False)
    model.set_params(callbacks=None)
    return model


def train_lightgbm(exp: Experiment, X_train: Any, y_train: Any, X_test: Any, y_test: Any) -> Any:
    params: dict[str, Any] = {"n_estimators": 200, "num_leaves": 31, "learning_rate": 0.1}
    exp.log_params(params)
    model = lightgbm.LGBMClassifier(**params, random_state=42, verbose=-1)
    model.fit(
        X_train,
        y_train,
        eval_X=X_test,
        eval_y=y_test,
        eval_names=["validation_0"],
        callbacks=[lightgbm_callback(exp)],
    )
    return model


def train_random_forest(
    exp: Experiment, X_train: Any, y_train: Any, X_test: Any, y_test: Any
) -> Any:
    params: dict[str, Any] = {"n_estimators": 200, "min_samples_leaf": 2}
    exp.log_params(params)
    model = RandomForestClassifier(**params, random_state=42, warm_start=True)
    for trees in range(10, params["n_estimators"] + 1, 10):
        model.set_params(n_estimators=trees)
        model.fit(X_train, y_train)
        loss = log_loss(y_test, model.predict_proba(X_test))
        exp.log_metric("validation_0/logloss", loss, step=trees)
    return model


MODELS = {
    "xgboost": train_xgboost,
    "lightgbm": train_lightgbm,
    "random-forest": train_random_forest,
}


def main() -> Comparison:
    X, y = load_breast_cancer(return_X_y=True, as_frame=True)
    X.columns = X.columns.str.replace(" ", "_")
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=42, stratify=y)

    for name, train in MODELS.items():
        with track_experiment(name, tags=["example"]) as exp:
            exp.log_data("train", X_train)
            exp.log_data("test", X_test)

            start = time.perf_counter()
            model = train(exp, X_train, y_train, X_test, y_test)
            exp.log_metric("training_time", time.perf_counter() - start)

            predicted = model.predict(X_test)
            exp.log_metrics(
                {
                    "accuracy": accuracy_score(y_test, predicted),
                    "precision": precision_score(y_test, predicted),
                    "recall": recall_score(y_test, predicted),
                    "f1": f1_score(y_test, predicted),
                }
            )

            exp.save_model(model)
            exp.save_artifact(
                "confusion_matrix.png", ConfusionMatrixDisplay.from_predictions(y_test, predicted)
            )
            importance = pd.DataFrame(
                {"feature": X.columns, "importance": model.feature_importances_}
            ).sort_values("importance", ascending=False)
            exp.save_artifact("feature_importance.csv", importance)

    return compare_experiments(metrics=METRICS, sort_by="accuracy")


if __name__ == "__main__":
    print(main())
