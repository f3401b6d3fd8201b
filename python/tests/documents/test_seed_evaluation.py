"""The document's examples that judge models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from lightgbm import LGBMClassifier
from sklearn.ensemble import RandomForestClassifier
from xgboost import XGBClassifier

from seed.project import X_test, X_train, increment_0042, read, y_test, y_train
from specweave import load_experiment


@pytest.fixture
def increment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return increment_0042(tmp_path)


def test_cross_validation_tracking(increment: Path) -> None:
    model, X, y = RandomForestClassifier(n_estimators=5, random_state=0), X_train, y_train  # noqa: N806

    from specweave import track_cross_validation

    # Tracks each fold separately
    cv_results = track_cross_validation(model=model, X=X, y=y, cv=5, increment="0042")

    # Logs: mean, std, per-fold scores, fold distribution
    folder = increment / "experiments/random-forest-classifier-cv"
    metrics = read(folder / "metrics.json")
    assert metrics["accuracy"] == cv_results.mean
    assert metrics["accuracy_std"] == cv_results.std
    assert len(cv_results["test_score"]) == 5
    assert (folder / "fold_scores.png").read_bytes().startswith(b"\x89PNG")


def test_example_3_model_comparison(increment: Path) -> None:
    from specweave import compare_models

    models = {
        "xgboost": XGBClassifier(),
        "lightgbm": LGBMClassifier(verbose=-1, n_jobs=1),
        "random-forest": RandomForestClassifier(),
    }

    # Trains and compares all models
    comparison = compare_models(models, X_train, y_train, X_test, y_test, increment="0042")

    # Generates markdown comparison table
    text = (increment / "experiments/comparison.md").read_text(encoding="utf-8")
    assert "| Experiment | Accuracy | Precision | Recall | F1 |" in text
    assert [row["name"] for row in comparison.rows] == list(models)
    assert (
        models["xgboost"].score(X_test, y_test) == (load_experiment("xgboost").metrics["accuracy"])
    )


def test_multi_stage_experiments(increment: Path) -> None:
    df = pd.DataFrame(X_train).assign(target=y_train)
    df.iloc[:7, 0] = float("nan")

    def preprocess(data: Any) -> Any:
        return data.dropna()

    def engineer_features(data: Any) -> Any:
        return data.assign(ratio=data[0] / data[1])

    def train_model(data: Any) -> RandomForestClassifier:
        return RandomForestClassifier().fit(data.drop(columns="target").to_numpy(), data["target"])

    accuracy = 0.95

    from specweave import ExperimentPipeline

    pipeline = ExperimentPipeline("recommendation-full-pipeline")

    # Stage 1: Data preprocessing
    with pipeline.stage("preprocessing") as stage:
        stage.log_metric("rows_before", len(df))
        df_clean = preprocess(df)
        stage.log_metric("rows_after", len(df_clean))

    # Stage 2: Feature engineering
    with pipeline.stage("features") as stage:
        features = engineer_features(df_clean)
        stage.log_metric("num_features", features.shape[1])

    # Stage 3: Model training
    with pipeline.stage("training") as stage:
        model = train_model(features)
        stage.log_metric("accuracy", accuracy)

    # Logs entire pipeline with stage dependencies
    folder = increment / "experiments/recommendation-full-pipeline"
    assert read(folder / "preprocessing/metrics.json") == {"rows_before": 426, "rows_after": 419}
    assert read(folder / "features/metrics.json") == {"num_features": 32}
    assert read(folder / "training/metrics.json") == {"accuracy": 0.95}
    assert model.n_features_in_ == 31
    text = (folder / "pipeline.md").read_text(encoding="utf-8")
    assert "  s1 --> s2\n  s2 --> s3\n" in text
    assert "| training | features | completed |" in text
