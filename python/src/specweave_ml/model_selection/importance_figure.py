"""The picture of which parameters matter."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from .._native.optional_packages import need
from ..display.text import count, label, plain, sentence, shortened
from ..errors import MissingExtraError
from ..tracking import console
from .importance import PAIRS_SHOWN, SMALLEST_PAIR, Importance

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..tracking.experiment import Experiment

PARAMETERS_SHOWN = 20


def save(experiment: Experiment, importance: Importance, metric: str) -> None:
    """Save the picture in both forms; without matplotlib note that it is missing."""
    try:
        figure = draw(importance, f"{experiment.name}: importance for {metric}")
    except MissingExtraError as problem:
        console.say(f"parameter_importance.png was left out: {problem}")
        return
    for form in ("png", "svg"):
        content = io.BytesIO()
        figure.savefig(content, format=form, dpi=150)
        experiment.save_artifact(f"parameter_importance.{form}", content.getvalue())


def draw(importance: Importance, title: str) -> Figure:
    """Return a matplotlib figure: a bar for each parameter and for the largest pairs."""
    need("matplotlib.figure", "parameter_importance.png", extra="plots")
    from ..plotting.figure import blank, done, only_words, open_sides

    bars = bars_of(importance)
    figure, (axes,) = blank(7, 1.5 + 0.3 * max(2, len(bars)))
    axes.set_title(label(title, 60), loc="left", fontsize=11)
    if not bars:
        only_words(axes, sentence(importance.reason or "no parameter varies"))
        return done(figure)
    names, shares, colours = zip(*reversed(bars), strict=True)
    drawn = axes.barh(range(len(bars)), shares, color=colours)
    axes.set_yticks(range(len(bars)), [plain(name) for name in names])
    axes.bar_label(drawn, [f"{share:.1%}" for share in shares], padding=4, fontsize=9)
    axes.set_xlim(0, max(0.05, *shares) * 1.15)
    axes.xaxis.set_major_formatter(
        need("matplotlib.ticker", "", extra="plots").PercentFormatter(1.0)
    )
    axes.set_ylim(len(bars) - 0.4 - max(3, len(bars)), len(bars) - 0.4)
    axes.set_xlabel(footnote(importance))
    open_sides(axes)
    return done(figure)


def bars_of(importance: Importance) -> list[tuple[str, float, str]]:
    """Return name, share and colour of each bar, from the top."""
    main = list(importance.main.items())[:PARAMETERS_SHOWN]
    pairs = [pair for pair in importance.pairs.items() if pair[1] >= SMALLEST_PAIR][:PAIRS_SHOWN]
    bars = [(shortened(name), share, "C0") for name, share in main]
    return bars + [
        (" with ".join(shortened(name, 18) for name in names), share, "0.6")
        for names, share in pairs
    ]


def footnote(importance: Importance) -> str:
    """Return what the numbers are, and what the plot does not show."""
    text = f"share of the variance of the score\n({importance.runs} runs"
    text += "; grey: pairs, beyond each alone)" if importance.pairs else ")"
    more = len(importance.main) - PARAMETERS_SHOWN
    return f"{text}\n{count(more, 'more parameter')} not shown" if more > 0 else text
