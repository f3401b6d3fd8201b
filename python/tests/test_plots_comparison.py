"""Pictures of several experiments: bars, curves, parallel coordinates, points."""

from __future__ import annotations

import io
from typing import Any

import pytest
from matplotlib.collections import PathCollection
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure

from specweave import (
    Comparison,
    InvalidArgumentError,
    compare_experiments,
    compare_models,
    track_experiment,
)
from specweave_ml.plotting.entries import NOT_SET
from specweave_ml.plotting.scales import Scale

NAN = float("nan")


def compared(count: int = 4, **options: Any) -> Comparison:
    """Experiments that get better with each, one that failed and one whose score is NaN."""
    for number in range(count):
        with track_experiment(f"run-{number}", capture=False) as exp:
            exp.log_params({"lr": 10.0 ** (number - 3), "depth": [None, 3, 6][number % 3]})
            exp.log_params({"kind": ["tree", "forest"][number % 2], "seed": 42})
            exp.log_series("loss", [1.0, 0.5 / (number + 1)])
            exp.log_metric("accuracy", 0.5 + number / 200)
    broken = track_experiment("broken", params={"lr": 5.0}, capture=False)
    broken.finish(error=MemoryError())
    with track_experiment("diverged", capture=False) as exp:
        exp.log_params({"lr": 7.0, "depth": 6, "kind": "tree", "seed": 42})
        exp.log_metric("accuracy", NAN)
    return compare_experiments(write=False, sort_by="accuracy", **options)


def drawn(figure: Figure) -> list[str]:
    """Every text on it, after it was drawn once."""
    figure.savefig(io.BytesIO(), format="png")
    texts = [text for axes in figure.axes for text in axes.texts]
    return [text.get_text() for text in texts]


def legend(axes: Any) -> list[str]:
    return [text.get_text() for text in axes.get_legend().get_texts()]


def remarks(figure: Figure) -> str:
    return str(figure.axes[-1].get_title(loc="right"))


def test_bars_stand_in_order_and_the_best_stands_out() -> None:
    figure = compared().plot()
    texts = drawn(figure)
    (axes,) = figure.axes

    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names[0] == "★ run-3"
    assert set(names[1:]) == {"run-0", "run-1", "run-2", "broken", "diverged"}
    assert len({bar.get_facecolor() for bar in axes.patches}) == 2
    assert axes.get_xlabel() == "accuracy (higher is better)"
    assert axes.get_xlim()[0] == 0
    assert {"0.515", "failed", "NaN"} <= set(texts)
    assert remarks(figure) == "★ best by accuracy"


def test_several_metrics_are_panels_of_the_same_rows() -> None:
    figure = compared().plot(metrics=["accuracy", "loss"])

    assert [axes.get_xlabel() for axes in figure.axes] == [
        "accuracy (higher is better)",
        "loss (lower is better)",
    ]
    assert "no value" in drawn(figure)


def test_negative_scores_go_to_the_left() -> None:
    for name, score in (("bad", -1.5), ("good", 0.5)):
        with track_experiment(name, capture=False) as exp:
            exp.log_metric("r2", score)
    (axes,) = compare_experiments(write=False).plot().axes
    assert axes.get_xlim()[0] < -1.5


def test_many_experiments_are_cut_and_counted() -> None:
    for number in range(45):
        with track_experiment(f"run-{number}", capture=False) as exp:
            exp.log_metric("accuracy", number / 100)
    comparison = compare_experiments(write=False)
    figure = comparison.plot()

    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert len(names) == 40
    assert "★ run-44" in names
    assert "5 experiments not shown" in remarks(figure)
    curves = comparison.plot("curves")
    assert curves.legends[0].get_title().get_text() == "grey: 30 more"
    assert curves.legends[0].get_texts()[0].get_text() == "★ run-44"


def test_curves_are_named_and_those_without_the_metric_counted() -> None:
    figure = compared().plot("curves", "loss", smoothing=0.5)
    drawn(figure)
    (axes,) = figure.axes

    assert axes.get_ylabel() == "loss (lower is better)"
    assert legend(axes) == [
        "★ run-3",
        "run-2",
        "run-1",
        "run-0",
    ]
    assert remarks(figure) == "2 experiments without it"


def test_parallel_coordinates_show_what_differs_and_the_score() -> None:
    figure = compared().plot("parallel")
    texts = drawn(figure)

    assert {"lr (log)", "depth", "kind", "accuracy", "None", "tree", "forest"} <= set(texts)
    assert "seed" not in texts
    assert "dashed: 2 without a value" in texts[-1]
    assert "4 experiments are too few to tell which parameter matters" in texts[-1]
    assert "higher is better" in texts[-1]
    paths = [
        len(lines.get_paths())
        for lines in figure.axes[0].collections
        if isinstance(lines, PathCollection)
    ]
    assert paths == [2, 4, 1]


def test_parallel_coordinates_of_chosen_and_of_too_many_parameters() -> None:
    comparison = compared()
    assert "depth" not in drawn(comparison.plot("parallel", params="params.lr"))
    for number in range(8):
        with track_experiment(f"wide-{number}", capture=False) as exp:
            exp.log_params({f"step__parameter_{place}": number * place for place in range(1, 51)})
            exp.log_metric("accuracy", number / 100)
    texts = drawn(compare_experiments(write=False).plot("parallel"))
    assert sum("parameter_" in text for text in texts) <= 12
    assert "more parameters not shown" in texts[-1]


@pytest.mark.parametrize(
    ("scores", "params", "said"),
    [
        ([], [], "No metric to compare these experiments by"),
        ([0.5], [1], "Too few experiments to tell: 1 with a value of accuracy"),
        ([0.5, NAN], [1, 2], "Too few experiments to tell: 1 with a value of accuracy"),
        ([0.5, 0.6], [1, 1], "No parameter differs between these experiments"),
        ([0.5, 0.6], [1, 2], "2 experiments are too few to tell which parameter matters"),
    ],
)
def test_too_little_to_see_is_said(scores: list[float], params: list[int], said: str) -> None:
    with track_experiment("started", capture=False):
        pass
    for score, value in zip(scores, params, strict=True):
        with track_experiment(f"run-{score}", params={"p": value}, capture=False) as exp:
            exp.log_metric("accuracy", score)
    comparison = compare_experiments(write=False, only=[f"run-{score}" for score in scores] or None)
    assert said in "\n".join(drawn(comparison.plot("parallel")))
    for kind in ("bar", "curves", "scatter"):
        drawn(comparison.plot(kind))


def test_points_of_a_parameter_of_names_and_of_time() -> None:
    comparison = compared()
    by_rate = comparison.plot("scatter", x="lr")
    assert {"run-0", "run-3"} <= set(drawn(by_rate))
    assert by_rate.axes[0].get_xscale() == "log"
    assert by_rate.axes[0].get_xlabel() == "lr"
    by_kind = comparison.plot("scatter", "loss", x="params.kind")
    drawn(by_kind)
    assert {label.get_text() for label in by_kind.axes[0].get_xticklabels()} == {"tree", "forest"}
    by_depth = comparison.plot("scatter", x="depth").axes[0]
    assert [label.get_text() for label in by_depth.get_xticklabels()] == ["3", "6", "None"]
    assert comparison.plot("scatter").axes[0].get_xlabel() == "training_time [s]"


def test_the_picture_of_compared_models() -> None:
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression
    from sklearn.tree import DecisionTreeClassifier

    X, y = load_iris(return_X_y=True)  # noqa: N806 - as the field writes it
    models = {"tree": DecisionTreeClassifier(random_state=0), "line": LogisticRegression(C=0.01)}
    figure = compare_models(models, X[::2], y[::2], X[1::2], y[1::2]).plot("scatter")
    assert "tree" in drawn(figure)


def test_what_is_unknown_is_an_error_with_what_there_is() -> None:
    comparison = compared()
    with pytest.raises(InvalidArgumentError, match="kind is one of bar, curves, parallel, scatter"):
        comparison.plot("pie")
    wrong: list[dict[str, Any]] = [{"metrics": "acuracy"}, {"kind": "scatter", "x": "acuracy"}]
    for options in wrong:
        with pytest.raises(InvalidArgumentError) as caught:
            comparison.plot(**options)
        assert "accuracy" in caught.value.candidates
    with pytest.raises(InvalidArgumentError, match="the parameter 'deph'") as caught:
        comparison.plot("parallel", params=["deph"])
    assert caught.value.candidates == ("depth",)


@pytest.mark.filterwarnings("ignore:Glyph")  # where no font of the machine has the letters
def test_names_of_any_language_have_their_letters() -> None:
    for name in ("模型 déjà", "$x$ <b>&", "длинное имя " * 20):
        with track_experiment(name, params={"名": name}, capture=False) as exp:
            exp.log_series("精度", [0.1, 0.2])
    comparison = compare_experiments(write=False)
    for kind in ("bar", "curves", "parallel", "scatter"):
        drawn(comparison.plot(kind, "精度"))


def test_numbers_far_apart_lie_on_a_logarithmic_axis() -> None:
    assert Scale([0.001, 0.01, 0.1]).log
    assert Scale([1, 5, 25]).log
    assert not Scale([1, 2, 5, 10]).log
    assert not Scale([1, 2, 3]).log
    assert not Scale([-1.0, 0.1, 100.0]).log
    with_zero = Scale([0, 0.001, 0.01, 0.1])
    assert with_zero.log
    assert with_zero.place(0) < 0 == with_zero.place(0.001)
    assert not Scale([0, 100, 200, 1000, 900]).log
    assert Scale([1, 10, 100]).place(10) == pytest.approx(0.5)


def test_few_words_stand_below_the_numbers_and_many_make_all_names() -> None:
    scale = Scale([3, None, 6, NOT_SET])
    assert (scale.place(3), scale.place(6)) == (0.0, 1.0)
    assert scale.place(NOT_SET) < scale.place(None) < 0
    assert not Scale([3, "auto", None, "sqrt"]).numbers
    assert [text for text, _ in Scale([True, False]).ticks] == ["False", "True"]
    assert Scale([NAN, NAN]).place(NAN) == 0.5
    assert Scale([10**400, 1]).place(1) == 0.5


def test_groups_of_runs_show_their_spread_and_a_line_for_each_run() -> None:
    for rate in (0.1, 0.2):
        for seed in range(3):
            with track_experiment("runs", params={"lr": rate, "seed": seed}, capture=False) as exp:
                exp.log_series("loss", [1.0, rate / (seed + 1)])
                exp.log_metric("accuracy", rate + seed / 100)
    groups = compare_experiments(group_by="-seed", sort_by="accuracy", write=False)
    (bars,) = groups.plot().axes
    assert any(isinstance(drawn_too, ErrorbarContainer) for drawn_too in bars.containers)
    (axes,) = groups.plot("curves", "loss").axes
    assert len(axes.lines) == 6
    assert len(legend(axes)) == 2


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
@pytest.mark.filterwarnings("ignore:One or more of the test scores:UserWarning")
def test_combinations_of_a_sweep_their_importance_and_folds() -> None:
    from sklearn.datasets import load_iris
    from sklearn.tree import DecisionTreeClassifier

    from specweave import track_cross_validation, track_grid_search

    X, y = load_iris(return_X_y=True)  # noqa: N806 - as the field writes it
    grid = {"max_depth": [1, 2, -3], "criterion": ["gini", "entropy"]}
    _, results = track_grid_search(DecisionTreeClassifier(random_state=0), grid, X, y)
    texts = drawn(results.plot())

    assert {"max_depth", "criterion", "accuracy", "gini", "entropy"} <= set(texts)
    assert "dashed: 2 without a value" in texts[-1]
    bars = results.plot("bar")
    assert "failed" in drawn(bars)
    assert any(isinstance(drawn_too, ErrorbarContainer) for drawn_too in bars.axes[0].containers)
    assert results.plot("scatter", x="criterion").axes[0].get_xlabel() == "criterion"
    assert results.importance is not None
    assert "Too few runs to tell" in drawn(results.importance.plot())[0]
    folds = track_cross_validation(DecisionTreeClassifier(random_state=0), X, y)
    assert folds.plot().axes[0].get_ylabel() == "accuracy"
