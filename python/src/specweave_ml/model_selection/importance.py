"""Which parameters of a sweep matter."""

from __future__ import annotations

import math
import numbers
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._native.optional_packages import pandas
from .._native.text import shown
from ..display import results
from ..display.text import count
from ..values.differing import differing
from .fanova import Fanova
from .labels import PLAIN, identity_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FEWEST_RUNS = 6
RUNS_FOR_A_PARAMETER = 2
MAXIMUM_LEVELS = 32
PARAMETERS_IN_PAIRS = 8
MAXIMUM_SHOWN = 12
PAIRS_SHOWN = 5
SMALLEST_PAIR = 0.01


@dataclass(frozen=True)
class Importance:
    """Functional analysis of variance: the share of the scores' variance that each explains."""

    runs: int
    """How many combinations have a finite score."""
    main: dict[str, float]
    """The share of each parameter alone, the largest first; empty if there are too few runs."""
    pairs: dict[tuple[str, str], float]
    """The further share of pairs among the first parameters, the largest first."""
    fit_quality: float | None
    """R² of the forest on runs that it did not see; near or below 0 it knows nothing."""
    reason: str | None
    """Why nothing is known."""

    def facts(self) -> dict[str, Any]:
        """Return what is stored."""
        return {
            "method": "functional ANOVA (Hutter et al. 2014)",
            "runs": self.runs,
            "main": self.main,
            "pairs": [[*names, share] for names, share in self.pairs.items()],
            "fit_quality": self.fit_quality,
            "reason": self.reason,
        }

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame: parameter, with (for pairs), importance."""
        frames = pandas("Importance.to_dataframe()")
        rows = [(name, "", share) for name, share in self.main.items()]
        rows += [(*names, share) for names, share in self.pairs.items()]
        return frames.DataFrame(rows, columns=["parameter", "with", "importance"])

    def _repr_html_(self) -> str:
        """Return the shares as bars in HTML for a notebook."""
        return results.html(remarks=[self.remark], shares=self.shares)

    @property
    def remark(self) -> str:
        """What `shares` are, or why there are none."""
        if self.reason is not None:
            return f"Importance: {self.reason}."
        return "Importance: the share of the variance of the score"

    @property
    def shares(self) -> list[tuple[str, float]]:
        """What is shown: the first parameters, and the pairs that are worth a look."""
        large = [pair for pair in self.pairs.items() if pair[1] >= SMALLEST_PAIR][:PAIRS_SHOWN]
        return list(self.main.items())[:MAXIMUM_SHOWN] + [
            (" with ".join(names), share) for names, share in large
        ]

    def plot(self, title: str = "Importance of the parameters") -> Figure:
        """Return the plot ``parameter_importance.png`` as a matplotlib figure.

        Raises:
            MissingExtraError: matplotlib is not installed.
        """
        from .importance_figure import draw

        return draw(self, title)

    def __repr__(self) -> str:
        if self.reason is not None:
            return f"<Importance: {self.reason}>"
        shares = ", ".join(
            f"{shown(name)} {share:.1%}" for name, share in list(self.main.items())[:5]
        )
        return f"<Importance of {self.runs} runs: {shares}>"


def importance_of(params: list[dict[str, Any]], scores: list[float]) -> Importance:
    """Rate the parameters that vary, by the runs that have a finite score."""
    finite = [index for index, score in enumerate(scores) if math.isfinite(score)]
    names = list(dict.fromkeys(name for one in params for name in one))
    rated = [params[index] for index in finite]
    places = differing({name: comparable(value) for name, value in one.items()} for one in rated)
    varied = [name for name in names if name in places]
    columns = {name: levels([one.get(name) for one in rated], places[name]) for name in varied}
    reason = too_few(len(finite), len(varied))
    if reason is None and len({scores[index] for index in finite}) == 1:
        reason = f"all {len(finite)} runs have the same score"
    if reason is not None:
        return Importance(len(finite), {}, {}, None, reason)
    rows = list(zip(*(columns[name] for name in varied), strict=True))
    analysis = Fanova(rows, [scores[index] for index in finite])
    shares = {index: analysis.main(index) for index in range(len(varied))}
    order = sorted(shares, key=lambda index: -shares[index])
    chosen = order[:PARAMETERS_IN_PAIRS]
    pairs = {
        (varied[one], varied[other]): analysis.pair(one, other)
        for position, one in enumerate(chosen)
        for other in chosen[position + 1 :]
    }
    main = {varied[index]: shares[index] for index in order}
    main |= {name: 0.0 for name in names if name not in main}
    return Importance(
        len(finite),
        main,
        dict(sorted(pairs.items(), key=lambda item: -item[1])),
        analysis.fit_quality,
        None,
    )


def too_few(runs: int, varied: int) -> str | None:
    """Return the reason why so few runs show nothing."""
    if varied == 0:
        return "no parameter varies between the runs that have a score"
    needed = max(FEWEST_RUNS, RUNS_FOR_A_PARAMETER * varied)
    if runs >= needed:
        return None
    return (
        f"too few runs to tell: {runs} with a score, at least {needed} needed for "
        f"{count(varied, 'parameter')}"
    )


def levels(values: list[Any], places: list[int | None]) -> list[int]:
    """Return integers from 0: numbers by size, in ranges if many; others by first occurrence."""
    if None not in places and all(map(has_size, values)):
        distinct = sorted(set(values))
        number = {value: index for index, value in enumerate(distinct)}
        ranks = [number[value] for value in values]
        if len(distinct) <= MAXIMUM_LEVELS:
            return ranks
        ordered = sorted(ranks)
        edges = [ordered[len(ranks) * cut // MAXIMUM_LEVELS] for cut in range(1, MAXIMUM_LEVELS)]
        return dense([bisect_right(edges, rank) for rank in ranks])
    number_of = {place: index for index, place in enumerate(dict.fromkeys(places))}
    return [number_of[place] for place in places]


def has_size(value: Any) -> bool:
    """Return whether it is a number with a size; a truth value is none."""
    return type(value) is not bool and isinstance(value, numbers.Real) and value == value


def dense(places: list[int]) -> list[int]:
    """Return ranks in the same order without gaps."""
    number = {value: rank for rank, value in enumerate(sorted(set(places)))}
    return [number[value] for value in places]


def comparable(value: Any) -> Any:
    """Return the value as the library compares it; one that is not plain by its identity."""
    return value if isinstance(value, PLAIN) else [identity_of(value)]
