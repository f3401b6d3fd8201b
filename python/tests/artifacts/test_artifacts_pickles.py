"""Pickles: what cannot be pickled, what lives in ``__main__``, and who may read them."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest

from specweave import Experiment, track_experiment
from specweave_ml.errors import SerialisationError, TrackingWarning


@pytest.fixture
def exp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Experiment:
    monkeypatch.setenv("SPECWEAVE_ROOT", str(tmp_path))
    return track_experiment("artifacts", capture=False)


def files(exp: Experiment) -> set[str]:
    exp.flush()
    return {str(path.relative_to(exp.path)) for path in Path(exp.path).rglob("*")}


class RaisesHalfWay:
    def __reduce__(self) -> Any:
        raise RuntimeError("half way")


class LogsWhilePickled:
    def __init__(self, exp: Experiment) -> None:
        self.exp = exp

    def __reduce__(self) -> Any:
        self.exp.log_metric("pickled", 1.0)
        self.exp.save_artifact("inner.txt", "inner")
        return (int, (7,))


class RunsCode:
    def __reduce__(self) -> Any:
        return (os.mkdir, (os.environ["CANARY"],))


@pytest.mark.parametrize("name", ["a.pkl", "a.joblib"])
@pytest.mark.parametrize(
    "obj",
    [threading.Lock(), (x for x in range(3)), [np.zeros(100_000), RaisesHalfWay()]],
    ids=["lock", "generator", "raises"],
)
def test_object_that_cannot_be_pickled_leaves_no_file(
    exp: Experiment, name: str, obj: object
) -> None:
    before = files(exp)

    with pytest.raises(SerialisationError, match="cannot be pickled"):
        exp.save_artifact(name, obj)

    assert files(exp) == before
    exp.log_metric("still", 1.0)


def test_object_that_logs_while_it_is_pickled(exp: Experiment) -> None:
    exp.save_artifact("outer.pkl", LogsWhilePickled(exp))

    assert exp.load_artifact("outer.pkl", trust=True) == 7
    assert exp.load_artifact("inner.txt") == "inner"
    assert exp.metrics["pickled"] == 1.0


def test_pickle_is_plain_pickle(exp: Experiment) -> None:
    exp.save_artifact("a.pkl", {"a": [1, 2]})

    assert pickle.loads((Path(exp.path) / "a.pkl").read_bytes()) == {"a": [1, 2]}  # noqa: S301


def test_nothing_is_unpickled_without_trust(
    exp: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = tmp_path / "canary"
    monkeypatch.setenv("CANARY", str(canary))
    attack = pickle.dumps(RunsCode())
    for name in ("a.pkl", "a.pickle", "a.joblib", "a.keras", "a.npy", "a.npz", "a.json", "a.yaml"):
        exp.save_artifact(name, attack)
        with pytest.raises(SerialisationError):
            exp.load_artifact(name)

    assert not canary.exists()
    with pytest.raises(SerialisationError, match="trust=True"):
        exp.load_artifact("a.pkl")


def test_yaml_that_would_make_objects_is_refused(exp: Experiment, tmp_path: Path) -> None:
    exp.save_artifact("a.yaml", f"!!python/object/apply:os.mkdir ['{tmp_path}/canary']")

    with pytest.raises(SerialisationError, match="not plain YAML"):
        exp.load_artifact("a.yaml")

    assert not (tmp_path / "canary").exists()


SCRIPT = """
import sys
from specweave import track_experiment

class Local:
    value = 42

exp = track_experiment("local")
if "without" in sys.argv:
    sys.modules["cloudpickle"] = None
exp.save_artifact("local.pkl", [Local()])
exp.save_artifact("function.pkl", lambda x: x + 1) if "without" not in sys.argv else None
exp.finish()
print(exp.path)
"""


def run_script(tmp_path: Path, *arguments: str) -> tuple[Path, str]:
    (tmp_path / "train.py").write_text(SCRIPT, encoding="utf-8")
    environment = {**os.environ, "SPECWEAVE_ROOT": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, str(tmp_path / "train.py"), *arguments],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return Path(done.stdout.strip()), done.stderr


def test_classes_of_the_script_travel_with_their_objects(tmp_path: Path) -> None:
    folder, _ = run_script(tmp_path)

    with (folder / "local.pkl").open("rb") as file:
        assert pickle.load(file)[0].value == 42  # noqa: S301
    with (folder / "function.pkl").open("rb") as file:
        assert pickle.load(file)(1) == 2  # noqa: S301


def test_without_cloudpickle_classes_of_the_script_are_warned_about(tmp_path: Path) -> None:
    folder, stderr = run_script(tmp_path, "without")

    assert (folder / "local.pkl").is_file()
    assert TrackingWarning.__name__ in stderr
    assert "Local of __main__" in stderr
    assert "train.py:11" in stderr  # the user's line


PIPELINE = """
import multiprocessing
import sys

from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline

from specweave import track_experiment


def twice(values):
    return [[2 * value for value in row] for row in values]


class Doubling(TransformerMixin, BaseEstimator):
    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return twice(X)


def save(name, without):
    if without:
        sys.modules["cloudpickle"] = None
    model = make_pipeline(Doubling(), LinearRegression()).fit([[1.0], [2.0]], [4.0, 8.0])
    with track_experiment(name, capture=False) as exp:
        exp.save_model(model, "model.joblib")
        exp.save_model(model, "model.pkl")
    print(exp.path, flush=True)


if __name__ == "__main__":
    arguments = (sys.argv[1], "without" in sys.argv)
    if sys.argv[1] == "spawned":
        child = multiprocessing.get_context("spawn").Process(target=save, args=arguments)
        child.start()
        child.join()
        sys.exit(child.exitcode)
    save(*arguments)
"""


@pytest.mark.parametrize("how", ["here", "spawned"])
def test_a_pipeline_with_a_class_of_the_script_is_loaded_elsewhere(
    tmp_path: Path, how: str
) -> None:
    (tmp_path / "train.py").write_text(PIPELINE, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(tmp_path / "train.py"), how],
        env={**os.environ, "SPECWEAVE_ROOT": str(tmp_path)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    folder = Path(done.stdout.strip())

    for name in ("model.joblib", "model.pkl"):
        code = f"import joblib; print(joblib.load({str(folder / name)!r}).predict([[3.0]])[0])"
        elsewhere = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert float(elsewhere.stdout) == pytest.approx(12.0)
    with (folder / "model.pkl").open("rb") as file:
        assert pickle.load(file).predict([[3.0]]) == pytest.approx([12.0])  # noqa: S301


@pytest.mark.parametrize("how", ["here", "spawned"])
def test_without_cloudpickle_a_class_inside_a_pipeline_is_warned_about(
    tmp_path: Path, how: str
) -> None:
    (tmp_path / "train.py").write_text(PIPELINE, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(tmp_path / "train.py"), how, "without"],
        env={**os.environ, "SPECWEAVE_ROOT": str(tmp_path), "PYTHONWARNINGS": "always"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (
        done.stderr.count("refers to Doubling, twice of")
        + done.stderr.count("refers to Doubling of")
        == 2
    )


def test_joblib_itself_writes_what_needs_no_more(exp: Experiment, tmp_path: Path) -> None:
    held = {"a": np.arange(1000.0), "b": [1, "x"]}
    exp.save_artifact("a.joblib", held)
    joblib.dump(held, tmp_path / "b.joblib", protocol=5)

    assert (Path(exp.path) / "a.joblib").read_bytes() == (tmp_path / "b.joblib").read_bytes()
