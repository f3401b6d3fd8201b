"""What `AutoTracker` records of a call, and that it changes nothing about it."""

from __future__ import annotations

import dataclasses
import functools
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import MagicMock

import numpy as np
import pandas as pd
import polars
import pytest
import scipy.sparse
import torch
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import classification_report
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from seed.project import X_test, X_train, y_test, y_train
from specweave import AutoTracker, Experiment, load_experiment, track_experiment
from specweave_ml.autotracker.arguments import is_data

TABLE = pd.DataFrame({"age": [31.0, 42.0, 53.0, 64.0], "income": [1.0, 2.0, 3.0, 5.0]})
TARGET = np.array([0, 0, 1, 1])

tracker = AutoTracker(increment="0042", capture=False)


def newest(name: str) -> Experiment:
    return load_experiment(name)


def children(parent: Experiment) -> list[Experiment]:
    folders = [path.parent for path in sorted(parent.path.glob("*/params.json"))]
    return [load_experiment(folder) for folder in folders]


def test_arguments_and_their_defaults_are_params() -> None:
    @tracker.track
    def train(depth: int, rate: float = 0.1, *layers: int, seed: int = 7, **further: Any) -> None:
        del depth, rate, layers, seed, further

    train(3, 0.5, 64, 32, momentum=0.9)
    assert newest("train").params == {
        "depth": 3,
        "rate": 0.5,
        "layers": [64, 32],
        "seed": 7,
        "momentum": 0.9,
    }
    train(4)
    assert newest("train").params == {"depth": 4, "rate": 0.1, "seed": 7}
    assert newest("train").path.name == "train-2"


def test_params_are_as_they_were_before_the_call() -> None:
    @tracker.track(name="changing")
    def train(config: dict[str, Any]) -> None:
        config["rate"] = "changed"

    train({"rate": 0.1})
    assert newest("changing").params == {"config": {"rate": 0.1}}


def test_returned_estimator_gives_params_facts_and_a_pickle() -> None:
    @tracker.track(name="ridge")
    def train(alpha: float = 2.0) -> Any:
        model = Ridge(alpha=alpha).fit(TABLE, TARGET)
        r2 = model.score(TABLE, TARGET)
        return model, r2

    model, r2 = train()
    found = newest("ridge")
    assert found.status == "completed"
    assert found.metrics == {"r2": r2}
    assert found.params["alpha"] == 2.0
    assert found.params["model"] == "sklearn.linear_model._ridge.Ridge"
    assert found.params["fit_intercept"] is True
    assert found.facts["models"]["model"]["feature_names"] == ["age", "income"]
    loaded = found.load_artifact("model.pkl", trust=True)
    assert (loaded.predict(TABLE) == model.predict(TABLE)).all()


def test_pipeline_gives_the_params_of_its_parts() -> None:
    @tracker.track(name="pipeline")
    def train() -> Any:
        return make_pipeline(StandardScaler(), LogisticRegression(C=0.5)).fit(X_train, y_train)

    train()
    params = newest("pipeline").params
    assert params["model"] == "sklearn.pipeline.Pipeline"
    assert params["logisticregression__C"] == 0.5
    assert params["standardscaler__with_mean"] is True


def test_estimator_given_has_its_params_under_its_name() -> None:
    @tracker.track(name="given")
    def train(model: Any, alpha: float = 9.0) -> Any:
        return model.fit(TABLE, TARGET)

    model = Ridge(alpha=3.0)
    assert train(model) is model
    params = newest("given").params
    assert params["alpha"] == 9.0
    assert params["model.alpha"] == 3.0
    assert params["model"].endswith("Ridge")


def test_params_of_the_returned_model_do_not_replace_arguments() -> None:
    @tracker.track(name="both")
    def train(alpha: float) -> Any:
        return Ridge(alpha=alpha / 2).fit(TABLE, TARGET)

    train(4.0)
    params = newest("both").params
    assert (params["alpha"], params["model.alpha"]) == (4.0, 2.0)


def test_two_models_keep_apart() -> None:
    @tracker.track(name="two")
    def train() -> Any:
        small, large = Ridge(alpha=1.0).fit(TABLE, TARGET), Ridge(alpha=5.0).fit(TABLE, TARGET)
        return small, large

    train()
    found = newest("two")
    assert (found.params["small.alpha"], found.params["large.alpha"]) == (1.0, 5.0)
    assert {artifact["path"] for artifact in found.artifacts} == {"small.pkl", "large.pkl"}


def test_native_form_lies_beside_the_pickle() -> None:
    from xgboost import XGBClassifier

    @tracker.track(name="boosted")
    def train() -> Any:
        model = XGBClassifier(n_estimators=3, n_jobs=1).fit(X_train, y_train)
        return model, model.score(X_test, y_test)

    model, score = train()
    found = newest("boosted")
    assert found.metrics == {"score": score}
    assert {artifact["path"] for artifact in found.artifacts} == {"model.pkl", "model.ubj"}
    native = found.load_artifact("model.ubj")
    assert (native.predict(X_test) == model.predict(X_test)).all()


def test_data_is_described_and_not_a_param() -> None:
    @tracker.track(name="data")
    def train(X: Any, y: Any, depth: int = 2) -> float:  # noqa: N803 - as the field writes it
        return float(depth)

    train(TABLE, TARGET)
    found = newest("data")
    assert found.params == {"depth": 2}
    assert found.facts["data"]["X"]["columns"] == {"age": "float64", "income": "float64"}
    assert found.facts["data"]["y"]["shape"] == [4]
    first = found.facts["data"]["X"]["sha256"]
    train(TABLE.assign(age=0.0), TARGET)
    assert newest("data").facts["data"]["X"]["sha256"] != first


def test_data_around_the_function_is_seen() -> None:
    inner = np.ones((3, 2))

    @tracker.track(name="around")
    def train() -> float:
        return float(TABLE.shape[0] + inner.shape[0])

    train()
    data = newest("around").facts["data"]
    assert data["TABLE"]["shape"] == [4, 2]
    assert data["inner"]["shape"] == [3, 2]


def test_a_module_is_no_data_and_does_not_hide_the_data() -> None:
    @tracker.track(name="module")
    def train(backend: Any, X: Any) -> float:  # noqa: N803 - as the field writes it
        return float(backend.sum(X) + np.sum(TABLE.to_numpy()))

    train(np, TARGET)
    found = newest("module")
    assert found.params == {"backend": "numpy"}
    assert {name: one["shape"] for name, one in found.facts["data"].items()} == {
        "TABLE": list(TABLE.shape),
        "X": list(TARGET.shape),
    }


class Lazy:
    """Stands for what is found only when it is asked for, and cannot be found now."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(f"there is no {name} yet")


ANYTHING, LATER = MagicMock(), Lazy()


def test_a_stand_in_that_answers_everything_or_nothing_is_no_data() -> None:
    @tracker.track(name="stand-in")
    def train(given: Any) -> float:
        del given
        return float(len(TARGET)) if ANYTHING is not LATER else 0.0

    train(MagicMock(spec=np.ndarray))
    assert list(newest("stand-in").facts["data"]) == ["TARGET"]


def test_data_read_only_within_inner_functions_is_seen() -> None:
    inner = np.ones((3, 2))

    @tracker.track(name="within")
    def train() -> float:
        class Sizes:
            rows = TABLE.shape[0]

        def deeper() -> Any:
            return lambda: [inner[row].sum() for row in range(2)]

        return float(sum(TARGET[row] for row in range(2)) + Sizes.rows + sum(deeper()()))

    train()
    assert set(newest("within").facts["data"]) == {"TABLE", "TARGET", "inner"}


shape = np.zeros(9)


def test_a_variable_with_the_name_of_an_attribute_is_not_taken_for_it() -> None:
    @tracker.track(name="attribute")
    def train() -> float:
        class Sizes:
            shape = 3

            rows = shape

        return float(TARGET.shape[0] + Sizes.rows)

    train()
    assert list(newest("attribute").facts["data"]) == ["TARGET"]


def test_a_variable_without_a_value_does_not_hide_the_others() -> None:
    @tracker.track(name="unset")
    def train() -> float:
        return float(len(TARGET)) if len(TARGET) else float(unset)

    train()
    assert list(newest("unset").facts["data"]) == ["TARGET"]
    unset = 1


@pytest.mark.parametrize("form", ["partial", "bound", "callable"])
def test_data_around_is_seen_through_every_form_of_a_function(form: str) -> None:
    class Trainer:
        def fit(self, rate: float = 0.5) -> float:
            return rate * float(TARGET[0])

        __call__ = fit

    functions: dict[str, Any] = {
        "partial": functools.partial(Trainer.fit, Trainer(), rate=0.25),
        "bound": Trainer().fit,
        "callable": Trainer(),
    }
    tracker.track(name=form)(functions[form])()
    assert list(newest(form).facts["data"]) == ["TARGET"]


def test_arrays_and_tables_of_other_packages_are_data() -> None:
    frame = polars.DataFrame({"age": [31.0, 42.0]})
    for value in (
        *(np.ones((4, 2)), np.ma.ones((4, 2))),
        *(TABLE, TABLE["age"], TABLE.index, TABLE["age"].astype("category").array),
        *(frame, frame["age"], frame.to_arrow()),
        *(scipy.sparse.csr_matrix(TABLE), scipy.sparse.coo_array(TABLE), torch.ones(4, 2)),
    ):
        assert is_data(value), type(value)
    for value in (np.float64(1.0), torch.tensor(1.0), np.ones, np.ndarray, pd, "text", [1, 2]):
        assert not is_data(value), type(value)


def test_data_and_models_can_be_left_out() -> None:
    light = AutoTracker("0042", capture=False, data=False, models=False, tags="light")

    @light.track(name="light", tags=["once"])
    def train(X: Any) -> Any:  # noqa: N803 - as the field writes it
        return Ridge().fit(X, TARGET)

    train(TABLE)
    found = newest("light")
    assert "data" not in found.facts
    assert found.artifacts == []
    assert found.tags == ["light", "once"]


class Scores(NamedTuple):
    auc: float
    f1: float


@dataclasses.dataclass
class Outcome:
    accuracy: float
    label: str


@pytest.mark.parametrize(
    ("result", "metrics"),
    [
        ({"auc": 0.5, "n": 3, "note": "text"}, {"auc": 0.5, "n": 3}),
        (Scores(0.25, 0.75), {"auc": 0.25, "f1": 0.75}),
        (Outcome(0.5, "x"), {"accuracy": 0.5}),
        ({"train": {"loss": 1.0}, "test": {"loss": 2.0}}, {"train/loss": 1.0, "test/loss": 2.0}),
        (np.float32(0.5), {"result": 0.5}),
        ([0.5, 0.25], {"result": 0.25}),
        ("0.5", {}),
        (None, {}),
    ],
)
def test_result_of_many_kinds_gives_its_numbers(result: Any, metrics: dict[str, float]) -> None:
    @tracker.track(name="kinds")
    def train() -> Any:
        return (lambda: result)()

    assert train() is result
    assert newest("kinds").metrics == metrics


def test_groups_of_metrics_are_named_as_log_metrics_names_them() -> None:
    report = classification_report([0, 1, 1], [0, 1, 0], output_dict=True)

    @tracker.track(name="report")
    def train() -> Any:
        return report

    train()
    with track_experiment("by-hand", "0042", capture=False) as exp:
        exp.log_metrics(report)
    assert newest("report").metrics == exp.metrics
    assert newest("report").metrics["0/precision"] == 0.5


def test_a_series_within_a_group_is_named_as_its_metrics_are() -> None:
    @tracker.track(name="histories")
    def train() -> Any:
        return {"train": {"loss": [1.0, 0.5], "auc": 0.75}}

    train()
    assert list(newest("histories").history("train/loss").values) == [1.0, 0.5]
    assert newest("histories").metrics["train/auc"] == 0.75


def test_lists_of_numbers_are_series() -> None:
    @tracker.track(name="series")
    def train() -> Any:
        return {"loss": [1.0, 0.5, 0.25]}

    train()
    assert list(newest("series").history("loss").values) == [1.0, 0.5, 0.25]


def test_same_keys_of_two_dicts_keep_apart() -> None:
    @tracker.track(name="twice")
    def train() -> Any:
        train_scores, test_scores = {"auc": 0.9}, {"auc": 0.8}
        return train_scores, test_scores

    train()
    assert newest("twice").metrics == {"train_scores/auc": 0.9, "test_scores/auc": 0.8}


def test_exception_passes_through_untouched_and_is_recorded() -> None:
    failure = ValueError("too deep")

    @tracker.track(name="failing")
    def train() -> None:
        raise failure

    with pytest.raises(ValueError, match="too deep") as raised:
        train()
    assert raised.value is failure
    assert failure.__cause__ is None
    assert failure.__context__ is None
    found = newest("failing")
    assert found.status == "failed"
    assert found.failure is not None
    assert "raise failure" in found.failure["traceback"]


def test_wrong_arguments_raise_what_python_raises() -> None:
    @tracker.track(name="wrong")
    def train(depth: int) -> None:
        del depth

    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        train()  # type: ignore[call-arg]
    assert newest("wrong").status == "failed"


def test_result_that_cannot_be_saved_is_a_warning_and_returned() -> None:
    class Odd(Ridge):  # type: ignore[misc]
        def __getstate__(self) -> Any:
            raise RuntimeError("not today")

    @tracker.track(name="odd")
    def train() -> Any:
        return Odd()

    with pytest.warns(UserWarning, match="not today") as warned:
        model = train()
    assert type(model) is Odd
    assert {Path(item.filename).name for item in warned} == {Path(__file__).name}
    assert newest("odd").status == "completed"


def test_nested_call_is_a_child() -> None:
    @tracker.track(name="inner")
    def inner() -> dict[str, float]:
        return {"loss": 0.5}

    @tracker.track(name="outer")
    def outer() -> dict[str, float]:
        return inner()

    outer()
    with track_experiment("by-hand", capture=False) as around:
        inner()
    assert [child.name for child in children(newest("outer"))] == ["inner"]
    assert [child.metrics for child in children(around)] == [{"loss": 0.5}]


def test_calls_in_the_threads_of_a_pool_are_children_of_the_open_experiment() -> None:
    @tracker.track(name="pooled")
    def train(depth: int) -> dict[str, int]:
        return {"twice": 2 * depth}

    with (
        track_experiment("by-hand", "0042", capture=False) as around,
        ThreadPoolExecutor(2) as pool,
    ):
        list(pool.map(train, range(4)))
    found = {child.params["depth"]: child.metrics["twice"] for child in children(around)}
    assert found == {0: 0, 1: 2, 2: 4, 3: 6}
