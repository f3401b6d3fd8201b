"""A sweep continues only with what it was started with: values differ by their content."""

from __future__ import annotations

import functools
import html
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import torch
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_iris
from sklearn.metrics import f1_score, make_scorer
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.tree import DecisionTreeClassifier

from conftest import Run
from specweave import InvalidArgumentError, TrackingWarning, load_experiment, track_grid_search
from specweave_ml.model_selection.importance import importance_of
from specweave_ml.values import identity

X, y = load_iris(return_X_y=True)
FACTOR = 1.0


class First:
    """Takes the first columns; shown by Python with its memory address only."""

    def __init__(self, n: int) -> None:
        self.n = n

    def __call__(self, rows: Any) -> Any:
        return rows[:, : self.n]


def scaled(factor: float) -> Callable[..., float]:
    def score(model: Any, rows: Any, truth: Any) -> float:
        return factor * float(model.score(rows, truth))

    return score


def with_default(factor: float) -> Callable[..., float]:
    def score(model: Any, rows: Any, truth: Any, by: float = factor) -> float:
        return by * float(model.score(rows, truth))

    return score


def class_with(value: float) -> Any:
    class Constant(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
        level = value

        def fit(self, rows: Any, truth: Any) -> Any:
            self.classes_ = np.unique(truth)
            return self

        def predict(self, rows: Any) -> Any:
            return np.full(len(rows), self.level)

    return Constant()


def reads_global(model: Any, rows: Any, truth: Any) -> float:
    return FACTOR * float(model.score(rows, truth))


def large(last: float) -> Any:
    values = np.zeros(5000)
    values[-1] = last
    return values


def table(cell: object) -> pd.DataFrame:
    frame: pd.DataFrame = pd.DataFrame({"a": [1.0, 2.0], "b": ["x", cell]})
    return frame


PAIRS: dict[str, tuple[Any, Any]] = {
    "callable object": (First(1), First(2)),
    "list of callable objects": ([First(1), First(2)], [First(1), First(3)]),
    "closure": (scaled(1.0), scaled(2.0)),
    "default": (with_default(1.0), with_default(2.0)),
    "lambda": (lambda rows: rows * 1, lambda rows: rows * 2),
    "attribute in a lambda": (lambda rows: rows.min(), lambda rows: rows.max()),
    "partial": (
        functools.partial(f1_score, average="macro"),
        functools.partial(f1_score, average="micro"),
    ),
    "partial of a closure": (functools.partial(scaled(1.0)), functools.partial(scaled(2.0))),
    "bound method": (First(1).__call__, First(2).__call__),
    "scorer": (make_scorer(f1_score, average="macro"), make_scorer(f1_score, average="micro")),
    "scorer of a closure": (make_scorer(scaled(1.0)), make_scorer(scaled(2.0))),
    "RandomState": (np.random.RandomState(0), np.random.RandomState(1)),
    "Generator": (np.random.default_rng(0), np.random.default_rng(1)),
    "large array": (large(0.0), large(1.0)),
    "array of objects": (np.array(["a", 1], dtype=object), np.array(["a", "1"], dtype=object)),
    "masked array": (
        np.ma.masked_array([1, 2], mask=[False, True]),
        np.ma.masked_array([1, 2], mask=[True, False]),
    ),
    "type of an array": (np.zeros(3, np.float32), np.zeros(3, np.int32)),
    "sparse matrix": (
        scipy.sparse.csr_matrix(np.diag(np.arange(2000.0))),
        scipy.sparse.csr_matrix(np.diag(np.arange(2000.0) + 1)),
    ),
    "DataFrame": (table("y"), table("z")),
    "missing cell": (table(None), table("None")),
    "index": (table("y"), table("y").set_axis([5, 6])),
    "tensor": (torch.zeros(2000), torch.ones(2000)),
    "bfloat16": (torch.zeros(3, dtype=torch.bfloat16), torch.ones(3, dtype=torch.bfloat16)),
    "class attribute": (class_with(1.0), class_with(2.0)),
    "estimator": (DecisionTreeClassifier(max_depth=1), DecisionTreeClassifier(max_depth=2)),
    "pipeline of closures": (
        Pipeline([("f", FunctionTransformer(First(1))), ("t", DecisionTreeClassifier())]),
        Pipeline([("f", FunctionTransformer(First(2))), ("t", DecisionTreeClassifier())]),
    ),
    "large list": (list(range(200_000)), [*range(199_999), 0]),
    "number and text": ([1, 2], ["1", 2]),
    "number and truth": ([1, 0], [True, False]),
    "negative zero": (0.0, -0.0),
    "long integer": (10**5000, 10**5000 + 1),
    "list and tuple": ([[1], [2]], [(1,), (2,)]),
    "how lists are nested": ([[1], [2, 3]], [[1, 2], [3]]),
    "set": ({"a", "b", "c"}, {"a", "b", "d"}),
    "names": ({"a": 1, "b": 2}, {"a": 2, "b": 1}),
}


@pytest.mark.parametrize("name", PAIRS)
def test_content_tells_values_apart(name: str) -> None:
    one, other = PAIRS[name]
    assert identity.of(one) == identity.of(one)
    assert identity.of(one) != identity.of(other)
    assert identity.of_template(one) != identity.of_template(other)


EQUAL: dict[str, tuple[Any, Any]] = {
    "closure": (scaled(2.0), scaled(2.0)),
    "callable object": (First(2), First(2)),
    "class": (class_with(1.0), class_with(1.0)),
    "memory order": (np.ones((3, 2), order="C"), np.ones((3, 2), order="F")),
    "columns put in later": (
        pd.DataFrame({"a": [1.0], "b": [2.0]}),
        pd.DataFrame({"a": [1.0]}).assign(b=[2.0]),
    ),
    "order of names": ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    "experiment and lock": (threading.Lock(), threading.Lock()),
}


@pytest.mark.parametrize("name", EQUAL)
def test_the_same_content_is_the_same(name: str) -> None:
    one, other = EQUAL[name]
    assert identity.of(one) == identity.of(other)


def test_what_was_learned_does_not_count_where_it_is_not_cloned() -> None:
    fitted = DecisionTreeClassifier().fit(X, y)
    assert identity.of_template(fitted) == identity.of_template(DecisionTreeClassifier())

    def judge(teacher: Any) -> Callable[..., float]:
        return lambda model, rows, truth: float(
            np.mean(model.predict(rows) - teacher.predict(rows))
        )

    assert identity.of(judge(fitted)) != identity.of(judge(DecisionTreeClassifier()))


def test_globals_that_a_function_reads_count(monkeypatch: pytest.MonkeyPatch) -> None:
    def nested(model: Any, rows: Any, truth: Any) -> float:
        return max(reads_global(model, rows, truth) for _ in range(1))

    before = identity.of(nested)
    monkeypatch.setattr(sys.modules[__name__], "FACTOR", 2.0)
    assert identity.of(nested) != before


def test_functions_that_call_each_other_end() -> None:
    assert identity.of(even) == identity.of(even)
    assert identity.of(even) != identity.of(odd)


def even(n: int) -> bool:
    return n == 0 or odd(n - 1)


def odd(n: int) -> bool:
    return n != 0 and even(n - 1)


def generator() -> Iterator[int]:
    yield 1


@pytest.mark.parametrize("value", [generator(), threading.local(), sys._getframe()])
def test_what_has_no_content_is_refused_with_its_place(value: Any) -> None:
    def score(model: Any, rows: Any, truth: Any) -> float:
        return 0.0 if value is None else 1.0

    with pytest.raises(
        identity.UnidentifiableError, match=r"scoring\..*score\.value is a .*compared"
    ):
        identity.of(score, "scoring")


PROGRAM = """
    import collections, enum, functools, sys
    import numpy as np, pandas as pd
    from sklearn.ensemble import StackingClassifier
    from sklearn.metrics import get_scorer, make_scorer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler
    from sklearn.svm import SVC
    from sklearn.base import BaseEstimator
    from specweave_ml.values import identity

    class Colour(enum.Enum):
        RED = 1

    class First:
        known = {"a", "b", "c", ("d", 1), Colour}
        def __init__(self, n):
            self.n = n
        def __call__(self, X):
            return X[:, : self.n] if "x" in {"x", "y", "z"} else X
        @functools.cached_property
        def twice(self):
            return First
        @functools.lru_cache
        def thrice(self):
            return self

    class Model(BaseEstimator):
        def __init__(self, f=None, weights=None):
            self.f, self.weights = f, weights
        def fit(self, X, y):
            from collections import Counter
            return Counter(y), np.unique(y)

    def made(k):
        return lambda model, X, y: k * First(k)(X).mean()

    labels = {"setosa", "versicolor", "virginica"}
    values = [
        First(1), made(2), Colour.RED, First, {First(1), First(2)}, frozenset(labels),
        {label: 1.0 for label in labels}, make_scorer(made(3)), get_scorer("roc_auc"),
        functools.partial(made(1), y=2), np.random.RandomState(3), np.random.default_rng(3),
        pd.DataFrame({"a": [1, None], "b": ["x", None], "c": pd.Categorical(["u", "v"])}),
        collections.OrderedDict(a=1), np, sys.modules[__name__], np.add, len, First(1).__call__,
        np.vectorize(made(2)), print, functools.reduce,
    ]
    models = [
        Model(made(1), {label: 1.0 for label in labels}), make_pipeline(StandardScaler(), SVC()),
        StackingClassifier([("a", SVC())]), FunctionTransformer(First(2)),
    ]
    for value in values:
        print(identity.of(value))
    for value in models:
        print(identity.of_template(value))
"""


def test_every_process_finds_the_same_identity(run: Run) -> None:
    digests = [run(PROGRAM, PYTHONHASHSEED=seed) for seed in ("0", "1", "17")]
    assert [result.returncode for result in digests] == [0, 0, 0], digests[0].stderr
    assert digests[0].stdout == digests[1].stdout == digests[2].stdout
    lines = digests[0].stdout.split()
    assert len(lines) == len(set(lines)) == 26


def swept(grid: Any, model: Any = None, **options: Any) -> Any:
    model = model or Pipeline([("f", FunctionTransformer()), ("t", DecisionTreeClassifier())])
    return track_grid_search(
        model, grid, options.pop("rows", X), y, name="sweep", cv=3, importance=False, **options
    )[1]


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ({"grid": {"f__func": [First(1), First(2)]}}, {"grid": {"f__func": [First(1), First(3)]}},
         "the combinations"),
        ({"grid": {"f__func": [lambda a: a[:, :1]]}}, {"grid": {"f__func": [lambda a: a[:, :2]]}},
         "the combinations"),
        ({"scoring": scaled(1.0)}, {"scoring": scaled(-1.0)}, "the scoring"),
        ({"scoring": {"a": scaled(1.0)}, "refit": "a"},
         {"scoring": {"a": scaled(-1.0)}, "refit": "a"}, "the scoring"),
        ({"model": DecisionTreeClassifier(random_state=np.random.RandomState(0))},
         {"model": DecisionTreeClassifier(random_state=np.random.RandomState(1))}, "the model"),
        ({"rows": X}, {"rows": X + 1}, "the data"),
        ({"rows": pd.DataFrame(X)}, {"rows": pd.DataFrame(X).iloc[:, ::-1]}, "the data"),
        ({"rows": scipy.sparse.csr_matrix(X)}, {"rows": scipy.sparse.csr_matrix(X + 1)},
         "the data"),
        ({"model": DecisionTreeClassifier(), "sample_weight": np.ones(150)},
         {"model": DecisionTreeClassifier(), "sample_weight": np.arange(150.0)},
         "what is passed to fit"),
        ({"model": class_with(1)}, {"model": class_with(2)}, "the model"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore")
def test_a_sweep_of_other_content_is_refused(
    before: dict[str, Any], after: dict[str, Any], what: str
) -> None:
    def once(given: dict[str, Any], resume: bool) -> Any:
        options = dict(given)
        return swept(
            options.pop("grid", [{}]), options.pop("model", None), resume=resume, **options
        )

    once(before, False)
    once(before, True)
    with pytest.raises(InvalidArgumentError, match=f"{what}.* changed since"):
        once(after, True)
    assert load_experiment("sweep").status == "completed"


def test_what_cannot_be_compared_runs_but_does_not_go_on() -> None:
    held = generator()

    def score(model: Any, rows: Any, truth: Any) -> float:
        return float(model.score(rows, truth)) if held is not None else 0.0

    assert len(swept([{}], scoring=score)) == 1
    with pytest.raises(InvalidArgumentError, match=r"because of the scoring .*score\.held"):
        swept([{}], scoring=score, resume=True)


def test_what_could_not_go_on_is_said_at_the_start() -> None:
    held = generator()

    def score(model: Any, rows: Any, truth: Any) -> float:
        return float(model.score(rows, truth)) if held is not None else 0.0

    with pytest.warns(TrackingWarning, match=r"cannot be resumed .*the scoring .*score\.held"):
        swept([{}], scoring=score, resume="allow")


def inner(columns: int) -> Callable[..., Any]:
    def chosen(rows: Any) -> Any:
        return rows[:, :columns]

    return chosen


class Silent:
    """Has nothing to tell it apart."""

    def __init__(self, n: int) -> None:
        self.__dict__["__n"] = n

    def __call__(self, rows: Any) -> Any:
        return rows[:, : self.__dict__["__n"]]


def taken(rows: Any, n: int) -> Any:
    return rows[:, :n]


FUNCTIONS = {
    "First(n=1)": First(1),
    "First(n=2)": First(2),
    "inner.<locals>.chosen(columns=1)": inner(1),
    "inner.<locals>.chosen(columns=2)": inner(2),
    "partial(taken, n=1)": functools.partial(taken, n=1),
    "partial(taken, n=2)": functools.partial(taken, n=2),
    "First(n=2).__call__": First(2).__call__,
    "taken": functools.partial(taken, n=3).func,
    "Silent()": Silent(1),
    "Silent() #2": Silent(2),
}


@pytest.mark.filterwarnings("ignore")
def test_callables_have_names_that_people_can_read() -> None:
    results = swept({"f__func": list(FUNCTIONS.values()), "t__max_depth": [1, 2]})
    page = (results.experiment.path / "sweep.md").read_text("utf-8").replace("\\", "")
    shown = results._repr_html_()
    for name in FUNCTIONS:
        assert f"| {name} |" in page
        assert f">{html.escape(name)}<" in shown
    stored = [experiment.params["f__func"] for experiment in results][::2]
    assert stored[0] == f"{__name__}.First(n=1)"
    assert stored[2] == f"{__name__}.inner.<locals>.chosen(columns=1)"
    assert re.search("0x[0-9a-f…]", page + shown + repr(results) + repr(stored)) is None
    results.plot()


def test_the_importance_of_a_parameter_tells_callables_and_large_arrays_apart() -> None:
    grid = [{"f": f, "a": a} for f in (First(1), First(2)) for a in (large(0.0), large(1.0))] * 3
    named = [{"f": one["f"].n, "a": one["a"][-1]} for one in grid]
    scores = [one["f"] + 0.1 * one["a"] for one in named]
    assert importance_of(grid, scores).main == importance_of(named, scores).main


KILLED = """
    import os, signal, sys
    from sklearn.datasets import load_iris
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import FunctionTransformer
    from sklearn.tree import DecisionTreeClassifier
    from specweave import track_grid_search
    from helpers import First, weight

    class Tree(DecisionTreeClassifier):
        def fit(self, X, y):
            with open("fits.txt", "a") as file:
                file.write("fit\\n")
            if len(open("fits.txt").readlines()) == int(os.environ["KILL_AT"]):
                os.kill(os.getpid(), signal.SIGKILL)
            return super().fit(X, y)

    def score(model, X, y):
        return weight(model.score(X, y))

    X, y = load_iris(return_X_y=True)
    model = Pipeline([("f", FunctionTransformer()), ("t", Tree(random_state=0))])
    grid = {"f__func": [First(n) for n in map(int, sys.argv[1:])]}
    results = track_grid_search(
        model, grid, X, y, name="sweep", cv=3, scoring=score, resume="allow", importance=False
    )[1]
    print(results.scores)
"""
HELPERS = """
class First:
    def __init__(self, n):
        self.n = n
    def __call__(self, X):
        return X[:, :self.n]

def weight(score):
    return 2 * score
"""


def test_a_killed_sweep_goes_on_in_a_new_process_only_with_the_same_code(project: Path) -> None:
    script = project / "program.py"
    script.write_text("\n".join(line[4:] for line in KILLED.splitlines()), "utf-8")

    def run(*columns: str, helpers: str = HELPERS, kill: int = -1) -> Any:
        (project / "helpers.py").write_text(helpers, "utf-8")
        return subprocess.run(
            [sys.executable, str(script), *columns],
            cwd=project,
            env={**os.environ, "KILL_AT": str(kill), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )

    assert run("1", "2", kill=5).returncode == -signal.SIGKILL
    assert "the combinations" in run("1", "3").stderr
    assert (
        "the combinations" in run("1", "2", helpers=HELPERS.replace(":self.n", "-self.n:")).stderr
    )
    assert "the scoring" in run("1", "2", helpers=HELPERS.replace("2 *", "3 *")).stderr
    done = run("1", "2")
    assert done.returncode == 0, done.stderr
    assert len((project / "fits.txt").read_text().splitlines()) == 5 + 2 + 1
    grid = {"f__func": [First(1), First(2)]}
    model = Pipeline([("f", FunctionTransformer()), ("t", DecisionTreeClassifier(random_state=0))])
    plain = GridSearchCV(model, grid, cv=3, scoring=scaled(2.0)).fit(X, y)
    assert done.stdout.strip() == str([float(s) for s in plain.cv_results_["mean_test_score"]])
