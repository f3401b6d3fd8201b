"""Curves of one experiment: smoothing, gaps, long series, and nothing global touched."""

from __future__ import annotations

import io
import sys
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from conftest import Run
from specweave import (
    Experiment,
    InvalidArgumentError,
    MissingExtraError,
    NotFoundError,
    load_experiment,
    track_experiment,
)
from specweave_ml.plotting.downsampling import visible
from specweave_ml.plotting.smoothing import smoothed

PNG = b"\x89PNG"


@pytest.fixture
def exp() -> Experiment:
    with track_experiment("curves", capture=False) as exp:
        for step in range(20):
            exp.log_metrics({"train/loss": 1 / (step + 1), "val/loss": 2 / (step + 1)}, step)
        exp.log_metric("accuracy", 0.9)
    return exp


def lines(axes: Any) -> list[Any]:
    return [line for line in axes.lines if line.get_marker() != "x"]


def drawn(figure: Figure) -> bytes:
    content = io.BytesIO()
    figure.savefig(content, format="png")
    return content.getvalue()


def test_smoothing_divides_the_average_by_what_is_missing_at_its_start() -> None:
    assert smoothed([1.0, 2.0, 4.0], 0.5) == [
        0.5 / 0.5,
        (0.25 + 1.0) / 0.75,
        (0.125 + 0.5 + 2.0) / 0.875,
    ]


def test_smoothing_skips_what_is_not_finite_and_leaves_a_constant_alone() -> None:
    nan, infinity = float("nan"), float("inf")
    first, second, gap, fourth = smoothed([1.0, 3.0, nan, 3.0], 0.9)
    assert (first, second) == tuple(smoothed([1.0, 3.0], 0.9))
    assert gap != gap
    assert fourth == smoothed([1.0, 3.0, 3.0], 0.9)[2]
    assert smoothed([0.1, infinity], 0.5)[1] == infinity
    assert smoothed([0.1] * 5, 0.99) == [0.1] * 5
    assert smoothed([], 0.5) == []


def test_each_metric_with_several_points_has_a_panel(exp: Experiment) -> None:
    figure = exp.plot()

    assert [axes.get_ylabel() for axes in figure.axes] == ["train/loss", "val/loss"]
    (line,) = lines(figure.axes[0])
    assert list(line.get_xdata()) == list(range(20))
    assert line.get_ydata()[0] == 1.0
    assert drawn(figure).startswith(PNG)


def test_a_list_of_metrics_shares_a_panel_with_a_legend(exp: Experiment) -> None:
    figure = exp.plot(["train/loss", "val/loss"], "accuracy")

    together: Any
    together, alone = figure.axes
    names = [text.get_text() for text in together.get_legend().get_texts()]
    assert names == ["train/loss", "val/loss"]
    assert alone.get_legend() is None
    assert drawn(figure).startswith(PNG)


def test_smoothed_lines_lie_over_faint_ones(exp: Experiment) -> None:
    raw, smooth = lines(exp.plot("train/loss", smoothing=0.8).axes[0])

    assert raw.get_alpha() < 0.5
    values = load_experiment("curves").history("train/loss").values.tolist()
    assert list(raw.get_ydata()) == values
    assert list(smooth.get_ydata()) == smoothed(values, 0.8)


def test_what_is_not_finite_is_a_gap_with_a_mark_and_a_remark() -> None:
    with track_experiment("diverged", capture=False) as exp:
        exp.log_series("loss", [1.0, 2.0, float("nan"), float("inf"), 3.0])
    axes: Any = exp.plot("loss", smoothing=0.5).axes[0]

    marks = [line for line in axes.lines if line.get_marker() == "x"]
    assert [list(line.get_xdata()) for line in marks] == [[2.0, 3.0]]
    assert axes.get_title(loc="right") == "x: 2 values NaN or infinite"
    assert np.isnan(lines(axes)[0].get_ydata()[2:4]).all()


@pytest.mark.parametrize("value", [0.5, float("nan")])
def test_one_point_is_drawn_as_a_point(value: float) -> None:
    with track_experiment("once", capture=False) as exp:
        exp.log_metric("loss", value, step=7)
    figure = exp.plot(smoothing=0.9)

    low, high = figure.axes[0].get_xlim()
    assert high - low > 1
    assert drawn(figure).startswith(PNG)


def test_an_experiment_without_metrics_says_so() -> None:
    with track_experiment("empty", capture=False) as exp:
        pass
    figure = exp.plot()

    assert [text.get_text() for text in figure.axes[0].texts] == ["No metric was logged"]
    assert drawn(figure).startswith(PNG)


def test_writers_have_a_line_each(exp: Experiment) -> None:
    again = track_experiment("curves", resume=True, capture=False)
    again.log_metric("train/loss", 5.0, step=0)
    again.finish()

    first, second = lines(exp.plot("train/loss").axes[0])
    assert first.get_color() == second.get_color()
    assert list(second.get_ydata()) == [5.0]


def test_time_counts_from_the_start_in_a_unit_that_fits(exp: Experiment) -> None:
    axes = exp.plot("train/loss", x="time").axes[0]

    assert axes.get_xlabel() == "time since the start [s]"
    assert 0 <= min(lines(axes)[0].get_xdata()) < 60


def test_a_long_series_is_drawn_with_what_can_be_seen() -> None:
    values = np.sin(np.arange(100_000) / 7)
    values[12_345], values[54_321] = 100.0, -100.0
    shown = visible(values)

    assert len(shown) <= 4000
    assert {0, 12_345, 54_321, 99_999} <= set(shown.tolist())
    assert (np.diff(shown) > 0).all()
    gaps = np.full(100_000, np.nan)
    assert set(visible(gaps).tolist()) >= {0, 99_999}


def test_a_logarithmic_axis_and_axes_of_the_caller(exp: Experiment) -> None:
    figure = Figure()
    axes = figure.subplots()
    assert exp.plot("train/loss", logy=True, ax=axes) is figure
    assert axes.get_yscale() == "log"
    assert len(lines(axes)) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"smoothing": 1.0}, "at least 0 and below 1"),
        ({"smoothing": float("nan")}, "at least 0 and below 1"),
        ({"x": "epoch"}, "'step' or 'time'"),
        ({"ax": "axes"}, "ax takes one panel"),
    ],
)
def test_wrong_options_are_refused(exp: Experiment, options: Any, message: str) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        exp.plot(**options)


def test_a_metric_that_is_not_there_is_an_error(exp: Experiment) -> None:
    with pytest.raises(NotFoundError):
        exp.plot("lost")


def test_names_are_drawn_as_they_are(exp: Experiment) -> None:
    for key in ("$a_1$ and $", "déjà λ", "two\nlines\x07", "x" * 300):
        exp.log_metric(key, 1.0, step=0)
        exp.log_metric(key, 2.0, step=1)
    figure = exp.plot()

    labels = [axes.get_ylabel() for axes in figure.axes]
    assert r"\$a_1\$ and \$" in labels
    assert r"two\nlines\u{7}" in labels
    assert max(map(len, labels)) <= 42
    assert drawn(figure).startswith(PNG)


def test_a_notebook_shows_the_picture(exp: Experiment) -> None:
    from IPython.core.formatters import DisplayFormatter

    shown, _ = DisplayFormatter().format(exp.plot("train/loss"))  # type: ignore[no-untyped-call]
    assert shown["image/png"].startswith(PNG)


def test_drawing_touches_no_backend_no_pyplot_and_no_setting(exp: Experiment, run: Run) -> None:
    done = run(
        """
        import sys
        from matplotlib import rcParams
        from specweave import compare_experiments, load_experiment

        def settings():  # asking for the backend would choose one
            return {name: rcParams[name] for name in rcParams if name != "backend"}

        before = settings()
        for figure in (load_experiment("curves").plot(), compare_experiments(write=False).plot()):
            figure.savefig("picture.png")
            figure._repr_png_()
        assert "matplotlib.pyplot" not in sys.modules
        assert settings() == before
        """
    )
    assert done.returncode == 0, done.stderr


def test_without_matplotlib_it_says_how_to_get_it(
    exp: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r"Experiment.plot\(\) needs matplotlib: pip inst"):
        exp.plot()
