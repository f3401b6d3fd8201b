"""The sweep as Markdown, and the picture beside it."""

from __future__ import annotations

import io
from typing import Any

from ..display.text import count, sentence
from ..errors import MissingExtraError
from ..tracking import console
from .importance import Importance
from .importance_figure import draw
from .results import SweepResults, varied

COMBINATIONS_SHOWN = 20
PAIRS_SHOWN = 10
WEAK = 0.2


def write(results: SweepResults) -> None:
    """Save ``sweep.md``, ``parameter_importance.png`` and ``.svg`` in the sweep's folder."""
    pictured = results.importance is not None and save_picture(results)
    results.experiment.save_artifact("sweep.md", markdown(results, pictured))


def save_picture(results: SweepResults) -> bool:
    """Save the picture in both forms; without matplotlib say so and go on."""
    importance = results.importance
    if importance is None:
        return False
    try:
        figure = draw(importance, f"{results.experiment.name}: importance for {results.metric}")
    except MissingExtraError as problem:
        console.say(f"parameter_importance.png was left out: {problem}")
        return False
    for form in ("png", "svg"):
        content = io.BytesIO()
        figure.savefig(content, format=form, dpi=150)
        results.experiment.save_artifact(f"parameter_importance.{form}", content.getvalue())
    return True


def markdown(results: SweepResults, pictured: bool) -> str:
    """The whole page."""
    folds = sum(
        key.startswith("split") for key in results.cv_results_ if key.endswith(scored(results))
    )
    failed = [child for child in results if child.status == "failed"]
    lines = [f"# {escaped(results.experiment.name)}", ""]
    lines.append(
        f"{count(len(results), 'combination')}, {count(folds, 'fold')}, {len(failed)} failed."
    )
    if results.best_index_ is not None and results.best_params_ is not None:
        place = results.best_index_
        score = f"{results.scores[place]:.6g} ± {results.deviations[place]:.2g}"
        chosen = ", ".join(f"{name} = {value}" for name, value in results.labels[place].items())
        lines += [
            "",
            f"Best {escaped(results.metric)}: {score} ({escaped(results[place].name)}): "
            f"{escaped(chosen)}",
        ]
    lines += ["", "## Combinations", "", *combinations(results)]
    if results.importance is not None:
        lines += ["", "## Importance of the parameters", ""]
        if pictured:
            lines += ["![Importance of the parameters](parameter_importance.png)", ""]
        lines += importance_lines(results.importance)
    if failed:
        lines += ["", "## Failed", ""]
        lines += [f"- {escaped(child.name)}: {escaped(failure(child))}" for child in failed[:20]]
        lines += [f"- … and {len(failed) - 20} more"] if len(failed) > 20 else []
    return "\n".join(lines) + "\n"


def scored(results: SweepResults) -> str:
    """How the keys of the single folds end."""
    keys = [key for key in results.cv_results_ if key.startswith("split0_test_")]
    return keys[0].removeprefix("split0") if keys else "_test_score"


def combinations(results: SweepResults) -> list[str]:
    """The best ones as a table."""
    keys = varied(results.cv_results_["params"])
    rows = [["Rank", "Experiment", results.metric, "Std", *keys, "Fit time"]]
    order = results.ordered()
    for place in order[:COMBINATIONS_SHOWN]:
        params = results.labels[place]
        cells = [str(results.ranks[place]), results[place].name, f"{results.scores[place]:.6g}"]
        cells += [f"{results.deviations[place]:.2g}"]
        cells += [str(params.get(key, "")) for key in keys]
        rows.append([*cells, f"{results.fit_times[place]:.3g} s"])
    more = len(order) - COMBINATIONS_SHOWN
    return table(rows) + (["", f"… and {more} more."] if more > 0 else [])


def importance_lines(importance: Importance) -> list[str]:
    """What matters, as two tables; or why that cannot be told."""
    if importance.reason is not None:
        return [sentence(importance.reason) + "."]
    lines = [
        "The share of the variance of the score that each parameter explains alone, and pairs "
        "beyond that (functional ANOVA, Hutter et al. 2014).",
    ]
    quality = importance.fit_quality
    if quality is not None and quality < WEAK:
        lines += [
            "",
            f"Read with care: the model behind these numbers explains little of the scores "
            f"of runs that it did not see (R² = {quality:.2f}).",
        ]
    main = [["Parameter", "Importance"]]
    main += [[name, f"{share:.1%}"] for name, share in importance.main.items()]
    lines += ["", *table(main)]
    pairs = [["Parameter", "With", "Importance"]]
    pairs += [
        [*names, f"{share:.1%}"] for names, share in list(importance.pairs.items())[:PAIRS_SHOWN]
    ]
    return lines + (["", *table(pairs)] if importance.pairs else [])


def failure(child: Any) -> str:
    """The error of a failed combination in one line."""
    facts = child.failure or {}
    return f"{facts.get('type', '')}: {facts.get('message', '')}"


def table(rows: list[list[str]]) -> list[str]:
    """A Markdown table; the first row is its head."""
    head, *body = [[escaped(cell) for cell in row] for row in rows]
    return ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *body)]


def escaped(text: str) -> str:
    """Text that stays text in a table, in one line."""
    line = " ".join(text.split())[:200]
    for mark in "\\`*_|<>[]":
        line = line.replace(mark, f"\\{mark}")
    return line
