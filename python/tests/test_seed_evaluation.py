"""The document's examples that judge models."""

from __future__ import annotations

from pathlib import Path

import pytest
from sklearn.ensemble import RandomForestClassifier

from seed.project import X_train, increment_0042, read, y_train


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
