"""Models saved in their package's native format come back as what they were, in another process."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
import pytest
import torch
import xgboost
from sklearn.base import clone

from specweave import (
    Experiment,
    TrackingWarning,
    autolog,
    compare_models,
    list_experiments,
    load_experiment,
    track_experiment,
)

RANDOM = np.random.default_rng(0)
X = RANDOM.random((240, 4))
NUMBER = X[:, 0] + 0.2 * X[:, 1]
HALF = (NUMBER > 0.6).astype(int)
THIRD = np.digitize(NUMBER, [0.4, 0.8])
GROUPS = np.full(24, 10)


def words(codes: Any) -> Any:
    return np.array(["bad", "good", "ümlaut"])[codes]


def boost(**options: Any) -> Any:
    return lightgbm.LGBMClassifier(n_estimators=6, verbose=-1, n_jobs=1, **options)


def extreme(**options: Any) -> Any:
    return xgboost.XGBClassifier(n_estimators=6, n_jobs=1, **options)


def stopped_early() -> Any:
    model = boost(learning_rate=1.5, metric="binary_logloss")
    return model.fit(
        X, HALF, eval_X=X[:60], eval_y=1 - HALF[:60],
        callbacks=[lightgbm.early_stopping(2, verbose=False)],
    )  # fmt: skip


def extreme_stopped_early() -> Any:
    model = extreme(early_stopping_rounds=2, eval_metric="auc", learning_rate=1.5)
    return model.fit(X, HALF, eval_set=[(X[:60], 1 - HALF[:60])], verbose=False)


MODELS: dict[str, Any] = {
    "lightgbm binary": lambda: boost(reg_alpha=0.1).fit(X, HALF),
    "lightgbm words": lambda: boost(random_state=7).fit(X, words(HALF)),
    "lightgbm multi-class words": lambda: boost().fit(X, words(THIRD)),
    "lightgbm series of words": lambda: boost().fit(
        pd.DataFrame(X, columns=list("abcd")), pd.Series(words(THIRD))
    ),
    "lightgbm truth": lambda: boost().fit(X, HALF == 1),
    "lightgbm negative labels": lambda: boost().fit(X, HALF * 2 - 1),
    "lightgbm float labels": lambda: boost().fit(X, THIRD * 1.0),
    "lightgbm objects": lambda: boost().fit(X, words(THIRD).astype(object)),
    "lightgbm weights": lambda: boost(class_weight={"bad": 1.0, "good": 3.5}).fit(X, words(HALF)),
    "lightgbm balanced": lambda: boost(class_weight="balanced").fit(X, words(HALF)),
    "lightgbm early": stopped_early,
    "lightgbm dart": lambda: boost(boosting_type="dart", random_state=1).fit(X, HALF),
    "lightgbm regressor": lambda: lightgbm.LGBMRegressor(
        n_estimators=6, verbose=-1, n_jobs=1, min_child_weight=1e-12
    ).fit(X, NUMBER),
    "lightgbm ranker": lambda: lightgbm.LGBMRanker(
        n_estimators=6, verbose=-1, n_jobs=1, label_gain=[0, 1, 3]
    ).fit(X, THIRD, group=GROUPS),
    "xgboost binary": lambda: extreme(reg_alpha=0.1, missing=-1.0).fit(X, HALF),
    "xgboost multi-class": lambda: extreme(random_state=7).fit(X, THIRD),
    "xgboost frame": lambda: extreme(monotone_constraints={"a": 1}).fit(
        pd.DataFrame(X, columns=list("abcd")), THIRD
    ),
    "xgboost early": extreme_stopped_early,
    "xgboost linear": lambda: extreme(booster="gblinear").fit(X, HALF),
    "xgboost forest": lambda: xgboost.XGBRFClassifier(n_estimators=6, n_jobs=1).fit(X, HALF),
    "xgboost regressor": lambda: xgboost.XGBRegressor(
        n_estimators=6, n_jobs=1, base_score=0.25, interaction_constraints="[[0, 1], [2, 3]]"
    ).fit(X, NUMBER),
    "xgboost regressor forest": lambda: xgboost.XGBRFRegressor(n_estimators=6).fit(X, NUMBER),
    "xgboost ranker": lambda: xgboost.XGBRanker(n_estimators=6, n_jobs=1).fit(
        X, THIRD, group=GROUPS
    ),
}

READER = """
import pickle, sys, warnings
import numpy as np
import pandas as pd
from specweave import load_experiment

def facts(model, rows):
    found = {"class": type(model), "params": model.get_params(), "predicted": model.predict(rows)}
    if hasattr(model, "predict_proba"):
        found |= {"proba": model.predict_proba(rows), "classes": model.classes_}
    for name in ("n_features_in_", "feature_names_in_", "best_iteration_", "best_iteration"):
        try:
            found[name] = getattr(model, name)
        except AttributeError:
            pass
    return found

if __name__ == "__main__":
    rows = pickle.loads(sys.stdin.buffer.read())
    exp = load_experiment("models")
    names = {one["path"]: one["path"] for one in exp.artifacts if one["kind"] == "model"}
    found = {name: facts(exp.load_artifact(name), rows[name]) for name in names}
    sys.stdout.buffer.write(pickle.dumps(found))
"""


def test_every_estimator_comes_back_as_it_was(project: Path) -> None:
    (project / "reader.py").write_text(READER, "utf-8")
    models, rows = {}, {}
    with track_experiment("models", capture=False) as exp:
        for number, (what, make) in enumerate(MODELS.items()):
            model = make()
            endings = [".txt"] if what.startswith("lightgbm") else [".ubj", ".json"]
            framed = "frame" in what or "series" in what
            for ending in endings:
                name = exp.save_model(model, f"{number}{ending}")
                models[name] = (what, model)
                rows[name] = pd.DataFrame(X, columns=list("abcd")) if framed else X
    done = subprocess.run(
        [sys.executable, "reader.py"], input=pickle.dumps(rows), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    found = pickle.loads(done.stdout)  # noqa: S301 - made by the process above

    for name, (what, model) in models.items():
        back = found[name]
        assert back["class"] is type(model), what
        np.testing.assert_equal(back["params"], model.get_params(), what)
        np.testing.assert_array_equal(back["predicted"], model.predict(rows[name]), what)
        assert back["predicted"].dtype == model.predict(rows[name]).dtype, what
        if "proba" in back:
            np.testing.assert_array_equal(back["proba"], model.predict_proba(rows[name]), what)
            np.testing.assert_array_equal(back["classes"], model.classes_, what)
            assert np.asarray(back["classes"]).dtype == np.asarray(model.classes_).dtype, what
        for attribute in set(back) - {"class", "params", "predicted", "proba", "classes"}:
            np.testing.assert_array_equal(back[attribute], getattr(model, attribute), what)


@pytest.fixture
def exp(project: Path) -> Experiment:
    return track_experiment("models", capture=False)


@pytest.mark.parametrize(
    ("make", "ending"), [(stopped_early, ".txt"), (extreme_stopped_early, ".ubj")]
)
def test_a_model_that_came_back_can_be_trained_and_saved_again(
    exp: Experiment, make: Any, ending: str
) -> None:
    model = make()
    name = exp.save_model(model)
    back = exp.load_artifact(name)
    exp.save_model(back, f"again{ending}")

    assert name == f"model{ending}"
    again = exp.load_artifact(f"again{ending}")
    assert np.array_equal(again.predict(X), model.predict(X))
    fresh = clone(back).set_params(early_stopping_rounds=None)
    assert set(fresh.fit(X, HALF).predict(X)) == {0, 1}


def test_boosters_keep_their_best_iteration(exp: Experiment) -> None:
    data = lightgbm.Dataset(X, HALF)
    check = lightgbm.Dataset(X[:60], 1 - HALF[:60], reference=data)
    light = lightgbm.train(
        {"objective": "binary", "verbose": -1, "learning_rate": 1.5}, data, 20, [check],
        callbacks=[lightgbm.early_stopping(2, verbose=False)],
    )  # fmt: skip
    matrix = xgboost.DMatrix(X, HALF)
    heavy = xgboost.train(
        {"objective": "binary:logistic", "eval_metric": "auc"}, matrix, 20,
        evals=[(xgboost.DMatrix(X[:60], 1 - HALF[:60]), "check")],
        early_stopping_rounds=2, verbose_eval=False,
    )  # fmt: skip
    exp.save_model(light, "light.txt")
    exp.save_model(heavy, "heavy.ubj")

    back = exp.load_artifact("light.txt")
    assert type(back) is lightgbm.Booster
    assert (back.best_iteration, back.best_score) == (light.best_iteration, light.best_score)
    assert back.params == light.params
    assert np.array_equal(back.predict(X), light.predict(X))
    other = exp.load_artifact("heavy.ubj")
    assert type(other) is xgboost.Booster
    assert other.best_iteration == heavy.best_iteration
    assert np.array_equal(other.predict(matrix), heavy.predict(matrix))


class Own(lightgbm.LGBMClassifier):  # type: ignore[misc, unused-ignore]
    """A class that no native file can give back."""


def squares(truth: Any, guess: Any) -> Any:
    return guess - truth, np.ones_like(guess)


def light_regressor(**options: Any) -> Any:
    return lightgbm.LGBMRegressor(n_estimators=2, verbose=-1, **options)


@pytest.mark.parametrize(
    ("make", "native", "reason"),
    [
        (lambda: Own(n_estimators=2, verbose=-1), "m.txt", "Own is not one of lightgbm"),
        (lambda: light_regressor(objective=squares), "m.txt", "objective is a builtins.function"),
        (lambda: extreme(random_state=np.random.RandomState(3)), "m.ubj", "random_state is a"),
    ],
)
def test_what_only_a_pickle_keeps_is_pickled_by_default(
    exp: Experiment, make: Any, native: str, reason: str
) -> None:
    model = make().fit(X, HALF)

    assert exp.save_model(model) == "model.pkl"
    back = exp.load_artifact("model.pkl", trust=True)
    assert type(back) is type(model)
    assert np.array_equal(back.predict(X), model.predict(X))
    with pytest.warns(TrackingWarning, match=reason):
        exp.save_model(model, native)


def test_comparing_and_automatic_logging_save_what_comes_back(project: Path) -> None:
    model = boost().fit(X, words(THIRD))
    compare_models({"light": boost()}, X, words(THIRD), X, words(THIRD))
    light = next(one for one in list_experiments() if one.name == "light")
    assert light.load_artifact("model.txt").predict(X).tolist() == model.predict(X).tolist()

    autolog()
    try:
        boost().fit(X, words(THIRD))
    finally:
        autolog(False)
    logged = next(one for one in list_experiments() if one.name != "light")
    assert logged.load_artifact("model.txt").predict(X).tolist() == model.predict(X).tolist()


TORCH = """
import torch
from specweave import load_experiment, track_experiment


class Net(torch.nn.Module):
    def __init__(self, width, *, rate):
        super().__init__()
        self.first = torch.nn.Linear(3, width)
        self.second = torch.nn.Linear(width, width)
        self.second.weight.requires_grad_(False)
        self.tied = self.second
        self.norm = torch.nn.BatchNorm1d(width)
        self.rate = rate
        self.register_buffer("scale", torch.full((width,), 2.0), persistent=False)

    def forward(self, x):
        return self.norm(self.tied(self.second(self.first(x)))) * self.scale * self.rate


if __name__ == "__main__":
    torch.manual_seed(1)
    net = Net(4, rate=0.25)
    net(torch.rand(8, 3))
    net.eval()
    with track_experiment("models", capture=False) as exp:
        exp.save_model(net)
    torch.save((torch.ones(2, 3), net(torch.ones(2, 3)), net.state_dict()), "expected.pt")
"""


def test_a_module_comes_back_in_its_class_for_who_trusts_it(project: Path) -> None:
    (project / "net.py").write_text(TORCH, "utf-8")
    subprocess.run([sys.executable, "net.py"], check=True)
    exp = load_experiment("models")
    rows, expected, state = torch.load("expected.pt")

    plain = exp.load_artifact("model.pt")
    assert list(plain) == list(state)
    assert all(torch.equal(plain[name], state[name]) for name in state)
    outside = torch.load(exp.artifact_path("model.pt"), weights_only=True, mmap=True)
    assert all(torch.equal(outside[name], state[name]) for name in state)

    back = exp.load_artifact("model.pt", trust=True)
    assert type(back).__name__ == "Net"
    assert (back.rate, back.training) == (0.25, False)
    assert torch.equal(back(rows), expected)
    assert back.tied is back.second
    assert [p.requires_grad for p in back.parameters()] == [True, True, False, True, True, True]
