"""The examples of all languages run, write into one increment, and read each other."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import pytest

from specweave import compare_experiments, list_experiments, load_experiment
from support import polyglot
from support.c_header import ROOT

PYTHON = ROOT / "examples" / "python"
pytestmark = pytest.mark.xdist_group("examples")  # that run once for all of them


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in which every example has run."""
    folder = tmp_path_factory.mktemp("project")
    (folder / ".specweave/increments/0042-recommendation-model").mkdir(parents=True)
    polyglot.run([sys.executable, str(PYTHON / "baselines.py")], folder)
    polyglot.run([sys.executable, str(PYTHON / "model_comparison.py")], folder)
    source = ROOT / "examples/c/quickstart.c"
    polyglot.run([polyglot.compile_c(source, folder / "quickstart")], folder)
    polyglot.run([polyglot.swift_quickstart()], folder)
    return folder


@pytest.fixture(autouse=True)
def inside(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    monkeypatch.setenv("SPECWEAVE_ROOT", str(project))


def experiments(project: Path) -> Path:
    return project / ".specweave/increments/0042-recommendation-model/experiments"


def test_all_languages_write_into_one_increment(project: Path) -> None:
    found = {exp.name: exp.status for exp in list_experiments("0042")}

    assert found == dict.fromkeys(
        (
            "baseline-random",
            "baseline-majority",
            "baseline-stratified",
            "xgboost",
            "lightgbm",
            "random-forest",
            "oscillator-c",
            "line-swift",
        ),
        "completed",
    )
    assert [folder.name for folder in experiments(project).parent.parent.iterdir()] == [
        "0042-recommendation-model"
    ]


def test_one_comparison_shows_them_together(project: Path) -> None:
    comparison = compare_experiments(increment="0042")

    assert {"xgboost", "oscillator-c", "line-swift"} <= {row["name"] for row in comparison.rows}
    report = (experiments(project) / "comparison.md").read_text(encoding="utf-8")
    for name in ("baseline-majority", "random-forest", "oscillator-c", "line-swift"):
        assert name in report


def test_models_beat_the_baselines() -> None:
    comparison = compare_experiments(increment="0042", sort_by="accuracy", write=False)

    assert comparison.best is not None
    assert comparison.best.name in {"xgboost", "lightgbm", "random-forest"}
    assert comparison.best.metrics["accuracy"] > 0.9


def test_model_comparison_leaves_what_it_says(project: Path) -> None:
    files = {"xgboost": "model.ubj", "lightgbm": "model.txt", "random-forest": "model.pkl"}
    for name, model in files.items():
        folder = experiments(project) / name
        assert (folder / model).is_file()
        assert (folder / "confusion_matrix.png").read_bytes().startswith(b"\x89PNG")
        assert (folder / "feature_importance.csv").read_text(encoding="utf-8").count("\n") == 31
        metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
        assert {"accuracy", "precision", "recall", "f1", "training_time"} <= metrics.keys()
    assert len(load_experiment("xgboost").history("validation_0/logloss").values) == 200
    assert len(load_experiment("lightgbm").history("validation_0/binary_logloss").values) == 200


def test_python_reads_what_c_and_swift_wrote() -> None:
    oscillator = load_experiment("oscillator-c")
    assert dict(oscillator.params) == {
        "stiffness": 4.0,
        "damping": 0.3,
        "dt": 0.01,
        "steps": 1000,
    }
    energy = oscillator.history("energy")
    assert list(energy.steps) == list(range(1000))
    assert energy.values[-1] == oscillator.metrics["final_energy"]
    assert oscillator.load_artifact("final_state.json") == {"settled": True}

    line = load_experiment("line-swift")
    assert dict(line.params) == {"learning_rate": 0.5, "points": 100}
    assert list(line.tags) == ["swift"]
    assert len(line.history("loss").values) == 200
    assert math.isclose(line.metrics["slope"], 3, abs_tol=0.1)


@pytest.mark.parametrize(
    ("name", "metric"),
    [("xgboost", "validation_0/logloss"), ("line-swift", "loss"), ("oscillator-c", "energy")],
)
def test_c_and_swift_read_the_same_as_python(project: Path, name: str, metric: str) -> None:
    reader = polyglot.compile_c(ROOT / "examples/c/read.c", project / f"read-{name}")
    head, *lines = polyglot.run([reader, name, metric], project).splitlines()
    swift = polyglot.run([polyglot.swift_quickstart(), "read", name, metric], project).splitlines()

    history = load_experiment(name).history(metric)
    expected = list(zip(map(int, history.steps), map(float, history.values), strict=True))
    assert [parsed(line) for line in lines[-len(expected) :]] == expected
    assert [parsed(line) for line in swift[-len(expected) :]] == expected
    assert head.endswith(": completed")
    assert "status completed" in swift


def parsed(line: str) -> tuple[int, float]:
    step, value = line.split()
    return int(step), float(value)
