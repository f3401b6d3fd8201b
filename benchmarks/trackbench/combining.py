"""How the repetitions of a measurement become one row."""

from __future__ import annotations

import statistics

from trackbench.measure import Figures


def medians(trials: list[Figures]) -> Figures:
    """The median of each figure."""
    names = [name for name in trials[0] if isinstance(trials[0][name], (int, float))]
    return {name: statistics.median(trial[name] for trial in trials) for name in names}


def worst(trials: list[Figures]) -> Figures:
    """The least of each figure, for work in which more is better."""
    return {name: min(trial[name] for trial in trials) for name in trials[0]}


def losses(trials: list[Figures]) -> Figures:
    """What was lost in all trials together."""
    lost = [trial["lost"] for trial in trials]
    return {
        "mean_lost": statistics.mean(lost),
        "max_lost": max(lost),
        "trials": len(trials),
        "trials_with_loss": sum(1 for count in lost if count),
        "acknowledged": sum(trial["points"] for trial in trials),
    }
