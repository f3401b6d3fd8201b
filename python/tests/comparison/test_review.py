"""What stands out among experiments, in Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from specweave import NotFoundError, Review, review, track_experiment
from support.schema_check import validate


def run(name: str, depth: int, accuracy: float) -> None:
    with track_experiment(name, increment="0042", capture=False) as exp:
        exp.log_param("max_depth", depth)
        for step in range(50):
            exp.log_metric("loss", 1 - step / 50, step=step)
        exp.log_metrics({"accuracy": accuracy, "train_accuracy": 0.99})


@pytest.fixture
def depths(project: Path) -> Path:
    for depth, accuracy in ((3, 0.80), (5, 0.84), (7, 0.86), (9, 0.87)):
        run(f"depth-{depth}", depth, accuracy)
    return project


@pytest.mark.usefixtures("depths")
def test_a_review_says_what_stands_out() -> None:
    found = review("0042")
    assert isinstance(found, Review)
    assert [finding["id"] for finding in found.findings] == [
        "noise-unknown/accuracy",
        "edge/max_depth",
        "gap/accuracy",
        "unfinished/loss",
    ]
    edge = found.findings[1]
    assert edge["sentence"] == (
        "The best accuracy (0.87, depth-9) has max_depth = 9, the largest of the 4 values tried "
        "(3 to 9); the best with another value has 0.86 at 7."
    )
    assert edge["advice"] == "Try max_depth above 9."
    assert edge["experiments"] == [
        {"name": "depth-9", "folder": "depth-9", "numbers": {"value": 9.0, "score": 0.87}}
    ]
    assert found.best == "depth-9"
    assert found.thresholds["fewest_values"] == 3
    assert len(found) == 4


@pytest.mark.usefixtures("depths")
def test_a_review_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    found = review("0042")
    lines = repr(found).splitlines()
    assert lines[0] == "Review of 0042-recommendation-model"
    assert max(map(len, lines)) <= 60
    assert "<table" in found._repr_html_()
    assert "- `edge/max_depth`: The best accuracy (0.87, depth-9)" in found.markdown


@pytest.mark.usefixtures("depths")
def test_another_metric_may_judge() -> None:
    found = review("0042", metric="loss", direction="higher")
    assert found.best == "depth-3"
    with pytest.raises(NotFoundError, match='no experiment has a metric "acuracy"'):
        review("0042", metric="acuracy")


def test_a_review_is_as_its_schema_says(depths: Path) -> None:
    from specweave_ml._native.increments import Increment
    from specweave_ml._native.library import library
    from specweave_ml._native.text import encoded_json, owned_json

    broken = track_experiment("broken", increment="0042", capture=False)
    broken.log_metric("loss", float("nan"))
    broken.finish(error=ValueError("too deep"))
    increment = Increment.find("0042")
    validate(
        "review", owned_json(library().et_increment_review, increment._native, encoded_json({}))
    )


def test_nothing_stands_out_of_nothing(project: Path) -> None:
    found = review("0042")
    assert not found
    assert repr(found) == (
        "Review of 0042-recommendation-model\n0 experiments, 0 completed.\n\nNothing stands out."
    )
