"""What notebooks show of results: complete, escaped, and without colours of its own for text."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from sklearn.datasets import load_iris
from sklearn.tree import DecisionTreeClassifier

from specweave import (
    ExperimentPipeline,
    track_cross_validation,
    track_experiment,
    track_grid_search,
)
from specweave_ml.display import results

X, y = load_iris(return_X_y=True)
NAN = float("nan")
NASTY = '<script>alert("1")</script>'


class Page(HTMLParser):
    """The texts of the cells, and whether every element that was opened is closed again."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"div", "span", "strong", "table", "tr", "th", "td", "svg", "path"}
        if tag != "path":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != "path":
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(data.strip())


def page(shown: Any) -> Page:
    text = shown._repr_html_()
    assert "script>" not in text
    return Page(text)


def forms(number: float) -> set[str]:
    """The number with as many decimals as a column may have."""
    return {f"{number:.{decimals}f}" for decimals in range(2, 7)}


def test_a_sweep_shows_its_best_first_and_what_mattered() -> None:
    grid = {"max_depth": [1, 2, 3], "min_samples_leaf": [1, 40], "random_state": [0]}
    _, swept = track_grid_search(DecisionTreeClassifier(), grid, X, y, name=NASTY)
    texts = page(swept).texts

    assert NASTY in texts
    assert texts[texts.index("Fit time") + 1] == swept[swept.ordered()[0]].name
    assert swept.best_score_ is not None
    assert forms(swept.best_score_) & set(texts)
    assert "max_depth" in texts[texts.index("Importance: the share of the variance of the score") :]


def test_a_sweep_of_two_says_that_they_are_too_few() -> None:
    _, swept = track_grid_search(DecisionTreeClassifier(), {"max_depth": [1, 2]}, X, y)
    assert any("too few runs to tell" in text for text in page(swept).texts)


def test_a_cross_validation_shows_each_score() -> None:
    found = track_cross_validation(
        DecisionTreeClassifier(), X, y, scoring=["accuracy", "f1_macro"], name=NASTY
    )
    texts = page(found).texts
    assert {"accuracy", "f1_macro"} <= set(texts)
    assert forms(found.mean["accuracy"]) & set(texts)


def test_a_pipeline_shows_its_stages() -> None:
    pipeline = ExperimentPipeline("nightly")
    assert "No stages yet." in page(pipeline).texts
    with pipeline.stage("load"):
        pass
    pipeline.stage(NASTY).finish(error=ValueError("no"))
    texts = page(pipeline).texts

    assert "pipeline, failed" in texts
    place = texts.index(NASTY)
    assert texts[place + 1 : place + 3] == ["load", "failed"]


@pytest.mark.parametrize("values", [[], [1.0], [NAN], [1.0, NAN, 3.0], [float("inf"), 2.0]])
def test_a_history_is_a_small_curve(values: list[float]) -> None:
    with track_experiment("run", capture=False) as exp:
        exp.log_metric("other", 1.0)
        exp.log_series(NASTY, values)
    if values:
        texts = page(exp.history(NASTY)).texts
        assert texts[0] == NASTY
        assert texts[1].startswith(f"{len(values)} point")


def test_text_is_escaped_and_visible() -> None:
    text = results.html("a<b>&\"'\x00\n模", "\ud800")
    assert "a&lt;b&gt;&amp;&quot;&#39;\\u{0}\\n模" in text
    assert r"\xed\xa0\x80" in text
    frame = text.partition(">")[0]
    assert "color" not in frame.replace("color:inherit", "")
