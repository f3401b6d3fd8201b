"""The examples of the document, as written there, for what this release covers.

What could not stay as written is listed with the reason in docs/records/seed-coverage.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from seed.project import X_test, X_train, increment_0042, read, y_test, y_train
from specweave import (
    ExperimentMetadata,
    compare_experiments,
    load_experiment,
    track_experiment,
)

mpl.use("Agg")


@pytest.fixture
def increment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return increment_0042(tmp_path)


def fitted() -> Any:
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(X_train, y_train)


def test_zero_configuration(increment: Path) -> None:
    model = make_pipeline(StandardScaler(), LogisticRegression())
    with track_experiment("baseline-model") as exp:
        model.fit(X_train, y_train)
        accuracy = model.score(X_test, y_test)
        exp.log_metric("accuracy", accuracy)

    assert read(increment / "experiments/baseline-model/metrics.json") == {"accuracy": accuracy}


def test_numbered_folder_of_the_first_experiment(increment: Path) -> None:
    with track_experiment() as exp:
        exp.log_metric("accuracy", 0.5)

    assert (increment / "experiments/exp-001/metrics.json").is_file()


def test_option_1_built_in(increment: Path) -> None:
    model = fitted()
    with track_experiment("xgboost-v1") as exp:
        exp.log_param("n_estimators", 100)
        exp.log_metric("auc", 0.87)
        exp.save_model(model, "model.pkl")

    folder = increment / "experiments/xgboost-v1"
    assert read(folder / "params.json") == {"n_estimators": 100}
    assert read(folder / "metrics.json") == {"auc": 0.87}
    assert (folder / "metadata.yaml").is_file()
    loaded = load_experiment("xgboost-v1").load_artifact("model.pkl", trust=True)
    assert (loaded.predict(X_test) == model.predict(X_test)).all()


def test_experiment_comparison(increment: Path) -> None:
    table = {
        "exp-001-baseline": (0.65, 0.60, 0.55, 0.57, 2),
        "exp-002-xgboost": (0.87, 0.85, 0.83, 0.84, 45),
        "exp-003-lightgbm": (0.86, 0.84, 0.82, 0.83, 32),
        "exp-004-neural-net": (0.85, 0.83, 0.81, 0.82, 320),
    }
    for name, (accuracy, precision, recall, f1, seconds) in table.items():
        with track_experiment(name) as exp:
            exp.log_metric("accuracy", accuracy)
            exp.log_metric("precision", precision)
            exp.log_metric("recall", recall)
            exp.log_metric("f1", f1)
            exp.log_metric("training_time", seconds)
    load_experiment("exp-002-xgboost").select()

    comparison = compare_experiments(increment="0042")

    report = (increment / "experiments/comparison.md").read_text(encoding="utf-8")
    cells = [
        [cell.strip().replace("**", "") for cell in line.strip("|").split("|")]
        for line in report.splitlines()
        if line.startswith("|")
    ]
    assert cells[0] == ["Experiment", "Accuracy", "Precision", "Recall", "F1", "Training Time"]
    assert cells[2:] == [
        ["exp-001-baseline", "0.65", "0.60", "0.55", "0.57", "2s"],
        ["exp-002-xgboost", "0.87", "0.85", "0.83", "0.84", "45s"],
        ["exp-003-lightgbm", "0.86", "0.84", "0.82", "0.83", "32s"],
        ["exp-004-neural-net", "0.85", "0.83", "0.81", "0.82", "320s"],
    ]
    assert comparison.best is not None
    assert comparison.best.name == "exp-002-xgboost"
    words = report.replace("*", "")
    assert "Best Model: exp-002-xgboost" in words
    for reason in (
        "Highest accuracy (0.87)",
        "Good precision/recall balance",
        "Reasonable training time (45s)",
        "Selected for deployment",
    ):
        assert f"- {reason}" in words


def test_artifact_management(increment: Path) -> None:
    from specweave import track_artifacts  # noqa: F401 - imported in the document, not used there

    preprocessor = StandardScaler().fit(X_train)
    model = fitted()
    cm_plot, axes = plt.subplots()
    axes.imshow([[50, 3], [2, 88]])
    roc_plot, axes = plt.subplots()
    axes.plot([0, 0.1, 1], [0, 0.9, 1])
    importance_df = pd.DataFrame({"feature": ["mean_radius"], "importance": [0.4]})
    requirements = "scikit-learn\n"
    conda_env = {"name": "models", "dependencies": ["python=3.11", {"pip": ["specweave-ml"]}]}

    with track_experiment("xgboost-v1") as exp:
        # Training artifacts
        exp.save_artifact("preprocessor.pkl", preprocessor)
        exp.save_artifact("model.pkl", model)

        # Evaluation artifacts
        exp.save_artifact("confusion_matrix.png", cm_plot)
        exp.save_artifact("roc_curve.png", roc_plot)

        # Data artifacts
        exp.save_artifact("feature_importance.csv", importance_df)

        # Environment artifacts
        exp.save_artifact("requirements.txt", requirements)
        exp.save_artifact("conda_env.yaml", conda_env)
    plt.close("all")

    folder = increment / "experiments/xgboost-v1"
    assert (folder / "confusion_matrix.png").read_bytes().startswith(b"\x89PNG")
    assert (folder / "roc_curve.png").read_bytes().startswith(b"\x89PNG")
    assert (folder / "requirements.txt").read_text(encoding="utf-8") == requirements
    assert exp.load_artifact("conda_env.yaml") == conda_env
    assert exp.load_artifact("feature_importance.csv").equals(importance_df)
    assert (exp.load_artifact("preprocessor.pkl", trust=True).mean_ == preprocessor.mean_).all()
    assert exp.load_artifact("model.pkl", trust=True).score(X_test, y_test) > 0.9


def test_experiment_metadata(increment: Path) -> None:
    metadata = ExperimentMetadata(
        name="xgboost-v3",
        description="XGBoost with feature engineering v2",
        tags=["production-candidate", "feature-eng-v2"],
        git_commit="a3b8c9d",
        data_version="v2024-01",
        author="[email protected]",
    )

    with track_experiment(metadata) as exp:
        # ... training ...
        pass

    assert exp.name == "xgboost-v3"
    assert list(exp.tags) == ["production-candidate", "feature-eng-v2"]
    written = (increment / "experiments/xgboost-v3/metadata.yaml").read_text(encoding="utf-8")
    for fact in ("feature engineering v2", "a3b8c9d", "v2024-01", "[email protected]"):
        assert fact in written


def test_experiments_are_tied_to_the_increment(increment: Path) -> None:
    with track_experiment("found"):
        pass
    with track_experiment("named", increment="0042"):
        pass
    with track_experiment("literal", increment="0042..."):
        pass

    assert {folder.name for folder in (increment / "experiments").iterdir() if folder.is_dir()} >= {
        "found",
        "named",
        "literal",
    }


def test_example_1_baselines(increment: Path) -> None:
    baselines = {"random": "uniform", "majority": "most_frequent", "stratified": "stratified"}

    for strategy in baselines:
        with track_experiment(f"baseline-{strategy}") as exp:
            model = DummyClassifier(strategy=baselines[strategy])
            model.fit(X_train, y_train)

            accuracy = model.score(X_test, y_test)
            exp.log_metric("accuracy", accuracy)
            exp.log_note(f"Baseline: {strategy}")

    # Generates baseline comparison report
    report = (increment / "experiments/comparison.md").read_text(encoding="utf-8")
    for strategy in baselines:
        assert f"baseline-{strategy}" in report
        assert load_experiment(f"baseline-{strategy}").status == "completed"
