"""Which parameters matter: against formulas, against Optuna, and where nothing shows."""

from __future__ import annotations

import itertools
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.tree import DecisionTreeClassifier

from specweave import track_grid_search
from specweave_ml.model_selection.importance import importance_of
from specweave_ml.model_selection.importance_figure import draw

X, y = load_iris(return_X_y=True)
LEVELS = [0, 1, 2, 3]
GRID = [{"a": a, "b": b, "c": c} for a, b, c in itertools.product(LEVELS, LEVELS, LEVELS)]


def plane(params: dict[str, Any]) -> float:
    """Each parameter by itself, and two together; the third does not matter."""
    a, b = params["a"] - 1.5, params["b"] - 1.5
    return float(2 * a + b + 0.5 * a * b)


def test_the_shares_are_those_of_the_formula() -> None:
    found = importance_of(GRID, [plane(params) for params in GRID])

    variance = float(np.var(LEVELS))
    total = 4 * variance + variance + 0.25 * variance**2
    assert list(found.main) == ["a", "b", "c"]
    assert found.main["a"] == pytest.approx(4 * variance / total, abs=0.02)
    assert found.main["b"] == pytest.approx(variance / total, abs=0.02)
    assert found.main["c"] == pytest.approx(0, abs=0.005)
    assert next(iter(found.pairs)) == ("a", "b")
    assert found.pairs["a", "b"] == pytest.approx(0.25 * variance**2 / total, abs=0.02)
    assert found.fit_quality == pytest.approx(1, abs=0.02)


def test_an_interaction_alone_is_told_as_one() -> None:
    found = importance_of(GRID, [float((p["a"] < 2) == (p["b"] < 2)) for p in GRID])

    assert found.pairs["a", "b"] > 0.8
    assert max(found.main.values()) < 0.1


@pytest.mark.filterwarnings("ignore")
def test_the_shares_are_those_of_optuna() -> None:
    import optuna

    scores = [plane(params) for params in GRID]
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study()
    space: dict[str, Any] = {name: optuna.distributions.IntDistribution(0, 3) for name in "abc"}
    for params, score in zip(GRID, scores, strict=True):
        trial = optuna.trial.create_trial(params=params, distributions=space, value=score)
        study.add_trial(trial)
    theirs = optuna.importance.FanovaImportanceEvaluator(seed=0).evaluate(study)

    ours = importance_of(GRID, scores).main
    assert ours == pytest.approx({name: float(share) for name, share in theirs.items()}, abs=0.03)


def test_main_effects_and_pairs_of_two_parameters_are_everything() -> None:
    grid = [{"a": a, "b": b} for a, b in itertools.product(LEVELS, LEVELS)]
    found = importance_of(grid, [plane(params) for params in grid])

    assert sum(found.main.values()) + sum(found.pairs.values()) == pytest.approx(1)


def test_names_missing_values_and_objects_are_levels_too() -> None:
    grid: list[dict[str, Any]] = [{"kernel": "rbf", "gamma": g} for g in (0.1, 1.0, None)]
    grid += [{"kernel": "linear"}, {"kernel": "poly", "model": DecisionTreeClassifier()}]
    found = importance_of([*grid, *grid], [1.0, 2.0, 3.0, 9.0, 9.5] * 2)

    assert found.main.keys() == {"kernel", "gamma", "model"}
    assert found.main["kernel"] > 0


@pytest.mark.parametrize(
    ("grid", "scores", "reason"),
    [
        (GRID[:2], [1.0, 2.0], "too few runs to tell: 2 with a score, at least 6 needed"),
        (GRID, [float("nan")] * 62 + [1.0, 2.0], "too few runs to tell: 2 with a score"),
        (GRID, [1.0] * 64, "all 64 runs have the same score"),
        ([{"a": 1}] * 9, [1.0] * 9, "no parameter varies"),
        ([], [], "no parameter varies"),
    ],
)
def test_it_says_when_nothing_can_be_told(
    grid: list[dict[str, Any]], scores: list[float], reason: str
) -> None:
    found = importance_of(grid, scores)

    assert found.main == {}
    assert found.reason is not None
    assert found.reason.startswith(reason)
    texts = [text.get_text() for text in draw(found, "sweep").axes[0].texts]
    assert reason[1:] in texts[0]


def test_scores_that_are_no_numbers_are_left_out() -> None:
    scores = [plane(params) for params in GRID]
    with_gaps = importance_of([*GRID, *GRID[:5]], [*scores, *[float("nan")] * 5])

    assert with_gaps.runs == 64
    assert with_gaps.main == importance_of(GRID, scores).main


def test_of_fifty_parameters_the_picture_shows_twenty_and_says_so() -> None:
    generator = np.random.default_rng(0)
    grid = [{f"p{n}": float(generator.random()) for n in range(50)} for _ in range(200)]
    found = importance_of(grid, [3 * params["p0"] + params["p1"] for params in grid])

    assert list(found.main)[:2] == ["p0", "p1"]
    axes = draw(found, "sweep").axes[0]
    assert len(axes.get_yticks()) <= 25
    assert "30 more parameters not shown" in axes.get_xlabel()


def test_a_forest_that_explains_nothing_is_told() -> None:
    def noise(model: Any, rows: Any, truth: Any) -> float:
        return float(generator.random())

    generator = np.random.default_rng(0)
    grid = {"max_depth": [1, 2, 3, 4], "min_samples_leaf": [1, 2, 3, 4]}
    _, results = track_grid_search(DecisionTreeClassifier(), grid, X, y, scoring=noise)

    assert results.importance is not None
    assert results.importance.fit_quality is not None
    assert results.importance.fit_quality < 0.2
    assert "\n\nRead with care: the model behind" in (
        results.experiment.path / "sweep.md"
    ).read_text("utf-8")


def test_a_sweep_of_two_runs_says_that_they_are_too_few() -> None:
    _, results = track_grid_search(DecisionTreeClassifier(), {"max_depth": [1, 2]}, X, y)

    assert "Too few runs to tell" in (results.experiment.path / "sweep.md").read_text("utf-8")
    assert results.experiment.facts["importance"]["runs"] == 2


def test_without_matplotlib_the_sweep_ends_well_and_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    grid = {"max_depth": [1, 2, 3], "min_samples_leaf": [1, 5]}
    _, results = track_grid_search(DecisionTreeClassifier(), grid, X, y)

    assert results.experiment.status == "completed"
    assert not (results.experiment.path / "parameter_importance.png").exists()
    assert "(parameter_importance.png)" not in (results.experiment.path / "sweep.md").read_text()
    printed = capsys.readouterr().err
    assert "parameter_importance.png was left out" in printed
    assert "pip install 'specweave-ml[plots]'" in printed


def test_the_table_of_importance(project: Path) -> None:
    frame = importance_of(GRID, [plane(params) for params in GRID]).to_dataframe()

    assert list(frame.columns) == ["parameter", "with", "importance"]
    assert len(frame) == 6
    assert re.match(
        r"<Importance of 64 runs: a 7\d",
        repr(importance_of(GRID, [plane(params) for params in GRID])),
    )
