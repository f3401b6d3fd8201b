"""Pictures of several experiments: bars, curves, parallel coordinates, points."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
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
from specweave_ml.plotting.charts import draw
from specweave_ml.plotting.entries import NOT_SET, Entry, Metric, Table
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
    assert caught.value.candidates[0] == "depth"


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


def test_groups_of_runs_show_their_spread_and_their_mean_with_a_band() -> None:
    losses = {}
    for rate in (0.1, 0.2):
        for seed in range(3):
            with track_experiment("runs", params={"lr": rate, "seed": seed}, capture=False) as exp:
                losses[rate, seed] = [1.0, rate / (seed + 1), rate * seed]
                exp.log_series("loss", losses[rate, seed])
                exp.log_metric("accuracy", rate + seed / 100)
    groups = compare_experiments(group_by="-seed", sort_by="accuracy", write=False)
    (bars,) = groups.plot().axes
    assert any(isinstance(drawn_too, ErrorbarContainer) for drawn_too in bars.containers)
    figure = groups.plot("curves", "loss")
    (axes,) = figure.axes
    assert len(legend(axes)) == 2
    assert "mean ± std of the runs" in remarks(figure)
    best = np.array([losses[0.2, seed] for seed in range(3)])
    middle = best.mean(axis=0)
    line = next(line for line in axes.lines if line.get_color() == "C0")
    assert line.get_xdata() == pytest.approx([0, 1, 2])
    assert line.get_ydata() == pytest.approx(middle)
    (low, high) = edges(axes.collections[-1], 3)
    assert low == pytest.approx(middle - best.std(axis=0, ddof=1))
    assert high == pytest.approx(middle + best.std(axis=0, ddof=1))


def test_a_run_that_failed_is_no_part_of_the_mean_of_its_group() -> None:
    for seed in range(3):
        exp = track_experiment("runs", params={"lr": 1, "seed": seed}, capture=False)
        exp.log_series("loss", [float(seed), 10.0 * seed])
        exp.finish("failed" if seed == 2 else "completed")
    groups = compare_experiments(group_by="-seed", metrics=["loss"], write=False)
    (axes,) = groups.plot("curves", "loss").axes
    assert np.asarray(axes.lines[0].get_ydata()).tolist() == [0.5, 5.0]


def edges(band: Any, points: int) -> tuple[Any, Any]:
    """The lower and the upper edge of what `fill_between` drew."""
    corners = band.get_paths()[0].vertices
    heights: dict[float, list[float]] = {}
    for x, y in corners:
        heights.setdefault(float(x), []).append(float(y))
    assert len(heights) == points
    return [min(heights[x]) for x in sorted(heights)], [max(heights[x]) for x in sorted(heights)]


def test_runs_of_other_lengths_and_steps_are_averaged_where_they_overlap() -> None:
    given = [([0, 10, 20], [0.0, 1.0, 2.0]), ([5, 15], [2.0, 4.0]), ([0, 20], [4.0, 4.0])]
    for seed, (steps, values) in enumerate(given):
        with track_experiment("runs", params={"lr": 1, "seed": seed}, capture=False) as exp:
            exp.log_series("loss", values, steps=steps)
    groups = compare_experiments(group_by="-seed", metrics=["loss"], write=False)
    for smoothing in (0.0, 0.5):
        (axes,) = groups.plot("curves", "loss", smoothing=smoothing).axes
        line = axes.lines[0]
        assert np.asarray(line.get_xdata()).tolist() == [0, 5, 10, 15, 20]
        expected = [
            np.mean([np.interp(at, *one) for one in given if one[0][0] <= at <= one[0][-1]])
            for at in (0, 5, 10, 15, 20)
        ]
        assert line.get_ydata() == pytest.approx(expected)


def test_one_that_did_not_end_well_is_marked_in_bars_curves_and_points() -> None:
    for name, accuracy in (("good", 0.8), ("broken", 0.9)):
        exp = track_experiment(name, capture=False)
        exp.log_series("accuracy", [0.1, accuracy])
        exp.finish(error=MemoryError() if name == "broken" else None)
    comparison = compare_experiments(write=False)
    figure = comparison.plot()
    assert {"0.80", "0.90 (failed)"} <= set(drawn(figure))
    (axes,) = figure.axes
    hatches = [bar.get_hatch() for bar in axes.patches]
    labels = [text.get_text() for text in axes.get_yticklabels()]
    assert [hatch is not None for hatch in hatches] == [name == "broken" for name in labels]
    assert "hatched: not completed" in remarks(figure)
    (curves,) = comparison.plot("curves").axes
    assert any("broken (failed)" in name for name in legend(curves))
    (points,) = comparison.plot("scatter", x="duration").axes
    assert sorted(line.get_markerfacecolor() == "none" for line in points.lines) == [False, True]
    assert points.get_title(loc="right") == "hollow: not completed"


def test_too_many_parallel_lines_are_thinned_from_worst_to_best_and_counted() -> None:
    count = 2500
    entries = [
        Entry(
            f"run-{n}", {"depth": n % 7, "lr": n}, {"auc": n / count}, best=n == count - 1, rank=1
        )
        for n in range(count)
    ]
    lost = [Entry(f"lost-{n}", {"depth": n % 7, "lr": n}, {}, status="failed") for n in range(300)]
    metric = Metric("auc", "higher")
    figure = draw(Table([*entries, *lost], {"auc": metric}, metric), "parallel")
    texts = " ".join(drawn(figure))
    assert "1000 of 2500 drawn, in even steps from worst to best" in texts
    assert "200 of 300 dashed ones drawn" in texts
    (axes,) = figure.axes
    dashed, lines, _ = (one for one in axes.collections if isinstance(one, PathCollection))
    assert len(dashed.get_paths()) == 200
    scores = np.array([np.asarray(path.vertices)[-1, 1] for path in lines.get_paths()])
    assert scores.min() == pytest.approx(0.0)
    assert scores.max() == pytest.approx(1.0)
    assert np.mean(scores) == pytest.approx(0.5, abs=0.01)


def test_parameters_within_others_are_drawn_by_their_path() -> None:
    for depth in range(3):
        with track_experiment(f"run-{depth}", capture=False) as exp:
            exp.log_params({"model": {"depth": depth, "kind": "tree"}})
            exp.log_metric("accuracy", 0.5 + depth / 10)
    comparison = compare_experiments(write=False)
    assert "model.depth" in drawn(comparison.plot("parallel"))
    assert "model.kind" not in drawn(comparison.plot("parallel"))
    (axes,) = comparison.plot("scatter", x="params.model.depth").axes
    assert axes.get_xlabel() == "model.depth"
    assert list(comparison.to_dataframe()["params.model.depth"]) == [0, 1, 2]


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
