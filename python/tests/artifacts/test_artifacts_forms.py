"""Every family of objects, written and read back."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import joblib
import lightgbm
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import xgboost
from PIL import Image
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import ConfusionMatrixDisplay

from specweave import Experiment, track_experiment
from specweave_ml.errors import SerialisationError

mpl.use("Agg")

X, y = load_breast_cancer(return_X_y=True)
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def exp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Experiment:
    monkeypatch.setenv("SPECWEAVE_ROOT", str(tmp_path))
    return track_experiment("artifacts", capture=False)


def saved(exp: Experiment, name: str, obj: Any) -> Path:
    exp.save_artifact(name, obj)
    return Path(exp.path) / name


def test_json_is_strict_and_keeps_numbers_that_are_not_finite_as_words(exp: Experiment) -> None:
    path = saved(
        exp, "a.json", {"nan": math.nan, "inf": -math.inf, 1: (1, 2), "np": np.float32(0.5)}
    )

    assert json.loads(path.read_bytes(), parse_constant=pytest.fail) == {
        "nan": "NaN",
        "inf": "-Infinity",
        "1": [1, 2],
        "np": 0.5,
    }


@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
def test_object_inside_that_has_no_plain_form_is_named(exp: Experiment, name: str) -> None:
    with pytest.raises(SerialisationError, match=r"\['model'\]\[1\] is a builtins\.object"):
        exp.save_artifact(name, {"model": [1, object()]})

    assert not (Path(exp.path) / name).exists()


def test_object_that_contains_itself_is_an_error(exp: Experiment) -> None:
    loop: list[Any] = []
    loop.append(loop)

    with pytest.raises(SerialisationError, match="in itself"):
        exp.save_artifact("a.json", loop)


def test_keys_that_are_the_same_as_text_are_refused(exp: Experiment) -> None:
    with pytest.raises(SerialisationError, match="two keys that are both '1'"):
        exp.save_artifact("a.json", {1: "a", "1": "b"})


def test_yaml_round_trip(exp: Experiment) -> None:
    value = {"name": "env", "dependencies": ["python=3.11", {"pip": ["a"]}], "no": "no", "x": 1.5}
    saved(exp, "env.yaml", value)

    assert exp.load_artifact("env.yaml") == value


def test_list_of_lines_is_text(exp: Experiment) -> None:
    path = saved(exp, "requirements.txt", ["numpy==2.0", "pandas==2.0"])

    assert path.read_text(encoding="utf-8") == "numpy==2.0\npandas==2.0\n"


def test_frame_with_an_index_that_means_something_keeps_it(exp: Experiment) -> None:
    path = saved(exp, "t.csv", pd.DataFrame({"v": [1, 2]}, index=pd.Index(["x", "y"], name="k")))

    assert path.read_text(encoding="utf-8") == "k,v\nx,1\ny,2\n"


def test_cells_that_look_like_formulas_are_not_changed(exp: Experiment) -> None:
    path = saved(exp, "t.csv", pd.DataFrame({"a": ["=1+1", "@x", "-2"]}))

    assert path.read_text(encoding="utf-8") == "a\n=1+1\n@x\n-2\n"


@pytest.mark.parametrize(
    ("obj", "text"),
    [
        ([{"a": 1}, {"a": 2, "b": "x,y"}], 'a,b\n1,\n2,"x,y"\n'),
        ({"a": [1, 2], "b": [0.1, 0.2]}, "a,b\n1,0.1\n2,0.2\n"),
        ({"accuracy": 0.5, "n": 3}, "name,value\naccuracy,0.5\nn,3\n"),
        (np.array([[1, 2], [3, 4]]), "1,2\n3,4\n"),
        (pd.Series([1, 2], name="s"), "s\n1\n2\n"),
    ],
)
def test_tables_that_are_no_frames(exp: Experiment, obj: Any, text: str) -> None:
    assert saved(exp, "t.csv", obj).read_text(encoding="utf-8") == text


def test_columns_of_different_length_are_refused(exp: Experiment) -> None:
    with pytest.raises(SerialisationError, match="differ in length"):
        exp.save_artifact("t.csv", {"a": [1], "b": [1, 2]})


def test_arrays(exp: Experiment) -> None:
    array = np.arange(6.0).reshape(2, 3)
    saved(exp, "one.npy", array)
    saved(exp, "many.npz", {"a": array, "b": array[0]})
    saved(exp, "table.csv", array)

    assert np.array_equal(exp.load_artifact("one.npy"), array)
    assert set(exp.load_artifact("many.npz")) == {"a", "b"}
    assert np.array_equal(exp.load_artifact("table.csv"), array)


@pytest.mark.parametrize("name", ["a.npy", "a.npz"])
def test_array_of_objects_is_refused(exp: Experiment, name: str) -> None:
    with pytest.raises(SerialisationError, match="Python objects"):
        exp.save_artifact(name, np.array([{}, {}]))

    assert not (Path(exp.path) / name).exists()


def test_everything_that_matplotlib_draws(exp: Experiment) -> None:
    figure, axes = plt.subplots(2, 2)
    display = ConfusionMatrixDisplay.from_predictions(y, y)
    undrawn = ConfusionMatrixDisplay(np.eye(2))
    open_before = plt.get_fignums()

    for name, obj in {
        "figure.png": figure,
        "array.png": axes,
        "one.png": axes[0, 0],
        "list.png": list(axes[0]),
        "pyplot.png": plt,
        "display.png": display,
        "undrawn.png": undrawn,
    }.items():
        assert saved(exp, name, obj).read_bytes().startswith(PNG)

    assert plt.get_fignums() == open_before
    assert saved(exp, "f.svg", figure).read_text(encoding="utf-8").startswith("<?xml")
    assert saved(exp, "f.pdf", figure).read_bytes().startswith(b"%PDF")
    assert saved(exp, "f.jpg", figure).read_bytes().startswith(b"\xff\xd8")
    plt.close("all")


def test_images(exp: Experiment) -> None:
    saved(exp, "pil.png", Image.new("RGBA", (4, 3)))
    saved(exp, "pil.jpg", Image.new("RGBA", (4, 3)))
    saved(exp, "grey.png", np.full((3, 4), 0.5))
    saved(exp, "colour.png", np.full((3, 4, 3), 200, "uint8"))

    assert exp.load_artifact("pil.jpg").mode == "RGB"
    assert exp.load_artifact("grey.png").getpixel((0, 0)) == 128
    assert exp.load_artifact("colour.png").size == (4, 3)


@pytest.mark.parametrize(
    "array", [np.full((2, 2), 1.5), np.full((2, 2), np.nan), np.zeros((2, 2, 7)), np.zeros((0, 2))]
)
def test_arrays_that_are_no_images_are_refused(exp: Experiment, array: Any) -> None:
    with pytest.raises(SerialisationError):
        exp.save_artifact("a.png", array)


def test_scikit_learn_models(exp: Experiment) -> None:
    model = LogisticRegression(max_iter=5000).fit(X, y)
    exp.save_model(model)
    exp.save_artifact("model.joblib", model)

    assert np.array_equal(exp.load_artifact("model.pkl", trust=True).predict(X), model.predict(X))
    assert np.array_equal(joblib.load(Path(exp.path) / "model.joblib").coef_, model.coef_)


def test_xgboost_models_come_back_in_their_class(exp: Experiment) -> None:
    model = xgboost.XGBClassifier(n_estimators=5).fit(X, y)
    exp.save_model(model)
    exp.save_model(model, "model.json")
    exp.save_model(model.get_booster(), "booster.ubj")

    for name in ("model.ubj", "model.json"):
        back = exp.load_artifact(name)
        assert isinstance(back, xgboost.XGBClassifier)
        assert np.array_equal(back.predict_proba(X), model.predict_proba(X))
    assert isinstance(exp.load_artifact("booster.ubj"), xgboost.Booster)


def test_lightgbm_models(exp: Experiment) -> None:
    model = lightgbm.LGBMRegressor(n_estimators=5, verbose=-1).fit(X, y)
    exp.save_model(model)

    back = exp.load_artifact("model.txt")
    assert np.allclose(back.predict(X), model.predict(X))


@pytest.mark.parametrize("model", [xgboost.XGBClassifier(), lightgbm.LGBMClassifier()])
def test_model_that_was_not_trained(exp: Experiment, model: Any) -> None:
    with pytest.raises(SerialisationError, match=r"saving model\.(ubj|txt)"):
        exp.save_model(model)
    exp.save_artifact("untrained.pkl", model)

    assert repr(exp.load_artifact("untrained.pkl", trust=True)) == repr(model)


def test_saving_a_model_leaves_it_as_it_was(exp: Experiment) -> None:
    model = xgboost.XGBClassifier(n_estimators=2).fit(X, y)
    before = bytes(model.get_booster().save_raw())
    exp.save_model(model)

    assert bytes(model.get_booster().save_raw()) == before
