"""The plots of ``wandb.sklearn`` that are about clusters."""

from __future__ import annotations

from typing import Any

from ..._native.optional_packages import need
from . import current
from .sklearn_figures import PURPOSE, axes, displays, log_figure, log_rows


def plot_elbow_curve(
    clusterer: Any = None,
    X: Any = None,  # noqa: N803 - as the field writes it
    cluster_ranges: Any = None,
    n_jobs: int = 1,
    show_cluster_time: bool = True,
) -> None:
    """Draw how well so many clusters fit the data, for several numbers of them."""
    clone = need("sklearn.base", PURPOSE).clone
    numbers = list(range(1, 10, 2)) if cluster_ranges is None else list(cluster_ranges)
    scores = [float(-clone(clusterer).set_params(n_clusters=one).fit(X).score(X))
              for one in numbers]  # fmt: skip
    place = axes()
    place.plot(numbers, scores, marker="o")
    log_figure("elbow_curve", place.figure)
    log_rows("elbow_curve", ("clusters", "error"), list(zip(numbers, scores, strict=True)))


def plot_silhouette(
    clusterer: Any = None,
    X: Any = None,  # noqa: N803 - as the field writes it
    cluster_labels: Any = None,
    labels: Any = None,
    metric: str = "euclidean",
    kmeans: bool = True,
) -> None:
    """Draw how well each example fits into its cluster."""
    numpy = need("numpy", PURPOSE, extra="numpy")
    found = numpy.asarray(clusterer.fit_predict(X) if cluster_labels is None else cluster_labels)
    values = displays().silhouette_samples(X, found, metric=metric)
    place, begin = axes(), 0
    for value in numpy.unique(found):
        members = numpy.sort(values[found == value])
        place.fill_betweenx(numpy.arange(begin, begin + len(members)), 0, members)
        begin += len(members)
    place.axvline(float(values.mean()), linestyle="--")
    log_figure("silhouette", place.figure)
    run = current.require("wandb.sklearn.plot_silhouette()")
    run.log({"silhouette_score": float(values.mean())}, commit=False)
