"""The document's best practices and tips, as written there.

What could not stay as written is listed with the reason in docs/records/seed-coverage.md.
"""

# mypy: disable-error-code="possibly-undefined"

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import sklearn

from seed.project import X_train, increment_0042, read, y_train
from specweave import (
    archive_experiments,
    compare_experiments,
    list_experiments,
    load_experiment,
    sync_living_docs,
    track_experiment,
)


@pytest.fixture
def increment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return increment_0042(tmp_path)


def test_name_experiments_clearly(increment: Path) -> None:
    with track_experiment("exp1"):
        ...
    with track_experiment("xgboost-tuned-depth6-lr0.1"):
        ...

    assert (increment / "experiments/exp1").is_dir()
    assert (increment / "experiments/xgboost-tuned-depth6-lr0.1").is_dir()


def test_log_everything(increment: Path) -> None:
    with track_experiment("log-everything") as exp:
        exp.log_param("random_seed", 42)
        exp.log_param("data_version", "2024-01")
        exp.log_param("python_version", sys.version)
        exp.log_param("sklearn_version", sklearn.__version__)

    assert read(increment / "experiments/log-everything/params.json") == {
        "random_seed": 42,
        "data_version": "2024-01",
        "python_version": sys.version,
        "sklearn_version": sklearn.__version__,
    }


def test_document_failures(increment: Path) -> None:
    class Model:
        def fit(self, X: object, y: object) -> None:  # noqa: N803
            raise MemoryError("Unable to allocate 47.7 GiB")

    model = Model()
    try:
        with track_experiment("neural-net-attempt") as exp:
            model.fit(X_train, y_train)
    except Exception as e:
        exp.log_note(f"FAILED: {e!s}")
        exp.log_note("Reason: Out of memory, need smaller batch size")
        exp.set_status("failed")

    found = load_experiment("neural-net-attempt")
    assert found.status == "failed"
    notes = (increment / "experiments/neural-net-attempt/metadata.yaml").read_text(encoding="utf-8")
    assert "FAILED: Unable to allocate 47.7 GiB" in notes
    assert "Reason: Out of memory, need smaller batch size" in notes
    assert "in fit" in notes  # the traceback


def test_use_experiment_series(increment: Path) -> None:
    experiments = [
        "xgboost-baseline",
        "xgboost-tuned-v1",
        "xgboost-tuned-v2",
        "xgboost-tuned-v3-final",
    ]
    for index, name in enumerate(experiments):
        with track_experiment(name) as exp:
            exp.log_metric("accuracy", 0.8 + index / 100)

    comparison = compare_experiments(increment="0042", experiments=experiments)

    assert [row["name"] for row in comparison.rows] == experiments


def test_link_to_data_versions(increment: Path) -> None:
    with track_experiment("xgboost-v1") as exp:
        exp.log_param("data_commit", "dvc:a3b8c9d")
        exp.log_param("data_url", "s3://bucket/data/v2024-01")

    assert dict(load_experiment("xgboost-v1").params) == {
        "data_commit": "dvc:a3b8c9d",
        "data_url": "s3://bucket/data/v2024-01",
    }


def test_tag_production_models(increment: Path) -> None:
    with track_experiment("xgboost-v1"):
        pass

    exp = load_experiment("xgboost-v1", increment="0042")
    exp.add_tag("production")

    assert "production" in load_experiment("xgboost-v1").tags


def test_prune_old_experiments(increment: Path) -> None:
    with track_experiment("xgboost-v2"):
        pass
    old = increment / "experiments" / "xgboost-v1"
    old.mkdir()
    (old / "params.json").write_text('{"depth": 6}', "utf-8")
    (old / "metrics.json").write_text('{"auc": 0.87}', "utf-8")
    (old / "metadata.yaml").write_text("created: '2020-01-31T10:00:00Z'\n", "utf-8")

    archive_experiments(older_than="6mo", increment="0042", dry_run=False)

    assert [exp.name for exp in list_experiments("0042")] == ["xgboost-v2"]
    assert load_experiment("xgboost-v1").path == increment / "experiments/_archive/xgboost-v1"


def test_document_decisions(increment: Path) -> None:
    """Why model A over model B (not just metrics)."""
    for name, accuracy in (("model-b", 0.88), ("model-a", 0.87)):
        with track_experiment(name) as exp:
            exp.log_metric("accuracy", accuracy)
    reason = "Half the latency of model-b, and its features are in production already"
    load_experiment("model-a").select(rationale=[reason])

    compare_experiments()
    sync_living_docs()
    docs = increment.parents[1] / "docs/internal/architecture"
    for page in (
        increment / "experiments/comparison.md",
        docs / "ml-experiments.md",
        docs / "ml-models.md",
    ):
        assert f"- {reason}\n" in page.read_text("utf-8")
