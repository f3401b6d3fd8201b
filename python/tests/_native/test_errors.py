"""Every status code is one class, with the core's message, code and candidates."""

from __future__ import annotations

import os
import pickle
import re
from pathlib import Path
from typing import Any

import pytest

import specweave_ml
from specweave import (
    ExperimentNotFoundError,
    NotFoundError,
    StorageError,
    TrackingError,
    TrackingWarning,
    compare_experiments,
    list_experiments,
    load_experiment,
    track_experiment,
)
from specweave_ml import public
from specweave_ml.errors import CLASSES

HEADER = Path(__file__).parents[3] / "include" / "experimenttracker.h"


def test_each_code_of_the_header_has_a_class() -> None:
    codes = re.findall(r"#define ET_E\w+ \((-\d+)\)", HEADER.read_text("utf-8"))
    assert sorted(CLASSES) == sorted(int(code) for code in codes)


@pytest.mark.parametrize("name", public.ERRORS)
def test_errors_are_public_and_natural(name: str) -> None:
    kind = getattr(specweave_ml, name)
    if kind is TrackingWarning:
        assert issubclass(kind, UserWarning)
        return
    error = kind("what was wrong", candidates=["this", "that"])
    assert isinstance(error, TrackingError)
    assert str(error) == "what was wrong\n  this\n  that"
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - made two lines above
    assert (str(again), again.code, again.candidates) == (str(error), error.code, error.candidates)


def test_natural_bases() -> None:
    bases = {
        "InvalidNameError": ValueError,
        "IncrementNotFoundError": LookupError,
        "AmbiguousIncrementError": LookupError,
        "ExperimentNotFoundError": LookupError,
        "StorageError": OSError,
        "SerialisationError": TypeError,
        "MissingExtraError": ImportError,
        "NotFoundError": KeyError,
    }
    for name, base in bases.items():
        assert issubclass(getattr(specweave_ml, name), base)


def test_unknown_experiment_lists_candidates() -> None:
    track_experiment("xgboost-v1", capture=False).finish()
    with pytest.raises(ExperimentNotFoundError) as caught:
        load_experiment("xgbost-v1")
    assert caught.value.code == -5
    assert any("xgboost-v1" in candidate for candidate in caught.value.candidates)


def test_unknown_metric_and_artifact() -> None:
    exp = track_experiment("x", capture=False)
    exp.log_metric("auc", 0.5)
    with pytest.raises(NotFoundError, match="acu") as caught:
        exp.history("acu")
    assert "auc" in str(caught.value)
    with pytest.raises(NotFoundError):
        exp.artifact_path("model.pkl")


def test_unknown_status_is_dropped_with_a_warning() -> None:
    exp = track_experiment("x", capture=False)
    with pytest.warns(TrackingWarning, match="done"):
        exp.set_status("done")
    assert exp.status == "running"


def test_store_that_cannot_be_written_raises_at_start(project: Path) -> None:
    increment = project / ".specweave" / "increments" / "0042-recommendation-model"
    (increment / "experiments").write_text("a file, not a folder")
    with pytest.raises(StorageError) as caught:
        track_experiment("x")
    assert caught.value.errno
    assert os.strerror(caught.value.errno)


def test_damaged_experiment_does_not_hide_the_others(experiments: Path) -> None:
    from specweave import list_experiments

    for name in ("a", "b"):
        with track_experiment(name, capture=False) as exp:
            exp.log_metric("x", 1.0)
    for path in (experiments / "a").iterdir():
        if path.is_file():
            path.write_bytes(b"\0garbage\xff" * 10)

    with pytest.warns(TrackingWarning, match="^'a' is damaged: metadata.yaml: line 1"):
        listed = list_experiments()
    assert [exp.name for exp in listed if "x" in exp.metrics] == ["b"]
    assert len(listed) == 2


def wrong_calls() -> dict[str, Any]:
    return {
        "compare": lambda: compare_experiments(limit="3"),  # type: ignore[arg-type]
        "directions": lambda: compare_experiments(directions={"loss": "down"}),
        "list": lambda: list_experiments(limit=-1),
        "start": lambda: track_experiment("a", sync="sometimes", capture=False),
        "option": lambda: track_experiment("a", about=None, writes="slowly", capture=False),
        "status": lambda: track_experiment("a", strict=True, capture=False).set_status("great"),
    }


@pytest.mark.parametrize("call", list(wrong_calls()))
def test_messages_are_in_the_language_of_the_caller(call: str) -> None:
    with track_experiment("one", capture=False) as exp:
        exp.log_metric("loss", 1.0)
    with pytest.raises(TrackingError) as caught:
        wrong_calls()[call]()
    assert not re.search(r"\bet_|\bET_|NULL", str(caught.value)), str(caught.value)


def test_no_message_of_the_core_names_a_function_of_c() -> None:
    literal = re.compile(r'"(?:[^"\\]|\\.)*"')
    found = [
        f"{path.name}: {text}"
        for path in (HEADER.parents[1] / "Sources").rglob("*.swift")
        for line in path.read_text("utf-8").splitlines()
        if not line.lstrip().startswith("//")
        for text in literal.findall(line)
        if re.search(r"\bet_[a-z]", text)
    ]
    assert found == []


def test_the_closest_candidate_comes_first() -> None:
    with track_experiment("baseline", capture=False) as exp:
        exp.log_metrics({"train_loss": 1.0, "precision": 0.5, "accuracy": 0.5})
        for name in ("zebra.txt", "report.txt"):
            exp.save_artifact(name, "text")
    track_experiment("accurate", capture=False).finish()
    for call, first in (
        (lambda: exp.history("acuracy"), "accuracy"),
        (lambda: exp.artifact_path("reprot.txt"), "report.txt"),
        (lambda: compare_experiments(sort_by="precison"), "precision"),
        (lambda: compare_experiments(only=["acurate"]), "accurate"),
        (lambda: list_experiments(status="complted"), "completed"),
    ):
        with pytest.raises(TrackingError) as caught:
            call()
        assert caught.value.candidates[0] == first
