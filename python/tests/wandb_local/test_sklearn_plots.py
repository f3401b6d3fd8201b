"""``wandb.sklearn``: plots become figures of the experiment, scores metrics."""

from __future__ import annotations

from pathlib import Path

import pytest

import specweave.wandb as wandb
from specweave_ml import public

load_experiment = public.load("load_experiment")


def test_a_classifier(project: Path) -> None:
    datasets = pytest.importorskip("sklearn.datasets")
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.model_selection import train_test_split

    x, y = datasets.load_iris(return_X_y=True)
    x_train, x_test, y_train, y_test = train_test_split(x, y, random_state=0)
    model = RandomForestClassifier(10, random_state=0).fit(x_train, y_train)
    with wandb.init(name="iris"):
        wandb.sklearn.plot_classifier(
            model, x_train, x_test, y_train, y_test, model.predict(x_test),
            model.predict_proba(x_test), ["a", "b", "c"], feature_names=["p", "q", "r", "s"],
        )  # fmt: skip
        wandb.log({"done": 1})
    found = load_experiment("iris")
    names = {saved["path"] for saved in found.artifacts}
    for plot in ("confusion_matrix", "roc", "precision_recall", "feature_importances",
                 "class_proportions"):  # fmt: skip
        assert f"media/sklearn/{plot}/step-000000.png" in names
    table = found.artifact_path("media/sklearn/feature_importances/step-000000.csv").read_text()
    assert table.splitlines()[0] == "feature,importance"
    assert {line.split(",")[0] for line in table.splitlines()[1:]} == {"p", "q", "r", "s"}
    expected = (model.predict(x_test) == y_test).mean()
    assert found.metrics["accuracy_score"] == pytest.approx(expected)


def test_a_regression_and_a_clustering(project: Path) -> None:
    pytest.importorskip("sklearn")
    import numpy
    from sklearn.cluster import KMeans
    from sklearn.linear_model import LinearRegression

    x = numpy.arange(40.0).reshape(-1, 1)
    y = 3 * x[:, 0] + numpy.random.default_rng(0).normal(size=40)
    y[7] += 100
    with wandb.init(name="fits"):
        wandb.sklearn.plot_regressor(LinearRegression().fit(x, y), x, x, y, y)
        wandb.sklearn.plot_clusterer(KMeans(2, n_init=1, random_state=0), x, None)
    found = load_experiment("fits")
    names = {saved["path"] for saved in found.artifacts}
    for plot in ("residuals", "outlier_candidates", "learning_curve", "elbow_curve", "silhouette"):
        assert any(name.startswith(f"media/sklearn/{plot}/") for name in names), plot
    path = "media/sklearn/outlier_candidates/step-000000.csv"
    rows = found.artifact_path(path).read_text().splitlines()[1:]
    largest = max(rows, key=lambda row: float(row.split(",")[1]))
    assert largest.split(",")[0] == "7"
    assert 0.9 < found.metrics["r2_score"] < 1 or found.metrics["r2_score"] > 0.5
    assert 0 < found.metrics["silhouette_score"] <= 1


@pytest.mark.parametrize("name", ["plot_roc", "plot_confusion_matrix"])
def test_without_a_run_it_says_so(project: Path, name: str) -> None:
    pytest.importorskip("sklearn")
    with pytest.raises(wandb.Error, match=r"wandb\.init\(\)"):
        getattr(wandb.sklearn, name)([0, 1], [0, 1])
