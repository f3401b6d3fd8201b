"""The document's examples of what is logged by itself, as written there."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from xgboost import XGBClassifier

from seed.project import X_test, X_train, increment_0042, y_test, y_train
from specweave import AutoTracker, load_experiment

params = {"n_estimators": 20, "max_depth": 3}


@pytest.fixture
def increment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return increment_0042(tmp_path)


def test_automatic_logging(increment: Path) -> None:
    commit(increment.parents[2])
    tracker = AutoTracker(increment="0042")

    # Just wrap your training code
    @tracker.track(name="xgboost-auto")
    def train_model() -> Any:
        model = XGBClassifier(**params)
        model.fit(X_train, y_train)
        score = model.score(X_test, y_test)
        return model, score

    # Automatically logs: params, metrics, model, environment, git hash
    model, score = train_model()

    found = load_experiment("xgboost-auto")
    assert found.params.items() >= params.items()
    assert found.metrics == {"score": score}
    loaded = found.load_artifact("model.pkl", trust=True)
    assert (loaded.predict(X_test) == model.predict(X_test)).all()
    assert found.facts["environment"]["imported"]["xgboost"]
    assert len(found.facts["git"]["commit"]) == 40
    assert found.facts["data"]["X_train"]["shape"] == list(X_train.shape)


def commit(folder: Path) -> None:
    """Put the project into a repository."""
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    for command in (["init", "--quiet"], ["add", "."], [*who, "commit", "--quiet", "-m", "first"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
