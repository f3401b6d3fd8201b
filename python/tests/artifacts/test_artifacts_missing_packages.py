"""A package that is not installed: the error has the line that installs it."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from specweave import Experiment, track_experiment
from specweave_ml.errors import MissingExtraError


@pytest.fixture
def exp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Experiment:
    monkeypatch.setenv("SPECWEAVE_ROOT", str(tmp_path))
    return track_experiment("artifacts", capture=False)


@pytest.mark.parametrize(
    ("missing", "name", "obj", "line"),
    [
        ("pyarrow", "t.parquet", pd.DataFrame({"a": [1]}), "pip install 'pyarrow'"),
        ("joblib", "m.joblib", {"a": 1}, "pip install 'joblib'"),
        ("PIL.Image", "i.png", np.zeros((2, 2)), "pip install 'specweave-ml[plots]'"),
    ],
)
def test_saving_names_the_package(
    exp: Experiment,
    monkeypatch: pytest.MonkeyPatch,
    missing: str,
    name: str,
    obj: object,
    line: str,
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)

    with pytest.raises(MissingExtraError) as raised:
        exp.save_artifact(name, obj)

    assert line in str(raised.value)
    assert isinstance(raised.value, ImportError)
    assert not (Path(exp.path) / name).exists()


def test_without_pyyaml_yaml_is_json(exp: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    exp.save_artifact("a.yaml", {"a": [1, 2]})

    assert exp.load_artifact("a.yaml") == {"a": [1, 2]}
    monkeypatch.undo()


def test_without_pandas_a_table_is_its_records(
    exp: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    exp.save_artifact("t.csv", [{"a": 1, "b": "x"}])
    exp.save_artifact("text.csv", "a,b\n1,x\n")
    monkeypatch.setitem(sys.modules, "pandas", None)

    assert exp.load_artifact("t.csv") == [{"a": 1, "b": "x"}]
    assert exp.load_artifact("text.csv") == [{"a": "1", "b": "x"}]
