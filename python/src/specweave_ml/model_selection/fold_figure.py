"""How the scores of the folds are spread, as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._native.optional_packages import need
from ..display.text import label
from .folds import FoldSummary

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_PANELS = 12
MOST_LABELS = 20
POINT, BAND, MEAN = "#1f77b4", "#1f77b433", "#d62728"


def draw(scores: Mapping[str, Any], summaries: Mapping[str, FoldSummary]) -> Figure:
    """Draw a panel for each score: a point for each fold, the mean, its confidence interval."""
    need("matplotlib.figure", "The picture of the folds", extra="plots")
    from ..plotting.figure import blank, done

    keys = list(scores)[:MOST_PANELS]
    figure, panels = blank(7, 0.9 + 1.1 * len(keys), len(keys))
    for axes, key in zip(panels, keys, strict=True):
        panel(axes, key, [float(score) for score in scores[key]], summaries[key])
    legend = "point: a fold with its number    line: mean    band: 95 % interval of the mean"
    figure.supxlabel(legend, fontsize=8)
    return done(figure)


def panel(axes: Any, key: str, scores: list[float], summary: FoldSummary) -> None:
    """Draw the folds of one score along a line."""
    finite = [(fold, score) for fold, score in enumerate(scores) if score - score == 0]
    axes.set_ylabel(label(key), rotation=0, ha="right", va="center")
    axes.set_yticks([])
    axes.set_ylim(-1, 1)
    axes.spines[["top", "right", "left"]].set_visible(False)
    if summary.low - summary.low == 0 and summary.high - summary.high == 0:
        axes.axvspan(summary.low, summary.high, color=BAND, lw=0)
    if summary.mean - summary.mean == 0:
        axes.axvline(summary.mean, color=MEAN, lw=1.5)
        axes.set_title(f"{summary.mean:.4g} ± {summary.std:.2g}", loc="right", fontsize=9)
    else:
        failed = len(scores) - len(finite)
        axes.set_title(f"{failed} of {len(scores)} folds without a score", loc="right", fontsize=9)
    axes.plot([score for _, score in finite], [0] * len(finite), "o", color=POINT, alpha=0.7)
    folds: dict[float, list[str]] = {}
    for fold, score in finite:
        folds.setdefault(score, []).append(str(fold))
    for position, score in enumerate(sorted(folds) if len(finite) <= MOST_LABELS else []):
        above = position % 2 == 0
        axes.annotate(
            ", ".join(folds[score]),
            (score, 0),
            xytext=(0, 8 if above else -8),
            textcoords="offset points",
            ha="center",
            va="bottom" if above else "top",
            fontsize=8,
        )
    axes.margins(x=0.08)
