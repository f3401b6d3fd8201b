"""The document's section "Living Docs Integration": the same experiments, the same page.

`/sw:sync-docs update` belongs to SpecWeave; what it has to call is `specweave-ml sync-docs update`,
or `sync_living_docs()`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from seed.project import increment_0042
from specweave import load_experiment, sync_living_docs, track_experiment
from support.command import run

RUNS = (
    ("exp-001-baseline", "Random classifier", 0.12),
    ("exp-002-popularity", "Popularity baseline", 0.18),
    ("exp-003-xgboost", "XGBoost classifier", 0.26),
    ("exp-004-svm", "", 0.21),
    ("exp-005-forest", "", 0.22),
    ("exp-006-logistic", "", 0.19),
    ("exp-007-net", "", 0.25),
)
PARAMS = {"n_estimators": 200, "max_depth": 6, "learning_rate": 0.1, "subsample": 0.8}


@pytest.fixture
def docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the documentation of the document's project, with its seven experiments."""
    monkeypatch.chdir(tmp_path)
    increment_0042(tmp_path)
    for name, description, accuracy in RUNS:
        with track_experiment(
            name, increment="0042", description=description or None, capture=False
        ) as exp:
            exp.log_metric("acc", accuracy)
            if name == "exp-003-xgboost":
                exp.log_params(PARAMS)
                exp.log_metric("acc_std", 0.02)
                exp.log_series("fold/acc", [0.24, 0.25, 0.26, 0.27, 0.28])
                exp.log_param("data_commit", "dvc:a3b8c9d")
    load_experiment("exp-003-xgboost").select(
        rationale=["Fast inference (<50ms)", "Good explainability (SHAP values)"]
    )
    return tmp_path / ".specweave" / "docs" / "internal"


def test_sync_docs_update(docs: Path) -> None:
    code, _, messages = run("sync-docs", "update")
    assert (code, messages) == (0, "")
    page = (docs / "architecture" / "ml-experiments.md").read_text("utf-8")
    for line in (
        "## Recommendation Model (Increment 0042)",
        "### Experiments Conducted: 7",
        "- exp-001-baseline: Random classifier (acc=0.12)",
        "- exp-002-popularity: Popularity baseline (acc=0.18)",
        "- exp-003-xgboost: XGBoost classifier (acc=0.26) ✅ **SELECTED**",
        "### Selection Rationale",
        "- Fast inference (\\<50ms)",
        "- Good explainability (SHAP values)",
        "- Stable across 5 folds of cross-validation (std=0.02)",
        "### Hyperparameters (exp-003)",
        "- n_estimators: 200",
        "- max_depth: 6",
        "- learning_rate: 0.1",
        "- subsample: 0.8",
    ):
        assert f"\n{line}\n" in page
    assert "(0.26 vs baseline 0.18, +44% improvement)" in page
    models = (docs / "architecture" / "ml-models.md").read_text("utf-8")
    for heading in ("Algorithm", "Performance", "Why This Model?", "Deployment"):
        assert f"\n### {heading}\n" in models
    runbook = (docs / "runbooks" / "model-training.md").read_text("utf-8")
    assert "- data_commit: dvc:a3b8c9d\n" in runbook
    assert {file.change for file in sync_living_docs().files} == {"unchanged"}
