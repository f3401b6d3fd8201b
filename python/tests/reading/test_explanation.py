"""What changed beside the score, in Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from specweave import Explanation, load_experiment, track_experiment
from specweave_ml._native.library import library
from specweave_ml._native.text import encoded_json, owned_json
from support.schema_check import validate


@pytest.fixture
def versions(project: Path) -> Path:
    for name, accuracy, rate in (("v1", 0.80, 0.1), ("v2", 0.88, 0.01)):
        with track_experiment(name, increment="0042", capture=False) as exp:
            exp.log_params({"lr": rate, "depth": 6})
            exp.log_data("train", b"123" if name == "v1" else b"124")
            exp.log_metrics({"accuracy": accuracy, "f1": 0.5})
    return project


@pytest.mark.usefixtures("versions")
@pytest.mark.parametrize("other", ["v1", 1, "object"])
def test_what_changed_beside_the_score(other: str | int) -> None:
    seen = load_experiment("v1") if other == "object" else other
    why = load_experiment("v2").why(seen)
    assert isinstance(why, Explanation)
    assert why.metric == "accuracy"
    assert why.score["sentence"] == "accuracy: v1 has 0.80, v2 has 0.88 (+0.08, +10.0%, better)."
    assert why.score["difference"] == pytest.approx(0.08)
    assert [change["part"] for change in why.changes] == ["data", "params"]
    assert why.changes[1]["sentence"] == "1 parameter changed: lr from 0.1 to 0.01."
    assert why.changes[1]["entries"] == [
        {"key": "lr", "change": "changed", "before": 0.1, "after": 0.01}
    ]
    assert why.equal == ["1 parameter: depth = 6."]
    assert why.unknown == [
        "The code was recorded for neither.",
        "The environment was recorded for neither.",
    ]


@pytest.mark.usefixtures("versions")
def test_another_metric_may_be_explained() -> None:
    why = load_experiment("v2").why("v1", metric="f1")
    assert why.score["sentence"] == "Both have the same F1, 0.50."


@pytest.mark.usefixtures("versions")
def test_an_explanation_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    why = load_experiment("v2").why("v1")
    lines = repr(why).splitlines()
    assert lines[0] == "v2, seen from v1"
    assert max(map(len, lines)) <= 60
    assert "<li>" in why._repr_html_()
    assert "- 1 parameter changed: lr from 0.1 to 0.01." in why.markdown


@pytest.mark.usefixtures("versions")
def test_an_explanation_is_as_its_schema_says() -> None:
    new, old = load_experiment("v2"), load_experiment("v1")
    validate(
        "explanation",
        owned_json(library().et_experiment_why, new._native, old._native, encoded_json({})),
    )
