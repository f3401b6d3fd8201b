"""The experiments of the document, which the command line is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from specweave import load_experiment, track_experiment

MODELS = (
    ("exp-001-baseline", 0.65, 0.60, 0.55, 0.57, 2.0),
    ("exp-002-xgboost", 0.87, 0.85, 0.83, 0.84, 45.0),
    ("exp-003-lightgbm", 0.86, 0.84, 0.82, 0.83, 32.0),
    ("exp-004-neural-net", 0.85, 0.83, 0.81, 0.82, 320.0),
)
"""The comparison of the document."""


def fill() -> None:
    """Make the experiments of the document, a sweep and one that failed, in the increment 0042."""
    for place, (name, accuracy, precision, recall, f1, seconds) in enumerate(MODELS):
        with track_experiment(name, increment="0042", capture=False) as exp:
            exp.log_params({"n_estimators": 100 * place, "max_depth": 6, "learning_rate": 0.1})
            exp.log_param("model.kind", name.split("-", 2)[2])
            for step in range(50):
                exp.log_metric("loss", 1 / (step + 1), step=step)
            exp.log_metrics({"accuracy": accuracy, "precision": precision, "recall": recall})
            exp.log_metrics({"f1": f1, "training_time": seconds})
            exp.log_note(f"Baseline: {name}")
            exp.save_artifact("report.txt", "ten bytes\n")
    last = load_experiment(MODELS[-1][0])
    last.add_tag("production")
    last.select(rationale=["It is the largest."])
    with track_experiment("depths", increment="0042", capture=False) as sweep:
        for depth in (3, 6):
            child = track_experiment(f"depth-{depth}", parent=sweep, capture=False)
            child.log_param("max_depth", depth)
            child.log_metrics({"accuracy": 0.5 + depth / 100, "training_time": 1.0})
            child.finish()
    broken = track_experiment("neural-net-attempt", increment="0042", capture=False)
    broken.log_param("layers", 12)
    broken.log_metric("training_time", 3.5)
    broken.finish(error=MemoryError("Out of memory, need smaller batch size"))


def make(root: Path) -> None:
    """Make a project with them in a new folder."""
    (root / ".specweave/increments/0042-recommendation-model").mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        fill()
