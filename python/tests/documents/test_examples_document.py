"""The examples that follow the document: each runs alone, and prints and leaves what it says."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from specweave import list_experiments, load_experiment
from support import polyglot
from support.c_header import ROOT

EXAMPLES = ROOT / "examples" / "python"
HERE = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small trainings on a busy machine are faster so."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("KERAS_BACKEND", "torch")


def printed(example: str, project: Path) -> str:
    """What an example prints; everything that it writes lies in the project."""
    before = set(project.iterdir())
    output = polyglot.run([sys.executable, str(EXAMPLES / f"{example}.py")], project)
    assert set(project.iterdir()) == before
    return output


def names() -> list[str]:
    return [experiment.name for experiment in list_experiments("0042")]


def test_first_experiment(project: Path) -> None:
    output = printed("first_experiment", project)
    assert "forest-v1 is completed: {'auc': 0.99" in output
    for file in ("params.json", "metrics.json", "model.pkl", "metadata.yaml"):
        assert re.search(rf"^  {re.escape(file)} +[\d,]+ bytes$", output, re.MULTILINE)


def test_comparison(project: Path, experiments: Path) -> None:
    output = printed("comparison", project)
    head, _, *rows = output.splitlines()
    assert head.split() == [
        *("Experiment", "Accuracy", "Precision", "Recall", "F1", "Training", "Time")
    ]
    assert [row.split()[0] for row in rows[:4]] == names()
    assert "Best Model: exp-00" in output
    assert "| exp-001-baseline |" in (experiments / "comparison.md").read_text(encoding="utf-8")


def test_living_docs(project: Path) -> None:
    output = printed("living_docs", project)
    assert "- exp-002-popularity: Popularity baseline (accuracy=0.4667)" in output
    assert "exp-003-forest: Random forest (accuracy=" in output
    assert "✅ **SELECTED**" in output
    assert "% improvement); the baseline is exp-00" in output
    assert (project / ".specweave/docs/internal/runbooks/model-training.md").is_file()


def test_hyperparameters(project: Path) -> None:
    output = printed("hyperparameters", project)
    assert output.startswith("18 combinations in ")
    assert "<Importance of 18 runs: " in output
    assert len(list_experiments("0042", children=True)) == 19


def test_grid_search(project: Path) -> None:
    output = printed("grid_search", project)
    assert "best accuracy 0.9" in output
    assert "| Parameter | Importance |" in output
    (sweep,) = list_experiments("0042")
    assert (sweep.path / "parameter_importance.png").is_file()


def test_cross_validation(project: Path) -> None:
    output = printed("cross_validation", project)
    assert re.search(r"^r2: 0\.\d+ ± 0\.\d+ \(5 folds\)$", output, re.MULTILINE)
    assert output.count("fold ") == 5
    assert load_experiment("ridge").artifact_path("fold_scores.png").is_file()


def test_compare_models(project: Path) -> None:
    output = printed("compare_models", project)
    assert names() == ["xgboost", "lightgbm", "random-forest"]
    assert "Best Model: " in output
    assert "All scores are those of the same 89 test rows." in output


def test_artifacts(project: Path) -> None:
    output = printed("artifacts", project)
    saved = {facts["path"] for facts in load_experiment("forest-v1").artifacts}
    assert {"preprocessor.pkl", "model.pkl", "confusion_matrix.png", "roc_curve.png"} <= saved
    assert {"feature_importance.csv", "conda_env.yaml", "reports/test_data.csv"} <= saved
    assert "RandomForestClassifier(random_state=42)" in output


def test_metadata(project: Path) -> None:
    output = printed("metadata", project)
    assert "logistic-v3: production-candidate, feature-eng-v2, production" in output
    assert "selected because: Best accuracy of all linear models; Answers within 1 ms" in output


def test_log_everything(project: Path) -> None:
    output = printed("log_everything", project)
    assert re.search(r"^random_seed +42$", output, re.MULTILINE)
    assert "captured too: git, command, environment" in output
    assert names() == ["boosting-tuned-depth6-lr0.1"]


def test_failures(project: Path) -> None:
    output = printed("failures", project)
    assert output.startswith("neural-net-attempt is failed: ")
    assert "UTC  Reason: out of memory, need smaller batch size" in output


def test_series(project: Path) -> None:
    output = printed("series", project)
    assert "alpha 10.0 → 0.1" in output
    assert "penalty l2 → l1" in output


def test_data_versions(project: Path) -> None:
    output = printed("data_versions", project)
    assert "'data_commit': 'dvc:a3b8c9d'" in output
    assert re.search(r"^sha256 +[0-9a-f]{64}$", output, re.MULTILINE)


def test_tensorboard_callback(project: Path, experiments: Path) -> None:
    output = printed("tensorboard_callback", project)
    assert output.count("epoch ") == 5
    assert any((experiments.parent / "tensorboard").rglob("events.out.tfevents.*"))


def test_pipeline(project: Path) -> None:
    output = printed("pipeline", project)
    assert "flowchart TD" in output
    assert "| training | features | completed |" in output


def test_auto_tracker(project: Path) -> None:
    output = printed("auto_tracker", project)
    assert "tree" in output
    assert len(names()) == 3


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.py")), ids=lambda file: str(file.stem))
def test_every_example_says_how_to_run_it_and_has_a_test(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    tests = "".join(test.read_text(encoding="utf-8") for test in HERE.rglob("test_*.py"))
    assert f"python examples/python/{file.name}`" in text
    assert file.name in tests or f'printed("{file.stem}", ' in tests
    assert f"python/{file.name}]" in (ROOT / "examples/README.md").read_text(encoding="utf-8")
